"""What a model wrote as the studio plays it: the same performance, from the same tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from music_core.decoding.arranger.options import HUMAN_OPTION
from music_core.decoding.arranger.tracks import LEVEL_EDGES
from music_core.manifest import Manifest
from music_core.performing.perform import perform
from music_core.performing.tables import read_tables
from music_core.score import Score

PERFORMANCE = Path("resources/performance")

# A written score as it is played, by seed and options.
Player = Callable[[Score, int, Mapping[str, float]], Score]


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
