"""A band's takes: candidates written as one batch, those that are sound kept, and of them the most different."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from desktop_app.generation.band import chord_wildness, performed, prepare, with_chords
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

__all__ = ["Players", "prepare", "takes_of"]

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
    cancelled: Cancelled, first_done: Callable[[Arrangement], None],
) -> tuple[Arrangement, ...]:  # fmt: skip
    """The takes of a request. One take alone is what the seed gives; of several, the first is.

    Of several, the first is written alone and told of by `first_done`, so that it can be heard while the others are
    written; stopped then, what is whole is returned. Raises GenerationCancelled before, whose `done` is the one take as
    far as it was written, or None.
    """
    spent = dict(stages)
    sound: list[_Candidate] = []
    unsound: list[_Candidate] = []
    first: Arrangement | None = None

    def finished(written: Sequence[_Candidate]) -> tuple[Arrangement, ...]:
        others = _played(request, players, written[1:] if first else written, melody, spent)
        return (first, *others) if first else others

    for seeds, counted in _batches(request, lambda: len(sound), progress):
        try:
            found = _candidates(request, players, melody, seeds, spent, counted, cancelled)
        except GenerationCancelled:
            if not sound and not unsound:
                raise
            return finished((sound or unsound)[: request.takes])
        for candidate in found:
            (sound if passes(candidate.written, players.band.id) else unsound).append(candidate)
        if request.takes > 1 and len(sound) == 1 and not unsound:
            (first,) = _played(request, players, sound, melody, spent)
            first_done(first)
    pool = sound if len(sound) >= request.takes else [*sound, *unsound]
    numbers = chosen([candidate.written for candidate in pool], request.takes)
    return finished([pool[number] for number in numbers])


def _batches(
    request: Request, sound: Callable[[], int], progress: Progress
) -> Iterator[tuple[tuple[int, ...], Progress]]:
    """The seeds of each batch, as long as there are too few takes that are sound, and what it tells its progress."""
    tried = 0
    for _ in range(_ROUNDS):
        missing = request.takes - sound()
        if missing <= 0:
            return
        count = missing if request.takes == 1 and not tried else missing + (missing + 1) // 2
        begins = [0, *range(1, count, _LARGEST_BATCH)] if not tried else list(range(0, count, _LARGEST_BATCH))
        for begin, end in pairwise([*begins, count]):
            counted = no_progress if tried else _within(progress, begin, end - begin, count)
            yield _seeds(request, tried + begin, tried + end), counted
        tried += count


def _within(progress: Progress, before: int, size: int, count: int) -> Progress:
    """Progress through a batch as progress through all of the candidates, of which so many were written before."""
    return lambda windows, total: progress(before * total + windows * size, count * total)


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
