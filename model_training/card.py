"""CARD.md of a model: prose written by hand, figures written by `tutti-train evaluate --record`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from model_training.evaluate import Row, table
from model_training.export import write_manifest
from music_core.manifest import Manifest, read_bundle

BEGIN, END = "<!-- figures: written by tutti-train evaluate -->", "<!-- end of figures -->"

Report = dict[str, dict[str, Row]]


def record(folder: Path, report: Report, names: tuple[str, ...], split: str, seeds: int) -> None:
    """Put the figures into the card and the manifest of a model folder; prose outside the marks stays as it is."""
    manifest = read_bundle(folder)
    path = folder / "CARD.md"
    text = path.read_text(encoding="utf-8") if path.exists() else _first_card(manifest)
    before, rest = text.split(BEGIN, 1) if BEGIN in text else (text.rstrip() + "\n\n", f"{END}\n")
    after = rest.split(END, 1)[1]
    path.write_text(f"{before}{BEGIN}\n{_figures(report, names, split, seeds)}\n{END}{after}", encoding="utf-8")
    metrics: dict[str, Any] = {"split": split, "seeds": seeds, "songs": list(names), **report}
    write_manifest(folder, replace(manifest, metrics=metrics))


def _first_card(manifest: Manifest) -> str:
    training = "\n".join(f"- {name}: {value}" for name, value in manifest.training.items())
    return f"# {manifest.title}\n\n{manifest.description}\n\nLicence: {manifest.licence}\n\n{training}\n"


def _figures(report: Report, names: tuple[str, ...], split: str, seeds: int) -> str:
    parts = [f"{len(names)} {split} songs that training never saw, {seeds} seeds each.\n"]
    titles = {"pieces": "Whole songs", "openings": "Two-bar openings"}
    for key, rows in report.items():
        parts.append(f"**{titles.get(key, key)}**\n\n{table(rows)}\n")
    parts.append(f"Songs: {', '.join(names)}.")
    return "\n".join(parts)
