"""A corpus is told in figures, a page and a terminal table; what strangers wrote stays text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model_training.cli import main
from model_training.data.corpus import Member, WrongSpecError, load_corpus, save_corpus
from model_training.data.findings import findings, usual_roles
from model_training.data.health import BARS, DRAWN, Health, bar_counts, health_of, length_names
from model_training.data.song import ROLES, Part, Song
from model_training.data.store import Folder
from model_training.lab.colours import on_dark, on_light
from model_training.lab.health_page import health_page, plain
from model_training.lab.health_text import health_text
from model_training.lab.pages import code
from music_core.score import Metre

BAR = 1920
EVIL = "<script>alert(1)</script>\"'&\x1b[31m\u202e"


def song(name: str, bars: int = 8, *, roles: tuple[str, ...] = ("bass",), **about: object) -> Song:
    """Four quarters a bar of melody, one whole note a bar of each other role; the melody begins in bar 2."""
    melody = [(BAR + i * 480, 60 + i % 5, 480, 90) for i in range(4 * (bars - 1))]
    under = [(bar * BAR, 36, BAR, 90) for bar in range(bars)]
    parts = [Part("melody", 73, np.array(melody, np.int32))]
    parts += [Part(role, 32, np.array(under, np.int32)) for role in roles]
    given = {
        "source": name, "corpus": "own", "genre": "rock", "licence": "CC0", "tier": "green", "bpm": 120.0, "tonic": 9,
        "minor": True, "melody_by": "named", "metres": (Metre(0, 4, 4),), **about,
    }  # fmt: skip
    return Song(name=name, parts=tuple(parts), **given)  # type: ignore[arg-type]


def prepared(
    folder: Path, songs: list[Song], groups: list[int] | None = None, refused: dict[str, str] | None = None
) -> Path:
    """A corpus on disk with its report; the first song is tested on, the second tells when to stop."""
    splits = ["test", "valid", *["train"] * len(songs)]
    members = [Member(one, (groups or list(range(len(songs))))[i], splits[i]) for i, one in enumerate(songs)]
    save_corpus(members, folder, title="Our songs", seed=1, filters={"genre": "rock", "metre": ""})
    lines = [{"name": one.name, "kept": True, "reason": ""} for one in songs]
    lines += [{"name": name, "kept": False, "reason": reason} for name, reason in (refused or {}).items()]
    (folder / "report.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return folder


def told(folder: Path) -> Health:
    return health_of(load_corpus(folder), Folder.at(folder))


def test_everything_is_counted(tmp_path: Path) -> None:
    songs = [
        song("a", 4),
        song("b", 8, roles=("bass", "drums"), tonic=0, minor=False),
        song("c", 20, tier="amber", licence="MIT", genre="pop", melody_by="guessed"),
        song("d", 200, metres=(Metre(0, 3, 4),)),
    ]
    refused = {
        "x.mid": "no melody: it has only drums",
        "y.mid": "no melody: it has no notes",
        "z.mid": "the file is empty",
    }
    health = told(prepared(tmp_path, songs, [0, 1, 2, 2], refused))
    assert [(r.kind, len(r.files)) for r in health.refused or ()] == [("no melody", 2), ("the file is empty", 1)]
    assert health.refused is not None and health.refused[0].files[0] == ("x.mid", "no melody: it has only drums")
    assert (health.left_out, health.tunes, health.repeated) == (3, 3, (("c", "d"),))
    assert [(s.split, s.songs, s.tunes, s.bars) for s in health.splits] == [
        ("train", 2, 1, 20 + 267), ("valid", 1, 1, 8), ("test", 1, 1, 4),
    ]  # fmt: skip
    counts = {name: dict(rows) for name, rows in health.counts.items()}
    assert list(counts["length"].values()) == [1, 1, 1, 0, 0, 1]
    assert counts["metre"] == {"4/4": 3, "3/4": 1}
    assert counts["tier"] == {"green": 3, "amber": 1}
    assert counts["melody_by"] == {"named": 3, "guessed": 1}
    assert counts["role"] == {"melody": 4, "bass": 4, "drums": 1}
    assert counts["major"]["0"] == 1 and counts["minor"]["9"] == 3 and sum(counts["minor"].values()) == 3
    assert len(length_names()) == len(BARS) + 1 == len(counts["length"])
    assert sorted(health.drawn) == [0, 1, 2] or sorted(health.drawn) == [0, 1, 3]


def test_densities_are_notes_a_bar_where_a_part_plays(tmp_path: Path) -> None:
    health = told(prepared(tmp_path, [song("a", 4), song("b", 4), song("c", 4)]))
    melody, bass = health.roles
    assert (melody.role, melody.songs, melody.notes_a_bar, melody.empty) == ("melody", 3, (4.0, 4.0, 4.0), 0.25)
    assert (bass.role, bass.notes_a_bar, bass.empty, bass.lowest, bass.highest) == (
        "bass",
        (1.0, 1.0, 1.0),
        0.0,
        36,
        36,
    )


def test_notes_are_counted_in_the_bar_that_they_begin_in() -> None:
    part = Part("bass", 32, np.array([(0, 40, 9, 1), (1919, 40, 900, 1), (1920, 40, 9, 1), (9000, 40, 9, 1)], np.int32))
    assert bar_counts(part, np.array([0, 1920, 3840, 5760])).tolist() == [2, 1, 1]


def test_of_many_songs_a_few_of_different_tunes_are_drawn(tmp_path: Path) -> None:
    songs = [song(f"s{i}", 4, roles=("bass", "drums") if i % 3 == 0 else ("bass",)) for i in range(30)]
    health = told(prepared(tmp_path, songs, [i // 2 for i in range(30)]))
    assert len(health.drawn) == DRAWN
    assert len({i // 2 for i in health.drawn}) == DRAWN
    assert health.drawn == told(tmp_path).drawn


def test_it_says_what_a_musician_should_know(tmp_path: Path) -> None:
    songs = [song(f"s{i:03}", 8, tier="green" if i else "") for i in range(12)]
    songs += [song("long", 200, roles=("bass", "winds"), melody_by="guessed", tier="amber")]
    songs += [song(f"g{i}", 8, melody_by="guessed", metres=(Metre(0, 3, 4),)) for i in range(4)]
    refused = {f"x{i}.mid": "no melody: it has only drums" for i in range(20)}
    health = told(prepared(tmp_path, songs, refused=refused))
    said = " ".join(findings(health))
    for words in (
        "54 % of the files were left out, 20 of them for one reason: no melody", "17 songs are few",
        "Only 1 tune in the valid split", "In 29 % of the songs nobody marked the melody", "One song, long, is 59 %",
        "Only 1 song with winds", "24 % of the songs are not mainly in 4/4",
        "Nobody said under which licence 1 song may be used", "The notes of 1 song are amber",
    ):  # fmt: skip
        assert words in said
    assert usual_roles(health) == ("bass",)


def test_a_fine_corpus_needs_no_remark(tmp_path: Path) -> None:
    songs = [song(f"s{i:03}", 8) for i in range(120)]
    splits = ["train"] * 100 + ["valid"] * 10 + ["test"] * 10
    members = [Member(one, i, splits[i]) for i, one in enumerate(songs)]
    save_corpus(members, tmp_path, title="fine", seed=1)
    assert findings(told(tmp_path)) == ()
    assert "Nothing here speaks against training." in health_page(told(tmp_path), [])
    assert told(tmp_path).refused is None


def test_strangers_text_stays_text(tmp_path: Path) -> None:
    songs = [song(EVIL + str(i), genre=EVIL, licence=EVIL, corpus=EVIL) for i in range(4)]
    folder = prepared(tmp_path, songs, [0, 1, 2, 2], {EVIL: f"no melody: {EVIL}", "y": EVIL})
    health = told(folder)
    page = health_page(health, [load_corpus(folder).song(i) for i in health.drawn])
    text = health_text(health)
    assert page.count("<script>") == 1, "only the page's own script"
    assert "&lt;script&gt;alert(1)" in page
    for letter in ("\x1b", "\u202e"):
        assert letter not in page and letter not in text
    assert "http://" not in page and "https://" not in page and "default-src &#39;none&#39;" in page


@pytest.mark.parametrize(("text", "shown"), [("a\nb", "a·b"), ("Ünï♯", "Ünï♯"), ("\x00\x7f\u200b", "···")])
def test_plain_text_has_no_steering_characters(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_the_page_draws_the_melody_where_it_begins(tmp_path: Path) -> None:
    folder = prepared(tmp_path, [song("a", 12), song("b", 12, tier="amber"), song("c", 12)])
    health, corpus = told(folder), load_corpus(folder)
    page = health_page(health, [corpus.song(i) for i in health.drawn])
    assert page.count('<svg class="notes"') == 3
    assert page.count("from bar 2") == 3
    assert "keep this page to yourself" in page
    assert "tracks = [&#34;bass&#34;]" in page
    numbers = re.findall(r'class="n" style="left:[\d.]+%">(\d+)<', page)
    assert numbers == [str(bar) for bar in range(2, 10)] * 3, "bars are numbered as in the song"


def test_colours_tell_the_melody_apart_and_name_what_sounds(tmp_path: Path) -> None:
    late = np.array([(10 * BAR, 43, BAR, 90)], np.int32)
    songs = [song(name, 12, roles=("bass", "brass")) for name in "abc"]
    songs = [replace(one, parts=(*one.parts, Part("winds", 73, late))) for one in songs]
    corpus = load_corpus(prepared(tmp_path, songs))
    page = health_page(health_of(corpus), [corpus.song(0)])
    below = page.split('<div class="chips">')[1].split("</div>")[0]
    assert re.findall(r"</i>(\w+)<", below) == ["melody", "bass", "brass"], "the winds rest in the bars that are drawn"
    melody = {on_dark("melody"), on_light("melody")}
    assert not [role for role in ROLES if role != "melody" and {on_dark(role), on_light(role)} & melody]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("leave it out of `tracks`.", "leave it out of <code>tracks</code>."), ("my`song <b>", "my`song &lt;b&gt;")],
)
def test_words_between_backticks_are_code(text: str, shown: str) -> None:
    assert code(text) == shown


def test_the_command_writes_the_page_and_prints_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = prepared(tmp_path / "p", [song("a"), song("b"), song("c")], refused={"x.mid": "the file is empty"})
    assert main(["health", str(folder)]) == 0
    printed = capsys.readouterr().out
    assert "the file is empty" in printed and "health.html" in printed
    assert (folder / "health.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert main(["health", str(folder), "--out", str(tmp_path / "own.html")]) == 0
    assert (tmp_path / "own.html").read_bytes() == (folder / "health.html").read_bytes()
    assert max(map(len, printed.split("The page with pictures")[0].splitlines())) <= 100


def test_mistakes_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["health", str(tmp_path)]) == 2
    assert "holds no prepared corpus" in capsys.readouterr().err
    folder = prepared(tmp_path / "p", [song("a"), song("b"), song("c")])
    for damage in ('{"name": 1', '{"name": "a"}', "[]"):
        (folder / "report.jsonl").write_text(damage + "\n", encoding="utf-8")
        with pytest.raises(WrongSpecError, match=r"report\.jsonl in .* is damaged; prepare"):
            told(folder)
    assert not (folder / "health.html").exists()
