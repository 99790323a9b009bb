"""From a request to takes: finds the melody, runs the model's decoder once a take, and puts the score together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop_app.generation.registry import Registry
from desktop_app.generation.techniques import REWRITERS, TECHNIQUES, WHOLE_PIECES
from desktop_app.language import mark, tr
from music_core.decoding.predictor import (
    Cancelled,
    GenerationCancelled,
    Predictor,
    Progress,
    never_cancelled,
    no_progress,
)
from music_core.decoding.redo import ANEW, Redo
from music_core.manifest import Manifest
from music_core.melody import MelodyLine, find_melody
from music_core.score import Score, Track

MOST_TAKES = 99
LARGEST_SEED = 2**63 - 1

_CREDIT = "Parts written with Tutti by the model"

TOP_LINE_NOTE = mark("This melody has chords. The model reads the top line.")
OWN_PIECE_NOTE = mark("This model writes a piece of its own: your melody was not used and stays silent under it.")

_COMMON_TIMES = ((4, 4), (2, 2))


class RequestError(ValueError):
    """The request cannot be met; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to write: take k (from 0) uses seed + k; `melody_track` None lets the composer find the melody.

    Of several takes a band chooses among more seeds than asked for; each take says with which seed it was written.
    A model that needs no melody takes from the score only its tempo.
    """

    score: Score
    model_id: str
    seed: int
    melody_track: int | None = None
    takes: int = 1
    options: Mapping[str, float] = field(default_factory=dict)
    redo: Redo = ANEW  # what of the score's own parts is written anew


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One take: the melody (given, or written too) first, then the parts from high to low, drums last.

    `stages_ms` has the milliseconds of each stage, `notes` what the user should be told.
    """

    score: Score
    seed: int
    model_id: str
    stages_ms: Mapping[str, float]
    notes: tuple[str, ...] = ()


def ignore(arrangement: Arrangement) -> None:
    """For callers that wait for all takes."""


class Composer:
    """Writes arrangements with the registry's models; a network is loaded once and kept."""

    def __init__(self, registry: Registry, open_predictor: Callable[[Path], Predictor]) -> None:
        self._registry = registry
        self._open_predictor = open_predictor
        self._predictors: dict[Path, Predictor] = {}

    def load(self, model_id: str) -> Predictor:
        """The model's network, loaded now unless it already was."""
        graph = self._registry.graph_of(model_id)
        if graph not in self._predictors:
            self._predictors[graph] = self._open_predictor(graph)
        return self._predictors[graph]

    def prepare(self, model_id: str) -> None:
        """Load all that writing with a model takes: networks, tables and code."""
        manifest = self._registry.get(model_id)
        self.load(model_id)
        if manifest.technique in REWRITERS:
            from desktop_app.generation.takes import prepare  # only a band needs it, and it loads slowly

            REWRITERS[manifest.technique]()
            self.load(manifest.harmoniser)
            prepare(self._registry.get(manifest.harmoniser))

    def needs_melody(self, model_id: str) -> bool:
        """Whether the model writes under a melody; raises UnknownModelError."""
        return self._registry.get(model_id).needs_melody

    def arrange(
        self,
        request: Request,
        progress: Progress = no_progress,
        cancelled: Cancelled = never_cancelled,
        first_done: Callable[[Arrangement], None] = ignore,
    ) -> tuple[Arrangement, ...]:
        """One arrangement a take. The same request gives the same notes.

        Of several takes `first_done` is told the first as soon as it is written, from the thread that writes.
        Raises GenerationCancelled, or an error whose message is one sentence for the user.
        """
        manifest = self._registry.get(request.model_id)
        _check(request, manifest)
        stages: dict[str, float] = {}
        melody = None
        if manifest.needs_melody:
            with timed(stages, "melody"):
                melody = find_melody(request.score, request.melody_track)
        with timed(stages, "load"):
            predictor = self.load(request.model_id)
        if melody is not None and manifest.technique in REWRITERS:
            from desktop_app.generation.takes import Players, takes_of  # only a band needs it, and it loads slowly

            finder = manifest.harmoniser
            players = Players(manifest, predictor, self._registry.get(finder), self.load(finder))
            return takes_of(request, players, melody, stages, progress, cancelled, first_done)
        arrangements = []
        for take in range(request.takes):
            if cancelled():
                raise GenerationCancelled
            arrangements.append(
                self._one_take(request, manifest, predictor, melody, take, dict(stages), progress, cancelled)
            )
            if take == 0 < request.takes - 1:
                first_done(arrangements[0])
        return tuple(arrangements)

    def _one_take(
        self,
        request: Request,
        manifest: Manifest,
        predictor: Predictor,
        melody: MelodyLine | None,
        take: int,
        stages: dict[str, float],
        progress: Progress,
        cancelled: Cancelled,
    ) -> Arrangement:
        seed, given = (request.seed + take) % (LARGEST_SEED + 1), request.score
        credit = credited(given.provenance, manifest.id, seed)

        def counted(done: int, total: int) -> None:
            progress(take * total + done, request.takes * total)

        if melody is None:
            with timed(stages, "compose"):
                piece = WHOLE_PIECES[manifest.technique]()(
                    predictor, manifest, seed=seed, bpm=given.bpm, options=request.options, progress=counted,
                    cancelled=cancelled,
                )  # fmt: skip
            tracks, title = _drums_last(piece.tracks), given.title or piece.title
            told = (OWN_PIECE_NOTE,) if any(track.notes for track in given.tracks) else ()
            score = replace(given, tracks=tracks, title=title, provenance=credit)
            return Arrangement(score, seed, manifest.id, stages, told)
        with timed(stages, "compose"):
            parts = TECHNIQUES[manifest.technique]()(
                predictor, manifest, given, melody, seed=seed, options=request.options, progress=counted,
                cancelled=cancelled,
            )  # fmt: skip
        told = (TOP_LINE_NOTE,) if melody.had_chords else ()
        return Arrangement(assemble(given, melody, parts, credit), seed, manifest.id, stages, told)


def assemble(score: Score, melody: MelodyLine, parts: tuple[Track, ...], provenance: str) -> Score:
    """The melody and its parts, drums last, on the tempos, metres, keys and markers of the given score."""
    given = score.tracks[melody.track_index]
    tune = replace(
        given,
        name=given.name or "Melody",
        notes=melody.notes if melody.had_chords else given.notes,
        role="melody",
        muted=False,
        soloed=False,
    )
    return replace(score, tracks=(tune, *_drums_last(parts)), provenance=provenance)


def _drums_last(parts: tuple[Track, ...]) -> tuple[Track, ...]:
    return tuple(sorted(parts, key=lambda part: part.is_drum))


def credited(provenance: str, model_id: str, seed: int) -> str:
    """A piece's provenance with the model that wrote its parts, in place of any other one."""
    own = provenance.partition(_CREDIT)[0].rstrip()
    return f"{own} {_CREDIT} {model_id}, seed {seed}.".lstrip()


def _check(request: Request, manifest: Manifest) -> None:
    if not 1 <= request.takes <= MOST_TAKES:
        raise RequestError(
            tr("One can ask for 1 to {most} takes at once, not {takes}.", most=MOST_TAKES, takes=request.takes)
        )
    if not 0 <= request.seed <= LARGEST_SEED:
        raise RequestError(
            tr("A seed is a whole number from 0 to {largest}, not {seed}.", largest=LARGEST_SEED, seed=request.seed)
        )
    if not manifest.needs_melody and any(
        (metre.numerator, metre.denominator) not in _COMMON_TIMES for metre in request.score.metres
    ):
        raise RequestError(tr("The model {model} writes in 4/4; start a new piece for it.", model=manifest.title))
    if request.redo != ANEW and manifest.technique not in REWRITERS:
        raise RequestError(
            tr("{model} always writes all of its parts; choose a band to redo some of them.", model=manifest.title)
        )
    known = {option.name: option for option in manifest.options}
    for name, value in request.options.items():
        if name not in known:
            listed = f"it has: {', '.join(known)}" if known else "it has none"
            raise RequestError(f"The model {manifest.id} has no option {name!r}; {listed}.")
        low, high = known[name].low, known[name].high
        if not low <= value <= high:
            raise RequestError(f"The option {name} goes from {low:g} to {high:g}, not {value:g}.")


@contextmanager
def timed(stages: dict[str, float], name: str) -> Iterator[None]:
    """Add how many milliseconds the block took."""
    started = time.perf_counter()
    yield
    stages[name] = round(stages.get(name, 0.0) + (time.perf_counter() - started) * 1000, 3)
