"""The library's list: what it finds, and that no damage to its files loses what a user said."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app import language
from desktop_app.library.project import Project, Take
from desktop_app.library.shelf.catalogue import Catalogue
from desktop_app.library.shelf.entry import Entry, Query, cleaned_tags, folded
from desktop_app.library.shelf.index import Index
from desktop_app.library.shelf.marks import MarkFile
from desktop_app.library.shelf.sources import ModelFacts
from desktop_app.library.store import Store
from music_core.score import KeySignature, Note, Score, Track

TUNE = """title = "Für Elise"
composer = "Ludwig van Beethoven"
source = "Bagatelle, 1810; public domain."
key = "A minor"
metre = "4/4"
bpm = 100
notes = "E5/4 D#5/4 E5/2"
"""
EMPTY = Project()
MODEL = ModelFacts("pop", "Pop band", "pop", "Adds a band.", "MIT")


class Room:
    """A user's folders and the catalogue over them, which can be closed and opened again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "recovery")
        self.pieces = folder / "Music"
        self.melodies = folder / "melodies"
        self.melodies.mkdir(parents=True, exist_ok=True)
        (self.melodies / "fur-elise.toml").write_text(TUNE, encoding="utf-8")
        self.reads: list[Path] = []
        self.catalogue = self.opened()

    @property
    def index_file(self) -> Path:
        return self.folder / "library" / "index.sqlite"

    @property
    def mark_file(self) -> Path:
        return self.folder / "library" / "marks.json"

    def opened(self) -> Catalogue:
        def read(path: Path) -> Project:
            self.reads.append(path)
            return self.store.open(path)

        marks = MarkFile(self.mark_file)
        return Catalogue(Index(self.index_file), marks, read, self.melodies, self.pieces, lambda: (MODEL,))

    def reopen(self) -> None:
        self.catalogue.close()
        self.catalogue = self.opened()
        self.catalogue.refresh()

    def save(self, name: str, project: Project = EMPTY) -> Path:
        path = self.pieces / f"{name}.tutti"
        self.store.save(replace(project, name=path.stem), path)
        return path

    def found(self, text: str = "", *, starred: bool = False) -> list[str]:
        return [entry.key for entry in self.catalogue.search(Query(text, starred)).entries]

    def entry(self, key: str) -> Entry:
        return next(entry for entry in self.catalogue.search(Query()).entries if entry.key == key)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.catalogue.close()


def a_piece() -> Project:
    melody = Track("Fiddle", tuple(Note(480 * i, 60 + i, 480) for i in range(8)), role="melody")
    band = Track("Bass", (Note(0, 36, 960),), role="bass", generated_by="pop")
    takes = (Take((band,), "pop", 7, {"busy": 0.5}), Take((band,), "pop", 8, starred=True))
    return Project("Reel", Score((melody,), keys=(KeySignature(0, 1),), provenance="Heard at a dance"), takes)


def test_everything_is_listed_with_where_it_is_from(room: Room) -> None:
    path = room.save("Reel", a_piece())
    room.catalogue.refresh()
    assert room.found() == [
        "melody:fur-elise",
        f"piece:{path}",
        f"take:{path}#1",  # the starred one first
        f"take:{path}#0",
        "model:pop",
    ]
    assert dict(room.entry("melody:fur-elise").about)["From"] == "Bagatelle, 1810; public domain."
    piece = room.entry(f"piece:{path}")
    assert (piece.line, dict(piece.about)["From"]) == ("2 bars, G major, 120 BPM", "Heard at a dance")
    take = room.entry(f"take:{path}#0")
    assert take.title == "Reel, take A"
    about = dict(take.about)
    assert (about["Model"], about["Seed"], about["Options"], about["Licence"]) == ("Pop band", "7", "busy 0.5", "MIT")
    assert dict(room.entry("model:pop").about) == {"Genre": "pop", "Licence": "MIT"}


def test_search_goes_by_words_accents_tracks_tags_and_stars(room: Room) -> None:
    path = room.save("Reel", a_piece())
    room.catalogue.refresh()
    room.catalogue.mark(f"piece:{path}", tags=("Dance-tune", "draft"), starred=True)
    assert room.found("fur BEETHOVEN") == ["melody:fur-elise"]
    assert room.found("fiddle") == [f"piece:{path}"]
    assert room.found("#dance") == room.found("#DRAFT") == room.found("dance-t") == [f"piece:{path}"]
    assert room.found("fur fiddle") == room.found("#dance #other") == []
    assert room.found("100%") == room.found("_") == room.found("\\") == []
    assert room.found(starred=True) == [f"piece:{path}", f"take:{path}#1"]
    assert room.entry(f"piece:{path}").marks.tags == ("Dance-tune", "draft")


def test_a_piece_is_read_again_only_when_it_has_changed(room: Room) -> None:
    path, other = room.save("One", a_piece()), room.save("below/Two")
    room.catalogue.refresh()
    room.reopen()
    assert room.reads == [path, other]
    room.save("One")
    os.utime(path, ns=(1, 1))
    other.unlink()
    room.catalogue.refresh()
    assert room.reads == [path, other, path]
    assert room.found() == ["melody:fur-elise", f"piece:{path}", "model:pop"]


def test_a_damaged_piece_is_listed_and_a_strange_file_name_does_no_harm(room: Room) -> None:
    room.pieces.mkdir()
    (room.pieces / "broken.tutti").write_bytes(b"\x00{")
    strange = os.fsencode(room.pieces) + b"/\xff.tutti"
    try:
        Path(os.fsdecode(strange)).write_bytes(b"{}")
    except OSError:
        strange = b""  # this system has no such names
    room.catalogue.refresh()
    assert room.found("broken") == [f"piece:{room.pieces / 'broken.tutti'}"]
    assert len(room.found()) == 3


def test_where_a_melody_is_from_is_told_in_the_language_spoken_and_found_in_both(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {"Bagatelle, 1810; public domain.": "Bagatelle, 1810; gemeinfrei.", "Pop band": "Popband"}
    monkeypatch.setattr(language, "_spoken", language.Language("de", "Deutsch", texts))
    room.catalogue.refresh()
    assert dict(room.entry("melody:fur-elise").about)["From"] == "Bagatelle, 1810; gemeinfrei."
    assert room.entry("model:pop").title == "Popband"
    assert room.found("gemeinfrei") == room.found("public domain") == ["melody:fur-elise"]


def test_a_piece_from_elsewhere_is_kept_among_the_recent_ones(room: Room, tmp_path: Path) -> None:
    path = tmp_path / "desk" / "Song.tutti"
    room.store.save(a_piece(), path)
    room.catalogue.refresh()
    room.catalogue.look_at(path, a_piece())
    room.catalogue.mark(f"piece:{path}", opened_at=200.0)
    room.catalogue.mark("melody:fur-elise", opened_at=100.0)
    assert [entry.title for entry in room.catalogue.search(Query()).recent] == ["Song", "Für Elise"]
    assert room.catalogue.search(Query("song")).recent == ()
    room.reopen()
    assert f"piece:{path}" in room.found()


def test_a_piece_just_saved_is_listed_as_it_is_in_the_window_without_reading_its_file(room: Room) -> None:
    path = room.pieces / "Reel.tutti"
    path.parent.mkdir()
    path.write_bytes(b"not to be read")
    room.catalogue.look_at(path, a_piece())
    entry = next(entry for entry in room.catalogue.search(Query("reel")).entries if entry.kind == "piece")
    assert "bar" in entry.line


def test_a_renamed_piece_keeps_its_tags(room: Room) -> None:
    path = room.save("Reel", a_piece())
    room.catalogue.refresh()
    room.catalogue.mark(f"piece:{path}", tags=("draft",))
    moved = path.with_name("Jig.tutti")
    path.rename(moved)
    room.catalogue.refresh()
    assert room.entry(f"piece:{moved}").marks.tags == ("draft",)
    assert f"piece:{path}" not in room.found()


def _overwritten(path: Path) -> None:
    path.write_bytes(b"not a database at all, " * 300)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _scrambled(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[100:4000] = bytes(range(256)) * 15 + bytes(60)
    path.write_bytes(bytes(data))


def _of_another_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 99")


def _with_a_table_gone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("DROP TABLE entries")
        database.commit()


@pytest.mark.parametrize(
    "damage", [_overwritten, _cut, _scrambled, _of_another_version, _with_a_table_gone, Path.unlink]
)
def test_a_damaged_index_is_made_anew_with_every_word(room: Room, damage: Callable[[Path], None]) -> None:
    path = room.save("Reel", a_piece())
    room.catalogue.refresh()
    room.catalogue.mark(f"piece:{path}", tags=("wörd",), starred=True, opened_at=5.0)
    before = room.catalogue.search(Query())
    room.catalogue.close()
    damage(room.index_file)
    room.catalogue = room.opened()
    assert room.catalogue.search(Query()) == before
    assert room.found("#word") == [f"piece:{path}"]


def test_damaged_marks_come_back_from_the_version_before_or_the_index(room: Room) -> None:
    room.catalogue.refresh()
    room.catalogue.mark("model:pop", tags=("mine",))
    room.catalogue.mark("melody:fur-elise", starred=True)
    room.mark_file.write_text('{"format_version": 1, "marks": {"mod', encoding="utf-8")
    room.reopen()
    assert room.entry("model:pop").marks.tags == ("mine",)
    for file in room.mark_file.parent.glob("marks*"):
        file.write_text("[]", encoding="utf-8")
    room.catalogue.close()
    room.catalogue = room.opened()
    room.catalogue.mark("melody:fur-elise", tags=("piano",))
    assert room.entry("model:pop").marks.tags == ("mine",)
    assert room.entry("melody:fur-elise").marks.tags == ("piano",)
    assert list(room.mark_file.parent.glob("marks.damaged-*")), "the damaged file is set aside, not deleted"


def test_where_nothing_can_be_kept_the_library_still_lists(tmp_path: Path) -> None:
    (tmp_path / "library").write_text("a file where the folder should be")
    room = Room(tmp_path)
    room.catalogue.refresh()
    assert "model:pop" in room.found()
    with pytest.raises(OSError):
        room.catalogue.mark("model:pop", starred=True)


def test_an_index_that_another_studio_writes_is_left_alone(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.catalogue.refresh()
    monkeypatch.setattr("desktop_app.library.shelf.index._BUSY_S", 0.05)
    room.reopen()
    with closing(sqlite3.connect(room.index_file)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError):
            room.catalogue.refresh()
        assert "model:pop" in room.found()  # reading goes on
        other.rollback()
    room.catalogue.refresh()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400))
def test_any_bytes_for_marks_are_survived(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "marks.json"
    file.write_bytes(data)
    marks = MarkFile(file)
    assert marks.read() is None
    assert marks.change("a", starred=True)["a"].starred
    for leftover in tmp_path.iterdir():
        leftover.unlink()


@given(st.text())
def test_tags_are_single_words_that_come_back(typed: str) -> None:
    tags = cleaned_tags(typed)
    assert cleaned_tags(", ".join(tags)) == tags
    assert not any(" " in tag or "#" in tag for tag in tags)
    assert len({folded(tag) for tag in tags}) == len(tags)
