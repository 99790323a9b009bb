"""Features of a segment that need no chords: how much is played, when, how high, and how it repeats.

All of them are about the accompaniment on sixteenth steps. Silence gives 0 unless the definition says otherwise.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from music_core.metrics.band import pitches_at_a_time
from music_core.metrics.segment import STEPS_A_BAR, Segment
from music_core.metrics.setting import STEPS_A_BEAT, BoolArray, IntArray, chroma_steps
from music_core.metrics.tonal import diatonic_share
from music_core.roll import ONSET


def notes_a_bar(segment: Segment) -> float:
    """Notes begun in a bar, mean; unisons of parts once."""
    return float(segment.onsets.sum()) / segment.bars


def polyphony(segment: Segment) -> float:
    """Pitches at a time, mean over the steps at which any sounds."""
    return pitches_at_a_time(segment.sounding)


def silent_steps(segment: Segment) -> float:
    """Share of steps at which nothing sounds, 0..1; silence itself gives 1."""
    return float((~segment.sounding.any(axis=1)).mean())


def pitch_class_entropy(segment: Segment) -> float:
    """Entropy in bits of the pitch classes of onsets, 0..log2 12."""
    return entropy(_onset_counts(segment)) / float(np.log(2.0))


def scale_share(segment: Segment) -> float:
    """Largest share of the onsets of melody and accompaniment in one of the twelve diatonic scales, 0..1."""
    melody = _class_counts(segment.melody == ONSET)
    return diatonic_share(melody + _onset_counts(segment))


def groove_adjacent(segment: Segment) -> float:
    """1 minus the share of the 16 steps on which two bars' onset vectors differ, mean over adjacent bars, 0..1."""
    rhythm = segment.rhythm
    return float((rhythm[1:] == rhythm[:-1]).mean()) if rhythm.any() else 0.0


def groove_all(segment: Segment) -> float:
    """The same over all pairs of bars."""
    rhythm = segment.rhythm
    pairs = [float((rhythm[a] == rhythm[b]).mean()) for a, b in combinations(range(len(rhythm)), 2)]
    return float(np.mean(pairs)) if rhythm.any() else 0.0


def distinct_rhythms(segment: Segment) -> float:
    """Different onset vectors among the bars, as a share of the bars; 1/bars where all are alike, 0 for silence."""
    return len(np.unique(segment.rhythm, axis=0)) / segment.bars if segment.rhythm.any() else 0.0


def odd_onsets(segment: Segment) -> float:
    """Share of the steps with onsets that are the second or fourth sixteenth of a beat, 0..1."""
    return _share_of_onset_steps(segment, np.arange(1, STEPS_A_BAR, 2))


def beat_onsets(segment: Segment) -> float:
    """Share of the steps with onsets that begin a beat, 0..1."""
    return _share_of_onset_steps(segment, np.arange(0, STEPS_A_BAR, STEPS_A_BEAT))


def pitch_range(segment: Segment) -> float:
    """Semitones from the lowest note begun to the highest."""
    pitches = np.flatnonzero(segment.onsets.any(axis=0))
    return float(pitches[-1] - pitches[0]) if len(pitches) else 0.0


def mean_pitch(segment: Segment) -> float:
    """Mean MIDI pitch of the notes begun."""
    pitches = np.nonzero(segment.onsets)[1]
    return float(pitches.mean()) if len(pitches) else 0.0


def bar_likeness(segment: Segment) -> float:
    """Mean Jaccard index of the bars' sets of (step, pitch class) begun, over all pairs of bars, 0..1.

    Two bars without a note are no pair.
    """
    bars = segment.onset_classes.reshape(segment.bars, -1)
    values = []
    for a, b in combinations(bars, 2):
        union = int((a | b).sum())
        if union:
            values.append(int((a & b).sum()) / union)
    return float(np.mean(values)) if values else 0.0


def above_melody(segment: Segment) -> float:
    """Share of notes begun at or above the median pitch of the melody's notes, 0..1; how much it is masked."""
    sung = np.nonzero(segment.melody == ONSET)[1]
    pitches = np.nonzero(segment.onsets)[1]
    return float((pitches >= np.median(sung)).mean()) if len(sung) and len(pitches) else 0.0


def empty_beats(segment: Segment) -> float:
    """Share of beats in which the accompaniment begins nothing, 0..1."""
    beats = segment.rhythm.reshape(-1, STEPS_A_BEAT)
    return float((~beats.any(axis=1)).mean())


def semitone_pairs(segment: Segment) -> float:
    """Share of pairs of pitches of the accompaniment sounding together that are a semitone apart, mod 12; 0..1."""
    classes = chroma_steps(segment.accompaniment)
    sounding = classes.sum(axis=1)
    clashing = int((classes * np.roll(classes, 1, axis=1)).sum())
    pairs = int((sounding * (sounding - 1)).sum()) // 2
    return clashing / pairs if pairs else 0.0


def entropy(counts: IntArray) -> float:
    """Entropy in nats of a histogram of counts; 0 for an empty one."""
    known = counts[counts > 0]
    shares = known / known.sum() if len(known) else np.ones(1)
    return float(-(shares * np.log(shares)).sum()) + 0.0


def _share_of_onset_steps(segment: Segment, steps: IntArray) -> float:
    total = int(segment.rhythm.sum())
    return float(segment.rhythm[:, steps].sum() / total) if total else 0.0


def _onset_counts(segment: Segment) -> IntArray:
    return _class_counts(segment.onsets)


def _class_counts(cells: BoolArray) -> IntArray:
    """How many cells of (steps, 128) fall on each pitch class, int64 (12,)."""
    return np.bincount(np.nonzero(cells)[1] % 12, minlength=12).astype(np.int64)
