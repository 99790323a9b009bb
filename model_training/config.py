"""What a training run can be told, as dataclasses read from TOML; an unknown key is an error."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from model_training.settings import UnetGanSettings
from music_core.manifest import GridSpec

# Techniques whose networks write no tracks, but chords.
WITHOUT_TRACKS = ("harmoniser",)

Precision = Literal["32-true", "16-mixed", "bf16-mixed"]


class ConfigError(ValueError):
    """The config cannot be used; one plain sentence."""


@dataclass(frozen=True, slots=True)
class Config:
    """One run. The first three settings are the ones to play with; the others have sane defaults.

    epochs: passes over the training windows; more lets the network learn longer and, later, learn by heart.
    learning_rate: step size of the generator; higher learns faster and less steadily.
    update_ratio: critic steps for each generator step; higher gives a stronger critic and slower training.
    """

    model_id: str
    title: str
    genre: str
    description: str
    epochs: int = 40
    learning_rate: float = 4e-4
    update_ratio: int = 3

    technique: str = "unet-gan"  # a row of the table in model_training/models
    data: str = "prepared/bach"  # folder made by `tutti-train prepare`
    tracks: tuple[str, ...] = ("alto", "tenor", "bass")  # roles that the network writes besides the melody
    programs: tuple[int, ...] = ()  # General MIDI program of each track; empty takes each role's usual one
    seed: int = 1
    batch_size: int = 32  # windows a step; more is steadier and slower
    accumulate: int = 1  # batches whose gradients are added up before a step; more needs no more memory
    precision: Precision = "32-true"  # bf16-mixed is faster where the processor or GPU has it, slower elsewhere
    evaluate_every: int = 4  # epochs between evaluations, samples and checkpoints
    max_minutes: float = 0.0  # stop politely after so long; 0 never
    stop_metric: str = ""  # stop early when this figure of the stages gets no better; empty never
    patience: int = 4  # stages to wait for something better before stopping early
    grid: GridSpec = field(default_factory=GridSpec)
    model: Any = field(default_factory=UnetGanSettings)  # the technique's own settings, the table [model]


def load_config(path: Path) -> Config:
    """Read a TOML file. Raises ConfigError naming the file and the key at fault."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"The config {path} cannot be read ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"The config {path} is not valid TOML: {error}.") from None
    return config_from_dict(data, path.name)


def config_from_dict(data: dict[str, Any], source: str = "config") -> Config:
    """Build a Config from plain data, checking names and types."""
    from model_training.models import technique_of

    values = dict(data)
    try:
        technique = technique_of(str(values.get("technique", "unet-gan")))
    except KeyError as error:
        raise ConfigError(f"{source}: {error.args[0]}") from None
    values["grid"] = _checked(GridSpec, values.get("grid", {}), f"{source} [grid]")
    values["model"] = _checked(technique.settings, values.get("model", {}), f"{source} [model]")
    config = _checked(Config, values, source)
    _check(config, source)
    return config


def config_to_dict(config: Config) -> dict[str, Any]:
    """Plain data, the inverse of `config_from_dict`."""
    return asdict(config)


_Table = TypeVar("_Table")


def _checked(kind: type[_Table], data: Any, source: str) -> _Table:
    """A dataclass from a table: unknown keys and values of another type are errors, lists become tuples."""
    if not isinstance(data, dict):
        raise ConfigError(f"{source} must be a table of settings.")
    known, hints = [entry.name for entry in fields(kind)], get_type_hints(kind)  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key not in known:
            raise ConfigError(f"{source} has an unknown key {key!r}; known keys are {', '.join(known)}.")
        values[key] = tuple(value) if isinstance(value, list) else value
        if not _fits(values[key], hints[key]):
            raise ConfigError(f"{source}: {key} cannot be {value!r:.60}.")
    try:
        return kind(**values)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{source} cannot be used: {error}.") from None


def _fits(value: Any, hint: Any) -> bool:
    if hint is Any or is_dataclass(hint):
        return True
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if get_origin(hint) is tuple:
        inner = get_args(hint)
        return isinstance(value, tuple) and all(_fits(entry, inner[0]) for entry in value)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, hint) if isinstance(hint, type) else True


def _check(config: Config, source: str) -> None:
    for key in ("epochs", "update_ratio", "batch_size", "accumulate", "evaluate_every", "patience"):
        if getattr(config, key) < 1:
            raise ConfigError(f"{source}: {key} must be a whole number of 1 or more.")
    if not 0 < config.learning_rate < 1:
        raise ConfigError(f"{source}: learning_rate must lie between 0 and 1.")
    if not config.tracks and config.technique not in WITHOUT_TRACKS:
        raise ConfigError(f"{source}: tracks must name at least one role for the network to write.")
    if config.programs and len(config.programs) != len(config.tracks):
        raise ConfigError(f"{source}: programs must be empty or give one program for each of the tracks.")
