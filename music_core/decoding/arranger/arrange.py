"""From a melody with chords to its parts: the arranger's decoding of a whole piece, some bars at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from music_core.analysis.phrases import phrases
from music_core.decoding.arranger.context import TOKEN
from music_core.decoding.arranger.filling import Filler, Taste
from music_core.decoding.arranger.grid import grid_of
from music_core.decoding.arranger.keeping import kept_lanes, wanted_slots
from music_core.decoding.arranger.lanes import Lanes
from music_core.decoding.arranger.model_data import ModelData, from_plain
from music_core.decoding.arranger.options import WILD_OPTION, taste_for, wishes_for
from music_core.decoding.arranger.sheet import Bar, Sheet, bars_of, cut, sheet_of
from music_core.decoding.arranger.tracks import line_rows, track_of
from music_core.decoding.home import semitones_home
from music_core.decoding.noise import philox
from music_core.decoding.predictor import Cancelled, Predictor, Progress, never_cancelled, no_progress
from music_core.decoding.redo import ANEW, Redo
from music_core.manifest import Manifest
from music_core.melody import MelodyLine
from music_core.score import Score, Track
from music_core.theory import find_key

WINDOW_BARS, KNOWN_BARS = 8, 2  # bars that are written together, and those before them that are kept in sight
_VARIED = 0.25  # share of the quarters that are written anew where a phrase comes back


def arrange(
    predictor: Predictor,
    manifest: Manifest,
    score: Score,
    melody: MelodyLine,
    *,
    seed: int,
    options: Mapping[str, float] | None = None,
    progress: Progress = no_progress,
    cancelled: Cancelled = never_cancelled,
    redo: Redo = ANEW,
) -> tuple[Track, ...]:
    """Write the model's parts under a melody and the score's chords; raises GenerationCancelled.

    With a `redo` the score's own tracks are kept where it says so, every note of them as it is.
    """
    data = from_plain(manifest.data)
    given = dict(options or {})
    grid = grid_of(np.array([note.start_tick for note in melody.notes], np.int64))
    key = find_key(melody.notes)
    shift = semitones_home(key.tonic_pitch_class, key.minor)
    end = max(note.end_tick for note in melody.notes)
    parts = phrases(melody.notes, score.metres)
    cuts = [(phrase.start_bar, phrase.end_bar) for phrase in parts] if data.phrased else ()
    bars = bars_of(score.metres, end, melody.notes[0].start_tick, cuts)
    sheet = sheet_of(line_rows(melody.notes, grid), score.chords, bars, grid, shift)
    lanes = kept_lanes(score, manifest.parts, data, sheet.slots, grid, shift, redo)
    there = [redo.old(score, part) is not None for part in manifest.parts] if redo != ANEW else ()
    wanted = wanted_slots(redo, manifest.parts, data, sheet, seed, manifest.id, there)
    wishes = wishes_for(data, manifest, sheet, given, seed)
    filler = Filler(predictor, data.genres, drums=data.drums, distances=data.distances, cancelled=cancelled)
    taste = taste_for(manifest.option(WILD_OPTION, given), held=data.held)
    again = repeats(sheet, [(p.start_bar, p.end_bar, p.label) for p in parts]) if redo == ANEW else ()
    lanes = write(filler, data, sheet, lanes, wanted, wishes, seed, manifest.id, taste, again, progress)
    return tuple(
        track_of(
            part,
            numbers,
            lanes,
            grid,
            -shift,
            manifest.id,
            redo.old(score, part),
            wanted[list(numbers) or [-1]],
            held=data.held,
        )
        for part, numbers in zip(manifest.parts, data.tracks, strict=True)
    )


def write(
    filler: Filler, data: ModelData, sheet: Sheet, lanes: Lanes, wanted: NDArray[np.bool_], wishes: NDArray[np.int8],
    seed: int, name: str, taste: Taste, again: Sequence[int] = (), progress: Progress = no_progress,
) -> Lanes:  # fmt: skip
    """The lanes (batch of one) with all that is `wanted`, bool (parts + 1, slots), written; the rest stays as it is.

    Bars are written eight at a time, each time with two bars before in sight, by noise that belongs to their place.
    `again` gives for each bar an earlier one that it repeats with some variation, or -1.
    """
    open_ = wanted.copy()
    firsts = range(0, max(1, len(sheet.bars) - KNOWN_BARS), WINDOW_BARS - KNOWN_BARS)
    for done, first in enumerate(firsts):
        end = min(first + WINDOW_BARS, len(sheet.bars))
        for bar in range(first, end):
            if again and 0 <= again[bar] < first:
                lanes = _repeated(lanes, sheet, again[bar], bar)
                spared = philox(seed, name, (bar, 0, 2)).random(sheet.bars[bar].slots // TOKEN) >= _VARIED
                open_[:, _slots(sheet.bars[bar])] &= ~np.repeat(spared, TOKEN)
        here = slice(sheet.bars[first].start, _slots(sheet.bars[end - 1]).stop)
        if open_[:, here].any():
            context = cut(sheet, first, end, data.genre, wishes, data.present)
            rng = philox(seed, name, (first, 0, 0))
            lanes = _with(lanes, here, filler.fill(context, _part(lanes, here), open_[None, :, here], rng, taste))
            open_[:, here] = False
        progress(done + 1, len(firsts))
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


def _repeated(lanes: Lanes, sheet: Sheet, earlier: int, bar: int) -> Lanes:
    source, here = _slots(sheet.bars[earlier]), _slots(sheet.bars[bar])
    return _with(lanes, here, _part(lanes, source))


def _part(lanes: Lanes, here: slice) -> Lanes:
    return Lanes(lanes.onsets[:, :, here], lanes.lengths[:, :, here], lanes.hits[:, here])


def _with(lanes: Lanes, here: slice, filled: Lanes) -> Lanes:
    onsets, lengths, hits = lanes.onsets.copy(), lanes.lengths.copy(), lanes.hits.copy()
    onsets[:, :, here], lengths[:, :, here], hits[:, here] = filled.onsets, filled.lengths, filled.hits
    return Lanes(onsets, lengths, hits)
