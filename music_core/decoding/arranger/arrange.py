"""From a melody with chords to its parts: the arranger's decoding of a whole piece, some bars at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from music_core.analysis.phrases import phrases
from music_core.decoding.arranger.draft import VARIED, Draft, repeats
from music_core.decoding.arranger.filling import Filler
from music_core.decoding.arranger.grid import Grid, grid_of
from music_core.decoding.arranger.keeping import kept_lanes, wanted_slots
from music_core.decoding.arranger.lanes import Lanes, one
from music_core.decoding.arranger.model_data import ModelData, from_plain
from music_core.decoding.arranger.options import (
    WILD_OPTION,
    building,
    pushes_for,
    rests_for,
    swell_for,
    taste_for,
    wishes_for,
)
from music_core.decoding.arranger.sheet import bars_of, sheet_of
from music_core.decoding.arranger.tracks import line_rows, track_of
from music_core.decoding.arranger.writing import PartlyWritten, write
from music_core.decoding.home import semitones_home
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
    taste = replace(
        taste, push=pushes_for(data, manifest, options), swell=swell_for(data, manifest, drafts[0].sheet, options),
        basses=data.basses, levels=data.levels, legato=data.legato, riffs=data.riffs, rates=data.rates,
    )  # fmt: skip

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
    varied = VARIED + (1 - VARIED) * abs(building(manifest, options))  # what is to build up cannot come back as it was
    return Draft(sheet, lanes, wanted & ~rests, wishes, seed, again, rests, varied)


def _tracks(
    manifest: Manifest, data: ModelData, score: Score, draft: Draft, lanes: Lanes, grid: Grid, shift: int, redo: Redo
) -> tuple[Track, ...]:
    def track(part: PartSpec, numbers: tuple[int, ...]) -> Track:
        wanted = draft.wanted[list(numbers) or [-1]]
        old = redo.old(score, part)
        return track_of(part, numbers, lanes, grid, -shift, manifest.id, old, wanted, held=data.held)

    return tuple(track(part, numbers) for part, numbers in zip(manifest.parts, data.tracks, strict=True))
