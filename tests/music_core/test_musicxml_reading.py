"""MusicXML as strangers send it: what it says is read, what is damaged is named, what is hostile is refused."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from music_core.harmony.chord import QUALITIES, Chord
from music_core.musicxml.container import MAX_BYTES, MusicXmlError
from music_core.musicxml.reading import read_musicxml
from music_core.salvage import TrackFault
from music_core.score import ChordChange, KeySignature, Marker, Metre, Note, Score, Tempo, Track

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN"
"http://www.musicxml.org/dtds/partwise.dtd">
<score-partwise version="4.0"><work><work-title>Étude</work-title></work>
<identification><creator type="composer">Trad.</creator><rights>Free</rights></identification><part-list>
<score-part id="P1"><part-name>Clarinet</part-name><midi-instrument id="I1"><midi-channel>1</midi-channel>
<midi-program>72</midi-program></midi-instrument></score-part>
<score-part id="P2"><part-name>Drums</part-name><midi-instrument id="D1"><midi-channel>10</midi-channel>
<midi-unpitched>39</midi-unpitched></midi-instrument></score-part></part-list>"""
FIRST = """<attributes><divisions>2</divisions><key><fifths>2</fifths></key>
<time><beats>3</beats><beat-type>4</beat-type></time><transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose></attributes>"""


def note(step: str, octave: int, duration: int, inner: str = "", alter: int = 0, attributes: str = "") -> str:
    sign = f"<alter>{alter}</alter>" if alter else ""
    pitch = f"<pitch><step>{step}</step>{sign}<octave>{octave}</octave></pitch>"
    chord, rest = ("<chord/>", inner.replace("<chord/>", "")) if "<chord/>" in inner else ("", inner)
    return f"<note{attributes}>{chord}{pitch}<duration>{duration}</duration>{rest}</note>"


def measure(*inside: str, number: int = 1) -> str:
    return f'<measure number="{number}">{"".join(inside)}</measure>'


def score_of(*bars: str, drums: str = "", tail: str = "</part></score-partwise>") -> bytes:
    part = f'<part id="P1">{"".join(bars)}</part><part id="P2">{drums}'
    return f"{HEAD}{part}{tail}".encode()


def harmony(step: str, kind: str, more: str = "", text: str = "") -> str:
    shown = f' text="{text}"' if text else ""
    return f"<harmony><root><root-step>{step}</root-step></root><kind{shown}>{kind}</kind>{more}</harmony>"


DRUMS = measure(
    "<attributes><divisions>1</divisions></attributes>"
    "<note><unpitched><display-step>C</display-step><display-octave>5</display-octave></unpitched><duration>1</duration>"
    '<instrument id="D1"/></note>'
)


def test_notes_chords_tempo_key_and_words_come_in_at_sounding_pitch() -> None:
    first = measure(
        FIRST,
        '<direction><sound tempo="90"/></direction>',
        harmony("D", "minor-seventh"),
        note("D", 5, 4, attributes=' dynamics="100"'),
        note("F", 5, 4, "<chord/>", alter=1),
        note("E", 5, 2, '<tie type="start"/>'),
    )
    second = measure(
        "<direction><direction-type><rehearsal>B</rehearsal></direction-type></direction>",
        note("E", 5, 2, '<tie type="stop"/>'),
        harmony("G", "dominant", "<bass><bass-step>B</bass-step></bass>"),
        "<note><rest/><duration>2</duration></note><backup><duration>2</duration></backup>",
        note("C", 4, 2, "<voice>2</voice>"),
    )
    read = read_musicxml(score_of(first, second, drums=DRUMS))
    assert (read.tracks, read.faults, read.lost) == (2, (), ())
    score = read.score
    tune, drums = score.tracks
    assert (score.title, score.provenance, score.copyright) == ("Étude", "Trad.", "Free")
    assert [(n.start_tick, n.pitch, n.duration_ticks) for n in tune.notes] == [
        (0, 72, 960), (0, 76, 960), (960, 74, 960), (1920, 58, 480),
    ]  # fmt: skip
    assert (tune.notes[0].velocity, tune.notes[2].velocity) == (90, 80)
    assert (tune.name, tune.program, drums.is_drum, drums.role) == ("Clarinet", 71, True, "drums")
    assert [(n.start_tick, n.pitch) for n in drums.notes] == [(0, 38)]
    assert score.metres == (Metre(0, 3, 4), Metre(1440, 2, 4)), "a bar that is not full is as long as it is written"
    assert score.tempos == (Tempo(0, 666_667),)
    assert score.keys == (KeySignature(0, 0),)
    assert score.markers == (Marker(1440, "B"),)
    assert score.chords == (
        ChordChange(0, Chord(0, "min7"), locked=True),
        ChordChange(1920, Chord(5, "7", 9), locked=True),
    )


@pytest.mark.parametrize(
    ("xml", "quality"),
    [
        (harmony("C", "half-diminished"), "half-dim"),
        (harmony("C", "major", _degree := "<degree><degree-value>9</degree-value><degree-alter>0</degree-alter>"
                 "<degree-type>add</degree-type></degree>"), "add9"),
        (harmony("C", "dominant", _degree.replace(">0<", ">-1<")), "7b9"),
        (harmony("C", "suspended-fourth", _degree.replace(">9<", ">7<")), "7sus4"),
        (harmony("C", "other", text="m7b5"), "half-dim"),
        (harmony("C", "nonsense"), "maj"),
    ],
)  # fmt: skip
def test_kinds_and_degrees_become_the_nearest_chord(xml: str, quality: str) -> None:
    plain = FIRST.replace("<chromatic>-2", "<chromatic>0")
    lane = read_musicxml(score_of(measure(plain, xml, note("C", 4, 6)))).score.chords
    assert lane == (ChordChange(0, Chord(0, quality), locked=True),)


def test_no_chord_is_one() -> None:
    lane = read_musicxml(score_of(measure(FIRST, harmony("C", "none"), note("C", 4, 6)))).score.chords
    assert lane == (ChordChange(0, None, locked=True),)


def test_a_broken_bar_is_named_and_the_others_are_read() -> None:
    good = note("C", 4, 6)
    bars = [measure(FIRST, good), *(measure(good, number=n) for n in range(2, 6))]
    bars[2] = bars[2].replace("</pitch>", "")
    read = read_musicxml(score_of(*bars, drums=DRUMS))
    assert read.faults == (TrackFault(1, 3, "its notation is damaged there", "Clarinet"),)
    assert [str(loss) for loss in read.lost] == [
        "Track 1 (Clarinet): the notation is damaged in bar 3; what could be read of it was kept."
    ]
    assert [n.start_tick for n in read.score.tracks[0].notes] == [0, 1440, 4320, 5760]
    bars[2] = measure("<note><pitch><step>Q</step><octave>4</octave></pitch><duration>6</duration></note>")
    assert read_musicxml(score_of(*bars)).faults[0].bar == 3


def test_a_file_that_breaks_off_keeps_what_came_before() -> None:
    bars = [measure(FIRST, note("C", 4, 6)), *(measure(note("D", 4, 6), number=n) for n in range(2, 5))]
    data = score_of(*bars)
    cut = data[: data.index(b'number="4"') + 30]
    read = read_musicxml(cut)
    assert len(read.score.tracks[0].notes) == 3
    assert [(fault.track, fault.bar) for fault in read.faults] == [(1, 4), (2, 0)]
    assert (read.tracks, read.sound_tracks) == (2, 0)
    assert str(read.lost[1]).startswith("Track 2 (") and str(read.lost[1]).endswith(") is missing.")


def test_what_a_score_has_no_place_for_is_told() -> None:
    bar = measure(
        FIRST,
        "<note><grace/><pitch><step>C</step><octave>4</octave></pitch></note>",
        note("C", 4, 6, "<lyric><text>la</text></lyric>"),
        '<barline><repeat direction="backward"/></barline>',
    )
    assert [str(loss) for loss in read_musicxml(score_of(bar)).lost] == [
        "Left out: grace notes (1).",
        "Repeats are not played out: every bar comes once.",
        "Left out: words of lyrics (1).",
    ]


def packed(text: bytes, name: str = "song.xml", listing: bytes | None = None) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        root = b'<container><rootfiles><rootfile full-path="%s"/></rootfiles></container>' % name.encode()
        archive.writestr("META-INF/container.xml", root if listing is None else listing)
        archive.writestr(name, text)
    return file.getvalue()


def test_compressed_and_utf16_and_timewise_files_are_the_same_music() -> None:
    data = score_of(measure(FIRST, note("C", 4, 6)), drums=DRUMS)
    plain = read_musicxml(data)
    assert read_musicxml(packed(data)) == plain
    assert read_musicxml(packed(data, listing=b"<broken")) == plain
    assert read_musicxml(data.decode().replace("UTF-8", "UTF-16").encode("utf-16")) == plain
    head, body = data.decode().split('<part id="P1">')
    first = body.split("</part>")[0].replace('<measure number="1">', "").replace("</measure>", "")
    head = head.replace("partwise", "timewise")
    turned = f'{head}<measure number="1"><part id="P1">{first}</part></measure></score-timewise>'
    assert read_musicxml(turned.encode()).score.tracks[0] == plain.score.tracks[0]


def test_bombs_entities_and_strangers_are_refused_in_a_sentence() -> None:
    data = score_of(measure(FIRST, note("C", 4, 6)))
    lol = data.replace(b"<score-partwise version", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><score-partwise version')
    deep = b"<a>" * 300_000
    cases = {
        "entities": (lol, packed(lol), lol.decode().encode("utf-16")),
        "unpacks to more": (packed(data + b" " * (MAX_BYTES + 1)),),
        "damaged compressed": (packed(data)[:-30], b"PK\x03\x04", packed(data, "no\x01such").replace(b"song", b"gnos")),
        "not a MusicXML": (b"", b"<html/>", b"\xff\xfe", b"MThd"),
        "larger than": (b" " * (MAX_BYTES + 1),),
        "holds no notes": (score_of(measure(FIRST)),),
        "is damaged": (data[:900] + deep, score_of(measure(deep.decode()))),
    }
    for words, files in cases.items():
        for file in files:
            with pytest.raises(MusicXmlError) as refused:
                read_musicxml(file, "«x»")
            assert str(refused.value).startswith("«x»"), words
            assert str(refused.value).endswith("."), words


SOUND = score_of(
    *(measure(FIRST if n == 1 else "", harmony("C", "major"), note("C", 4, 4), note("E", 4, 2), number=n)
      for n in range(1, 6)), drums=DRUMS,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SOUND)), st.integers(0, 40), st.binary(max_size=12), st.booleans())
def test_any_damage_is_survived(at: int, gone: int, put: bytes, is_packed: bool) -> None:
    data = packed(SOUND) if is_packed else SOUND
    at = at * len(data) // len(SOUND)
    try:
        read = read_musicxml(data[:at] + put + data[at + gone :])
    except MusicXmlError as error:
        assert str(error).endswith(".")
    else:
        assert read.score.end_tick
        assert all(fault.bar <= 6 and fault.track <= 2 for fault in read.faults)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    with pytest.raises(MusicXmlError):
        read_musicxml(data)


@pytest.mark.slow
def test_what_we_write_we_read() -> None:
    pytest.importorskip("music21")
    from music_core.adapters.musicxml import musicxml_bytes

    notes = tuple(Note(480 * i, 60 + i, 480, 80) for i in range(12))
    lane = tuple(
        ChordChange(480 * i, Chord(i % 12, quality, (i + 4) % 12 if i % 3 == 0 else -1), locked=True)
        for i, quality in enumerate(list(QUALITIES)[:12])
    )
    drums = Track("Drums", (Note(0, 36, 480), Note(480, 38, 480)), is_drum=True, role="drums")
    tune = Track("Melody", notes, program=40, role="melody")
    score = Score((tune, drums), (Tempo(0, 600_000),), (Metre(0, 3, 4),), (KeySignature(0, 1),), chords=lane)
    read = read_musicxml(musicxml_bytes(score)).score
    assert [[(n.start_tick, n.pitch, n.duration_ticks) for n in track.notes] for track in read.tracks] == [
        [(n.start_tick, n.pitch, n.duration_ticks) for n in track.notes] for track in score.tracks
    ]
    assert [replace(change) for change in read.chords] == list(lane)
    assert (read.metres, read.tempos, read.keys) == (score.metres, score.tempos, score.keys)
    assert [track.program for track in read.tracks] == [40, 0]
    assert [track.role for track in read.tracks] == ["melody", "drums"]
