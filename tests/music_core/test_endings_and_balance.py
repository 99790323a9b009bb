"""Endings, crashes after fills, levels: what is written before a performance, and the mix after it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from music_core.adapters import audio_render
from music_core.harmony.chord import Chord
from music_core.performing.balance import LOUDEST, SOFTEST, balanced, register_share
from music_core.performing.endings import ending_of, with_ending
from music_core.performing.fills import crash_after_fills, fill_bars
from music_core.performing.loudness import PROGRAM_DB, level_db, notes_at_once, volume_db, volume_for
from music_core.performing.positions import Bars
from music_core.performing.stage import staged
from music_core.performing.tables import read_tables
from music_core.score import ChordChange, Metre, Note, Score, Tempo, Track
from music_core.soundfonts import find_soundfont

TABLES = read_tables(Path(__file__).parents[2] / "resources" / "performance")
BAR = 1920
G, C = Chord(7), Chord(0)


def tune(*last: Note) -> Track:
    return Track("Tune", (*(Note(tick, 72, 480) for tick in range(0, 3 * BAR, 480)), *last), role="melody")


def steady(name: str, role: str, pitches: tuple[int, ...], step: int, bars: float, program: int = 0) -> Track:
    notes = tuple(Note(tick, p, step) for tick in range(0, int(bars * BAR), step) for p in pitches)
    return Track(name, notes, program, role=role, is_drum=role == "drums")


def closing(*parts: Track, last: tuple[Note, ...] = (Note(3 * BAR, 72, 960),)) -> Score:
    return Score((tune(*last), *parts), chords=(ChordChange(0, G), ChordChange(3 * BAR, C)))


def test_the_last_stroke_is_with_the_tunes_last_note_or_the_last_bar_line_under_it() -> None:
    assert ending_of(closing(), 0) == ending_of(closing(last=(Note(3 * BAR, 72, BAR),)), 0)
    found = ending_of(closing(last=(Note(3 * BAR + 480, 72, 3 * BAR),)), 0)
    assert found is not None and (found.last_stroke, found.end) == (6 * BAR, 7 * BAR)
    syncopated = ending_of(closing(last=(Note(3 * BAR + 960, 72, 960),)), 0)
    assert syncopated is not None and (syncopated.last_stroke, syncopated.end) == (3 * BAR + 960, 4 * BAR)
    assert ending_of(Score((Track("Tune", role="melody"),)), 0) is None


@pytest.mark.parametrize("bars", [1, 2.25, 3, 3.5, 4, 6])
def test_every_part_plays_the_last_chord_and_rings_to_the_end(bars: float) -> None:
    score = closing(
        steady("Bass", "bass", (43,), 240, bars),
        steady("Piano", "keys", (55, 59, 62), 480, bars),
        steady("Drums", "drums", (36, 42), 240, bars),
        Track("Silent", role="strings"),
    )
    ended = with_ending(score, 0)
    assert ended.tracks[0] is score.tracks[0]
    assert not ended.tracks[4].notes
    for before, after in zip(score.tracks[1:3], ended.tracks[1:3], strict=True):
        assert after.end_tick == 4 * BAR
        assert max(n.start_tick for n in after.notes) == 3 * BAR
        old = [n for n in before.notes if n.end_tick <= 3 * BAR]
        assert [n for n in after.notes if n.start_tick < 3 * BAR] == old
    if bars <= 3:  # a part that had stopped comes back on the chord
        assert {n.pitch % 12 for n in ended.tracks[1].notes if n.start_tick == 3 * BAR} == {0}
        assert {n.pitch % 12 for n in ended.tracks[2].notes if n.start_tick == 3 * BAR} <= C.pitch_classes
    last = {n.pitch for n in ended.tracks[3].notes if n.start_tick == 3 * BAR}
    assert {36, 49} <= last
    assert max(n.start_tick for n in ended.tracks[3].notes) == 3 * BAR


def test_what_is_held_into_the_last_chord_rings_only_if_it_fits() -> None:
    pad = Track("Pad", (Note(2 * BAR, 62, 2 * BAR), Note(2 * BAR, 67, 2 * BAR)), role="strings")
    ended = with_ending(closing(pad), 0).tracks[1]
    assert ended.notes == (Note(2 * BAR, 62, BAR), Note(2 * BAR, 67, 2 * BAR))
    wrong = Track("Pad", (Note(2 * BAR, 62, 2 * BAR),), role="strings")
    assert with_ending(closing(wrong), 0).tracks[1].notes == (Note(2 * BAR, 62, BAR), Note(3 * BAR, 60, BAR))


def test_the_last_chord_stays_within_an_instruments_reach() -> None:
    timpani = Track("Timpani", (Note(2 * BAR, 36, 480),), role="timpani")
    score = replace(closing(timpani), chords=(ChordChange(0, Chord(7)),))  # G: 35 is nearer than 38, and too low
    assert {note.pitch for note in with_ending(score, 0).tracks[1].notes} == {36, 38}


def test_drums_may_play_on() -> None:
    score = closing(steady("Drums", "drums", (42,), 240, 9))
    assert with_ending(score, 0, keep_drums=True).tracks[1].end_tick == 4 * BAR


def test_fills_are_found_and_land_on_a_crash() -> None:
    beat = steady("Drums", "drums", (42,), 480, 4)
    fill = tuple(Note(BAR + 960 + i * 120, (38, 50, 47, 43)[i // 2], 120) for i in range(8))
    track = replace(beat, notes=(*beat.notes, *fill))
    assert fill_bars(track, Bars((Metre(0),), 4 * BAR)) == (1,)
    score = crash_after_fills(Score((track,)))
    assert {n.pitch for n in score.tracks[0].notes if n.start_tick == 2 * BAR} == {36, 49}
    assert crash_after_fills(score) is score
    plain = Score((beat,))
    assert crash_after_fills(plain) is plain


def test_levels_add_up() -> None:
    one = Track("A", (Note(0, 60, 480, 127),), volume=127)
    assert level_db(one) == PROGRAM_DB[0] == 0
    assert level_db(replace(one, volume=100)) == pytest.approx(volume_db(100)) == pytest.approx(-4.15, abs=0.01)
    three = replace(one, notes=tuple(Note(0, p, 480, 127) for p in (60, 64, 67)))
    assert notes_at_once(three) == 3 and level_db(three) == pytest.approx(4.77, abs=0.01)
    assert all(volume_for(volume_db(volume)) == volume for volume in range(1, 128))
    assert level_db(replace(one, notes=())) == level_db(replace(one, volume=0)) == float("-inf")


def test_the_balance_puts_masking_parts_lower_and_leaves_the_tune() -> None:
    low, same = steady("Low", "keys", (48, 52), 480, 3), steady("Same", "keys", (72,), 480, 3)
    score = closing(low, same, steady("Pad", "strings", (60, 64), BAR, 3, 48))
    mixed = balanced(score, 0)
    assert mixed.tracks[0] is score.tracks[0]
    assert [t.notes for t in mixed.tracks] == [t.notes for t in score.tracks]
    assert register_share(same, score.tracks[0]) == 1 and register_share(low, score.tracks[0]) == 0
    assert mixed.tracks[2].volume < mixed.tracks[1].volume
    assert mixed.tracks[1].pan + mixed.tracks[2].pan == 128
    assert all(SOFTEST <= t.volume <= LOUDEST for t in mixed.tracks[1:])
    assert all(level_db(t) < level_db(mixed.tracks[0]) for t in mixed.tracks[1:])
    assert balanced(score, 0, {3}).tracks[1:3] == score.tracks[1:3]


def dense(programs: tuple[int, ...]) -> Score:
    parts = [
        steady(f"Part {i}", ("keys", "guitar", "strings", "winds")[i % 4], (52 + i, 56 + i, 59 + i, 64 + i), 240, 3, p)
        for i, p in enumerate(programs)
    ]
    loud = (replace(p, notes=tuple(replace(n, velocity=120) for n in p.notes)) for p in parts)
    return closing(steady("Bass", "bass", (36,), 240, 3, 33), *loud, steady("Drums", "drums", (36, 38, 42, 49), 240, 3))


@pytest.mark.device
@pytest.mark.parametrize(("genre", "programs"), [("rock", (30, 17, 61)), ("symphony", (48, 56, 73, 60))])
def test_a_dense_mix_stays_below_full_scale_and_the_tune_above_each_part(genre: str, programs: tuple[int, ...]) -> None:
    soundfont = find_soundfont(None)
    if soundfont is None:
        pytest.skip("no SoundFont is installed")
    fast = replace(dense(programs), tempos=(Tempo(0, 200_000),))
    score = staged(fast, 0, genre=genre, tables=TABLES, seed=4)

    def sound(part: Score) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return audio_render.unsettled(part, soundfont, sample_rate=16_000)

    assert float(np.abs(sound(score)).max()) < 1.0
    powers = [float((sound(score.with_tracks(track))[: 16_000 * 3] ** 2).mean()) for track in score.tracks]
    pitched = [power for power, track in zip(powers, score.tracks, strict=True) if not track.is_drum]
    assert all(power < pitched[0] for power in pitched[1:])


def test_the_stage_joins_them_all() -> None:
    score = closing(
        steady("Bass", "bass", (43,), 240, 2), steady("Piano", "keys", (55, 59, 62), 480, 5),
        steady("Drums", "drums", (36, 42), 240, 5),
    )  # fmt: skip
    done = staged(score, 0, genre="pop", tables=TABLES, seed=2)
    assert done.tracks[0] is score.tracks[0]
    for track in done.tracks[1:3]:
        assert track.end_tick == 4 * BAR >= done.tracks[0].end_tick
    assert done.tracks[2].controls
    assert (
        staged(score, 0, genre="pop", tables=TABLES, humanise=0.0).tracks[3].notes
        == with_ending(score, 0).tracks[3].notes
    )
