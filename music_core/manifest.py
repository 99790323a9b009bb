"""What a model says about itself: `manifest.json` as frozen values, checked on reading."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from math import inf
from pathlib import Path
from typing import Any, TypeVar, get_origin, get_type_hints

from music_core.score import ROLES

FORMAT_VERSION = 1
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")

# What JSON may give for each annotation; whole numbers will do for fractions.
_JSON_TYPES: Mapping[Any, tuple[type, ...]] = {
    str: (str,),
    int: (int,),
    float: (int, float),
    bool: (bool,),
    tuple: (tuple,),
    Mapping: (Mapping,),
}


_HINTS: dict[type, dict[str, Any]] = {}


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
    """A track that the model writes: its role, General MIDI program and usual range in MIDI pitches.

    `voices` is how many notes it can hold at once; a drum part has none, it has lanes (decoding/drums.py).
    """

    name: str
    role: str
    program: int
    low: int
    high: int
    is_drum: bool = False
    voices: int = 1


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


_Spec = TypeVar("_Spec")


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
    # Mean pitches of the melodies in training, transpositions included; a melody elsewhere is moved there by octaves.
    melody_range: tuple[int, int] = (61, 78)
    training: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    shares: str = ""  # id of the bundle whose graph this one uses; empty has its own
    harmoniser: str = ""  # id of the bundle that finds the chords; empty needs none
    # Plain data that the technique's decoder needs beside the graph.
    data: Mapping[str, Any] = field(default_factory=dict)
    format_version: int = FORMAT_VERSION

    @property
    def needs_melody(self) -> bool:
        """Whether the model writes under a melody; one with a melody among its parts writes whole pieces of its own."""
        return all(part.role != "melody" for part in self.parts)

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
        manifest = _typed(
            Manifest,
            {
                **data,
                "parts": tuple(_typed(PartSpec, part) for part in data["parts"]),
                "grid": _typed(GridSpec, data["grid"]),
                "inputs": tuple(_tensor(spec) for spec in data["inputs"]),
                "outputs": tuple(_tensor(spec) for spec in data["outputs"]),
                "melody_range": tuple(data.get("melody_range", (61, 78))),
                "options": tuple(_typed(OptionSpec, option) for option in data.get("options", ())),
            },
        )
        _check_values(manifest)
    except (KeyError, TypeError, ValueError) as error:
        raise ManifestError(f"The model's manifest is incomplete or has wrong entries: {error}.") from None
    return manifest


def read_bundle(folder: Path, check_up_to: float = inf) -> Manifest:
    """Read `manifest.json` of a model folder and check that every listed file is there and as it was made.

    Files larger than `check_up_to` bytes are only looked for; whoever opens one asks `check_files` first.
    """
    try:
        manifest = from_json((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"The model folder {folder.name} has no readable manifest.json ({error}).") from None
    if not manifest.shares and manifest.graph not in manifest.files:
        raise ManifestError(f"The model {manifest.id} does not list its network {manifest.graph!r}.")
    check_files(manifest, folder, check_up_to)
    return manifest


def check_files(manifest: Manifest, folder: Path, check_up_to: float = inf) -> None:
    """Compare a bundle's files with their sha256; raises ManifestError for the first that is missing or damaged."""
    for name, expected in manifest.files.items():
        path = folder / name
        # By the name alone: to resolve every file took longer than to read them all.
        if ".." in Path(name).parts or not path.is_relative_to(folder):
            raise ManifestError(f"The model {manifest.id} names a file outside its folder: {name!r}.")
        if not path.is_file() or (path.stat().st_size <= check_up_to and sha256(path) != expected):
            raise ManifestError(f"The file {name} of the model {manifest.id} is missing or damaged; install it again.")


def graph_beside(manifest: Manifest, folder: Path) -> Path:
    """Where the graph of a bundle in `folder` lies: in it, or in the folder beside it whose bundle it shares."""
    return (folder.parent / manifest.shares if manifest.shares else folder) / manifest.graph


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _typed(kind: type[_Spec], data: Any) -> _Spec:
    """A spec from JSON data; unknown names and values of the wrong type are errors."""
    values = dict(data.items() if isinstance(data, Mapping) else ())
    unknown = set(values) - {entry.name for entry in fields(kind)}  # type: ignore[arg-type]
    if unknown or not isinstance(data, Mapping):
        raise ValueError(f"unknown {', '.join(sorted(unknown)) or type(data).__name__} in {kind.__name__}")
    hints = _hints(kind)
    for name, value in values.items():
        wanted = _JSON_TYPES.get(get_origin(hints[name]) or hints[name], (hints[name],))
        if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
            raise ValueError(f"{name} is {value!r:.60}")
    return kind(**values)


def _hints(kind: type[Any]) -> dict[str, Any]:
    """The types of a spec's values; evaluating the annotations anew for each spec took longer than reading them."""
    if kind not in _HINTS:
        _HINTS[kind] = get_type_hints(kind)
    return _HINTS[kind]


def _check_values(manifest: Manifest) -> None:
    for part in manifest.parts:
        if part.role not in ROLES:
            raise ValueError(f"role {part.role!r} is none of {', '.join(ROLES)}")
        if not (0 <= part.program <= 127 and 0 <= part.low <= part.high <= 127):
            raise ValueError(f"the part {part.name!r} has an impossible program or range")
        if not 1 <= part.voices <= 8:
            raise ValueError(f"the part {part.name!r} has {part.voices} voices; 1 to 8 are possible")
    for option in manifest.options:
        if not option.low <= option.default <= option.high:
            raise ValueError(f"the option {option.name!r} has its default outside its range")
    for name in (manifest.shares, manifest.harmoniser):
        if name and not _ID.fullmatch(name):
            raise ValueError(f"{name!r} is no model's id")
    if len(manifest.melody_range) != 2 or not all(isinstance(pitch, int) for pitch in manifest.melody_range):
        raise ValueError("the melody's range is not two pitches")
    grid = manifest.grid
    if min(grid.steps_per_quarter, grid.hop_steps, grid.cell_steps, grid.pitches) < 1:
        raise ValueError("the grid has a size below 1")
    if grid.hop_steps > grid.window_steps or not 0 <= grid.low_pitch <= 128 - grid.pitches:
        raise ValueError("the grid's windows or pitches do not fit")


def _tensor(data: Any) -> TensorSpec:
    if not isinstance(data, Mapping) or not isinstance(data["shape"], list):
        raise ValueError("a tensor is not described by name, dtype and shape")
    if not all(isinstance(size, int | str) for size in data["shape"]):
        raise ValueError(f"the tensor {data['name']!r} has an impossible shape")
    return _typed(TensorSpec, {**data, "shape": tuple(data["shape"])})
