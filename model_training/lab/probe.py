"""What is measured and kept at a stage: held-out melodies set by the network as it is now, with fixed noise."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any, Protocol, runtime_checkable

import numpy as np

from model_training.bundle import manifest_of, predictor_of
from model_training.config import Config
from model_training.data.corpus import Corpus
from model_training.data.roll_windows import NoWindowsError
from model_training.data.song import to_score
from model_training.evaluate import baselines, difference, generated
from model_training.lab.figures import DISTANCES, EMPTY_BARS, LOSSES, Floors, gap
from model_training.lab.rolls import first_bars
from model_training.lab.samples import BARS, file_stem
from model_training.lab.story import Melody, accompaniment, plays_chords
from model_training.technique import Training
from music_core.decoding.predictor import Predictor
from music_core.metrics import empty_bars_by_part, mean_measures, metric_names
from music_core.metrics.copies import Passages
from music_core.score import Score

SAMPLES = 3
SEEDS = 4  # noises of one melody whose difference is measured
MOST_SONGS, MOST_BARS = 40, 16  # held-out songs measured at a stage; a larger corpus must not make stages slower
MOST_SEARCHED = 1000  # training songs in which copies are looked for
COPIED_BARS, LEAST_WINDOWS = 2, 50


@runtime_checkable
class Judged(Protocol):
    """A training that can say how well its network explains songs; lower is better."""

    def loss(self, split: str) -> float:
        """The mean loss on the same windows of a split at every call; changes nothing."""


@runtime_checkable
class Criticised(Protocol):
    """A training without a likelihood, whose critic can say how far it tells real music from written music."""

    def distance(self, split: str) -> float:
        """The critic's mean score of real windows less that of written ones, always the same ones; changes nothing."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What one evaluation found: its figures, and the samples to keep."""

    figures: dict[str, float]
    samples: tuple[Score, ...]


class Probe:
    """The same held-out melodies and noises at every stage of a run; `facts` is what `runs.facts_of` says."""

    def __init__(self, config: Config, corpus: Corpus, facts: Mapping[str, Any]) -> None:
        self._config = config
        self._names = metric_names(drums="drums" in config.tracks, chords=plays_chords(config.tracks))
        self._manifest = manifest_of(config, facts)
        self._songs = _held_out(config, corpus)
        self._first = self._songs[:SAMPLES]
        self._judges = any(track.notes for _, score in self._songs for track in score.tracks[1:])
        self._passages = Passages(_searched(config, corpus))
        self.melodies = tuple(
            Melody(file_stem(i, score.title), score.title, entry.source, entry.licence, entry.tier)
            for i, (number, score) in enumerate(self._first, 1)
            for entry in [corpus.spec.entries[number]]
            if self._manifest.needs_melody
        )

    def floors(self) -> Floors:
        """The same figures for the songs themselves, for shuffled voices and for silence."""
        originals = [score for _, score in self._songs]
        if not originals:
            return Floors()
        rows = {name: self._telling(row) for name, row in baselines(originals, seed=0).items()}
        return Floors({**rows["human"], **self._shares(originals)}, rows["shuffled"], rows["silence"])

    def measure(self, training: Training, floors: Floors) -> Stage:
        """Evaluate the network as it is now."""
        predictor = predictor_of(self._config, training.network)
        settings = [generated(predictor, self._manifest, score, seed=i) for i, (_, score) in enumerate(self._songs)]
        heard = [score for score in settings if score.tracks[0].notes]  # without a melody there is nothing to measure
        figures: dict[str, float] = {}
        if heard:
            figures = {**self._telling(mean_measures(heard)), **self._shares(heard)}
            figures["gap"] = gap(figures, floors)
        elif settings:  # a network that writes the melody, too, may begin with silence, of which no metric can tell
            figures["gap"] = 1.0
        givens = [first_bars(score, BARS) for _, score in self._first]
        takes = [self._takes(predictor, i, given) for i, given in enumerate(givens)]
        if takes:
            figures["diversity"] = fmean(map(difference, takes, givens))
        figures.update(self._judgements(training))
        return Stage(figures, tuple(group[0] for group in takes))

    def known_figures(self, training: Training, floors: Floors) -> tuple[str, ...]:
        """The figures that every stage will have, before the first one."""
        losses = (name for name in self._judgements(training) if name in LOSSES)
        return (*losses, *(("gap", "diversity") if self._songs else ()), *floors.data)

    def _judgements(self, training: Training) -> dict[str, float]:
        """The losses or the critic's distances on training and on held-out songs; none without a window to tell by."""
        if not self._judges:
            return {}
        try:
            if isinstance(training, Judged):
                return {name: training.loss(name.removesuffix("_loss")) for name in LOSSES}
            if isinstance(training, Criticised):
                return {name: training.distance(name.removesuffix("_distance")) for name in DISTANCES}
        except NoWindowsError:
            pass
        return {}

    def _telling(self, row: Mapping[str, float]) -> dict[str, float]:
        """The metrics that tell something about this kind of music and have a value for it."""
        return {name: row[name] for name in self._names if math.isfinite(row.get(name, math.nan))}

    def _takes(self, predictor: Predictor, number: int, given: Score) -> list[Score]:
        """Takes of one fixed melody with fixed noises; where nothing is given, of one fixed piece with its own."""
        if self._manifest.needs_melody:
            return [generated(predictor, self._manifest, given, seed=seed) for seed in range(SEEDS)]
        seeds = range(SEEDS * number, SEEDS * (number + 1))
        pieces = (generated(predictor, self._manifest, given, seed=seed) for seed in seeds)
        return [replace(piece, title=f"Piece {number + 1}") for piece in pieces]

    def _shares(self, settings: list[Score]) -> dict[str, float]:
        """Empty bars by role, and the share of passages that stand in the training songs."""
        roles = [track.role for track in settings[0].tracks[1:]]
        rows = [empty_bars_by_part(score) for score in settings]
        shares = {f"{EMPTY_BARS}{role}": float(np.mean([row[i] for row in rows])) for i, role in enumerate(roles)}
        shares = {name: share for name, share in shares.items() if math.isfinite(share)}
        counts = [self._passages.copied(score, COPIED_BARS) for score in settings]
        windows = sum(total for _, total in counts)
        if windows < LEAST_WINDOWS:  # a network that hardly plays tells nothing by what it plays
            return shares
        return {**shares, "copied": sum(found for found, _ in counts) / windows}


def _held_out(config: Config, corpus: Corpus) -> list[tuple[int, Score]]:
    """Numbers and first bars of validation songs with a melody, green ones first: their samples may be passed on."""
    numbers = sorted(corpus.songs("valid"), key=lambda number: corpus.spec.entries[number].tier != "green")
    found: list[tuple[int, Score]] = []
    for number in numbers:
        score = first_bars(to_score(corpus.song(number), accompaniment(config.tracks)), MOST_BARS)
        if score.tracks[0].notes:
            found.append((number, score))
        if len(found) == MOST_SONGS:
            break
    return found


def _searched(config: Config, corpus: Corpus) -> list[tuple[str, Score]]:
    numbers = corpus.songs("train")
    step = max(1, len(numbers) // MOST_SEARCHED)
    chosen = numbers[::step][:MOST_SEARCHED]
    return [(corpus.spec.entries[n].name, to_score(corpus.song(n), accompaniment(config.tracks))) for n in chosen]
