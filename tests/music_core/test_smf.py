"""Hostile and damaged files: one plain sentence when strict, what can be saved when salvaging, never a traceback."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from music_core import midi_track, smf
from music_core.midi_file import MidiError, bytes_to_score, read_midi, read_midi_salvaging, score_to_bytes
from music_core.midi_reading import Findings, decode
from music_core.score import KeySignature, Metre, Note, Score, Tempo, Track

NOTE = b"\x00\x90\x3c\x50\x83\x60\x80\x3c\x40"  # a quarter note C4 at 480 ticks
END = b"\x00\xff\x2f\x00"
TUNE = Score(tuple(Track(f"Part {i}", tuple(Note(480 * n, 60 + i, 480) for n in range(8))) for i in range(3)))


def header(tracks: int = 1, division: int = 480, format_: int = 1) -> bytes:
    return b"MThd" + struct.pack(">IHHH", 6, format_, tracks, division)


def chunk(events: bytes, kind: bytes = b"MTrk") -> bytes:
    return kind + struct.pack(">I", len(events)) + events


def meta(kind: int, payload: bytes) -> bytes:
    return bytes([0, 0xFF, kind, len(payload)]) + payload


def salvage(data: bytes) -> tuple[Score, list[str]]:
    findings = Findings("«x.mid»", strict=False)
    return decode(data, findings), findings.lost


REFUSED = {
    "empty": (b"", "is empty"),
    "not MIDI": (b"PK\x03\x04 some zip file or other", "is not a MIDI file"),
    "header only in part": (header()[:9], "cut off"),
    "no tracks": (header(1), "should have 1 tracks but holds 0"),
    "film frames": (header(1, 0xE728) + chunk(NOTE + END), "SMPTE"),
    "division 0": (header(1, 0) + chunk(NOTE + END), "damaged header"),
    "type 2": (header(1, 480, 2) + chunk(NOTE + END), "type 2"),
    "a track missing": (header(2) + chunk(NOTE + END), "should have 2 tracks but holds 1"),
    "cut in a note": (header() + chunk(NOTE + END)[:-8], "track 1 could be read only up to bar 1"),
    "cut in a name": (header() + chunk(b"\x00\xff\x03\x40abc"), "in the middle of an event"),
    "data first": (header() + chunk(b"\x00\x3c\x50" + NOTE + END), "data where an event should begin"),
    "data above 127": (header() + chunk(b"\x00\x90\xbc\x50" + END), "impossible value"),
    "unknown status": (header() + chunk(b"\x00\xf5" + NOTE + END), "MIDI does not know"),
    "endless number": (header() + chunk(b"\xff\xff\xff\xff\xff\x90\x3c\x50" + END), "number that is too long"),
    "metre over 2**200": (header() + chunk(meta(0x58, b"\x04\xc8\x18\x08") + NOTE + END), "time signature"),
    "metre of no beats": (header() + chunk(meta(0x58, b"\x00\x02\x18\x08") + NOTE + END), "time signature"),
    "metre too short": (header() + chunk(meta(0x58, b"\x04") + NOTE + END), "time signature"),
    "tempo of 0": (header() + chunk(meta(0x51, b"\x00\x00\x00") + NOTE + END), "tempo"),
    "tempo of 60 million": (header() + chunk(meta(0x51, b"\x00\x00\x01") + NOTE + END), "tempo"),
    "ten hours": (
        header() + chunk(NOTE + b"\x84\xb0\xfc\x00\x90\x3c\x50\x10\x80\x3c\x40" + END),
        "longer than 2 hours",
    ),
    "too many bars": (
        header() + chunk(meta(0x58, b"\x01\x07\x18\x08") + NOTE + b"\x81\xf7\xd4\x00\xff\x2f\x00"),
        "20,000 bars",
    ),
    "ten silent hours": (header() + chunk(NOTE + b"\x84\xb0\xfc\x00\xff\x2f\x00"), "longer than 2 hours"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_strict_reader_refuses_in_one_sentence(case: str, tmp_path: Path) -> None:
    data, words = REFUSED[case]
    path = tmp_path / "x.mid"
    path.write_bytes(data)
    with pytest.raises(MidiError) as caught:
        read_midi(path)
    sentence = str(caught.value)
    assert words in sentence
    assert sentence.startswith("«x.mid» is ") or sentence.startswith("«x.mid» c") or sentence.startswith("«x.mid» has")
    assert sentence.endswith(".")
    assert ". " not in sentence
    assert "\n" not in sentence


def test_millions_of_events_are_refused_and_salvaged_up_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smf, "MAX_EVENTS", 100)
    data = header() + chunk(NOTE * 5000 + END)
    with pytest.raises(MidiError, match=r"has more than .* cut it into smaller pieces"):
        bytes_to_score(data)
    score, lost = salvage(data)
    assert len(score.tracks[0].notes) == 50
    assert "rest was left out" in lost[0]
    assert len(salvage(header() + chunk(NOTE * 49 + END))[1]) == 0
    with pytest.raises(MidiError, match="256 tracks"):
        bytes_to_score(header(400) + chunk(END) * 400)


@pytest.mark.parametrize("reader", [read_midi, read_midi_salvaging])
def test_what_is_no_file_is_said(reader: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert callable(reader)
    big = tmp_path / "big.mid"
    big.write_bytes(header())
    monkeypatch.setattr("music_core.midi_file.MAX_BYTES", 10)
    os.mkfifo(tmp_path / "pipe.mid")
    cases = {
        tmp_path: "is a folder",
        tmp_path / "gone.mid": "does not exist",
        tmp_path / "pipe.mid": "is not a file",
        big: "larger than",
        tmp_path / "new\nline\0.mid": "new?line?.mid",
    }
    for path, words in cases.items():
        with pytest.raises(MidiError) as caught:
            reader(path)
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)


def test_salvaging_keeps_whole_tracks_and_the_sound_start_of_broken_ones() -> None:
    whole = score_to_bytes(TUNE)
    score, lost = salvage(whole[:-30])
    assert [len(track.notes) for track in score.tracks[:2]] == [8, 8]
    assert 0 < len(score.tracks[2].notes) < 8
    assert lost == ["Track 3 (Part 2) could be read only up to bar 2, as it ends in the middle of an event."]
    with pytest.raises(MidiError, match="Import"):
        bytes_to_score(whole[:-30])


def test_what_is_broken_is_told_track_by_track(tmp_path: Path) -> None:
    path = tmp_path / "x.mid"
    path.write_bytes(header(4) + chunk(meta(3, b"Piece") + END) + chunk(NOTE + END) + chunk(NOTE + b"\x00\x90\xbc"))
    read = read_midi_salvaging(path)
    assert (read.tracks, read.sound_tracks) == (3, 1)
    assert [(fault.track, fault.bar) for fault in read.faults] == [(3, 0), (2, 1)]
    assert [str(loss) for loss in read.lost] == [
        "The file should have 4 tracks but holds 3.",
        "Track 2 could be read only up to bar 1, as it ends in the middle of an event.",
    ]


def test_salvaging_drops_what_makes_no_sense_and_lists_it() -> None:
    events = meta(0x58, b"\x04\xc8\x18\x08") + meta(0x51, b"\0\0\0") + meta(0x59, b"\x20\x00") + NOTE + END
    score, lost = salvage(header() + chunk(events))
    assert score == Score((Track("", (Note(0, 60, 480),)),))
    assert lost == [
        "There is a tempo that makes no sense.",
        "There is a time signature that makes no sense.",
        "There is a key signature that makes no sense.",
    ]


def test_salvaging_cuts_what_is_too_long() -> None:
    score, lost = salvage(REFUSED["ten hours"][0])
    assert score.tracks[0].notes == (Note(0, 60, 480),)
    assert lost == ["All that lies beyond 2 hours or 20,000 bars was left out."]


def test_what_a_score_has_no_place_for_is_listed_but_no_damage(tmp_path: Path) -> None:
    sysex, pressure, lyric = b"\x00\xf0\x03\x01\x02\xf7", b"\x00\xa0\x3c\x10", meta(5, b"la")
    late_program = b"\x00\xc0\x05"
    path = tmp_path / "x.mid"
    path.write_bytes(header() + chunk(b"\x00\xc0\x04" + sysex + pressure + lyric + NOTE + late_program + END))
    assert read_midi(path).tracks[0].program == 4
    read = read_midi_salvaging(path)
    assert (read.tracks, read.sound_tracks, read.faults) == (1, 1, ())
    assert [str(loss) for loss in read.lost] == [
        "Track 1 changes its instrument later on; the first one is kept.",
        "Left out: messages to one kind of instrument (system exclusive; 1).",
        "Left out: key pressures (aftertouch; 1).",
        "Left out: words of lyrics (1).",
    ]


def test_a_file_of_which_nothing_is_left_is_refused_by_import_too(tmp_path: Path) -> None:
    path = tmp_path / "x.mid"
    path.write_bytes(header() + chunk(b"\x00\xf5"))
    with pytest.raises(MidiError, match="no notes that can be read"):
        read_midi_salvaging(path)
    path.write_bytes(header() + chunk(END))
    with pytest.raises(MidiError, match="holds no notes"):
        read_midi_salvaging(path)


def test_small_sins_of_other_programs_are_forgiven() -> None:
    running = b"\x00\x90\x3c\x50" + meta(1, b"hi") + b"\x83\x60\x3c\x00"  # running status across a text
    assert bytes_to_score(header() + chunk(running + END)).tracks[0].notes == (Note(0, 60, 480),)
    strange = header() + chunk(b"junk", b"XFIH") + chunk(NOTE)  # an unknown chunk, and no end of track
    assert bytes_to_score(strange + b"\0\0").tracks[0].notes == (Note(0, 60, 480),)
    too_long = header() + b"MTrk" + struct.pack(">I", 999) + NOTE + END  # a wrong length, but the end is there
    assert bytes_to_score(too_long).tracks[0].notes == (Note(0, 60, 480),)
    stray = NOTE + b"\x00\xf8" + b"\x00\xfe" + NOTE + END
    assert len(bytes_to_score(header() + chunk(stray)).tracks[0].notes) == 2
    bad_key = header() + chunk(meta(0x59, b"\x09\x00") + NOTE + END)
    assert bytes_to_score(bad_key).keys == ()


def test_conductor_values_are_read() -> None:
    events = meta(0x51, b"\x06\x1a\x80") + meta(0x58, b"\x06\x03\x24\x08") + meta(0x59, b"\xfd\x01") + NOTE + END
    score = bytes_to_score(header() + chunk(events))
    assert (score.tempos, score.metres, score.keys) == (
        (Tempo(0, 400_000),),
        (Metre(0, 6, 8),),
        (KeySignature(0, -3, minor=True),),
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32), st.data())
def test_damaged_bytes_never_end_in_anything_but_a_sentence(seed: int, data: st.DataObject) -> None:
    damaged = bytearray(score_to_bytes(TUNE))
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(14, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    damaged = damaged[: data.draw(st.integers(0, len(damaged)))]
    _read_both_ways(bytes(damaged))


@given(st.binary(max_size=200))
def test_random_bytes_never_end_in_anything_but_a_sentence(events: bytes) -> None:
    _read_both_ways(header() + chunk(events))
    _read_both_ways(events)


def _read_both_ways(data: bytes) -> None:
    try:
        strict = bytes_to_score(data)
    except MidiError as error:
        assert str(error).endswith(".")
        strict = None
    try:
        score, lost = salvage(data)
    except MidiError as error:
        assert strict is None
        assert str(error).endswith(".")
        return
    assert strict in (None, score)
    assert all(sentence.endswith(".") for sentence in lost)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 1000),
            st.sampled_from(["note_on", "note_off"]),
            st.integers(60, 63),
            st.sampled_from([0, 90]),
        ),
        max_size=30,
    )
)
def test_events_are_those_that_mido_reads(rows: list[tuple[int, str, int, int]]) -> None:
    file = mido.MidiFile(type=1, ticks_per_beat=480)
    messages = [mido.Message(kind, time=time, note=note, velocity=velocity) for time, kind, note, velocity in rows]
    file.tracks.append(mido.MidiTrack(messages))
    stream = io.BytesIO()
    file.save(file=stream)
    raw = smf.parse(stream.getvalue())
    tick, expected = 0, []
    for message in messages:
        tick += message.time
        expected.append((tick, *message.bytes()))
    assert raw.tracks[0].channel_events == expected
    assert not raw.tracks[0].damage


RUNNING = b"\x00\x90\x3c\x50" + b"\x81\x00\x3c\x00\x00\x3e\x50" * 40  # a status once, then data only
MIXED = RUNNING + b"\x05\xc0\x07\x03\x08" + NOTE + meta(1, b"x" * 90) + b"\x02\xd0\x40\x02\x41" + NOTE * 30 + END


@pytest.mark.parametrize("budget", [1, 41, 82, 83, 500_000])
def test_reading_in_bulk_gives_the_same_however_it_is_cut_up(budget: int, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for window in (1, 7, 64, 1 << 16):
        monkeypatch.setattr(midi_track, "_WINDOW", window)
        found.append([_all_of(midi_track.parse_track(MIXED[:end], budget)) for end in range(len(MIXED) + 1)])
    assert all(other == found[0] for other in found)
    assert len(found[0][-1][0]) <= budget
    assert not found[0][-1][-1]


def _all_of(track: smf.RawTrack) -> tuple[list[tuple[int, int, int, int]], object, int, bool, bool, str]:
    return track.channel_events, track.metas, track.end_tick, track.has_end, track.is_cut, track.damage


def test_running_status_in_bulk() -> None:
    events = midi_track.parse_track(MIXED, 500_000).channel_events
    assert events[:3] == [(0, 0x90, 60, 80), (128, 0x90, 60, 0), (128, 0x90, 62, 80)]
    assert [event for event in events if event[1] >> 4 in (0xC, 0xD)] == [
        (5125, 0xC0, 7, 0),
        (5128, 0xC0, 8, 0),
        (5610, 0xD0, 64, 0),
        (5612, 0xD0, 65, 0),
    ]
