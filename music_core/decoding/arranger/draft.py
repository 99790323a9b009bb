"""One take before it is written, and what of it returns where a phrase does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import TOKEN, UNKNOWN
from music_core.decoding.arranger.lanes import Lanes, between, with_filled
from music_core.decoding.arranger.sheet import Sheet
from music_core.decoding.noise import philox

VARIED = 0.25  # of the quarters, where a phrase comes back


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """One take before it is written: its sheet, what is there (batch of one), what is wanted and wished, its seed.

    `wanted` bool (parts + 1, slots); `wishes` int8 (parts + 1, wishes); `again` gives for each bar an earlier one
    that it repeats with some variation, or -1; in the slots `rests` bool (parts + 1, slots) a part keeps silent, None
    for nowhere; `varied` is the share of the quarters that are new where a phrase comes back.
    """

    sheet: Sheet
    lanes: Lanes
    wanted: NDArray[np.bool_]
    wishes: NDArray[np.int8]
    seed: int
    again: tuple[int, ...] = ()
    rests: NDArray[np.bool_] | None = None
    varied: float = VARIED

    def wishes_in(self, here: slice) -> NDArray[np.int8]:
        """The wishes for these slots: nothing is wished of who rests throughout, as in training."""
        if self.rests is None:
            return self.wishes
        return np.where(np.all(self.rests[:, here], axis=1, keepdims=True), UNKNOWN, self.wishes).astype(np.int8)


def with_repeats(draft: Draft, lanes: Lanes, open_: NDArray[np.bool_], name: str, first: int, end: int) -> Lanes:
    """The lanes with what bars [first, end) repeat of earlier ones; what is kept of that is no more `open_`."""
    for bar in range(first, end) if draft.again else ():
        if 0 <= draft.again[bar] < first:
            here, source = draft.sheet.bars[bar].span, draft.sheet.bars[draft.again[bar]].span
            playing = np.asarray(draft.wanted[:, here].any(axis=1) & draft.wanted[:, source].any(axis=1))
            lanes = with_filled(lanes, here, between(lanes, source), playing)
            spared = philox(draft.seed, name, (bar, 0, 2)).random(draft.sheet.bars[bar].slots // TOKEN) >= draft.varied
            open_[playing, here] &= ~np.repeat(spared, TOKEN)
    return lanes


def repeats(sheet: Sheet, labelled: Sequence[tuple[int, int, str]]) -> tuple[int, ...]:
    """For each bar the same bar of the first phrase with its label, where melody and chords agree; else -1.

    A phrase's last bar is written anew every time, as it leads elsewhere.
    """
    again = [-1] * len(sheet.bars)
    first: dict[str, int] = {}
    for start, end, label in labelled:
        origin = first.setdefault(label, start)
        for bar in range(start, min(end - 1, len(sheet.bars))):
            earlier = origin + bar - start
            if earlier < start and _alike(sheet, earlier, bar):
                again[bar] = earlier
    return tuple(again)


def _alike(sheet: Sheet, one: int, other: int) -> bool:
    a, b = sheet.bars[one].span, sheet.bars[other].span
    if sheet.bars[one].slots != sheet.bars[other].slots:
        return False
    return bool((sheet.root[a] == sheet.root[b]).all() and (sheet.tones[a] == sheet.tones[b]).all())
