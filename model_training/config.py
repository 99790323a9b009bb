"""What a training run can be told, as dataclasses read from TOML; an unknown key is an error."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from music_core.manifest import GridSpec

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
    learning_rate: float = 3e-4
    update_ratio: int = 1

    data: str = "prepared/bach"
    seed: int = 1
    batch_size: int = 32
    width: int = 32  # channels of the first layer; twice the width is four times the work
    noise: int = 64  # noise values a bar; more can tell more settings apart
    critic_learning_rate: float = 3e-4
    rise_steps: int = 200  # steps in which the learning rates rise to their full size
    betas: tuple[float, float] = (0.5, 0.9)
    warmup_epochs: int = 10  # epochs before the critic has a say; the writer learns the style from examples first
    adversarial_weight: float = 0.05  # the critic's say; higher gives more life and more wrong notes
    kl_weight: float = 1.0  # how near the encoder's noise must stay to the noise drawn at generation
    free_nats: float = 6.0  # divergence a bar that costs nothing; without it the writer learns to ignore the noise
    onset_weight: float = 1.0
    penalty_weight: float = 10.0  # gradient penalty of the critic (WGAN-GP's lambda)
    weight_decay: float = 1e-3
    ema_decay: float = 0.999  # of the exported weights' moving average
    precision: Precision = "32-true"
    evaluate_every: int = 4  # epochs between evaluations, samples and checkpoints
    grid: GridSpec = field(default_factory=GridSpec)
    programs: tuple[int, ...] = (68, 60, 70)  # General MIDI programs of alto, tenor and bass


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
    known = {entry.name: entry for entry in fields(Config)}
    for key in data:
        if key not in known:
            raise ConfigError(f"{source} has an unknown key {key!r}; known keys are {', '.join(known)}.")
    values = dict(data)
    if isinstance(values.get("grid"), dict):
        values["grid"] = GridSpec(**values["grid"])
    for key in ("betas", "programs"):
        if key in values:
            values[key] = tuple(values[key])
    try:
        config = Config(**values)
    except TypeError as error:
        raise ConfigError(f"{source} is incomplete: {error}.") from None
    _check(config, source)
    return config


def config_to_dict(config: Config) -> dict[str, Any]:
    """Plain data, the inverse of `config_from_dict`."""
    return asdict(config)


def _check(config: Config, source: str) -> None:
    for key in ("epochs", "update_ratio", "batch_size", "width", "noise", "evaluate_every", "rise_steps"):
        if not isinstance(getattr(config, key), int) or getattr(config, key) < 1:
            raise ConfigError(f"{source}: {key} must be a whole number of 1 or more.")
    for key in ("learning_rate", "critic_learning_rate"):
        if not 0 < getattr(config, key) < 1:
            raise ConfigError(f"{source}: {key} must lie between 0 and 1.")
    if config.precision not in get_args(Precision):
        raise ConfigError(f"{source}: precision must be one of {', '.join(get_args(Precision))}.")
    if config.grid.window_steps % 16 or config.grid.pitches % 16:
        raise ConfigError(f"{source}: the grid's window_steps and pitches must be multiples of 16.")
