"""`tutti-train drums`: how bands drum beside recorded drummers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


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

    from model_training.data.corpus import load_corpus
    from model_training.proof import drums
    from model_training.proof.genre_table import Source, sung_openings
    from model_training.proof.played import band_of
    from model_training.proof.systems import genre_of, harmonised
    from music_core.atomic import replacing
    from music_core.rules import RULE_GENRES, rule_band

    human = drums.recorded(options.groove)
    songs = Source("", load_corpus(options.data)).songs(options.split, 4 * options.songs)
    # At the recordings' own tempos, as milliseconds are more of a slow beat than of a fast one.
    melodies = drums.at_tempos(sung_openings(songs, options.songs, options.bars), human)
    rows = {f"drummers, {len(human)} recordings, their halves": drums.ceiling(human)}
    for folder in options.models:
        manifest, band = band_of(folder, options.performance)
        takes = [band(melody, seed) for seed in range(options.seeds) for melody in melodies]
        rows[manifest.id] = drums.compared(takes, human)
        genre = genre_of(manifest)
        if genre in RULE_GENRES:
            ruled = (rule_band(harmonised(melody), genre, seed) for seed, melody in enumerate(melodies))
            rows[f"rules, {genre}"] = drums.compared(ruled, human)
    print(f"{len(melodies)} melodies of {options.bars} bars, {options.seeds} seeds, at the recordings' tempos.\n")
    print(drums.markdown(rows))
    if options.out is not None:
        with replacing(options.out) as beside:
            beside.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
