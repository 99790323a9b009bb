"""Accompaniment by rule: it keeps the melody, follows the chords, rests where they rest, and closes."""

from __future__ import annotations

import numpy as np
import pytest

from music_core.harmony.chord import Chord
from music_core.metrics import FEATURES, faults, segment_at
from music_core.rules import RULE_GENRES, block_chords, in_key_random, rule_band
from music_core.rules.figures import cells, fitted
from music_core.rules.styles import STYLES
from music_core.rules.voicing import close, degree, doubled, near, shell
from music_core.rules.walking import HIGH, LOW, Beat, walk
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import ChordChange, Metre, Note, Score, Track

BAR = 4 * Q
FOUR = Metre(0)
C, AM, F, G7 = Chord(0), Chord(9, "min"), Chord(5), Chord(7, "7")


def song(bars: int = 8, metre: Metre = FOUR, lane: tuple[ChordChange, ...] = ()) -> Score:
    melody = tuple(Note(at, 72, metre.beat_ticks) for at in range(0, bars * metre.bar_ticks, metre.beat_ticks))
    turns = tuple(ChordChange(bar * metre.bar_ticks, (C, AM, F, G7)[bar % 4]) for bar in range(bars))
    return Score((Track("Tune", melody, role="melody"),), metres=(metre,), chords=lane or turns)


BASELINES = {"random": in_key_random, "blocks": block_chords, "rules": rule_band}


@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize("metre", [Metre(0), Metre(0, 3), Metre(0, 2), Metre(0, 6, 8), Metre(0, 12, 8), Metre(0, 5)])
@pytest.mark.parametrize("genre", RULE_GENRES)
def test_every_baseline_is_sound_in_every_metre(name: str, metre: Metre, genre: str) -> None:
    score = song(metre=metre)
    made = BASELINES[name](score, genre, 3)
    assert made.tracks[0] == score.tracks[0]
    assert made.chords == score.chords
    assert not any(faults(made).values())
    assert max(track.end_tick for track in made.tracks[1:]) >= score.end_tick - metre.bar_ticks
    assert made == BASELINES[name](score, genre, 3)


@pytest.mark.parametrize("genre", RULE_GENRES)
def test_seeds_vary_the_band(genre: str) -> None:
    assert len({rule_band(song(), genre, seed) for seed in range(8)}) > 1


@pytest.mark.parametrize("genre", RULE_GENRES)
def test_the_band_plays_chord_tones_and_begins_each_chord_on_its_root(genre: str) -> None:
    segment = segment_at(rule_band(song(), genre, 1), 0)
    # Jazz adds sevenths and ninths to what the lane says.
    assert FEATURES["chord_tone_onsets"](segment) > (0.6 if genre == "jazz" else 0.95)
    assert FEATURES["bass_on_chord"](segment) > 0.7
    for bar in range(8):
        lowest = int(np.flatnonzero(segment.onsets[bar * 16 : bar * 16 + 4].any(axis=0))[0])
        assert lowest % 12 in (C, AM, F, G7)[bar % 4].pitch_classes


def test_blocks_are_nothing_but_the_chord() -> None:
    segment = segment_at(block_chords(song()), 0)
    assert FEATURES["chord_tone_time"](segment) == FEATURES["bass_on_bass"](segment) == 1.0
    assert FEATURES["chord_coverage"](segment) == 1.0
    assert FEATURES["notes_a_bar"](segment) == pytest.approx(2 * (7 * 3 + 9) / 4)  # twice a bar: 1 + 2 x 3, or x 4


def test_random_notes_are_of_the_key_and_as_many_as_asked() -> None:
    melody = tuple(Note(i * Q, 60 + step, Q) for i, step in enumerate((0, 2, 4, 5, 7, 9, 11, 12) * 16))
    score = Score((Track("Tune", melody, role="melody"),))
    made = in_key_random(score, seed=1).tracks[1].notes
    assert {note.pitch % 12 for note in made} == {0, 2, 4, 5, 7, 9, 11}
    assert len(made) / 32 == pytest.approx(13.6, abs=2.0)


def test_no_chord_is_a_rest() -> None:
    lane = (ChordChange(0, C), ChordChange(2 * BAR, None), ChordChange(4 * BAR, C))
    for make in (block_chords, lambda score: rule_band(score, "pop-piano")):
        notes = make(song(lane=lane)).tracks[1].notes
        assert notes
        assert not [n for n in notes if 2 * BAR <= n.start_tick < 4 * BAR]


def test_the_last_bar_rings() -> None:
    tracks = {track.role: track for track in rule_band(song(), "rock").tracks}
    for role in ("bass", "keys", "guitar"):
        assert {note.duration_ticks for note in tracks[role].notes if note.start_tick >= 7 * BAR} == {BAR}


def test_phrases_end_in_a_fill() -> None:
    drums = next(track for track in rule_band(song(), "rock", 2).tracks if track.is_drum)

    def hits(bar: int) -> set[tuple[int, int]]:
        return {(n.start_tick - bar * BAR, n.pitch) for n in drums.notes if bar * BAR <= n.start_tick < (bar + 1) * BAR}

    assert hits(0) == hits(1) == hits(2) != hits(3)


def test_jazz_walks_in_quarters_and_the_others_do_not() -> None:
    bass = next(track for track in rule_band(song(), "jazz", 5).tracks if track.role == "bass")
    assert [note.start_tick for note in bass.notes] == [i * Q for i in range(28)] + [7 * BAR]
    assert [bass.notes[4 * bar].pitch % 12 for bar in range(8)] == [0, 9, 5, 7] * 2
    assert not [a for a, b in zip(bass.notes, bass.notes[1:], strict=False) if a.pitch == b.pitch]


def test_a_walk_approaches_the_next_chord_by_step() -> None:
    beats = [
        Beat(C, True, False),
        Beat(C, False, False),
        Beat(C, False, False),
        Beat(C, False, True),
        Beat(F, True, False),
    ]
    for seed in range(5):
        line = walk(beats, np.random.default_rng(seed))
        assert line[0] % 12 == 0 and line[4] % 12 == 5
        assert 1 <= abs(line[4] - line[3]) <= 2
        assert all(LOW <= pitch <= HIGH for pitch in line)
    assert walk([], np.random.default_rng(0)) == ()


def test_unknown_genres_and_missing_melodies_are_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="no rules for the genre 'polka'"):
        rule_band(song(), "polka")
    with pytest.raises(ValueError, match="no melody"):
        block_chords(Score())


def test_voicings() -> None:
    assert near(0, 43, 36, 51) == 48
    assert doubled(C) == (48, 52, 55, 60, 64, 67, 72)
    assert [degree(Chord(0, "min7", 7), name) for name in "1r357"] == [7, 0, 3, 7, 10]
    assert degree(Chord(0, "5"), "3") == 0
    assert close(F, close(C, (), 64), 64) == (60, 65, 69)  # C E G moves to C F A
    assert {pitch % 12 for pitch in shell(G7, ())} == {11, 5, 9}  # third, seventh, ninth


def test_figures_are_read_sign_by_sign() -> None:
    assert list(cells("x-.1--.x")) == [(0, 2, "x"), (3, 6, "1"), (7, 8, "x")]
    assert fitted("x-..", 6) == "x-..x-"
    assert fitted("x-..", 2) == "x-"


@pytest.mark.parametrize("genre", RULE_GENRES)
def test_every_figure_has_the_length_of_its_bar(genre: str) -> None:
    style = STYLES[genre]
    four = [*style.bass, *(text for part in style.parts for text in part.figures)]
    four += [text for figure in (*style.drums, *style.fills) for text in figure.values()]
    short = [*style.bass_three, *style.bass_compound, *(t for p in style.parts for t in (*p.three, *p.compound))]
    short += [text for figure in (*style.drums_three, *style.drums_compound) for text in figure.values()]
    assert {len(text) for text in four} == {16}
    assert {len(text) for text in short} <= {12}
