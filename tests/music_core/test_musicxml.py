"""Our MusicXML as another library reads it."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import pytest

from music_core.harmony.chart import read_chart
from music_core.harmony.chord import QUALITIES, Chord
from music_core.harmony.symbols import chord_from_symbol
from music_core.score import ChordChange, KeySignature, Metre, Note, Score, Track

pytest.importorskip("music21")
verovio = pytest.importorskip("verovio")

from music_core.adapters.musicxml import NotationError, musicxml_bytes, write_musicxml  # noqa: E402

pytestmark = pytest.mark.slow
MEI = "{http://www.music-encoding.org/ns/mei}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
TUNE = Track("Tune", tuple(Note(beat * 480, 60 + beat, 480) for beat in range(8)), role="melody")
KEYS = Track("Keys", (Note(0, 48, 1900), Note(5, 64, 470), Note(480, 67, 480), Note(1920, 60, 1920)), role="keys")
DRUMS = Track("Drums", tuple(Note(beat * 240, (36, 42)[beat % 2], 60) for beat in range(16)), is_drum=True)


def read_back(score: Score) -> ElementTree.Element:
    """The file as Verovio, a C++ engraver, understands it."""
    toolkit = verovio.toolkit()
    assert toolkit.loadData(musicxml_bytes(score).decode())
    return ElementTree.fromstring(toolkit.getMEI())


def chords_of(sheet: ElementTree.Element) -> list[tuple[int, float, str]]:
    """(bar, beat, text) of each chord symbol."""
    return [
        (bar, float(harm.get("tstamp", "0")), "".join(harm.itertext()).replace("♭", "b").replace("♯", "#"))
        for bar, measure in enumerate(sheet.iter(f"{MEI}measure"), 1)
        for harm in measure.iter(f"{MEI}harm")
    ]


def test_chord_symbols_stand_at_their_beats() -> None:
    lane = read_chart("| C . Am/G . | F#m7b5 Bb |", (Metre(0),))
    assert chords_of(read_back(Score((TUNE, KEYS, DRUMS), chords=lane))) == [
        (1, 1.0, "C"),
        (1, 3.0, "Am/G"),
        (2, 1.0, "F#m7b5"),
        (2, 3.0, "Bb"),
    ]


def test_every_quality_and_no_chord_have_a_harmony_element() -> None:
    qualities = list(QUALITIES)
    lane = tuple(ChordChange(i * 480, Chord(2, quality)) for i, quality in enumerate(qualities))
    long_tune = Track("Tune", (Note(0, 60, 480 * (len(lane) + 1)),))
    data = musicxml_bytes(Score((long_tune,), chords=(*lane, ChordChange(len(lane) * 480, None))))
    kinds = list(ElementTree.fromstring(data).iter("kind"))
    assert [chord_from_symbol("D" + (kind.get("text") or "")) for kind in kinds[:-1]] == [c.chord for c in lane]
    assert kinds[-1].text == "none"
    assert len({(kind.text, kind.get("text")) for kind in kinds}) == len(kinds)


def test_notes_bars_keys_and_parts_are_what_was_written() -> None:
    score = Score((TUNE, KEYS, DRUMS), metres=(Metre(0, 3, 4),), keys=(KeySignature(0, -3),))
    sheet = read_back(score)
    assert len(list(sheet.iter(f"{MEI}measure"))) == 3
    assert [label.text for label in sheet.iter(f"{MEI}label")] == ["Tune", "Keys", "Drums"]
    assert {sig.get("sig") for sig in sheet.iter(f"{MEI}keySig")} == {"3f"}
    onsets = {(note["pitch"], note["start"]) for note in _timemap_notes(score)}
    assert {(n.pitch, n.start_tick / 480) for n in TUNE.notes} <= onsets
    assert {(48, 0.0), (64, 0.0), (67, 1.0), (60, 4.0)} <= onsets


def test_a_pickup_is_bar_0_under_the_metre_of_the_piece() -> None:
    metres = (Metre(0, 1, 4), Metre(480, 3, 4), Metre(480 + 1440, 2, 4))
    sheet = read_back(Score((TUNE, DRUMS), metres=metres, chords=(ChordChange(480, Chord(5)),)))
    assert [measure.get("n") for measure in sheet.iter(f"{MEI}measure")] == ["0", "1", "2", "3"]
    assert chords_of(sheet) == [(2, 1.0, "F")]
    written = ElementTree.fromstring(musicxml_bytes(Score((TUNE, DRUMS), metres=metres)))
    for part in written.iter("part"):
        shown = [
            (bar.get("number"), time.findtext("beats")) for bar in part.iter("measure") for time in bar.iter("time")
        ]
        assert shown == [("0", "3"), ("2", "2")]


@pytest.mark.parametrize("length", [480, 4800])
def test_a_piece_may_end_with_its_pickup_and_a_part_be_empty(length: int) -> None:
    score = Score((Track("Tune", (Note(0, 60, length),)), Track("Empty")), metres=(Metre(0, 1, 4), Metre(480)))
    assert next(read_back(score).iter(f"{MEI}measure")).get("n") == "0"


def _timemap_notes(score: Score) -> list[dict[str, float]]:
    toolkit = verovio.toolkit()
    toolkit.loadData(musicxml_bytes(score).decode())
    moments = toolkit.renderToTimemap()
    return [
        {"pitch": toolkit.getMIDIValuesForElement(note)["pitch"], "start": moment["qstamp"]}
        for moment in moments
        for note in moment.get("on", [])
    ]


def test_an_old_file_is_replaced_only_by_a_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "song.musicxml"
    path.write_text("old")
    with pytest.raises(NotationError, match="no notes"):
        write_musicxml(Score(), path)
    assert path.read_text() == "old"
    write_musicxml(replace(Score((TUNE,)), title="Öde & Freude"), path)
    assert "Öde &amp; Freude" in path.read_text(encoding="utf-8")
