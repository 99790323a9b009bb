"""Scores survive a file: names in any script, tempo, metre and key changes, drums, many tracks, pickups."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from music_core.harmony.chord import QUALITIES, Chord
from music_core.midi_file import (
    MidiError,
    bytes_to_score,
    channels_for,
    normalised,
    read_midi,
    read_midi_salvaging,
    score_to_bytes,
    write_midi,
)
from music_core.salvage import Salvaged
from music_core.score import (
    METRE_DENOMINATORS,
    ROLES,
    ChordChange,
    ControlChange,
    KeySignature,
    Marker,
    Metre,
    Note,
    PitchBend,
    Score,
    Tempo,
    TempoMap,
    Track,
    bar_lines,
)

ticks = st.integers(0, 20_000)
seven_bits = st.integers(0, 127)
texts = st.text(max_size=12)  # any script, control characters and lone surrogates too
note_lists = st.lists(
    st.builds(Note, ticks, st.integers(55, 65), st.integers(1, 3000), st.integers(1, 127)), max_size=15
).map(tuple)
tracks = st.builds(
    Track,
    name=texts,
    notes=note_lists,
    program=seven_bits,
    bank=st.sampled_from([0, 1, 128, 1024, 16383]),
    is_drum=st.booleans(),
    role=st.sampled_from(ROLES),
    volume=seven_bits,
    pan=seven_bits,
    reverb=seven_bits,
    muted=st.booleans(),
    controls=st.lists(
        st.builds(ControlChange, ticks, st.sampled_from([0, 1, 6, 7, 10, 32, 64, 91, 100, 123]), seven_bits),
        max_size=12,
    ).map(tuple),
    bends=st.lists(st.builds(PitchBend, ticks, st.integers(-8192, 8191)), max_size=8).map(tuple),
    generated_by=st.sampled_from(["", "bach-unet-gan"]),
)


@st.composite
def timed(draw: st.DrawFn, values: st.SearchStrategy[tuple[int, ...]], first: int | None = 0) -> list[tuple[int, ...]]:
    """(tick, value ...) with rising ticks; the first one at tick 0 unless `first` is None."""
    at = sorted(draw(st.sets(st.integers(1, 20_000), max_size=3)))
    return [(tick, *draw(values)) for tick in ([] if first is None else [first]) + at]


tempo_lists = timed(st.tuples(st.integers(20_000, 3_000_000))).map(lambda rows: tuple(Tempo(*row) for row in rows))
metre_lists = timed(st.tuples(st.integers(1, 40), st.sampled_from(METRE_DENOMINATORS))).map(
    lambda rows: tuple(Metre(*row) for row in rows)
)
key_lists = timed(st.tuples(st.integers(-7, 7), st.booleans()), None).map(
    lambda rows: tuple(KeySignature(*row) for row in rows)
)
chord_lanes = timed(
    st.tuples(st.none() | st.builds(Chord, st.integers(0, 11), st.sampled_from(sorted(QUALITIES))), st.booleans()), None
).map(lambda rows: tuple(ChordChange(*row) for row in rows))
scores = st.builds(
    Score,
    tracks=st.lists(tracks, max_size=4).map(tuple),
    tempos=tempo_lists,
    metres=metre_lists,
    keys=key_lists,
    markers=st.lists(st.builds(Marker, ticks, texts), max_size=4).map(tuple),
    title=texts,
    copyright=texts,
    provenance=texts,
    chords=chord_lanes,
)


def as_mido(score: Score) -> mido.MidiFile:
    """The written file through another reader's eyes."""
    return mido.MidiFile(file=io.BytesIO(score_to_bytes(score)), charset="utf-8")


def with_ticks(messages: mido.MidiTrack) -> list[tuple[int, mido.Message]]:
    """Messages with their absolute ticks."""
    tick, result = 0, []
    for message in messages:
        tick += message.time
        result.append((tick, message))
    return result


@settings(max_examples=12, deadline=None)
@given(scores)
def test_every_score_comes_back_as_a_file_can_hold_it(score: Score) -> None:
    expected = normalised(score)
    assert normalised(expected) == expected
    assert bytes_to_score(score_to_bytes(score)) == expected
    assert score_to_bytes(expected) == score_to_bytes(score)


@settings(max_examples=12, deadline=None)
@given(scores)
def test_what_a_file_can_hold_is_what_was_there(score: Score) -> None:
    """Normalising invents nothing and drops only what the module says it drops."""
    kept = normalised(score)
    assert (kept.tempos, kept.metres, kept.keys) == (score.tempos, score.metres, score.keys)
    for before, after in zip(score.tracks, kept.tracks, strict=True):
        assert {(n.start_tick, n.pitch) for n in after.notes} == {(n.start_tick, n.pitch) for n in before.notes}
        assert (after.program, after.bank, after.is_drum) == (before.program, before.bank, before.is_drum)
        assert [c for c in after.controls if c.controller in (1, 6, 100)] == sorted(
            (c for c in before.controls if c.controller in (1, 6, 100)), key=lambda c: c.tick
        )


@settings(max_examples=12, deadline=None)
@given(scores)
def test_another_reader_finds_what_music_programs_expect(score: Score) -> None:
    file = as_mido(score)
    assert (file.type, file.ticks_per_beat, len(file.tracks)) == (1, 480, len(score.tracks) + 1)
    assert all(message.is_meta for message in file.tracks[0])
    ends = [with_ticks(chunk)[-1] for chunk in file.tracks]
    end_tick = ends[0][0]
    assert {(tick, end.type) for tick, end in ends} == {(end_tick, "end_of_track")}  # all end together ...
    assert end_tick in bar_lines(score.metres, end_tick)  # ... on a bar line ...
    assert end_tick >= max(normalised(score).end_tick, 1)  # ... behind all notes
    for track, chunk in zip(score.tracks, file.tracks[1:], strict=True):
        _check_part(track, chunk)


def _check_part(track: Track, chunk: mido.MidiTrack) -> None:
    setup = [(m.type, getattr(m, "control", None)) for m in chunk[:9]]
    bank = [("control_change", 0), ("control_change", 32)] if track.bank else []
    expected = [("track_name", None), *bank, ("program_change", None)]
    expected += [("control_change", 7), ("control_change", 10), ("control_change", 91), ("pitchwheel", None)]
    assert setup[: len(expected)] == expected
    assert all(message.time == 0 for message in chunk[: len(expected)])
    channels = {m.channel for m in chunk if not m.is_meta}
    assert (channels == {9}) if track.is_drum else (len(channels) == 1 and 9 not in channels)
    sounding: set[int] = set()
    for _, message in with_ticks(chunk):
        if message.type == "note_on":
            assert message.velocity > 0
            assert message.note not in sounding
            sounding.add(message.note)
        elif message.type == "note_off":
            sounding.remove(message.note)
    assert not sounding


def test_names_in_many_scripts_and_old_files() -> None:
    names = ("Mélodie", "旋律", "Ударные", "لحن", "מנגינה", "🎹 keys", "")
    score = Score(tuple(Track(name) for name in names), title="Ода к радости", copyright="© 1824")
    assert [track.name for track in bytes_to_score(score_to_bytes(score)).tracks] == list(names)
    assert bytes_to_score(score_to_bytes(score)).title == "Ода к радости"
    latin = _one_track(mido.MetaMessage("track_name", name="Flöte"), *_note())  # mido's default is Latin-1
    assert bytes_to_score(latin).tracks[0].name == "Flöte"


def test_a_pickup_bar_is_a_short_first_metre() -> None:
    metres = (Metre(0, 1, 4), Metre(480, 3, 4))
    tune = Track("Melody", (Note(0, 67, 480), Note(480, 72, 1440)))
    score = bytes_to_score(score_to_bytes(Score((tune,), metres=metres)))
    assert score.metres == metres
    assert bar_lines(score.metres, score.end_tick) == (0, 480, 1920)
    assert score.tracks[0].role == "melody"


def test_a_pedal_is_pressed_again_no_sooner_than_50_ms() -> None:
    pedal = [(0, 127), (480, 0), (483, 127), (960, 0), (962, 127), (970, 0), (1440, 127)]
    track = Track("Piano", (Note(0, 60, 1920),), controls=tuple(ControlChange(t, 64, v) for t, v in pedal))
    written = bytes_to_score(score_to_bytes(Score((track,), tempos=(Tempo(0), Tempo(482, 1_000_000))))).tracks[0]
    kept = [(c.tick, c.value) for c in written.controls]
    assert [value for _, value in kept] == [127, 0, 127, 0, 0, 127]  # the 8-tick press is gone
    seconds = TempoMap((Tempo(0), Tempo(482, 1_000_000))).seconds
    for (up, value), (down, pressed) in pairwise(kept):
        if value < 64 <= pressed:
            assert seconds(down) - seconds(up) >= 0.05 - 1e-9


@pytest.mark.parametrize("count", [15, 16, 40])
def test_many_tracks_share_channels_by_the_rule(count: int) -> None:
    sounds = [i % 20 for i in range(count)]
    parts = [Track(f"Part {i}", (Note(i, 60, 480),), program=program) for i, program in enumerate(sounds)]
    parts.insert(3, Track("Kit", (Note(0, 36, 10),), is_drum=True))
    score = Score(tuple(parts))
    read = bytes_to_score(score_to_bytes(score))
    assert [t.program for t in read.tracks] == [t.program for t in parts]
    assert [t.notes for t in read.tracks] == [t.notes for t in parts]
    channels = channels_for(parts)
    assert channels[3] == 9
    pitched = [c for i, c in enumerate(channels) if i != 3]
    assert set(pitched) == set(range(16)) - {9}
    assert max(pitched.count(c) for c in pitched) == -(-count // 15)


def test_tracks_beyond_fifteen_join_their_own_sound() -> None:
    parts = [Track(f"Violin {i}", program=40) for i in range(16)] + [Track("Cello", program=42)]
    channels = channels_for(parts)
    assert channels[16] not in channels[:16]
    assert channels == channels_for(parts)


@given(st.integers(1, 32767), st.lists(st.integers(0, 50_000), min_size=1, max_size=12, unique=True))
def test_other_resolutions_stay_within_half_a_tick(resolution: int, onsets: list[int]) -> None:
    messages, before = [], 0
    for onset in sorted(onsets):
        messages.append(mido.Message("note_on", note=60, velocity=64, time=onset - before))
        before = onset
    messages.append(mido.Message("note_off", note=60, time=1))
    try:
        read = bytes_to_score(_one_track(*messages, resolution=resolution))
    except MidiError as error:
        assert "longer than" in str(error)
        return
    found = iter(read.tracks[0].notes)
    for onset in sorted(onsets):
        note = next((n for n in found if abs(n.start_tick - onset * 480 / resolution) <= 0.5), None)
        assert note is not None or resolution > 480  # onsets closer than a tick fall together
        if 480 % resolution == 0:
            assert note is not None
            assert note.start_tick == onset * (480 // resolution)


def test_format_0_splits_into_channels() -> None:
    messages = [
        mido.MetaMessage("track_name", name="Little suite"),
        mido.Message("program_change", channel=2, program=40),
        *_note(channel=2),
        *_note(channel=9, note=36),
        mido.Message("control_change", channel=2, control=7, value=33),
    ]
    score = bytes_to_score(_one_track(*messages, format_=0))
    assert score.title == "Little suite"
    assert [(t.name, t.program, t.is_drum) for t in score.tracks] == [("Channel 3", 40, False), ("Drums", 0, True)]
    assert score.tracks[0].controls == (ControlChange(960, 7, 33),)
    alone = bytes_to_score(_one_track(mido.MetaMessage("track_name", name="Tune"), *_note(), format_=0))
    assert (alone.title, alone.tracks[0].name) == ("", "Tune")


def test_conductor_events_are_taken_from_any_track_and_the_first_is_right() -> None:
    file = mido.MidiFile(type=1, ticks_per_beat=480)
    for tempo, key in ((400_000, "G"), (600_000, "D")):
        key_message = mido.MetaMessage("key_signature", key=key)
        file.tracks.append(mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=tempo), key_message, *_note()]))
    score = bytes_to_score(_saved(file))
    assert (score.tempos, score.keys) == ((Tempo(0, 400_000),), (KeySignature(0, 1),))
    assert len(score.tracks) == 2


def test_the_mix_is_read_up_to_the_first_note() -> None:
    def volume(value: int, time: int = 0) -> mido.Message:
        return mido.Message("control_change", control=7, value=value, time=time)

    track = bytes_to_score(_one_track(volume(10), volume(20), *_note(), volume(30))).tracks[0]
    assert track.volume == 20
    assert track.controls == (ControlChange(480, 7, 30),)


def test_writing_replaces_a_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "大きな.mid"
    target.write_bytes(b"old")
    write_midi(Score((Track("Melody", (Note(0, 60, 480),)),)), target)
    assert read_midi(target).tracks[0].notes == (Note(0, 60, 480),)
    assert [path.name for path in tmp_path.iterdir()] == ["大きな.mid"]
    assert read_midi_salvaging(target) == Salvaged(read_midi(target), 1)


def test_a_written_file_that_reads_back_differently_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "tune.mid"
    target.write_bytes(b"old")
    score = Score((Track("Melody", (Note(0, 60, 480),)),))
    wrong = score_to_bytes(replace(score, tempos=(Tempo(0, 400_000),)))
    monkeypatch.setattr("music_core.midi_file.encode", lambda score: wrong)
    with pytest.raises(MidiError, match="did not read back the same"):
        write_midi(score, target)
    assert target.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_writing_where_one_cannot_says_so(tmp_path: Path) -> None:
    score = Score((Track("Melody", (Note(0, 60, 480),)),))
    for target, word in ((tmp_path, "is a folder"), (tmp_path / "no" / "x.mid", "folder does not exist")):
        with pytest.raises(MidiError, match=word):
            write_midi(score, target)
    assert list(tmp_path.iterdir()) == []


def test_a_piece_longer_than_the_limit_is_not_written(tmp_path: Path) -> None:
    endless = Score((Track("Melody", (Note(480 * 120 * 180, 60, 480),)),))
    with pytest.raises(MidiError, match="longer than 2 hours"):
        write_midi(endless, tmp_path / "x.mid")
    assert list(tmp_path.iterdir()) == []


def _note(channel: int = 0, note: int = 60) -> list[mido.Message]:
    return [
        mido.Message("note_on", channel=channel, note=note, velocity=70),
        mido.Message("note_off", channel=channel, note=note, time=480),
    ]


def _one_track(*messages: mido.Message, resolution: int = 480, format_: int = 1) -> bytes:
    file = mido.MidiFile(type=format_, ticks_per_beat=resolution)
    file.tracks.append(mido.MidiTrack(messages))
    return _saved(file)


def _saved(file: mido.MidiFile) -> bytes:
    stream = io.BytesIO()
    file.save(file=stream)
    return stream.getvalue()
