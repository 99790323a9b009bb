"""Which of a window's notes the arranger is shown and which it must find: the masks of a training step.

Absorbing discrete diffusion (Austin et al. 2021, D3PM) in three stages: rhythm, pitches, lengths. What is masked is
drawn as it will be met at the user's: everything, one part beside the others, bars after others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import TOKEN, UNKNOWN, Context
from music_core.decoding.arranger.lanes import NOTHING, Lanes
from music_core.decoding.arranger.state import LASTING, MASKED, PITCHED, RHYTHM, State

_STAGE_CHANCES = (0.375, 0.375, 0.25)
_PART_GIVEN, _BARS_GIVEN = 0.25, 0.3
_WISH_DROPPED = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A state to complete and where: bool masks of counts (B, parts, T), pitches (B, parts, T, 72), lengths
    (B, parts, T, 3) and hits (B, T, 9) that are to be found.

    `bass` bool (B,) says where only the basses' pitches are, as nobody else's are known yet.
    """

    state: State
    counts: NDArray[np.bool_]
    pitches: NDArray[np.bool_]
    lengths: NDArray[np.bool_]
    hits: NDArray[np.bool_]
    bass: NDArray[np.bool_]


def task_of(
    lanes: Lanes, present: NDArray[np.bool_], rng: np.random.Generator, basses: Sequence[int] = (), turns: float = 0.0
) -> Task:
    """Draw a stage and masks for each window; `present` is bool (B, parts + 1), the drums last.

    In a share of the lessons in pitch, `turns` of 1, it is the `basses`' turn where they have something to find.
    """
    batch, parts, slots, _ = lanes.onsets.shape
    stage = rng.choice(np.arange(3, dtype=np.int8), batch, p=_STAGE_CHANCES)
    given = _given(batch, parts + 1, slots, rng)
    hidden_part = ~given[:, :-1] & present[:, :-1, None]
    ratio = np.cos(rng.random((batch, 1, 1)) * np.pi / 2)  # more often much is masked than little, as when decoding
    rhythm, pitched, lasting = (stage == which for which in (RHYTHM, PITCHED, LASTING))

    masked = hidden_part & (rng.random(hidden_part.shape) < ratio)
    counts = masked & rhythm[:, None, None]
    unseen = (hidden_part & rhythm[:, None, None])[..., None] & lanes.onsets
    absent = ~present[:, :-1, None] & np.ones(slots, np.bool_)
    pitches = (hidden_part & pitched[:, None, None])[..., None] & lanes.onsets
    unknown = pitches
    pitches = pitches & (rng.random(pitches.shape) < ratio[..., None])
    low = np.isin(np.arange(parts), basses)
    bass = pitches[:, low].any(axis=(1, 2, 3)) & (rng.random(batch) < turns) if turns else np.zeros(batch, np.bool_)
    others = bass[:, None, None, None] & ~low[:, None, None]
    open_length = hidden_part & (~lasting[:, None, None] | (rng.random(hidden_part.shape) < ratio))
    lengths = open_length[..., None] & (lanes.lengths != NOTHING)
    hit = ~given[:, -1, :, None] & present[:, -1, None, None] & rhythm[:, None, None]
    hits = hit & (rng.random(lanes.hits.shape) < ratio)
    no_drums = ~present[:, -1, None, None] & np.ones(lanes.hits.shape, np.bool_)

    state = State(
        stage,
        np.where(counts | absent, MASKED, lanes.counts).astype(np.int8),
        lanes.onsets & ~unseen & ~pitches & ~(unknown & others),
        np.where(open_length[..., None] & (lanes.lengths != NOTHING), MASKED, lanes.lengths).astype(np.int8),
        np.where(hits | no_drums, MASKED, lanes.hits).astype(np.int8),
    )
    # While the rhythm is being written, lengths of what is not there yet say nothing.
    state.lengths[(hidden_part & rhythm[:, None, None])] = NOTHING
    return Task(state, counts, pitches & ~others, lengths & lasting[:, None, None, None], hits, bass)


def with_fewer_wishes(context: Context, rng: np.random.Generator) -> NDArray[np.int8]:
    """The wishes with some left open, so that the network also writes without them: int8 (B, parts + 1, wishes)."""
    batch, parts, wishes = context.wishes.shape
    dropped = rng.random((batch, parts, wishes)) < _WISH_DROPPED
    dropped |= rng.random((batch, 1, 1)) < _WISH_DROPPED / 2
    return np.where(dropped, UNKNOWN, context.wishes).astype(np.int8)


def _given(batch: int, parts: int, slots: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """What is there already, bool (B, parts, T): whole parts, and in some windows a run of quarters of every part."""
    whole = rng.random((batch, parts, 1)) < _PART_GIVEN
    whole[whole.all(axis=(1, 2))] = False
    if parts == 2:  # one part and no drums: nothing would be left to write
        whole[:] = False
    tokens = slots // TOKEN
    first, last = np.sort(rng.integers(0, tokens + 1, (2, batch)), axis=0)
    opening = rng.random(batch) < 0.5  # bars that came before, as when a long piece is written
    first = np.where(opening, 0, first)
    last = np.where(opening, np.minimum(last, tokens // 2), last)
    token = np.arange(slots) // TOKEN
    run = (token >= first[:, None]) & (token < last[:, None]) & (rng.random(batch) < _BARS_GIVEN)[:, None]
    given: NDArray[np.bool_] = whole | run[:, None]
    return given
