"""A model as the studio runs it: chords by its harmoniser, parts by its network, played from the same tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from model_training.models import technique_of
from music_core.adapters.onnx_predictor import OnnxPredictor
from music_core.decoding.arranger.options import HUMAN_OPTION
from music_core.decoding.arranger.tracks import LEVEL_EDGES
from music_core.decoding.harmoniser import harmonise
from music_core.manifest import Manifest, graph_beside, read_bundle
from music_core.melody import find_melody
from music_core.performing.perform import perform
from music_core.performing.tables import read_tables
from music_core.score import Score

PERFORMANCE = Path("resources/performance")

# A written score as it is played, by seed and options.
Player = Callable[[Score, int, Mapping[str, float]], Score]
# A melody with the band's parts under it, by seed.
Band = Callable[[Score, int], Score]


def player(folder: Path, manifest: Manifest) -> Player | None:
    """How a band of the model's genre plays, notes one to one; None for a model that is not performed."""
    if not any(option.name == HUMAN_OPTION for option in manifest.options):
        return None
    tables = read_tables(folder)

    def played(score: Score, seed: int, options: Mapping[str, float]) -> Score:
        human = manifest.option(HUMAN_OPTION, options)
        return perform(
            score, genre=manifest.genre, tables=tables, humanise=human, seed=seed, drum_bins=LEVEL_EDGES
        )  # fmt: skip

    return played


def band_of(folder: Path, performance: Path, options: Mapping[str, float] | None = None) -> tuple[Manifest, Band]:
    """A model folder as the studio runs it: chords by its harmoniser, parts by its network, played as people play.

    `options` stand for the sliders; those that are not named stay where they begin.
    """
    asked = options or {}
    manifest = read_bundle(folder)
    predictor, setting = OnnxPredictor(graph_beside(manifest, folder)), technique_of(manifest.technique).setting
    play = player(performance, manifest)
    finder = read_bundle(folder.parent / manifest.harmoniser) if manifest.harmoniser else None
    finding = OnnxPredictor(graph_beside(finder, folder.parent / finder.id)) if finder else None

    def arranged(score: Score, seed: int) -> Score:
        if finder is not None and finding is not None:
            line = find_melody(score, 0)
            lane = harmonise(finding, finder, score, line, genre=manifest.genre, seed=seed)
            score = replace(score, chords=lane)
        take = setting(predictor, manifest, score, seed=seed, options=asked)
        return play(take, seed, asked) if play else take

    return manifest, arranged
