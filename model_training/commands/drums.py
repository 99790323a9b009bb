"""`tutti-train drums`: how bands drum beside recorded drummers."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from music_core.score import Score


def add(commands: Any) -> None:
    """What the command takes."""
    drums = commands.add_parser("drums", help="compare bands' drums with recorded drummers")
    drums.add_argument("models", type=Path, nargs="+", help="folders of models with drums")
    drums.add_argument("--data", type=Path, required=True, help="the prepared corpus whose melodies are used")
    drums.add_argument("--split", choices=("valid", "test"), default="test")
    drums.add_argument("--groove", type=Path, required=True, help="folder of the Groove recordings")
    drums.add_argument("--songs", type=int, default=40, help="how many melodies")
    drums.add_argument("--bars", type=int, default=16, help="bars of each, from where its melody begins")
    drums.add_argument("--seeds", type=int, default=1)
    drums.add_argument("--performance", type=Path, default=Path("resources/performance"))
    drums.add_argument("--out", type=Path, help="write the figures as JSON")
    drums.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Generate, play, compare, print and, where asked, write."""
    import json
    from itertools import chain

    from model_training.data.corpus import load_corpus
    from model_training.proof import drums
    from model_training.proof.genre_table import Source, sung_openings
    from music_core.atomic import replacing

    songs = Source("", load_corpus(options.data)).songs(options.split, 8 * options.songs)
    openings = sung_openings(songs, options.songs, options.bars)
    rows: dict[str, dict[str, float]] = {}
    heard: list[dict[str, list[Score]]] = []
    for folder in options.models:
        own, scores = _band(options, folder, openings)
        rows |= own
        heard.append(scores)
    if len(options.models) > 1:
        made, human, others = ([band[name] for band in heard] for name in ("made", "human", "others"))
        everyone = [*chain(*human)]
        rows["all these: other drummers"] = drums.compared(chain(*others), everyone)
        rows["all these: bands in equal parts"] = drums.compared(chain(*made), everyone)
        rows["all these: bands as often as the recordings"] = drums.compared(drums.in_proportion(made, human), everyone)
    print(f"{len(openings)} melodies of {options.bars} bars, {options.seeds} seeds, at the recordings' tempos.\n")
    print(drums.markdown(rows))
    if options.out is not None:
        with replacing(options.out) as beside:
            beside.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def _band(
    options: argparse.Namespace, folder: Path, openings: Sequence[Score]
) -> tuple[dict[str, dict[str, float]], dict[str, list[Score]]]:
    """One band's rows, and what they compare: its takes, its genre's drummers, and the drummers of the other split."""
    from model_training.performance.groove import TRAIN, VALIDATION
    from model_training.proof import drums
    from model_training.proof.played import band_of
    from model_training.proof.systems import genre_of, harmonised
    from music_core.rules import RULE_GENRES, rule_band

    manifest, band = band_of(folder, options.performance)
    human, others = (drums.recorded(options.groove, split, manifest.genre) for split in (VALIDATION, TRAIN))
    # At the recordings' own tempos, as milliseconds are more of a slow beat than of a fast one.
    melodies = drums.at_tempos(openings, human)
    # Each take has a seed of its own: the seed also chooses the drummer who lends his habits, and people differ too.
    made = [band(melody, seed) for seed, melody in enumerate(options.seeds * melodies)]
    title = f"other drummers, {manifest.genre}: {len(others)} recordings beside {len(human)}"
    rows = {title: drums.compared(others, human), manifest.id: drums.compared(made, human)}
    rules = genre_of(manifest)
    if rules in RULE_GENRES:
        ruled = (rule_band(harmonised(melody), rules, seed) for seed, melody in enumerate(melodies))
        rows[f"rules, {rules}"] = drums.compared(ruled, human)
    return rows, {"made": made, "human": human, "others": others}
