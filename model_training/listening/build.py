"""Which melodies a listening test plays, and every system's version of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from model_training.data.corpus import Corpus
from model_training.listening.kit import Excerpt, excerpt
from model_training.proof.systems import (
    System,
    baselines,
    donors_from,
    genre_of,
    model_system,
    songs_with_chords,
    takes_of,
)
from music_core.manifest import read_bundle
from music_core.metrics import segments_of

HUMAN = "human"


def excerpts(
    corpus: Corpus, split: str, models: Sequence[Path], genre: str, melodies: int, without: Sequence[str], seed: int
) -> list[Excerpt]:
    """Eight bars of so many held-out songs, drawn by the seed: people's, the models' and the baselines' versions.

    All models must write the same parts. Versions without a note in those bars are left out. Raises ValueError where
    no song fits.
    """
    manifests = [read_bundle(folder) for folder in models]
    roles = tuple(part.role for part in manifests[0].parts) if manifests else ("keys",)
    style = genre_of(manifests[0]) if manifests else genre
    rng = np.random.default_rng(seed)
    songs = [song for song in songs_with_chords(corpus, split, roles) if any(True for _ in segments_of(song))]
    if not songs:
        raise ValueError(f"No {split} song has eight bars of 4/4 with melody, chords and accompaniment.")
    chosen = [songs[i] for i in rng.permutation(len(songs))[:melodies].tolist()]
    plain = baselines(style, donors_from(corpus, roles) if "B3" not in without else None)
    systems: dict[str, System] = {name: system for name, system in plain.items() if name.split()[0] not in without}
    systems |= {m.id: model_system(folder, m) for folder, m in zip(models, manifests, strict=True)}
    takes = {name: takes_of(system, chosen, seed) for name, system in systems.items()}
    found = []
    for number, song in enumerate(chosen):
        starts = [segment.start_tick for segment in segments_of(song)]
        start = starts[int(rng.integers(len(starts)))]
        versions = {HUMAN: song, **{name: scores[number] for name, scores in takes.items()}}
        one = excerpt(song.title, style, start, versions)
        sounding = {
            name: score for name, score in one.versions.items() if any(track.notes for track in score.tracks[1:])
        }
        found.append(Excerpt(one.title, one.style, sounding))
    return found
