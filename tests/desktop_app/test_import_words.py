"""What music_core tells of a file has its words here, and importing knows a file by what it begins with."""

from __future__ import annotations

import io
import string
import zipfile
from pathlib import Path

import pytest

from desktop_app import import_words, language
from desktop_app.import_words import refusal, summary, told
from desktop_app.library.importing import import_file
from music_core.midi_file import score_to_bytes
from music_core.midi_track import DAMAGES
from music_core.salvage import LOSSES, Salvaged, TrackFault, lost
from music_core.score import Note, Score, Track

TUNE = score_to_bytes(Score((Track("Tune", (Note(0, 60, 480), Note(480, 62, 480))),)))
SHEET = b"""<?xml version="1.0"?><score-partwise>
<part-list><score-part id="P1"><part-name>Flute</part-name></score-part></part-list>
<part id="P1"><measure number="1">
<note><pitch><step>C</step><octave>5</octave></pitch><duration>4</duration></note>
</measure></part></score-partwise>"""


def packed(text: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("song.xml", text)
    return file.getvalue()


def test_every_sentence_of_the_core_is_here() -> None:
    assert import_words.LOSSES == LOSSES
    assert import_words.DAMAGES == DAMAGES


def test_a_loss_is_told_in_the_language_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Track {track} could be read only up to bar {bar}, as {why}."
    german = {text: "Spur {track} nur bis Takt {bar} lesbar: {why}.", DAMAGES[0]: "zu früh zu Ende"}
    loss = lost(text, track=2, bar=1200, why=DAMAGES[0])
    assert told(loss) == str(loss) == "Track 2 could be read only up to bar 1,200, as it ends too early."
    monkeypatch.setattr(language, "_spoken", language.Language("de", "Deutsch", german))
    assert told(loss) == "Spur 2 nur bis Takt 1,200 lesbar: zu früh zu Ende."


@pytest.mark.parametrize(
    ("faults", "sentence"),
    [
        ((), "«a.mid» is open: 1 track."),
        ((TrackFault(4, 12, "x"),), "Imported 5 of 6 tracks; track 4 had an error at bar 12."),
        ((TrackFault(6, 0, "x"),), "Imported 5 of 6 tracks; track 6 is missing."),
        ((TrackFault(1, 2, "x"), TrackFault(2, 2, "x")), "Imported 4 of 6 tracks whole; the others had errors."),
        ((TrackFault(0, 2, "x"),), "Imported «a.mid»; its tempos had an error at bar 2."),
    ],
)
def test_a_sentence_says_how_much_was_read(faults: tuple[TrackFault, ...], sentence: str) -> None:
    assert summary(Salvaged(Score((Track("Tune"),)), 6, faults), Path("a.mid")) == sentence


HOSTILE = {
    "empty.mid": (b"", "is empty"),
    "noise.mid": (bytes(range(256)), "is not a MIDI file"),
    "silent.mid": (score_to_bytes(Score((Track("Tune"),))), "holds no notes"),
    "film.mid": (TUNE[:12] + b"\xe7\x28" + TUNE[14:], "SMPTE"),
    "picture.png": (b"\x89PNG\r\n\x1a\n" + bytes(300), "neither MIDI nor MusicXML"),
    "page.xml": (b"<html><body>hello</body></html>", "is not a MusicXML score"),
    "lol.xml": (SHEET.replace(b"<score-part", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><score-part', 1), "entities"),
    "bomb.mxl": (packed(SHEET + b" " * 40_000_000), "unpacks to more than 32 MB"),
    "tags.mxl": (packed(SHEET + b"<a/>" * 4_000_001), "more in it than Tutti reads"),
    "bars.xml": (SHEET + b"<measure ></measure>" * 200_001, "more in it than Tutti reads"),
    "turned.xml": (SHEET.replace(b"partwise", b"timewise") + b"<a/>" * 300_001, "more in it than Tutti reads"),
    "broken.mxl": (packed(SHEET)[:-40], "damaged compressed score"),
    "long.mid": (b"MThd" + bytes(17_000_000), "larger than 16 MB"),
    "longer.xml": (b"<" * 33_000_000, "larger than 32 MB"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_in_one_known_sentence(name: str, tmp_path: Path) -> None:
    data, words = HOSTILE[name]
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ValueError) as caught:
        import_file(path)
    sentence = refusal(caught.value, path)
    assert words in sentence
    assert sentence.startswith(f"«{name}»")
    assert f"{{file}}{sentence.removeprefix(f'«{name}»')}" in import_words.REFUSALS  # thus translated
    assert path.read_bytes() == data


def test_refusals_have_no_gap_but_the_file() -> None:
    for text in import_words.REFUSALS:
        assert [gap for _, gap, _, _ in string.Formatter().parse(text) if gap is not None] == ["file"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("tune.mid", TUNE),
        ("tune.xml", TUNE),  # what it begins with counts
        ("tune", TUNE),
        ("tune.rmi", b"RIFF\0\0\0\0RMIDdata\0\0\0\0" + TUNE),
        ("sheet.musicxml", SHEET),
        ("sheet.xml", SHEET),
        ("sheet.mxl", packed(SHEET)),
        ("sheet.dat", packed(SHEET)),
    ],
)
def test_a_file_is_known_by_what_it_begins_with(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    read = import_file(path)
    assert (len(read.score.tracks), read.lost) == (1, ())
    assert read.score.tracks[0].role == "melody"
