"""From bytes to parts: what files say, how it is mended, and why some are refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_training.data.arrange import arrange, role_of
from model_training.data.bar_phase import late_beats
from model_training.data.manifest_csv import Row
from model_training.data.raw import RawSong, RawTrack
from model_training.data.reading import UnfitError, read_song
from model_training.data.repair import bpm_of, metres_of, off_grid, repair
from music_core.score import Metre, bar_lines

TUNE = [(i * 240, 60 + (i * 5) % 12, 240, 80) for i in range(32)]


def track(notes: list[tuple[int, int, int, int]], program: int = 0, name: str = "", *, drum: bool = False) -> RawTrack:
    return RawTrack(name, program, drum, np.array(sorted(notes), np.int32).reshape(-1, 4))


def raw(*tracks: RawTrack, metres: tuple[Metre, ...] = ()) -> RawSong:
    return RawSong("song", tracks, metres, ())


def midi(
    *tracks: list[tuple[int, int, int, int]], per_quarter: int = 480, metas: list[mido.MetaMessage] | None = None,
    channels: list[int] | None = None, programs: list[int] | None = None,
) -> bytes:  # fmt: skip
    """A MIDI file of (start, pitch, duration, velocity) in its own ticks; metas carry absolute times."""
    file = mido.MidiFile(ticks_per_beat=per_quarter, charset="latin-1")
    lists = [[(meta.time, meta) for meta in metas or []]]
    for number, notes in enumerate(tracks):
        channel = (channels or list(range(len(tracks))))[number]
        program = (programs or [0] * len(tracks))[number]
        events = [
            (0, mido.MetaMessage("track_name", name=f"caf\xe9 {number}")),
            (0, mido.Message("program_change", channel=channel, program=program)),
        ]
        for start, pitch, duration, velocity in notes:
            events.append((start, mido.Message("note_on", channel=channel, note=pitch, velocity=velocity)))
            events.append((start + duration, mido.Message("note_off", channel=channel, note=pitch)))
        lists.append(events)
    for events in lists:
        events.sort(key=lambda event: (event[0], event[1].type == "note_on"))
        at, messages = 0, mido.MidiTrack()
        for time, message in events:
            messages.append(message.copy(time=time - at))
            at = time
        file.tracks.append(messages)
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def test_midi_is_read_at_480_ticks_with_its_metres_and_tempos() -> None:
    metas = [
        mido.MetaMessage("set_tempo", tempo=400_000, time=0),
        mido.MetaMessage("time_signature", numerator=3, denominator=4, time=0),
        mido.MetaMessage("time_signature", numerator=6, denominator=8, time=96 * 3),
    ]
    data = midi(
        [(0, 60, 96, 80), (96, 62, 48, 1)], [(0, 36, 1, 100)],
        per_quarter=96, metas=metas, channels=[2, 9], programs=[73, 0],
    )  # fmt: skip
    song = read_song("folder/song.mid", data)
    melody, drums = (t for t in song.tracks if len(t.notes))
    assert melody.notes.tolist() == [[0, 60, 480, 80], [480, 62, 240, 1]]
    assert (melody.program, melody.is_drum, drums.is_drum) == (73, False, True)
    assert song.metres == (Metre(0, 3, 4), Metre(1440, 6, 8))
    assert song.tempos == ((0, 150.0),)
    assert song.title == "song"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"hello", "no MIDI file"),
        (b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\xff\xff\xff\xff", "damaged"),
        (b"MThd\0\0\0\6\0\1\0\1\xe7\x28MTrk\0\0\0\4\0\xff\x2f\0", "seconds"),
        (b"MThd\0\0\0\6\0\1\0\1\0\0MTrk\0\0\0\4\0\xff\x2f\0", "no ticks"),
        (midi([]), "no notes"),
        (midi([(0, 60, 480, 80)], per_quarter=1)[:-30] , "damaged|no notes"),
        (midi([(100_000, 60, 480, 80)], per_quarter=1), "longer than any piece"),
    ],
)  # fmt: skip
def test_bad_midi_is_refused_in_words(data: bytes, reason: str) -> None:
    with pytest.raises(UnfitError, match=reason):
        read_song("bad.mid", data)


@given(st.binary(max_size=200), st.integers(0, 200))
@settings(max_examples=150, deadline=None)
def test_no_bytes_bring_the_reader_down(noise: bytes, at: int) -> None:
    good = midi([(0, 60, 480, 80), (480, 64, 480, 80)])
    for data in (noise, good[:at] + noise + good[at:], good[:at] + noise):
        try:
            song = read_song("any.mid", data)
        except UnfitError:
            continue
        for found in song.tracks:
            if len(found.notes):
                assert found.notes[:, 1].max() <= 127
                assert found.notes[:, 2].min() >= 1


def musicxml(tmp_path: Path, *, compressed: bool = False) -> bytes:
    """A pickup of one quarter and two bars of 3/4: a clarinet in B flat and a piano."""
    from music21 import chord, instrument, meter, note, stream, tempo

    clarinet, piano = stream.Part(), stream.Part()
    clarinet.partName = "Clarinet"
    for part, first in ((clarinet, instrument.Clarinet()), (piano, instrument.Piano())):
        for number, length in enumerate((1, 3, 3)):
            measure = stream.Measure(number=number)
            if number == 0:
                measure.append(meter.TimeSignature("3/4"))
                measure.insert(0, first)
                measure.padAsAnacrusis()
            for beat in range(length):
                pitches = ["C4", "G4"] if part is piano else [["D5", "E5", "F#5"][beat]]
                measure.append(chord.Chord(pitches) if part is piano else note.Note(pitches[0]))
            part.append(measure)
    clarinet.measure(0).insert(0, tempo.MetronomeMark(number=90))
    score = stream.Score([clarinet, piano])
    path = tmp_path / ("a.mxl" if compressed else "a.musicxml")
    score.write("mxl" if compressed else "musicxml", fp=path)
    return path.read_bytes()


@pytest.mark.parametrize("compressed", [False, True])
def test_musicxml_is_read_at_sounding_pitch_with_its_pickup(tmp_path: Path, compressed: bool) -> None:
    song = read_song("a.mxl" if compressed else "a.musicxml", musicxml(tmp_path, compressed=compressed))
    clarinet, piano = song.tracks
    assert clarinet.program == 71
    assert clarinet.notes[:4, 1].tolist() == [72, 72, 74, 76]
    assert piano.notes[:2, :3].tolist() == [[0, 60, 480], [0, 67, 480]]
    assert song.metres == (Metre(0, 1, 4), Metre(480, 3, 4))
    assert song.tempos[0] == (0, 90.0)
    assert bar_lines(repair(song, None).metres, 3360) == (0, 480, 1920, 3360)


def test_bad_musicxml_is_refused_in_words() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><score-partwise>&b;</score-partwise>'
    for data, reason in (
        (bomb, "entities"),
        (b"<html></html>", "no MusicXML"),
        (b"<score-partwise><part>", "damaged"),
        (b"PK\3\4rest", "container"),
    ):
        with pytest.raises(UnfitError, match=reason):
            read_song("bad.musicxml", data)
    large = io.BytesIO()
    with zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml", '<container><rootfile full-path="s.xml"/></container>')
        archive.writestr("s.xml", bytes(33 * 1024 * 1024))
    with pytest.raises(UnfitError, match="more than 32 MB"):
        read_song("bad.mxl", large.getvalue())


def test_metres_begin_at_zero_and_change_on_bar_lines() -> None:
    assert metres_of([], "") == (Metre(0, 4, 4),)
    assert metres_of([], "3/4") == (Metre(0, 3, 4),)
    assert metres_of([], "0/7") == (Metre(0, 4, 4),)
    # A signature that comes late holds from the start; one a few ticks off its bar line is moved onto it.
    assert metres_of([Metre(1, 3, 4), Metre(2885, 4, 4)], "") == (Metre(0, 3, 4), Metre(2880, 4, 4))
    # Of two at one place the later is meant, and a repetition says nothing.
    assert metres_of([Metre(0, 3, 4), Metre(0, 4, 4), Metre(700, 4, 4)], "") == (Metre(0, 4, 4),)
    # A pickup stays.
    pickup = (Metre(0, 1, 4), Metre(480, 4, 4))
    assert metres_of(pickup, "") == pickup


def test_senseless_bar_lines_are_refused() -> None:
    with pytest.raises(UnfitError, match="bar lines make no sense"):
        metres_of([Metre(700 * i, 3 + i % 2, 4) for i in range(12)], "")


def test_the_tempo_is_the_one_that_lasts() -> None:
    assert bpm_of([(0, 60.0), (240, 140.0), (4800, 70.0)], 5000) == 140.0
    assert bpm_of([(0, 0.001), (10, 9000.0)], 5000) == 120.0
    assert bpm_of([], 5000) == 120.0


def test_true_bar_lines_come_from_the_manifest() -> None:
    late = track([(start + 480, *rest) for start, *rest in TUNE])  # type: ignore[misc]
    hint = Row("song.mid", bar_phase_hint_beats=1)
    mended = repair(raw(late, metres=(Metre(0, 4, 4),)), hint)
    # The empty pickup is gone, so the tune now begins on the first beat.
    assert mended.metres == (Metre(0, 4, 4),)
    assert mended.tracks[0].notes.tolist() == track(TUNE).notes.tolist()
    upbeat = repair(raw(track([(0, 60, 480, 80), *((s + 480, p, d, v) for s, p, d, v in TUNE)])), hint)
    assert upbeat.metres == (Metre(0, 1, 4), Metre(480, 4, 4))


def rock(late: int, bars: int = 8) -> list[RawTrack]:
    """A tune over kick, snare, crash and bass whose bars begin some beats late."""
    beats = [(bar * 4 + beat) * 480 + late * 480 for bar in range(bars) for beat in range(4)]
    drums = [(at, 36 if i % 2 == 0 else 38, 10, 100) for i, at in enumerate(beats)]
    drums += [(at + 240, 42, 10, 60) for at in beats] + [(at, 49, 10, 110) for at in beats[::8]]
    bass = track([(at, 40, 1920, 90) for at in beats[::4]], 33)
    return [track(TUNE, 73), track(drums, drum=True), bass]


@pytest.mark.parametrize("late", [0, 1, 2, 3])
def test_drums_say_where_bars_begin(late: int) -> None:
    assert late_beats(rock(late)) == late
    mended = repair(raw(*rock(late)), None)
    assert mended.metres == ((Metre(0, late, 4), Metre(late * 480, 4, 4)) if late else (Metre(0, 4, 4),))
    # What a manifest says is not doubted, and a waltz has other habits.
    assert repair(raw(*rock(late)), Row("song.mid")).metres == (Metre(0, 4, 4),)
    assert repair(raw(*rock(late), metres=(Metre(0, 3, 4),)), None).metres == (Metre(0, 3, 4),)


def test_doubtful_drums_say_nothing() -> None:
    tune, drums, bass = rock(1)
    assert late_beats([tune, bass]) == 0
    even = drums.notes.copy()
    even[:, 1] = 36
    assert late_beats([tune, RawTrack("", 0, True, even)]) == 0
    assert late_beats([tune, RawTrack("", 0, True, drums.notes[:31])]) == 0


def test_empty_bars_at_the_start_go() -> None:
    late = track([(start + 2 * 1440 + 720, *rest) for start, *rest in TUNE])  # type: ignore[misc]
    mended = repair(raw(late, metres=(Metre(0, 3, 4), Metre(2880 + 1440, 4, 4))), None)
    assert mended.metres == (Metre(0, 3, 4), Metre(1440, 4, 4))
    assert mended.tracks[0].notes[0, 0] == 720


def test_notes_that_are_all_late_are_moved_onto_the_beat() -> None:
    late = track([(start + 23, *rest) for start, *rest in TUNE])  # type: ignore[misc]
    assert off_grid([late]) == 1.0
    mended = repair(raw(late), None)
    assert mended.tracks[0].notes.tolist() == track(TUNE).notes.tolist()


def test_playing_without_a_click_is_refused_but_drummers_may() -> None:
    rng = np.random.default_rng(1)
    loose = track([(int(start), 60, 100, 80) for start in rng.integers(0, 40_000, 300)])
    with pytest.raises(UnfitError, match="played without a click"):
        repair(raw(loose), None)
    drums = RawTrack("", 0, True, loose.notes)
    assert off_grid([track(TUNE), drums]) == 0.0
    repair(raw(track(TUNE), drums), None)


def test_a_piece_without_end_is_refused() -> None:
    with pytest.raises(UnfitError, match="more than 3,000 bars"):
        repair(raw(track([*TUNE, (1920 * 3001, 60, 1, 80)])), None)


@pytest.mark.parametrize(
    ("program", "role"),
    [(0, "keys"), (23, "keys"), (24, "guitar"), (32, "bass"), (40, "strings"), (47, "timpani"), (48, "strings"),
     (55, "strings"), (56, "brass"), (63, "brass"), (64, "winds"), (80, "winds"), (87, "winds"), (88, "strings"),
     (103, "strings"), (104, "guitar"), (111, "guitar"), (112, ""), (127, "")],
)  # fmt: skip
def test_roles_by_program(program: int, role: str) -> None:
    assert role_of(track([], program)) == role
    assert role_of(track([], program, drum=True)) == "drums"


def test_parts_are_merged_without_what_doubles() -> None:
    chords = [(i * 960, pitch, 960, 70) for i in range(8) for pitch in (48, 52)]
    with_melody = [*chords, *TUNE[:4]]
    tracks = [
        track(TUNE, 73, "Melody"),
        track(with_melody, 0),
        track(with_melody, 4),  # plays the same notes
        track([(0, 55, 100, 70), (0, 48, 2000, 70)], 16),  # joins the keys; its long C covers the first one's
        track([(0, 36, 480, 90)], 33),
        track([(0, 40, 480, 90)], 34),  # doubled, says the manifest
        track([(0, 60, 480, 90)], 120),  # a sound effect
        track([(0, 36, 1, 90)], drum=True),
    ]
    row = Row("song.mid", melody_track=0, melody_conf="given", doubled_tracks=((4, 5),))
    parts, found_by = arrange(tracks, row)
    assert found_by == "marked"
    assert [part.role for part in parts] == ["melody", "drums", "bass", "keys"]
    assert [part.program for part in parts] == [73, 0, 33, 0]
    keys = parts[3].notes
    assert keys[:4].tolist() == [[0, 48, 960, 70], [0, 52, 960, 70], [0, 55, 100, 70], [960, 48, 960, 70]]
    assert len(keys) == 17
    assert parts[2].notes.tolist() == [[0, 36, 480, 90]]


def test_the_top_line_of_chords_is_the_melody_and_the_rest_stays() -> None:
    chords = sorted([*TUNE, *((start, pitch - 12, 240, 60) for start, pitch, *_ in TUNE)])
    parts, found_by = arrange([track(chords, 0), track([(0, 36, 480, 90)], 33)], None)
    assert found_by == "only"
    assert parts[0].notes.tolist() == track(TUNE).notes.tolist()
    assert [part.role for part in parts] == ["melody", "bass", "keys"]
    assert parts[2].notes[:, 1].max() < 60


@pytest.mark.parametrize(
    ("tracks", "row", "reason"),
    [
        ([track(TUNE, drum=True)], None, "no melody: it has only drums"),
        ([track(TUNE), track([])], Row("x", melody_track=1, melody_conf="given"), "marks track 1"),
        ([track(TUNE)], Row("x", melody_track=9, melody_conf="high"), "marks track 9"),
        ([track(TUNE[:3])], Row("x", melody_track=0, melody_conf="given"), "fewer than 4 notes"),
    ],
)
def test_songs_without_a_melody_are_refused(tracks: list[RawTrack], row: Row | None, reason: str) -> None:
    with pytest.raises(UnfitError, match=reason):
        arrange(tracks, row)
