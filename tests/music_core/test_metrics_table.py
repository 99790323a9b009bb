"""What the table says of each metric, held against silence and against pitches in another order."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from music_core.metrics import (
    METRIC_FACTS,
    METRICS,
    PASSED_BY_SILENCE,
    by_part,
    mean_measures,
    mean_values,
    measure,
    metric_names,
)
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Metre, Note, Score, Track

# Sixteen bars of a plain cadence C F G C, one chord a bar, each voice striking its note twice; eight bars in C major
# and eight a tritone higher. Nothing in it is a fault.
CADENCE = ((60, 64, 67), (60, 65, 69), (59, 62, 67), (60, 64, 67)) * 2
CHORDS = (*CADENCE, *(tuple(pitch + 6 for pitch in chord) for chord in CADENCE))
MELODY = tuple(
    Note((4 * bar + beat) * Q, chord[beat % 3] + 12, Q) for bar, chord in enumerate(CHORDS) for beat in range(4)
)
VOICES = tuple(
    tuple(
        Note((4 * bar + half) * Q, chord[voice] - 12 * (voice == 0), 2 * Q)
        for bar, chord in enumerate(CHORDS)
        for half in (0, 2)
    )
    for voice in range(3)
)
HITS = tuple(Note(8 * step * Q // 16, 42, Q // 4) for step in range(128))
GOOD = Score(
    (
        Track("Melody", MELODY, role="melody"),
        *(Track(name, notes) for name, notes in zip(("Keys", "Guitar", "Strings"), VOICES, strict=True)),
        Track("Drums", HITS, is_drum=True, role="drums"),
    )
)
SILENCE = GOOD.with_tracks(GOOD.tracks[0], *(replace(track, notes=()) for track in GOOD.tracks[1:]))


def shuffled(score: Score) -> Score:
    rng = np.random.default_rng(1)
    tracks = [score.tracks[0]]
    for track in score.tracks[1:]:
        pitches = rng.permutation([note.pitch for note in track.notes])
        tracks.append(
            replace(track, notes=tuple(replace(n, pitch=int(p)) for n, p in zip(track.notes, pitches, strict=True)))
        )
    return score.with_tracks(*tracks)


def test_every_metric_has_its_facts() -> None:
    assert list(METRICS) == list(METRIC_FACTS)
    assert PASSED_BY_SILENCE == ("clash", "short_notes", "polyphonic_rate", "chord_fit")


def test_the_good_setting_is_perfect_where_a_metric_has_a_perfect_value() -> None:
    values = measure(GOOD)
    assert {name: values[name] for name, facts in METRIC_FACTS.items() if facts.best is not None} == {
        name: facts.best for name, facts in METRIC_FACTS.items() if facts.best is not None
    }


@pytest.mark.parametrize("name", list(METRICS))
def test_silence_passes_exactly_the_metrics_that_say_so(name: str) -> None:
    good, silence = METRICS[name](GOOD), METRICS[name](SILENCE)
    # Values lie in 0..n; a pass is the good setting's own value. No value (nan) is no pass.
    assert (not math.isnan(silence) and abs(silence - good) <= 0.01) == METRIC_FACTS[name].passed_by_silence


@pytest.mark.parametrize("name", list(METRICS))
def test_shuffled_pitches_pass_exactly_the_metrics_that_say_so(name: str) -> None:
    good, floor = METRICS[name](GOOD), METRICS[name](shuffled(GOOD))
    assert (floor == pytest.approx(good)) == METRIC_FACTS[name].passed_by_shuffle


def test_a_mean_leaves_out_what_has_no_value() -> None:
    means = mean_values([{"a": 1.0, "b": math.nan}, {"a": math.nan, "b": math.nan}, {"a": 2.0}])
    assert means["a"] == 1.5
    assert math.isnan(means["b"])


def test_a_part_speaks_for_all_by_its_own_mean() -> None:
    one, other = (GOOD.with_track(i, replace(GOOD.tracks[i], notes=())) for i in (1, 2))
    row = mean_measures([one, other])
    assert (
        measure(one, ["silent", "one_note"])
        == {"silent": 1.0, "one_note": 0.0}
        == measure(other, ["silent", "one_note"])
    )
    assert (row["silent"], row["one_note"]) == (0.5, 0.5)  # each of the two voices is silent in one of the pieces
    assert row["empty_bars"] == 1.0  # a part of each piece is
    assert row["chord_fit"] == pytest.approx((measure(one)["chord_fit"] + measure(other)["chord_fit"]) / 2)


def test_by_part_holds_each_track_alone_against_the_melody() -> None:
    bare = GOOD.with_track(2, replace(GOOD.tracks[2], notes=()))
    assert by_part(bare, "empty_bars") == (0.0, 1.0, 0.0, 0.0)
    assert by_part(bare, "pitch_classes_a_bar")[:3] == (1.0, 0.0, 1.0)
    assert math.isnan(by_part(bare, "pitch_classes_a_bar")[3])  # drums have no pitch classes


@given(st.integers(-12, 12))
def test_transposing_a_score_changes_no_value(shift: int) -> None:
    def moved(track: Track) -> Track:
        if track.is_drum:
            return track
        return replace(track, notes=tuple(replace(n, pitch=n.pitch + shift) for n in track.notes))

    assert measure(GOOD.with_tracks(*map(moved, GOOD.tracks))) == pytest.approx(measure(GOOD), nan_ok=True)


PARTS = st.lists(st.tuples(st.integers(0, 8000), st.integers(0, 127), st.integers(1, 2000)), max_size=20)


@given(PARTS, PARTS, PARTS, st.sampled_from([(4, 4), (3, 4), (6, 8), (5, 16), (7, 32)]))
def test_whatever_the_notes_shares_are_shares(
    keys: list[tuple[int, int, int]],
    bass: list[tuple[int, int, int]],
    hits: list[tuple[int, int, int]],
    metre: tuple[int, int],
) -> None:
    def track(rows: list[tuple[int, int, int]], **facts: bool) -> Track:
        return Track("T", tuple(Note(*row) for row in rows), **facts)

    score = Score((GOOD.tracks[0], track(keys), track(bass), track(hits, is_drum=True)), metres=(Metre(0, *metre),))
    counts = {
        "onsets_a_beat",
        "pitch_classes_a_bar",
        "polyphony",
        "notes_a_bar",
        "note_length",
        "tonal_distance",
        "drum_hits_a_bar",
    }
    for name, value in measure(score).items():
        assert math.isnan(value) or 0.0 <= value <= (math.inf if name in counts else 1.0), name


def test_names_follow_the_kind_of_music() -> None:
    chorale = metric_names(drums=False, chords=False)
    rock = metric_names(drums=True, chords=True)
    assert "one_note" in chorale and "drum_pattern" not in chorale
    assert "one_note" not in rock and "drum_pattern" in rock
