"""Writing parts with the network: rhythm, then pitches, then lengths, each filled in over some steps.

What is given stays as it is. In every step a share of what is unknown is drawn from the network's answer and kept
(ancestral sampling of absorbing diffusion); places are drawn beforehand, few in the first steps and many in the last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.agreeing import agreed
from music_core.decoding.arranger.choices import best_pitches, busy, drawn_class
from music_core.decoding.arranger.completing import completing
from music_core.decoding.arranger.context import Context, from_the_bass
from music_core.decoding.arranger.draws import Draws
from music_core.decoding.arranger.drummer import drums_alone, plays_first, then_band
from music_core.decoding.arranger.features import (
    fixed_features,
    roots,
    slot_features,
    slots_to_tokens,
    token_features,
)
from music_core.decoding.arranger.lanes import (
    DRUM_LANES,
    LENGTHS,
    MOST_NOTES,
    NOTHING,
    Lanes,
)
from music_core.decoding.arranger.leading import drawn_in_turn
from music_core.decoding.arranger.pushing import lasting, pushed, pushes
from music_core.decoding.arranger.reaching import reaching
from music_core.decoding.arranger.room import ranks_of, room_of
from music_core.decoding.arranger.rousing import Needed, masked, roused, silent_parts
from music_core.decoding.arranger.state import LASTING, MASKED, PITCHED, RHYTHM, STAGES, State
from music_core.decoding.arranger.steadying import Steady, meant_for
from music_core.decoding.arranger.taste import Taste
from music_core.decoding.arranger.turns import at_random, by_halves, strong_first
from music_core.decoding.predictor import Cancelled, FloatArray, GenerationCancelled, Predictor, never_cancelled


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    """A context and the network's inputs that stay the same while its parts are written; `tokens` by stage."""

    context: Context
    slots: FloatArray
    tokens: tuple[FloatArray, ...]
    root: FloatArray


class Filler:
    """One network with its genres; `drums`: whether it writes them, `lines`: whether it is shown notes' neighbours.

    `emphasis` is how much beyond its genre each of the STAGES is drawn, empty for none (decision 0035).
    """

    def __init__(
        self, predictor: Predictor, genres: int, *, drums: bool, lines: bool = False, emphasis: Sequence[float] = (),
        cancelled: Cancelled = never_cancelled,
    ) -> None:  # fmt: skip
        self._predictor = predictor
        self._genres = genres
        self._drums = drums
        self._lines = lines
        self._emphasis = emphasis or (0.0,) * STAGES
        self._cancelled = cancelled

    def fill(
        self, context: Context, lanes: Lanes, wanted: NDArray[np.bool_], draws: Draws, taste: Taste,
        needed: Needed = (),
    ) -> Lanes:  # fmt: skip
        """The lanes with what is `wanted`, bool (B, parts + 1, T), written anew; the rest is returned bit for bit.

        All arrays have a leading batch axis; the last of the parts is the drums. Of each group of `needed` parts one
        at least plays. Raises GenerationCancelled.
        """
        wanted = wanted & context.present[..., None]
        left = wanted
        if self._drums and plays_first(wanted):
            lanes = replace(lanes, hits=self._drummed(context, lanes, wanted, draws, taste))
            left = then_band(wanted)
        opened = _opened(context, lanes, left)
        open_counts = wanted[:, :-1]
        if taste.held:
            struck = _first(open_counts)
            opened = replace(opened, counts=np.where(struck, 1, opened.counts).astype(np.int8))
            open_counts = open_counts & ~struck
        given = self._given(context)
        state = self._rhythm(given, opened, open_counts, left[:, -1], draws, taste)
        state = self._roused(given, state, wanted, needed)
        unknown = wanted[:, :-1, :, None] & ranks_of(state.counts)
        state = replace(state, lengths=np.where(unknown, MASKED, state.lengths).astype(np.int8))
        state = self._pitches(given, state, draws, taste)
        state = self._lengths(given, state, draws, taste)
        hits = np.where(state.hits == MASKED, 0, state.hits).astype(np.int8)
        return Lanes(state.onsets, state.lengths, hits)

    def _drummed(
        self, context: Context, lanes: Lanes, wanted: NDArray[np.bool_], draws: Draws, taste: Taste
    ) -> NDArray[np.int8]:
        """The hits that the drummer plays alone, int8 (B, T, 9)."""
        seen, silent, drums = drums_alone(context, lanes, wanted)
        opened = _opened(seen, silent, drums)
        return self._rhythm(self._given(seen), opened, drums[:, :-1], drums[:, -1], draws, taste).hits

    def _given(self, context: Context) -> _Given:
        batch, parts = context.present.shape
        stages = (np.full(batch, stage, np.int8) for stage in range(STAGES))
        tokens = tuple(
            token_features(context, stage, self._genres, emphasis)
            for stage, emphasis in zip(stages, self._emphasis, strict=True)
        )
        fixed = fixed_features(context, parts - 1, self._drums, lines=self._lines)
        return _Given(context, fixed, tokens, roots(context))

    def _answers(self, given: _Given, state: State, stage: int) -> Mapping[str, FloatArray]:
        if self._cancelled():
            raise GenerationCancelled
        slots = slot_features(given.context, state, self._drums, given.slots, lines=self._lines)
        inputs = {"slots": slots_to_tokens(slots), "tokens": given.tokens[stage], "root": given.root}
        # Rounded, so that processors that add in another order draw the same notes.
        return {name: np.round(answer, 3) for name, answer in self._predictor.run(inputs).items()}

    def _rhythm(
        self, given: _Given, state: State, open_counts: NDArray[np.bool_], open_drums: NDArray[np.bool_],
        draws: Draws, taste: Taste,
    ) -> State:  # fmt: skip
        open_hits = open_drums[..., None] & np.ones(DRUM_LANES, np.bool_)
        steps = taste.drum_steps if open_drums.any() else taste.rhythm_steps  # never both: drums are written first
        if self._lines:
            turns = strong_first(open_counts, steps, draws, given.context.place)
        else:  # the piano and the choir, which nobody has judged in the other order (decision 0034)
            turns = at_random(open_counts, steps, draws)
        hit_turns = at_random(open_hits, steps, draws, drums=True)
        steady = None
        if self._lines and open_counts.any():
            more = pushes(taste.push, taste.swell, turns.shape[1:])
            steady = Steady(turns, meant_for(given.context, turns >= 0, taste.rates, more))
        for step in range(steps):
            now, hits_now = turns == step, hit_turns == step
            some = busy(now) | busy(hits_now)
            if not some.any():
                continue
            heard = self._answers(given, state, RHYTHM)
            answers = pushed(heard, taste.push, taste.levels, draws.filling, taste.swell)
            logits = answers["counts"][..., :2] if taste.held else answers["counts"]
            logits = agreed(logits, now, draws.bars, taste.riffs)
            logits = steady.moved(logits, state.counts, step) if steady else logits
            counts = np.where(now, drawn_class(logits, taste.rhythm, draws, some), state.counts).astype(np.int8)
            hits = state.hits
            if self._drums:
                hits = np.where(
                    hits_now, drawn_class(answers["hits"], taste.drums, draws, some, drums=True), hits
                ).astype(np.int8)
            state = replace(state, counts=counts, hits=hits)
        return state

    def _roused(self, given: _Given, state: State, wanted: NDArray[np.bool_], needed: Needed) -> State:
        silent = silent_parts(state, wanted, needed)
        if not silent.any():
            return state
        hidden = wanted & silent[..., None]
        counts, hits = masked(state.counts, state.hits, hidden)
        answers = self._answers(given, replace(state, counts=counts, hits=hits), RHYTHM)
        counts, hits = roused(given.context, state, answers, hidden)
        return replace(state, counts=counts, hits=hits)

    def _pitches(self, given: _Given, state: State, draws: Draws, taste: Taste) -> State:
        bass = np.isin(np.arange(state.counts.shape[1]), taste.basses)
        if not bass.any():
            return self._found(given, state, ~bass, draws, taste)
        steps = taste.pitch_steps // 3
        heard = self._given(from_the_bass(given.context))
        low, high = replace(taste, pitches=taste.bass, pitch_steps=steps), taste.pitch_steps - steps
        state = self._found(heard, state, bass, draws, low, line=self._lines)
        return self._found(given, state, ~bass, draws, replace(taste, pitch_steps=high))

    def _found(
        self, given: _Given, state: State, parts: NDArray[np.bool_], draws: Draws, taste: Taste, *, line: bool = False
    ) -> State:
        """The state with the pitches of these `parts`, bool (parts,), found note beside note where each is a `line`."""
        tickets = parts[:, None, None] & (np.arange(MOST_NOTES) < state.missing[..., None])
        steps = taste.pitch_steps
        turns = by_halves(tickets, steps) if line else at_random(tickets, steps, draws)
        for step in range(taste.pitch_steps):
            now = (turns == step).sum(axis=-1)
            if not now.any():
                continue
            logits = self._answers(given, state, PITCHED)["pitches"]
            if not line:
                logits = completing(logits, given.context, state.onsets, taste.complete)
                logits = reaching(logits, state.onsets, taste.reach)
            scores = logits + draws.gumbel(logits.shape, busy(now > 0), pitched=True) * taste.pitches
            if taste.held:
                chosen = drawn_in_turn(scores, now > 0, given.context.melody, state.counts, state.onsets)
            else:
                chosen = best_pitches(scores, state.onsets, now)
            state = replace(state, onsets=state.onsets | chosen)
        return state

    def _lengths(self, given: _Given, state: State, draws: Draws, taste: Taste) -> State:
        turns = at_random(state.lengths == MASKED, taste.length_steps, draws)
        room = room_of(given.context, state.onsets)
        for step in range(taste.length_steps):
            now = turns == step
            if not now.any():
                continue
            logits = lasting(self._answers(given, state, LASTING)["lengths"], taste.legato)
            # A note is let go when the harmony leaves it, as people do in all but one case in a hundred.
            logits = np.where(room[..., None] >= LENGTHS, logits, -np.inf)
            drawn = drawn_class(logits, taste.lengths, draws, busy(now))
            state = replace(state, lengths=np.where(now, drawn, state.lengths).astype(np.int8))
        return state


def _opened(context: Context, lanes: Lanes, wanted: NDArray[np.bool_]) -> State:
    """What is known before the first step."""
    parts = wanted[:, :-1]
    absent = ~context.present[:, :-1, None] & np.ones(parts.shape[-1], np.bool_)
    counts = np.where(parts | absent, MASKED, lanes.counts).astype(np.int8)
    lengths = np.where(parts[..., None], NOTHING, lanes.lengths).astype(np.int8)
    no_drums = wanted[:, -1, :, None] | ~context.present[:, -1, None, None]
    hits = np.where(no_drums, MASKED, lanes.hits).astype(np.int8)
    return State(np.zeros(len(counts), np.int8), counts, lanes.onsets & ~parts[..., None], lengths, hits)


def _first(places: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The first place of every run along the last axis."""
    before = np.concatenate((np.zeros_like(places[..., :1]), places[..., :-1]), axis=-1)
    return places & ~before
