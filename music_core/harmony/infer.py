"""The chords that written music sounds: templates for each beat, and the best path through them.

Each chord expects its own tones and, a little, all others; the lowest note tells of root and bass. It is the template
method of Fujishima (1999) with the smoothing of Sheh and Ellis (2003), on notes instead of sound.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from music_core.analysis.beats import BeatGrid, beat_grid
from music_core.harmony.chain import Chain, best_path
from music_core.harmony.chord import Chord
from music_core.harmony.chroma import chroma
from music_core.harmony.lane import ChordLane, merged
from music_core.harmony.vocabulary import NAMES, NO_CHORD, STATES, chord_of, members, roots
from music_core.score import ChordChange, Note, Score

Array = NDArray[np.float64]

# Shares of a chord's sounding time that its own tones take; of the lowest note's time: root, other tones, the rest.
_TONES = 0.93
_BASS_ROOT, _BASS_TONE = 0.75, 0.2
# How much a beat's notes and its lowest note count, in nats a log-likelihood.
_CHROMA_WEIGHT, _BASS_WEIGHT = 6.0, 1.5
# What a chord is worth before anything sounds: rare colours must be heard clearly.
_COMMON = {"maj": 0.0, "min": 0.0, "7": -0.6, "maj7": -0.9, "min7": -0.9, "sus4": -1.0, "dim": -1.0, "6": -1.6}
_RARE = -1.8
# A change on the first beat of a bar, in the middle of an even bar, on another beat.
_CHANGE_FIRST, _CHANGE_MIDDLE, _CHANGE_OTHER = -1.5, -2.5, -4.0
# A melody's notes tell less of the harmony than those of the parts under it.
_MELODY_SHARE = 0.5
_SILENT_TICKS = 1.0


def infer_chords(score: Score) -> ChordLane:
    """The chord of each beat of all tracks but drums, neighbours that are equal as one; beats in silence have none.

    A chord whose third or fifth, or another of its tones, is lowest is written with a slash.
    """
    grid = beat_grid(score.metres, score.end_tick)
    tracks = [track for track in score.tracks if not track.is_drum]
    notes = [note for track in tracks for note in track.notes]
    weights = [
        _MELODY_SHARE if track.role in ("melody", "soprano") and len(tracks) > 1 else 1.0
        for track in tracks
        for _ in track.notes
    ]
    if not notes or not len(grid):
        return ()
    sounding = _slot_chroma(notes, grid, np.array(weights))
    lowest = lowest_classes(notes, grid)
    path = best_path(_chain(template_emissions(sounding, lowest), grid))
    return _lane(path, lowest, grid)


def template_emissions(sounding: Array, lowest: Array) -> Array:
    """How well each state explains what sounds in each slot (slots, 12) and its lowest notes, (slots, STATES)."""
    tones = members()
    size = np.maximum(tones.sum(axis=1, keepdims=True), 1.0)
    expected = np.where(tones > 0, _TONES / size, (1 - _TONES) / (12 - size))
    is_root = np.arange(12) == roots()[:, None]
    bass = np.where(tones > 0, _BASS_TONE / np.maximum(size - 1, 1.0), (1 - _BASS_ROOT - _BASS_TONE) / (12 - size))
    bass = np.where(is_root, _BASS_ROOT, bass)
    emissions: Array = _CHROMA_WEIGHT * _shares(sounding) @ np.log(expected).T
    emissions += _BASS_WEIGHT * _shares(lowest) @ np.log(bass).T
    emissions += np.concatenate([[0.0], np.tile([_COMMON.get(name, _RARE) for name in NAMES], 12)])
    silent = sounding.sum(axis=1) < _SILENT_TICKS
    # Any chord may last through a rest; a long rest has none.
    emissions[:, NO_CHORD] = np.where(silent, 0.5, -np.inf)
    emissions[silent, 1:] = 0.0
    return emissions


def lowest_classes(notes: Sequence[Note], grid: BeatGrid) -> Array:
    """Ticks for which each pitch class is the lowest that sounds in a slot, by the slot's lowest pitch, (slots, 12)."""
    table = np.zeros((len(grid), 12))
    lowest = np.full(len(grid), 128)
    ticks = np.array(grid.ticks)
    for note in sorted(notes, key=lambda note: note.pitch):
        first = grid.slot(note.start_tick)
        last = max(first, int(np.searchsorted(ticks, note.end_tick, "left")) - 1)
        for slot in range(first, min(last, len(grid) - 1) + 1):
            time = min(note.end_tick, ticks[slot + 1]) - max(note.start_tick, ticks[slot])
            if note.pitch <= lowest[slot] + 2 and 4 * time > ticks[slot + 1] - ticks[slot]:
                lowest[slot] = min(lowest[slot], note.pitch)
                table[slot, note.pitch % 12] += time
    return table


def _slot_chroma(notes: Sequence[Note], grid: BeatGrid, weights: Array) -> Array:
    columns = np.array([(note.start_tick, note.end_tick, note.pitch) for note in notes], np.int64)
    return chroma(columns[:, 0], columns[:, 1], columns[:, 2], grid.ticks, weights)


def _chain(emissions: Array, grid: BeatGrid) -> Chain:
    places, lengths = np.array(grid.places), np.array(grid.lengths)
    middle = (lengths % 2 == 0) & (places * 2 == lengths)
    change = np.where(places == 0, _CHANGE_FIRST, np.where(middle, _CHANGE_MIDDLE, _CHANGE_OTHER))
    stay = np.log1p(-np.exp(change))
    return Chain(emissions, np.zeros(STATES), np.zeros((STATES, STATES)), stay[:, None], change[:, None])


def _lane(path: NDArray[np.int64], lowest: Array, grid: BeatGrid) -> ChordLane:
    starts = [slot for slot in range(len(path)) if slot == 0 or path[slot] != path[slot - 1]]
    changes = []
    for start, end in zip(starts, [*starts[1:], len(path)], strict=True):
        chord = chord_of(int(path[start]))
        if chord is not None:
            bass = int(lowest[start:end].sum(axis=0).argmax())
            if lowest[start:end].any() and bass in chord.pitch_classes:
                chord = Chord(chord.root, chord.quality, bass)
        changes.append(ChordChange(grid.ticks[start], chord))
    return merged(tuple(changes))


def _shares(time: Array) -> Array:
    shares: Array = time / np.maximum(time.sum(axis=1, keepdims=True), 1e-9)
    return shares
