"""A run's folder: numbered, with the resolved config before step one, and JSON-lines statistics."""

from __future__ import annotations

import json
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

import torch

from model_training.config import Config, ConfigError, config_from_dict, config_to_dict
from model_training.data.corpus import Corpus
from model_training.data.windows import Windows
from model_training.models import technique_of
from model_training.models.parts import parts_of
from music_core.atomic import replacing

_NUMBERED = re.compile(r"(\d{4})-.*")


def new_run(parent: Path, config: Config, corpus: Corpus) -> Path:
    """Make the next numbered folder and write down what is about to be done."""
    parent.mkdir(parents=True, exist_ok=True)
    numbers = [int(m.group(1)) for entry in parent.iterdir() if (m := _NUMBERED.fullmatch(entry.name))]
    folder = parent / f"{max(numbers, default=0) + 1:04d}-{config.model_id}"
    folder.mkdir()
    about = {
        "config": config_to_dict(config),
        "data": facts_of(corpus, config),
        "code": code_version(),
        "torch": torch.__version__,
        "machine": machine(),
    }
    (folder / "run.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    return folder


def config_of(folder: Path) -> Config:
    """The config that a run was started with."""
    return config_from_dict(about_run(folder)["config"], str(folder / "run.json"))


def about_run(folder: Path) -> dict[str, Any]:
    """What was written down before step one. Raises ConfigError where the folder is no run."""
    try:
        about = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ConfigError(f"{folder} is not a run's folder: it has no readable run.json.") from None
    if not isinstance(about, dict) or not isinstance(about.get("config"), dict):
        raise ConfigError(f"{folder / 'run.json'} was not written by Tutti.")
    return about


def facts_of(corpus: Corpus, config: Config) -> dict[str, Any]:
    """What the weights are made from: title, songs, licences, tiers, and where the melodies lie."""
    entries = [corpus.spec.entries[index] for index in corpus.songs("train")]
    facts = {
        "title": corpus.spec.title,
        "songs": len(entries),
        "licences": sorted({entry.licence or "unknown" for entry in entries}),
        "tiers": sorted({entry.tier or "unknown" for entry in entries}),
        "technique": dict(technique_of(config.technique).facts(config, corpus)),
    }
    if config.tracks:
        facts["melody_range"] = list(Windows(corpus, "train", parts_of(config), config.grid).melody_range)
    return facts


def append_figures(folder: Path, name: str, figures: dict[str, Any]) -> None:
    """Add one line to a statistics file of the run."""
    with (folder / f"{name}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(figures) + "\n")


def read_figures(folder: Path, name: str) -> list[dict[str, Any]]:
    """All lines of a statistics file; a last line that a kill cut off is left out."""
    path = folder / f"{name}.jsonl"
    if not path.exists():
        return []
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return rows


def forget_figures(folder: Path, name: str, after: int) -> None:
    """Take out the lines of later steps than `after`, and what a kill cut off; a resumed run writes them again."""
    path = folder / f"{name}.jsonl"
    if not path.exists():
        return
    kept = [row for row in read_figures(folder, name) if row.get("step", 0) <= after]
    with replacing(path) as fresh:
        fresh.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")


def code_version() -> str:
    """The commit of the code, with a plus where files differ from it, or `unknown` outside a checkout."""
    here = Path(__file__).parent
    try:
        commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=here, capture_output=True, text=True, check=True
        )
        changes = subprocess.run(
            ["git", "status", "--porcelain", "."], cwd=here, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return commit.stdout.strip() + ("+" if changes.stdout.strip() else "")


def machine() -> str:
    """What the figures were measured on."""
    cuda = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU"
    return f"{platform.machine()}, {torch.get_num_threads()} threads, {cuda}"
