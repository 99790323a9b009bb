"""From a melody with chords to its parts: the arranger's decoding of a whole piece, some bars at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from music_core.analysis.phrases import phrases
from music_core.decoding.arranger.context import TOKEN, UNKNOWN, Context, stacked
from music_core.decoding.arranger.draws import Draws, returning_bars
from music_core.decoding.arranger.filling import Filler, Taste
from music_core.decoding.arranger.grid import Grid, grid_of
from music_core.decoding.arranger.keeping import kept_lanes, wanted_slots
from music_core.decoding.arranger.lanes import Lanes, one, side_by_side
from music_core.decoding.arranger.model_data import ModelData, from_plain
from music_core.decoding.arranger.options import WILD_OPTION, pushes_for, rests_for, taste_for, wishes_for
from music_core.decoding.arranger.sheet import Bar, Sheet, bars_of, cut, sheet_of
from music_core.decoding.arranger.tracks import line_rows, track_of
from music_core.decoding.home import semitones_home
from music_core.decoding.noise import philox
from music_core.decoding.predictor import (
    Cancelled,
    GenerationCancelled,
    Predictor,
    Progress,
    never_cancelled,
    no_progress,
)
from music_core.decoding.redo import ANEW, Redo
from music_core.manifest import Manifest, PartSpec
from music_core.melody import MelodyLine
from music_core.score import Score, Track
from music_core.theory import find_key

WINDOW_BARS, KNOWN_BARS = 8, 2  # bars that are written together, and those before them that are kept in sight
_VARIED = 0.25  # share of the quarters that are written anew where a phrase comes back


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """One take before it is written: its sheet, what is there (batch of one), what is wanted and wished, its seed.

    `wanted` bool (parts + 1, slots); `wishes` int8 (parts + 1, wishes); `again` gives for each bar an earlier one
    that it repeats with some variation, or -1; in the slots `rests` bool (parts + 1, slots) a part keeps silent, None
    for nowhere.
    """

    sheet: Sheet
    lanes: Lanes
    wanted: NDArray[np.bool_]
    wishes: NDArray[np.int8]
    seed: int
    again: tuple[int, ...] = ()
    rests: NDArray[np.bool_] | None = None

    def wishes_in(self, here: slice) -> NDArray[np.int8]:
        """The wishes for these slots: nothing is wished of who rests throughout, as in training."""
        if self.rests is None:
            return self.wishes
        return np.where(np.all(self.rests[:, here], axis=1, keepdims=True), UNKNOWN, self.wishes).astype(np.int8)


def arrange(
    predictor: Predictor, manifest: Manifest, score: Score, melody: MelodyLine, *, seed: int,
    options: Mapping[str, float] | None = None, progress: Progress = no_progress,
    cancelled: Cancelled = never_cancelled, redo: Redo = ANEW,
) -> tuple[Track, ...]:  # fmt: skip
    """Write the model's parts under a melody and the score's chords; raises GenerationCancelled.

    With a `redo` the score's own tracks are kept where it says so, every note of them as it is.
    """
    return arrange_takes(
        predictor, manifest, (score,), melody, seeds=(seed,), options=options or {}, progress=progress,
        cancelled=cancelled, redo=redo,
    )[0]  # fmt: skip


def arrange_takes(
    predictor: Predictor, manifest: Manifest, scores: Sequence[Score], melody: MelodyLine, *, seeds: Sequence[int],
    options: Mapping[str, float], progress: Progress = no_progress, cancelled: Cancelled = never_cancelled,
    redo: Redo = ANEW,
) -> tuple[tuple[Track, ...], ...]:  # fmt: skip
    """One take for each seed, all as one batch; the same notes as `arrange` writes for each alone.

    `scores` differ in their chords alone. Raises GenerationCancelled, with the tracks up to the last bar that was done.
    """
    data = from_plain(manifest.data)
    grid = grid_of(np.array([note.start_tick for note in melody.notes], np.int64))
    key = find_key(melody.notes)
    shift = semitones_home(key.tonic_pitch_class, key.minor)
    drafts = tuple(
        _draft(manifest, data, score, melody, grid, shift, seed, options, redo)
        for score, seed in zip(scores, seeds, strict=True)
    )
    filler = Filler(
        predictor, data.genres, drums=data.drums, lines=data.lines, emphasis=data.emphasis, cancelled=cancelled
    )
    taste = taste_for(manifest.option(WILD_OPTION, options), held=data.held, drums=data.drums, lines=data.lines)
    push = pushes_for(data, manifest, options)
    taste = replace(taste, push=push, basses=data.basses, levels=data.levels, legato=data.legato, riffs=data.riffs)

    def tracks(lanes: Lanes) -> tuple[tuple[Track, ...], ...]:
        return tuple(
            _tracks(manifest, data, score, draft, one(lanes, n), grid, shift, redo)
            for n, (score, draft) in enumerate(zip(scores, drafts, strict=True))
        )

    try:
        return tracks(write(filler, data, drafts, manifest.id, taste, progress))
    except PartlyWritten as stopped:
        raise GenerationCancelled(tracks(stopped.lanes)) from None


def _draft(
    manifest: Manifest, data: ModelData, score: Score, melody: MelodyLine, grid: Grid, shift: int, seed: int,
    options: Mapping[str, float], redo: Redo,
) -> Draft:  # fmt: skip
    end = max(note.end_tick for note in melody.notes)
    parts = phrases(melody.notes, score.metres)
    cuts = [(phrase.start_bar, phrase.end_bar) for phrase in parts] if data.phrased else ()
    bars = bars_of(score.metres, end, melody.notes[0].start_tick, cuts)
    sheet = sheet_of(line_rows(melody.notes, grid), score.chords, bars, grid, shift)
    lanes = kept_lanes(score, manifest.parts, data, sheet.slots, grid, shift, redo)
    there = [redo.old(score, part) is not None for part in manifest.parts] if redo != ANEW else ()
    wanted = wanted_slots(redo, manifest.parts, data, sheet, seed, manifest.id, there)
    wishes = wishes_for(data, manifest, sheet, score.tempos[0].bpm, options, seed)
    if redo != ANEW:  # what a person asks for again is played
        return Draft(sheet, lanes, wanted, wishes, seed)
    again = repeats(sheet, [(p.start_bar, p.end_bar, p.label) for p in parts])
    rests = rests_for(data, manifest, sheet, options, seed)
    return Draft(sheet, lanes, wanted & ~rests, wishes, seed, again, rests)


def _tracks(
    manifest: Manifest, data: ModelData, score: Score, draft: Draft, lanes: Lanes, grid: Grid, shift: int, redo: Redo
) -> tuple[Track, ...]:
    def track(part: PartSpec, numbers: tuple[int, ...]) -> Track:
        wanted = draft.wanted[list(numbers) or [-1]]
        old = redo.old(score, part)
        return track_of(part, numbers, lanes, grid, -shift, manifest.id, old, wanted, held=data.held)

    return tuple(track(part, numbers) for part, numbers in zip(manifest.parts, data.tracks, strict=True))


class PartlyWritten(GenerationCancelled):
    """Writing was cancelled after some bars; `lanes` has them, and nothing after them."""

    def __init__(self, lanes: Lanes) -> None:
        super().__init__()
        self.lanes = lanes


def write(
    filler: Filler, data: ModelData, drafts: Sequence[Draft], name: str, taste: Taste, progress: Progress = no_progress
) -> Lanes:
    """The drafts' lanes as one batch with all that is wanted written; the rest stays as it is.

    Bars are written eight at a time, each time with two bars before in sight, by noise that belongs to their place.
    The drafts have the same bars. Raises GenerationCancelled, or PartlyWritten where some bars were done.
    """
    bars = drafts[0].sheet.bars
    lanes = [draft.lanes for draft in drafts]
    open_ = np.stack([draft.wanted for draft in drafts])
    firsts = range(0, max(1, len(bars) - KNOWN_BARS), WINDOW_BARS - KNOWN_BARS)
    for done, first in enumerate(firsts):
        end = min(first + WINDOW_BARS, len(bars))
        for n, draft in enumerate(drafts):
            lanes[n] = _with_repeats(draft, lanes[n], open_[n], name, first, end)
        here = slice(bars[first].start, _slots(bars[end - 1]).stop)
        if open_[:, :, here].any():
            context = stacked([
                cut(draft.sheet, first, end, data.genre, draft.wishes_in(here), data.present) for draft in drafts
            ])  # fmt: skip
            batch = side_by_side([_part(each, here) for each in lanes])
            try:
                needed = [_silent(data, *each) for each in zip(lanes, open_, strict=True)] if end == len(bars) else ()
                draws = _draws(data, drafts, name, first, context)
                filled = filler.fill(context, batch, open_[:, :, here], draws, taste, needed)
            except GenerationCancelled:
                if not done:
                    raise
                raise PartlyWritten(side_by_side(lanes)) from None
            lanes = [_with(each, here, one(filled, n)) for n, each in enumerate(lanes)]
            open_[:, :, here] = False
        progress(done + 1, len(firsts))
    return side_by_side(lanes)


def _draws(data: ModelData, drafts: Sequence[Draft], name: str, first: int, context: Context) -> Draws:
    """Noise of the drafts for the window whose first bar this is; what returns is the same in all windows."""
    each = [philox(draft.seed, name, (first, 0, 0)) for draft in drafts]
    if not data.habit.any():
        return Draws(*each)
    # One number a take: where the band has riffs of two bars, those parts have them that most often do.
    shared = [philox(draft.seed, name, (0, 0, 7)).random() for draft in drafts]
    paired = np.array(shared)[:, None] < np.array(data.paired or (0.0,) * len(data.habit))
    bars = returning_bars(
        context, data.habit, [philox(draft.seed, name, (first, 0, 4)) for draft in drafts], data.fills, data.varied,
        paired,
    )  # fmt: skip
    return Draws(*each, habits=[philox(draft.seed, name, (0, 0, 5)) for draft in drafts], bars=bars)


def _silent(data: ModelData, lanes: Lanes, open_: NDArray[np.bool_]) -> list[tuple[int, ...]]:
    """The parts of each track that plays nowhere but in what is still `open_`."""
    playing = [bool((part.any(axis=-1) & ~own).any()) for part, own in zip(lanes.onsets[0], open_[:-1], strict=True)]
    playing.append(bool((lanes.hits[0].any(axis=-1) & ~open_[-1]).any()))
    return [numbers or (-1,) for numbers in data.tracks if not any(playing[n] for n in numbers or (-1,))]


def _with_repeats(draft: Draft, lanes: Lanes, open_: NDArray[np.bool_], name: str, first: int, end: int) -> Lanes:
    """The lanes with what bars [first, end) repeat of earlier ones; what is kept of that is no more `open_`."""
    for bar in range(first, end) if draft.again else ():
        if 0 <= draft.again[bar] < first:
            here, source = _slots(draft.sheet.bars[bar]), _slots(draft.sheet.bars[draft.again[bar]])
            playing = np.asarray(draft.wanted[:, here].any(axis=1) & draft.wanted[:, source].any(axis=1))
            lanes = _with(lanes, here, _part(lanes, source), playing)
            spared = philox(draft.seed, name, (bar, 0, 2)).random(draft.sheet.bars[bar].slots // TOKEN) >= _VARIED
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
    a, b = _slots(sheet.bars[one]), _slots(sheet.bars[other])
    if sheet.bars[one].slots != sheet.bars[other].slots:
        return False
    return bool((sheet.root[a] == sheet.root[b]).all() and (sheet.tones[a] == sheet.tones[b]).all())


def _slots(bar: Bar) -> slice:
    return slice(bar.start, bar.start + bar.slots)


def _part(lanes: Lanes, here: slice) -> Lanes:
    return Lanes(lanes.onsets[:, :, here], lanes.lengths[:, :, here], lanes.hits[:, here])


def _with(lanes: Lanes, here: slice, filled: Lanes, parts: NDArray[np.bool_] | None = None) -> Lanes:
    """The lanes with what was `filled` in the slots `here`, of these `parts`, bool (parts + 1,), or of all."""
    onsets, lengths, hits = lanes.onsets.copy(), lanes.lengths.copy(), lanes.hits.copy()
    own = np.flatnonzero(np.ones(onsets.shape[1], np.bool_) if parts is None else parts[:-1])
    onsets[:, own, here], lengths[:, own, here] = filled.onsets[:, own], filled.lengths[:, own]
    if parts is None or parts[-1]:
        hits[:, here] = filled.hits
    return Lanes(onsets, lengths, hits)
