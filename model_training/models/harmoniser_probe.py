"""What is measured of a harmoniser at a stage: chords for held-out melodies, against those that people wrote."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from model_training.bundle import manifest_of, predictor_of
from model_training.data.harmony_songs import genre_of
from model_training.data.song import to_score
from model_training.lab.figures import LOSSES, Floors
from model_training.lab.probe import Judged, Stage
from model_training.lab.samples import file_stem
from model_training.lab.story import Melody
from model_training.proof.harmony import COMPARED, MEASURES, melody_ticks
from model_training.technique import Training
from music_core.decoding.harmoniser import harmonise
from music_core.melody import find_melody
from music_core.metrics.agreement import root_agreement
from music_core.rules.plain import block_chords
from music_core.score import Score

if TYPE_CHECKING:
    from model_training.config import Config
    from model_training.data.corpus import Corpus

SAMPLES = 3
MOST_SONGS = 24

# What is told of a lane over its melody beside the agreement: the three that the table compares, and changes a bar.
_TOLD = (*COMPARED, "chords_a_bar")


class HarmonyProbe:
    """The same held-out melodies at every stage of a run; `facts` is what `runs.facts_of` says."""

    def __init__(self, config: Config, corpus: Corpus, facts: Mapping[str, Any]) -> None:
        self._config = config
        self._manifest = manifest_of(config, facts)
        self._songs = held_out(corpus, "valid", config.model.genres, MOST_SONGS)
        entries = {entry.name: entry for entry in corpus.spec.entries}
        # Samples are passed on with a model, so they are of free songs alone.
        free = [i for i, (song, _) in enumerate(self._songs) if entries[song.title].tier == "green"]
        self._samples = free[:SAMPLES]
        self.melodies = tuple(
            Melody(file_stem(i, song.title), song.title, entry.source, entry.licence, entry.tier)
            for i, song in enumerate((self._songs[number][0] for number in self._samples), 1)
            for entry in [entries[song.title]]
        )

    def floors(self) -> Floors:
        """The same figures for the songs' own chords."""
        return Floors(_mean_measures([song for song, _ in self._songs])) if self._songs else Floors()

    def known_figures(self, training: Training, floors: Floors) -> tuple[str, ...]:
        """The figures that every stage will have, before the first one."""
        losses = LOSSES if isinstance(training, Judged) and self._songs else ()
        return (*losses, *(("agreement",) if self._songs else ()), *floors.data)

    def measure(self, training: Training, floors: Floors) -> Stage:
        """Evaluate the network as it is now."""
        del floors
        predictor = predictor_of(self._config, training.network)
        set_ = []
        for song, genre in self._songs:
            lane = harmonise(
                predictor, self._manifest, replace(song, chords=()), find_melody(song, 0), genre=genre, seed=0
            )
            set_.append(replace(song, chords=lane))
        figures: dict[str, float] = {}
        if set_:
            pairs = zip(self._songs, set_, strict=True)
            agreed = [root_agreement(b.chords, a.chords, melody_ticks(a)) for (a, _), b in pairs]
            figures = {**_mean_measures(set_), "agreement": _mean(agreed)}
        if isinstance(training, Judged) and self._songs:
            figures.update({name: training.loss(name.removesuffix("_loss")) for name in LOSSES})
        return Stage(figures, tuple(block_chords(set_[number]) for number in self._samples))


def held_out(corpus: Corpus, split: str, genres: tuple[str, ...], most: int) -> list[tuple[Score, str]]:
    """Melodies of a split with the chords that people wrote, and their genres: those of the first genre first."""
    found = []
    for index in corpus.songs(split):
        entry = corpus.spec.entries[index]
        genre = genre_of(entry.corpus, entry.genre)
        if genre in genres:
            found.append((genres.index(genre), index, genre))
    songs: list[tuple[Score, str]] = []
    for _, index, genre in sorted(found):
        song = corpus.song(index)
        if song.chords:
            songs.append((to_score(song, ("melody",)), genre))
        if len(songs) == most:
            break
    return songs


def _mean_measures(songs: list[Score]) -> dict[str, float]:
    return {name: _mean([MEASURES[name](song) for song in songs]) for name in _TOLD}


def _mean(values: list[float]) -> float:
    """The mean of the numbers; what means nothing for a song is nan there."""
    known = [value for value in values if not math.isnan(value)]
    return float(np.mean(known)) if known else math.nan
