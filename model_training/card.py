"""CARD.md of a model: prose written by hand, figures written by `tutti-train evaluate --record`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from model_training.evaluate import Row, table
from model_training.export import write_manifest
from model_training.first_card import CARD, first_card
from music_core.manifest import Manifest, read_bundle

BEGIN, END = "<!-- figures: written by tutti-train evaluate -->", "<!-- end of figures -->"
STEERING = ("<!-- steering: written by tutti-train steer -->", "<!-- end of steering -->")

Report = dict[str, dict[str, Row]]


def record(folder: Path, report: Report, names: tuple[str, ...], split: str, seeds: int) -> None:
    """Put the figures into the card and the manifest of a model folder; prose outside the marks stays as it is."""
    manifest = read_bundle(folder)
    _put(folder, manifest, (BEGIN, END), _figures(report, names, split, seeds))
    metrics: dict[str, Any] = {"split": split, "seeds": seeds, "songs": list(names), **report}
    write_manifest(folder, replace(manifest, metrics=metrics))


def record_steering(folder: Path, table: str) -> None:
    """Put the table of what the options move into the card of a model folder; all else stays as it is."""
    manifest = read_bundle(folder)
    _put(folder, manifest, STEERING, table)
    write_manifest(folder, manifest)


def _put(folder: Path, manifest: Manifest, marks: tuple[str, str], text: str) -> None:
    """The card with this text between its marks, at its end where it had none."""
    path = folder / CARD
    card = path.read_text(encoding="utf-8") if path.exists() else first_card(manifest)
    begin, end = marks
    before, rest = card.split(begin, 1) if begin in card else (card.rstrip() + "\n\n", f"{end}\n")
    path.write_text(f"{before}{begin}\n{text}\n{end}{rest.split(end, 1)[1]}", encoding="utf-8")


def _figures(report: Report, names: tuple[str, ...], split: str, seeds: int) -> str:
    parts = [f"{len(names)} {split} songs that training never saw, {seeds} seeds each.\n"]
    titles = {"pieces": "Whole songs", "openings": "Two-bar openings"}
    for key, rows in report.items():
        parts.append(f"**{titles.get(key, key)}**\n\n{table(rows)}\n")
    parts.append(f"Songs: {', '.join(names)}.")
    return "\n".join(parts)
