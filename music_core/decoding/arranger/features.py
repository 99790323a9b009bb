"""One encoding of what is known, the same in training and at the user's: two float32 arrays, by slot and by token."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import (
    BAR_TOKENS,
    COMPOUND,
    EDGES,
    HYPERMETRE,
    NO_ROOT,
    REST,
    STRUCK,
    TOKEN,
    Context,
)
from music_core.decoding.arranger.lanes import COUNTS, DRUM_LANES, LENGTHS, LEVELS, PITCHES, RANKS, slots_until
from music_core.decoding.arranger.neighbours import WIDTH, neighbours
from music_core.decoding.arranger.state import MASKED, STAGES, State
from music_core.decoding.predictor import FloatArray

WISHES = 5  # that can be measured of each part; a network may know the first few alone
BINS = 8  # each wish has
RELATIVE = PITCHES + 11  # steps from eleven below the chord's root in the lowest octave

_AHEAD = len(LENGTHS)  # a distance in slots: which of the lengths fit into it
_CHORD = 12 + 12 + 12 + 2 + _AHEAD
_FIXED = 2 * PITCHES + 12 + _CHORD  # features of melody and chord
_PART = PITCHES + 12 + (COUNTS + 1) + 1 + 2 * RANKS + _AHEAD
_KIT = DRUM_LANES * (LEVELS + 1)


def slot_width(parts: int, drums: bool, lines: bool = False) -> int:
    """Features of a slot; `lines` are those of each part's neighbouring notes."""
    return _FIXED + parts * (_PART + lines * WIDTH) + drums * _KIT


def token_width(parts: int, genres: int, wishes: int) -> int:
    """Features of a token, with so many wishes of each part."""
    places = BAR_TOKENS + COMPOUND + 1 + HYPERMETRE + len(EDGES)
    return places + genres + STAGES + (parts + 1) * (1 + wishes * BINS)


def slot_features(
    context: Context, state: State, drums: bool, fixed: FloatArray | None = None, *, lines: bool = False
) -> FloatArray:
    """What is known of each slot, float32 (B, T, slot_width): melody, chord, each part, the drums, then the lines.

    `fixed` is what `fixed_features` said of the same context, for those who ask again and again.
    """
    batch, parts, slots = state.counts.shape
    features = fixed_features(context, parts, drums, lines=lines) if fixed is None else fixed.copy()
    at = _FIXED + parts * _PART
    _parts(features[..., _FIXED:at].reshape(batch, slots, parts, _PART), state, _roots(context))
    if drums:
        levels = np.where(state.hits == MASKED, LEVELS, state.hits)
        features[..., at : at + _KIT] = _one_hot(levels, LEVELS + 1).reshape(batch, slots, -1)
    if lines:
        features[..., -parts * WIDTH :] = neighbours(state, _roots(context)).reshape(batch, slots, -1)
    return features


def fixed_features(context: Context, parts: int, drums: bool, *, lines: bool = False) -> FloatArray:
    """Slot features with melody and chord in their places, and zeros where all else will be."""
    features = np.zeros((*context.root.shape, slot_width(parts, drums, lines)), np.float32)
    features[..., :PITCHES] = context.melody == STRUCK
    features[..., PITCHES : 2 * PITCHES] = context.melody != REST
    features[..., 2 * PITCHES : 2 * PITCHES + 12] = relative_classes(context.melody != REST, _roots(context))
    features[..., 2 * PITCHES + 12 : _FIXED] = _chord(context)
    return features


def token_features(context: Context, stage: NDArray[np.int8], genres: int, emphasis: float = 0.0) -> FloatArray:
    """What is known of each token, float32 (B, N, token_width).

    With an `emphasis` the genre is said so much farther from the mean of the others than it is.
    """
    batch, tokens = context.place.shape

    def everywhere(values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.broadcast_to(values.reshape(batch, 1, -1), (batch, tokens, values[0].size))

    blocks = (
        _one_hot(context.place, BAR_TOKENS),
        everywhere(_one_hot(context.metre, COMPOUND + 1)),
        _one_hot(context.bar, HYPERMETRE),
        context.edges.astype(np.float32),
        everywhere(_emphasised(_one_hot(context.genre, genres), emphasis)),
        everywhere(_one_hot(stage, STAGES)),
        everywhere(context.present.astype(np.float32)),
        everywhere(_one_hot(context.wishes, BINS)),
    )
    return np.concatenate(blocks, axis=-1).astype(np.float32)


def _emphasised(genre: NDArray[np.float32], emphasis: float) -> NDArray[np.float32]:
    """A genre (B, genres) as one among zeros, or as more than one among less than zeros; the sum stays one."""
    others = (1 - genre) / max(1, genre.shape[-1] - 1)
    return np.asarray(genre + (emphasis if genre.shape[-1] > 1 else 0.0) * (genre - others), np.float32)


def roots(context: Context) -> FloatArray:
    """The chord's root in each slot, float32 (B, T), 0 (the tonic at home) where there is none."""
    return _roots(context).astype(np.float32)


def relative_classes(pitches: NDArray[np.bool_], root: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Which pitch classes above the root sound, bool (..., T, 12), of bool (..., T, 72)."""
    classes = pitches.reshape(*pitches.shape[:-1], PITCHES // 12, 12).any(axis=-2)  # LOW_PITCH is a C
    index = (np.arange(12) + root[..., None]) % 12
    return np.take_along_axis(classes, np.broadcast_to(index, classes.shape).astype(np.int64), axis=-1)


def slots_to_tokens(features: FloatArray) -> FloatArray:
    """Slots of a token side by side, float32 (B, N, 4, width)."""
    batch, slots, width = features.shape
    return features.reshape(batch, slots // TOKEN, TOKEN, width)


def _fits(distances: NDArray[np.int64]) -> NDArray[np.bool_]:
    return distances[..., None] >= LENGTHS


def _changes(context: Context) -> NDArray[np.bool_]:
    """Where another chord begins, bool (B, T)."""
    rows = np.concatenate((context.tones, context.root[..., None], context.bass[..., None]), axis=-1)
    first = np.ones((len(rows), 1), np.bool_)
    return np.concatenate((first, (rows[:, 1:] != rows[:, :-1]).any(axis=-1)), axis=1)


def _chord(context: Context) -> FloatArray:
    return np.concatenate(
        (
            _fits(slots_until(_changes(context))).astype(np.float32),
            _one_hot(context.root, 12),
            context.tones.astype(np.float32),
            _one_hot(context.bass, 12),
            context.known[..., None].astype(np.float32),
            (context.known & (context.root == NO_ROOT))[..., None].astype(np.float32),
        ),
        axis=-1,
    )


def _roots(context: Context) -> NDArray[np.int8]:
    return np.where(context.root == NO_ROOT, 0, context.root).astype(np.int8)


def _parts(into: FloatArray, state: State, root: NDArray[np.int8]) -> None:
    """All parts side by side, into a view (B, T, parts, _PART)."""
    onsets, counts, lengths = state.onsets.swapaxes(1, 2), state.counts.swapaxes(1, 2), state.lengths.swapaxes(1, 2)
    into[..., :PITCHES] = onsets
    at = PITCHES
    into[..., at : at + 12] = relative_classes(onsets, root[..., None])
    at += 12
    into[..., at : at + COUNTS + 1] = _one_hot(np.where(counts == MASKED, COUNTS, counts), COUNTS + 1)
    at += COUNTS + 1
    into[..., at] = state.missing.swapaxes(1, 2) / COUNTS
    at += 1
    sizes = np.concatenate((np.log2(LENGTHS + 1.0) / 5, (0.0, 0.0)))  # then MASKED and NOTHING, by negative index
    into[..., at : at + RANKS] = sizes[lengths]
    into[..., at + RANKS : at + 2 * RANKS] = lengths == MASKED
    at += 2 * RANKS
    into[..., at : at + _AHEAD] = _fits(slots_until(state.counts > 0)).swapaxes(1, 2)


def _one_hot(values: NDArray[np.int8], classes: int) -> NDArray[np.float32]:
    """float32 (..., classes); values outside it give zeros."""
    hot: NDArray[np.float32] = (values[..., None] == np.arange(classes)).astype(np.float32)
    return hot
