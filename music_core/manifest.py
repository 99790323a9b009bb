"""What a model says about itself: `manifest.json` as frozen values, checked on reading."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

FORMAT_VERSION = 1


class ManifestError(ValueError):
    """The manifest cannot be honoured; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """One graph input or output; a shape entry that is a word is a dynamic axis."""

    name: str
    dtype: str
    shape: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class PartSpec:
    """A track that the model writes: its role, General MIDI program and usual range in MIDI pitches."""

    name: str
    role: str
    program: int
    low: int
    high: int
    is_drum: bool = False


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """A control the model honours, a number in low..high; `label_low` and `label_high` name the ends."""

    name: str
    label: str
    low: float
    high: float
    default: float
    label_low: str = ""
    label_high: str = ""


@dataclass(frozen=True, slots=True)
class GridSpec:
    """The time and pitch raster the graph works on; windows overlap by window_steps - hop_steps."""

    steps_per_quarter: int = 4
    window_steps: int = 64
    hop_steps: int = 32
    cell_steps: int = 16
    low_pitch: int = 28
    pitches: int = 64


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything the app needs to offer and run one model, and what its card says in figures."""

    id: str
    title: str
    technique: str
    genre: str
    description: str
    licence: str
    parts: tuple[PartSpec, ...]
    grid: GridSpec
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    graph: str = "model.onnx"
    options: tuple[OptionSpec, ...] = ()
    training: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    format_version: int = FORMAT_VERSION

    def option(self, name: str, given: Mapping[str, float]) -> float:
        """The value for an option: what was given, clipped to its range, or its default."""
        for spec in self.options:
            if spec.name == name:
                return min(spec.high, max(spec.low, float(given.get(name, spec.default))))
        raise KeyError(f"{self.id} has no option {name!r}; it has: {', '.join(o.name for o in self.options)}")


def to_json(manifest: Manifest) -> str:
    """The manifest as indented JSON text, the inverse of `from_json`."""
    return json.dumps(asdict(manifest), indent=2, ensure_ascii=False) + "\n"


def from_json(text: str) -> Manifest:
    """Parse and check a manifest; raises ManifestError with one plain sentence."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise ManifestError(f"The model's manifest is not valid JSON (line {error.lineno}).") from None
    if not isinstance(data, dict):
        raise ManifestError("The model's manifest is not a JSON object.")
    version = data.get("format_version")
    if version != FORMAT_VERSION:
        raise ManifestError(f"This model has format {version}; this Tutti reads format {FORMAT_VERSION}.")
    try:
        return Manifest(
            **{
                **_known(Manifest, data),
                "parts": tuple(PartSpec(**part) for part in data["parts"]),
                "grid": GridSpec(**data["grid"]),
                "inputs": tuple(_tensor(spec) for spec in data["inputs"]),
                "outputs": tuple(_tensor(spec) for spec in data["outputs"]),
                "options": tuple(OptionSpec(**option) for option in data.get("options", ())),
            }
        )
    except (KeyError, TypeError) as error:
        raise ManifestError(f"The model's manifest is incomplete or has unknown entries: {error}.") from None


def read_bundle(folder: Path) -> Manifest:
    """Read `manifest.json` of a model folder and check every listed file's name and sha256."""
    try:
        manifest = from_json((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"The model folder {folder.name} has no readable manifest.json ({error}).") from None
    if manifest.graph not in manifest.files:
        raise ManifestError(f"The model {manifest.id} does not list its network {manifest.graph!r}.")
    for name, expected in manifest.files.items():
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise ManifestError(f"The model {manifest.id} names a file outside its folder: {name!r}.")
        if not path.is_file() or sha256(path) != expected:
            raise ManifestError(f"The file {name} of the model {manifest.id} is missing or damaged; install it again.")
    return manifest


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _known(kind: type, data: Mapping[str, Any]) -> dict[str, Any]:
    names = {entry.name for entry in fields(kind)}
    unknown = set(data) - names
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    return dict(data)


def _tensor(data: Mapping[str, Any]) -> TensorSpec:
    return TensorSpec(data["name"], data["dtype"], tuple(data["shape"]))
