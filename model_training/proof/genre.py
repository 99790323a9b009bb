"""Whether genres can be told apart by notes alone: no programs, no velocities, no names of parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model_training.proof.classifier import Classifier, balanced, fitted, recognised
from model_training.proof.measured import FloatArray, IntArray
from music_core.decoding.drums import LANE_OF, LANES
from music_core.metrics import FEATURES, Segment, segment_at, segments_of
from music_core.metrics.segment import BARS, STEPS_A_BAR
from music_core.metrics.setting import STEPS_A_BEAT, BoolArray
from music_core.score import TICKS_PER_QUARTER, TICKS_PER_SIXTEENTH, Note, Score

# Features of the frozen vector that need no chord lane, which most corpora lack.
WITHOUT_CHORDS = (
    "notes_a_bar", "polyphony", "silent_steps", "pitch_class_entropy", "scale_share", "groove_adjacent", "groove_all",
    "distinct_rhythms", "odd_onsets", "beat_onsets", "pitch_range", "mean_pitch", "consonance", "melody_distance",
    "semitone_pairs", "bar_likeness", "above_melody",
)  # fmt: skip
PLACES = 12
_KIT_FEATURES = 1 + len(LANES) + PLACES
_TICKS = BARS * STEPS_A_BAR * TICKS_PER_SIXTEENTH
_BAR = STEPS_A_BAR * TICKS_PER_SIXTEENTH


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Vectors float64 (rows, features) of one or more genres, and the song and genre of each."""

    values: FloatArray
    songs: IntArray
    genres: NDArray[np.str_]


def sample(by_genre: Mapping[str, Sequence[Score]], most: int = 0) -> Sample:
    """The segments of eight bars of these scores; songs are numbered over all genres.

    At most so many of each score, spread evenly, 0 for all.
    """
    values, songs, genres = [], [], []
    numbered = ((genre, score) for genre, scores in by_genre.items() for score in scores)
    for number, (genre, score) in enumerate(numbered):
        for segment in _spread(list(segments_of(score)), most):
            values.append(genre_vector(score, segment))
            songs.append(number)
            genres.append(genre)
    if not values:
        raise ValueError("There are no eight bars of 4/4 to tell genres by.")
    return Sample(np.stack(values), np.array(songs, np.int64), np.array(genres))


def _spread(segments: Sequence[Segment], most: int) -> Sequence[Segment]:
    if not most or len(segments) <= most:
        return segments
    return [segments[i * len(segments) // most] for i in range(most)]


def genre_vector(score: Score, segment: Segment | None = None, start_tick: int = 0) -> FloatArray:
    """Texture, places in the beat (in twelfths), the lowest line's ways and the drums' lanes, float64 (features,).

    Drums are nan where there are none, which the classifier takes as no evidence.
    """
    segment = segment or segment_at(score, start_tick)
    start, end = segment.start_tick, segment.start_tick + _TICKS
    melody = next((track for track in score.tracks if track.role == "melody"), None)
    pitched: list[Note] = []
    drums: list[Note] = []
    for track in score.tracks:
        inside = [note for note in track.notes if start <= note.start_tick < end]
        if track is not melody:
            (drums if track.is_drum else pitched).extend(inside)
    lengths = [note.duration_ticks / TICKS_PER_QUARTER for note in pitched]
    texture = [FEATURES[name](segment) for name in WITHOUT_CHORDS]
    return np.array(
        [*texture, float(np.mean(lengths)) if lengths else 0.0, *_places(pitched), *_lowest(segment), *_kit(drums)]
    )


def without_drums(one: Sample) -> Sample:
    """The same with nothing said of drums: a corpus without any (piano pop) says nothing of how its genre drums."""
    values = one.values.copy()
    values[:, -_KIT_FEATURES:] = np.nan
    return Sample(values, one.songs, one.genres)


def own_accuracy(human: Sample, seed: int = 0) -> float:
    """How often people's own songs are recognised by songs that were held out, genres counting alike, 0..1."""
    return balanced(*recognised(human.values, human.genres, human.songs, seed=seed))


def recognised_genres(human: Sample, made: Sample) -> dict[str, float]:
    """How often each genre of generated music is recognised by a classifier of people's music; `mean` over genres."""
    model: Classifier = fitted(human.values, human.genres)
    right = model.predicted(made.values) == made.genres
    shares = {str(genre): float(right[made.genres == genre].mean()) for genre in np.unique(made.genres)}
    return {**shares, "mean": float(np.mean(list(shares.values())))}


def _places(notes: Sequence[Note]) -> FloatArray:
    """Shares of onsets in each twelfth of a beat; all nan without any."""
    if not notes:
        return np.full(PLACES, np.nan)
    unit = TICKS_PER_QUARTER // PLACES
    ticks = np.array([note.start_tick for note in notes], np.int64)
    counts = np.bincount((ticks + unit // 2) // unit % PLACES, minlength=PLACES)
    shares: FloatArray = counts / counts.sum()
    return shares


def _lowest(segment: Segment) -> FloatArray:
    """The line of each beat's lowest note: share of beats on which it moves, and its mean step in semitones."""
    beats: BoolArray = np.logical_or.reduce(segment.sounding.reshape(-1, STEPS_A_BEAT, 128), axis=1)
    lowest = beats.argmax(axis=1)[beats.any(axis=1)]
    steps = np.abs(np.diff(lowest))
    return np.array([(steps > 0).mean(), steps.mean()]) if len(steps) else np.zeros(2)


def _kit(notes: Sequence[Note]) -> FloatArray:
    """Hits a bar, each lane's share, and their places in the beat; all nan without drums."""
    lanes = [LANE_OF[note.pitch] for note in notes if note.pitch in LANE_OF]
    if not lanes:
        return np.full(_KIT_FEATURES, np.nan)
    shares = np.bincount(lanes, minlength=len(LANES)) / len(lanes)
    return np.array([len(lanes) * _BAR / _TICKS, *shares, *_places(notes)])
