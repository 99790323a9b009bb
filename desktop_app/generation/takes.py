"""A band's takes: candidates written as one batch, those that are sound kept, and of them the most different."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop_app.generation.band import chord_wildness, performed, with_chords
from desktop_app.generation.composer import (
    LARGEST_SEED,
    TOP_LINE_NOTE,
    Arrangement,
    Request,
    assemble,
    credited,
    timed,
)
from desktop_app.generation.techniques import REWRITERS
from music_core.decoding.choosing import chosen, passes
from music_core.decoding.predictor import Cancelled, GenerationCancelled, Predictor, Progress, no_progress
from music_core.manifest import Manifest
from music_core.melody import MelodyLine
from music_core.score import Score, Track

_LARGEST_BATCH = 8
_ROUNDS = 4  # of candidates, before those that did not pass are taken too


@dataclass(frozen=True, slots=True)
class Players:
    """A band's bundle and its network, and the bundle and network that find its chords."""

    band: Manifest
    predictor: Predictor
    finder: Manifest
    finding: Predictor


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One written take, not performed yet; `before` is the score with the chords it was written for."""

    seed: int
    before: Score
    written: Score


def takes_of(
    request: Request, players: Players, melody: MelodyLine, stages: Mapping[str, float], progress: Progress,
    cancelled: Cancelled,
) -> tuple[Arrangement, ...]:  # fmt: skip
    """The takes of a request. One take alone is what the seed gives; of several, the first is.

    Raises GenerationCancelled, whose `done` are the takes as far as they were written, or None.
    """
    spent = dict(stages)
    sound: list[_Candidate] = []
    unsound: list[_Candidate] = []
    tried = 0
    for _ in range(_ROUNDS):
        missing = request.takes - len(sound)
        if missing <= 0:
            break
        count = missing if request.takes == 1 and not tried else missing + (missing + 1) // 2
        firsts = range(tried, tried + count, _LARGEST_BATCH)
        for done, first in enumerate(firsts):
            seeds = _seeds(request, first, min(first + _LARGEST_BATCH, tried + count))
            counted = no_progress if tried else _within(progress, done, len(firsts))
            found = _candidates(request, players, melody, seeds, spent, counted, cancelled)
            for candidate in found:
                (sound if passes(candidate.written, players.band.id) else unsound).append(candidate)
        tried += count
    pool = sound if len(sound) >= request.takes else [*sound, *unsound]
    numbers = chosen([candidate.written for candidate in pool], request.takes)
    return _played(request, players, [pool[number] for number in numbers], melody, spent)


def _within(progress: Progress, done: int, batches: int) -> Progress:
    """Progress through one of some batches as progress through all of them."""
    return lambda windows, total: progress(done * total + windows, batches * total)


def _seeds(request: Request, first: int, end: int) -> tuple[int, ...]:
    return tuple((request.seed + number) % (LARGEST_SEED + 1) for number in range(first, end))


def _candidates(
    request: Request, players: Players, melody: MelodyLine, seeds: Sequence[int], spent: dict[str, float],
    progress: Progress, cancelled: Cancelled,
) -> list[_Candidate]:  # fmt: skip
    band = players.band

    def found_for(seed: int) -> Score:
        return with_chords(
            players.finding, players.finder, band, request.score, melody, seed=seed, options=request.options,
            redo=request.redo,
        )  # fmt: skip

    with timed(spent, "harmonise"):
        if chord_wildness(band, request.options):
            before = [found_for(seed) for seed in seeds]
        else:
            before = [found_for(seeds[0])] * len(seeds)

    def candidates(parts: Sequence[tuple[Track, ...]]) -> list[_Candidate]:
        return [
            _Candidate(seed, given, assemble(given, melody, own, credited(given.provenance, band.id, seed)))
            for seed, given, own in zip(seeds, before, parts, strict=True)
        ]

    with timed(spent, "compose"):
        try:
            return candidates(
                REWRITERS[band.technique]()(
                    players.predictor, band, before, melody, seeds=seeds, options=request.options, progress=progress,
                    cancelled=cancelled, redo=request.redo,
                )
            )  # fmt: skip
        except GenerationCancelled as stopped:
            if not isinstance(stopped.done, tuple):
                raise
            partly = candidates(stopped.done)[: request.takes]
            raise GenerationCancelled(_played(request, players, partly, melody, spent, whole=False)) from None


def _played(
    request: Request, players: Players, written: Sequence[_Candidate], melody: MelodyLine, spent: dict[str, float],
    *, whole: bool = True,
) -> tuple[Arrangement, ...]:  # fmt: skip
    with timed(spent, "perform"):
        scores = [
            performed(
                each.before, each.written, players.band, seed=each.seed, options=request.options, redo=request.redo,
                whole=whole,
            )
            for each in written
        ]  # fmt: skip
    told = (TOP_LINE_NOTE,) if melody.had_chords else ()
    return tuple(
        Arrangement(score, each.seed, players.band.id, dict(spent), told)
        for score, each in zip(scores, written, strict=True)
    )
