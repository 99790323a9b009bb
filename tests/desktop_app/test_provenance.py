"""What a take's page says of it."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.library.project import Take, Wish
from desktop_app.provenance import closeness, how_made, wish_text
from music_core.harmony.chord import Chord
from music_core.manifest import GridSpec, Manifest, OptionSpec
from music_core.score import ChordChange, Metre, Note, Track

MODEL = Manifest(
    "pop", "Pop band", "arranger", "pop", "Plays.", "MIT", (), GridSpec(), (), (),
    options=(OptionSpec("wild", "Safe to wild", 0, 1, 0.5), OptionSpec("energy", "Energy", 0, 1, 0.5)),
    training={"songs": 90, "corpus": "Freedoom", "licences": ["BSD-3-Clause"]},
)  # fmt: skip
TAKE = Take(
    (Track("Bass", (Note(0, 40, 1920 * 5),), role="bass"),),
    "pop",
    12,
    {"wild": 0.9},
    notes=("Told.",),
    chords=(ChordChange(0, Chord(0)), ChordChange(960, Chord(7)), ChordChange(1920 * 4, None)),
    wish=Wish("fill", frozenset({"bass"}), (4, 8)),
)


def test_the_page_has_what_it_takes_to_make_it_again() -> None:
    page = how_made(TAKE, "B", MODEL, "", (Metre(0),))
    for words in (
        "Take B",
        "**Fill bars 5 to 8: bass** by the model **Pop band**, seed **12**",
        "Told.",
        "Safe to wild: **0.9** ● changed",
        "Energy: 0.5 (default)",
        "from bar 1: C G | G | G | G",
        "from bar 5: –",
        "90 songs: Freedoom",
        "BSD-3-Clause",
    ):
        assert words in page
    unknown = how_made(TAKE, "B", None, "", (Metre(0),))
    assert "by the model **pop**" in unknown
    assert "wild: 0.9" in unknown
    assert "not installed" in unknown


def test_closeness_comes_from_the_manifest_or_else_the_card() -> None:
    rows = {"human": {"copied": 0.02}, "model": {"copied": 0.015}, "rules": {"copied": 0.0}}
    measured = replace(MODEL, metrics={"split": "test", "genres": {"pop": {"systems": rows}}})
    assert "1.5 % of its four-bar passages" in closeness(measured, "")
    assert "people's own, 2.0 %" in closeness(measured, "")
    assert "3.0 %" in closeness(replace(MODEL, metrics={"systems": {"model": {"copied": 0.03}}}), "")
    card = "# Pop\n\nGood. Passages copied from the\ntraining songs were not counted yet.\n\nMore."
    quoted = "“Passages copied from the training songs were not counted yet.”"
    assert quoted in closeness(MODEL, card)
    assert quoted in closeness(replace(MODEL, metrics={"systems": {"model": {"copied": None}}}), card)
    assert "was not measured" in closeness(MODEL, "Plays well.")


def test_wishes_in_words() -> None:
    assert wish_text(Wish()) == "Add a band"
    assert wish_text(Wish("band", frozenset({"keys", "bass"}))) == "Add a band: bass, keys"
    assert wish_text(Wish("redo", frozenset({"drums"}))) == "Redo drums"
    assert wish_text(Wish("fill", None, (2, 3))) == "Fill bar 3: all parts"
    assert wish_text(Wish("vary", None, None, 0.3)) == "Vary all parts, 30 %"
    kept = Wish("redo", frozenset({"keys"}), keeps_rhythm=True)
    assert wish_text(kept) == "Redo keys, in the rhythm there was"
