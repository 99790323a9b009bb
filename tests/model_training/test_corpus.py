"""A corpus on disk or in object storage: what goes in comes out, and damage is named."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import fsspec
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_training.data.corpus import Member, WrongSpecError, corpus_of, load_corpus, save_corpus
from model_training.data.shards import ShardReader, ShardWriter
from model_training.data.song import Part, Song
from music_core.score import Metre

NOTES = np.array([[0, 60, 480, 80], [480, 64, 240, 1], [480, 67, 240, 127]], np.int32)
BASS = np.array([[960, 36, 960, 90]], np.int32)


def song(name: str = "one", **changes: object) -> Song:
    base = Song(
        name, f"folder.zip/{name}.mid", "mine", "rock", "CC0", "green",
        (Part("melody", 73, NOTES), Part("bass", 33, BASS)),
        (Metre(0, 1, 4), Metre(480, 3, 4)), 93.5, 7, True, "named",
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


def same(one: Song, other: Song) -> bool:
    plain = [replace(s, parts=()) for s in (one, other)]
    fields = [{name: getattr(s, name) for name in Song.__dataclass_fields__} for s in plain]
    parts = [[(part.role, part.program, part.notes.tolist()) for part in s.parts] for s in (one, other)]
    return fields[0] == fields[1] and parts[0] == parts[1]


MEMBERS = [
    Member(song("one"), 0, "train", "aa"),
    Member(song("two", licence="", metres=(Metre(0, 6, 8),)), 0, "train", "bb"),
    Member(song("drei ♭"), 2, "test", "cc"),
]


@pytest.fixture(params=["disk", "file://", "memory://"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "memory://":
        url = f"memory://{tmp_path.name}"
        request.addfinalizer(lambda: fsspec.filesystem("memory").store.clear())
        return url
    return f"{'file://' if request.param == 'file://' else ''}{tmp_path / 'corpus'}"


def test_what_is_saved_is_loaded(place: str) -> None:
    save_corpus(MEMBERS, place, title="Mine", seed=3, filters={"min_bars": 2})
    corpus = load_corpus(place)
    assert corpus.names == ("one", "two", "drei ♭")
    assert len(corpus) == 3
    assert corpus.songs("train") == (0, 1)
    assert corpus.songs("valid") == ()
    assert corpus.spec.licences == {"CC0": 2, "unknown": 1}
    assert (corpus.spec.title, corpus.spec.seed, corpus.spec.filters) == ("Mine", 3, {"min_bars": 2})
    assert all(same(corpus.song(i), member.song) for i, member in enumerate(MEMBERS))
    entry = corpus.spec.entries[-1]
    assert (entry.bars, entry.metre, entry.end_tick, entry.group, entry.sha256) == (2, "3/4", 1920, 2, "cc")
    assert entry.roles == ("melody", "bass")
    assert corpus.spec.entries[1].metre == "6/8"
    assert corpus.spec.entries[:2] == tuple(corpus.spec.entries)[:2]


def test_a_second_saving_replaces_the_first_and_leaves_nothing_behind(place: str) -> None:
    save_corpus(MEMBERS, place, title="Old", seed=1)
    save_corpus(MEMBERS[:1], place, title="New", seed=1)
    corpus = load_corpus(place)
    assert (corpus.spec.title, corpus.names) == ("New", ("one",))
    files, root = fsspec.core.url_to_fs(place)
    assert len(files.ls(root)) == 3


def test_a_saving_that_fails_leaves_the_older_corpus(place: str) -> None:
    save_corpus(MEMBERS, place, title="Old", seed=1)

    def failing():  # type: ignore[no-untyped-def]
        yield MEMBERS[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_corpus(failing(), place, title="New", seed=1)
    corpus = load_corpus(place)
    assert corpus.spec.title == "Old"
    assert same(corpus.song(2), MEMBERS[2].song)


def test_the_same_songs_give_the_same_bytes(tmp_path: Path) -> None:
    for name in "ab":
        save_corpus(MEMBERS, tmp_path / name, title="Mine", seed=3)
    files = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()}


def test_songs_are_spread_over_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model_training.data.corpus.SHARD_BYTES", 1)
    save_corpus(MEMBERS, tmp_path, title="Mine", seed=3)
    corpus = load_corpus(tmp_path)
    assert [(entry.shard, entry.row) for entry in corpus.spec.entries] == [(0, 0), (1, 0), (2, 0)]
    assert all(same(corpus.song(i), member.song) for i, member in enumerate(MEMBERS))


def test_a_folder_without_a_corpus_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongSpecError, match="run `tutti-train prepare` first"):
        load_corpus(tmp_path)
    (tmp_path / "spec.json").write_text('{"encoding": "voices-v1"}')
    with pytest.raises(WrongSpecError, match="prepared for another encoding"):
        load_corpus(tmp_path)


@pytest.mark.parametrize("kind", ["shard", "songs"])
def test_a_damaged_file_is_named(tmp_path: Path, kind: str) -> None:
    save_corpus(MEMBERS, tmp_path, title="Mine", seed=3)
    (path,) = tmp_path.glob(f"{kind}-*.arrow")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(WrongSpecError, match=r"is damaged .* prepare it again"):
        load_corpus(tmp_path).song(0)
    path.unlink()
    with pytest.raises(WrongSpecError, match=r"is damaged .* prepare it again"):
        load_corpus(tmp_path).song(0)


def test_a_spec_cannot_lead_out_of_its_folder(tmp_path: Path) -> None:
    save_corpus(MEMBERS, tmp_path / "inner", title="Mine", seed=3)
    (path,) = (tmp_path / "inner").glob("shard-*.arrow")
    shutil.move(path, tmp_path / path.name)
    spec = json.loads((tmp_path / "inner" / "spec.json").read_text())
    spec["shards"][0]["file"] = f"../{path.name}"
    (tmp_path / "inner" / "spec.json").write_text(json.dumps(spec))
    with pytest.raises(WrongSpecError, match="is damaged"):
        load_corpus(tmp_path / "inner")


def test_an_unknown_split_or_song_is_refused(tmp_path: Path) -> None:
    save_corpus(MEMBERS, tmp_path, title="Mine", seed=3)
    corpus = load_corpus(tmp_path)
    with pytest.raises(ValueError, match="no split 'dev'"):
        corpus.songs("dev")
    with pytest.raises(IndexError, match="no song 3"):
        corpus.song(3)


def test_a_corpus_in_memory_gives_its_songs() -> None:
    songs = [member.song for member in MEMBERS]
    corpus = corpus_of(songs, ["train", "test", "valid"])
    assert corpus.songs("test") == (1,)
    assert corpus.song(1) is songs[1]


NOTE = st.tuples(st.integers(0, 2**30), st.integers(0, 127), st.integers(1, 2**30), st.integers(1, 127))


@given(st.lists(st.lists(NOTE, max_size=9), max_size=3))
def test_any_notes_survive_a_shard(tables: list[list[tuple[int, int, int, int]]]) -> None:
    parts = tuple(
        Part(role, 5, np.array(sorted(table), np.int32).reshape(-1, 4))
        for role, table in zip(("melody", "drums", "keys"), tables, strict=False)
    )
    writer = ShardWriter()
    given_song = song(parts=parts)
    writer.add(given_song)
    assert same(ShardReader(pa.BufferReader(writer.finish())).song(0), given_song)
