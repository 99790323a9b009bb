"""Where General MIDI SoundFonts lie on this machine, the best first."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

ENVIRONMENT_VARIABLE = "TUTTI_SOUNDFONT"

# By sound and by how fast they load; what is not named here comes between the two.
_PREFERRED = ("fluidr3_gm", "generaluser", "sgm", "fluidr3mono", "fluidr3")
_LAST = ("musescore_general", "default-gm", "timgm6mb", "vintagedreams")

_UNIX = (
    "/usr/share/sounds/sf2",
    "/usr/share/sounds/sf3",
    "/usr/share/soundfonts",
    "/usr/local/share/sounds/sf2",
    "/usr/local/share/soundfonts",
)
_MAC = (
    "/opt/homebrew/share/soundfonts",
    "/opt/homebrew/share/fluid-synth/sf2",
    "/usr/local/share/fluid-synth/sf2",
    "/Library/Audio/Sounds/Banks",
    "~/Library/Audio/Sounds/Banks",
)
_HOME = (
    "~/.local/share/soundfonts",
    "~/.local/share/sounds/sf2",
    "~/.local/share/sounds/sf3",
    "~/soundfonts",
    "~/Documents/MuseScore4/SoundFonts",
    "~/Documents/MuseScore3/SoundFonts",
)
_WINDOWS = (
    ("SYSTEMDRIVE", "\\soundfonts"),
    ("SYSTEMDRIVE", "\\tools\\fluidsynth\\share\\soundfonts"),
    ("PROGRAMDATA", "\\soundfonts"),
    ("LOCALAPPDATA", "\\soundfonts"),
    ("PROGRAMFILES", "\\MuseScore 4\\sound"),
    ("PROGRAMFILES", "\\MuseScore 3\\sound"),
)


def find_soundfonts(
    *, folders: Iterable[Path] | None = None, environment: Mapping[str, str] = os.environ
) -> tuple[Path, ...]:
    """Every SoundFont (.sf2, .sf3) in the usual places, each once: the one TUTTI_SOUNDFONT names, then the best."""
    found: dict[Path, Path] = {}
    for folder in _usual_folders(environment) if folders is None else folders:
        for path in _soundfonts_in(folder):
            found.setdefault(path.resolve(), path)
    ordered = sorted(found.values(), key=_rank)
    named = environment.get(ENVIRONMENT_VARIABLE, "")
    if named and Path(named).is_file():
        ordered = [Path(named), *(path for path in ordered if path.resolve() != Path(named).resolve())]
    return tuple(ordered)


def find_soundfont(preferred: Path | None = None) -> Path | None:
    """The SoundFont to use: the preferred one if it is there, else the best of the machine, or None."""
    if preferred is not None and preferred.is_file():
        return preferred
    return next(iter(find_soundfonts()), None)


def is_soundfont(path: Path) -> bool:
    """Whether a file begins as a SoundFont does; asking FluidSynth about other files makes it noisy."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return head[:4] == b"RIFF" and head[8:] == b"sfbk"


def _usual_folders(environment: Mapping[str, str]) -> Iterator[Path]:
    bundle = getattr(sys, "_MEIPASS", None)  # set in the packaged application
    if bundle:
        yield Path(bundle) / "soundfonts"
    if sys.platform == "win32":
        yield from (Path(environment[name] + rest) for name, rest in _WINDOWS if environment.get(name))
    else:
        yield from (Path(folder) for folder in _UNIX)
    if sys.platform == "darwin":
        yield from (Path(folder).expanduser() for folder in _MAC)
    yield from (Path(folder).expanduser() for folder in _HOME)
    # pretty_midi carries the small TimGM6mb; its code is not needed and not run.
    spec = find_spec("pretty_midi")
    yield from (Path(folder) for folder in (spec.submodule_search_locations or () if spec else ()))


def _soundfonts_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in (".sf2", ".sf3") and path.is_file())
    except OSError:
        return []


def _rank(path: Path) -> tuple[int, str]:
    name = path.name.lower()
    for place, start in enumerate(_PREFERRED):
        if name.startswith(start):
            return place - len(_PREFERRED), name
    return next((place + 1 for place, start in enumerate(_LAST) if name.startswith(start)), 0), name
