"""The user's preferences as one typed value, kept as JSON; a bad entry falls back to its default and is logged."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from music_core.atomic import replacing

_log = logging.getLogger(__name__)

Theme = Literal["system", "light", "dark"]
MiddleC = Literal["C3", "C4", "C5"]
RecordMode = Literal["replace", "overdub", "free"]

_RANGES: dict[str, tuple[float, float]] = {
    "count_in_bars": (0, 4),
    "quantise_strength": (0.0, 1.0),
    "takes": (1, 9),
    "master_gain": (0.0, 2.0),
    "typing_velocity": (1, 127),
    "autosave_s": (0, 3600),
    "audio_period": (0, 8192),
}
_CHOICES: dict[str, tuple[object, ...]] = {
    "theme": get_args(Theme),
    "middle_c": get_args(MiddleC),
    "record_mode": get_args(RecordMode),
    # Ticks: whole bar of 4/4 to 1/32, their triplets, and 0 for the timing as played.
    "quantise_step_ticks": (0, 60, 80, 120, 160, 240, 320, 480, 960, 1920),
}
_SETTINGS_LIMIT_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    """Every preference with its default; empty strings mean "choose for me"."""

    theme: Theme = "system"
    middle_c: MiddleC = "C4"
    midi_port: str = ""
    midi_out_port: str = ""
    audio_driver: str = ""
    audio_device: str = ""
    audio_period: int = 0  # frames; 0 is the driver's own
    soundfont: str = ""
    model_id: str = "pop"  # where it is not installed, the first model is taken
    takes: int = 3
    play_after_generate: bool = True
    metronome: bool = False
    click_while_recording: bool = True
    count_in_bars: int = 1
    record_mode: RecordMode = "replace"
    record_on_first_note: bool = False
    quantise_step_ticks: int = 120
    quantise_strength: float = 1.0
    typing_piano: bool = True
    typing_velocity: int = 90
    master_gain: float = 1.0
    autosave_s: int = 30
    recent_projects: tuple[str, ...] = ()
    export_formats: tuple[str, ...] = ("midi", "wav")
    export_artist: str = ""
    preview_on_hover: bool = True
    library_closed: tuple[str, ...] = ()
    controls: Mapping[str, Any] = field(default_factory=dict)
    language: str = "system"
    keys: Mapping[str, Any] = field(default_factory=dict)
    """The shortcuts that were changed: a command's id to a list of keys."""

    @property
    def middle_octave(self) -> int:
        """The octave in the name of MIDI pitch 60."""
        return int(self.middle_c.removeprefix("C"))


def settings_from_dict(data: Mapping[str, Any]) -> Settings:
    """Settings from parsed JSON; unknown or bad entries are logged and left at their defaults."""
    defaults = Settings()
    known = {entry.name for entry in fields(Settings)}
    accepted: dict[str, Any] = {}
    for name, value in data.items():
        if name not in known:
            _log.warning("Unknown setting %r ignored", name)
            continue
        value = tuple(value) if isinstance(value, list) else value
        if _is_good(name, value, getattr(defaults, name)):
            accepted[name] = value
        else:
            _log.warning("Setting %s has the bad value %.80r; its default is used", name, value)
    return Settings(**accepted)


def load_settings(path: Path) -> Settings:
    """Read the settings file; without one, or with a damaged one, the defaults."""
    try:
        if path.stat().st_size > _SETTINGS_LIMIT_BYTES:
            raise ValueError("the file is far too large")
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, RecursionError) as error:
        _log.warning("Settings in %s cannot be read (%s); defaults are used", path, error)
        return Settings()
    if not isinstance(data, dict):
        _log.warning("Settings in %s are not a JSON object; defaults are used", path)
        return Settings()
    return settings_from_dict(data)


def save_settings(settings: Settings, path: Path) -> None:
    """Write the settings file, wholly or not at all; a failure is logged, never raised."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(asdict(settings), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        _log.warning("Settings could not be saved to %s: %s", path, error)


def _is_good(name: str, value: Any, default: Any) -> bool:
    if name in _CHOICES:
        return value in _CHOICES[name] and not isinstance(value, bool)
    if isinstance(default, bool):
        return isinstance(value, bool)
    if isinstance(default, (int, float)):
        kinds = (int,) if isinstance(default, int) else (int, float)
        low, high = _RANGES[name]
        return isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high
    if isinstance(default, tuple):
        return isinstance(value, tuple) and all(isinstance(entry, str) for entry in value)
    if isinstance(default, Mapping):
        return isinstance(value, dict)
    return isinstance(value, str)
