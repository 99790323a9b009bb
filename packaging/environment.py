"""The project's virtual environment in `.venv`: made once, installed once, and left alone while nothing changed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from system_packages import SetupError, say

STAMP_NAME = "tutti-stamp.json"
# Where Debian, Fedora, Arch, Homebrew and MuseScore put SoundFonts.
SOUNDFONT_FOLDERS = (
    "/usr/share/sounds/sf2",
    "/usr/share/sounds/sf3",
    "/usr/share/soundfonts",
    "/usr/local/share/soundfonts",
    "/opt/homebrew/share/soundfonts",
)


@dataclass(frozen=True)
class Stamp:
    """What an environment was made from; kept inside it, written only when everything is installed."""

    pyproject: str
    python: str
    root: str
    extras: tuple[str, ...]

    def same_place(self, other: Stamp) -> bool:
        """Return whether an environment with this stamp can be kept: same Python, same folder."""
        return (self.python, self.root) == (other.python, other.root)

    def covers(self, wanted: Stamp) -> bool:
        """Return whether an environment with this stamp already has everything that is wanted."""
        return self.same_place(wanted) and self.pyproject == wanted.pyproject and set(wanted.extras) <= set(self.extras)

    def joined(self, wanted: Stamp) -> Stamp:
        """Return what to install so that nothing is lost that this environment had."""
        extras = tuple(sorted(set(self.extras) | set(wanted.extras)))
        return Stamp(wanted.pyproject, wanted.python, wanted.root, extras)


def wanted_stamp(root: Path, extras: Sequence[str]) -> Stamp:
    """Return the stamp that a complete environment for this clone and this Python would have."""
    digest = hashlib.sha256((root / "pyproject.toml").read_bytes()).hexdigest()
    version = ".".join(str(part) for part in sys.version_info[:2])
    return Stamp(digest, f"{version} {sys.platform}", str(root), tuple(sorted(extras)))


def read_stamp(folder: Path) -> Stamp | None:
    """Return the stamp inside an environment, or None when it has none that can be read."""
    try:
        data: dict[str, Any] = json.loads((folder / STAMP_NAME).read_text(encoding="utf-8"))
        return Stamp(str(data["pyproject"]), str(data["python"]), str(data["root"]), tuple(data["extras"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_stamp(folder: Path, stamp: Stamp) -> None:
    """Write the stamp into an environment."""
    (folder / STAMP_NAME).write_text(json.dumps(asdict(stamp), indent=2) + "\n", encoding="utf-8")


def venv_program(folder: Path, name: str) -> Path:
    """Return the path of a program inside an environment on this system."""
    return folder / "Scripts" / f"{name}.exe" if sys.platform == "win32" else folder / "bin" / name


def base_python() -> str:
    """Return the Python outside every virtual environment, so that `.venv` is never rebuilt from within itself."""
    return str(getattr(sys, "_base_executable", "") or sys.executable)


def torch_requirement(pyproject: Mapping[str, Any]) -> str:
    """Return the line of the training extra that asks for torch."""
    lines = pyproject["project"]["optional-dependencies"]["training"]
    return str(next(line for line in lines if line.startswith("torch")))


def pip_commands(python: Path, extras: Sequence[str], torch: str, torch_index: str, *, quiet: bool) -> list[list[str]]:
    """Return the pip commands that install the project, with torch first and alone when it has its own index."""
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", *(["-q"] if quiet else [])]
    project = f".[{','.join(extras)}]" if extras else "."
    commands = [[*pip, "-e", project]]
    if "training" in extras and torch_index:
        commands.insert(0, [*pip, "--index-url", torch_index, torch])
    return commands


def make_venv(folder: Path, wanted: Stamp) -> Stamp | None:
    """Make sure there is an environment that this Python and this place can use; return the stamp it had."""
    stamp = read_stamp(folder)
    if stamp is not None and not stamp.same_place(wanted):
        say(f"Making {folder.name} anew: it was made by Python {stamp.python} in {stamp.root}.")
        shutil.rmtree(folder)
        stamp = None
    if not venv_program(folder, "python").exists():
        stamp = None
        say(f"Making {folder.name} with Python {wanted.python.split()[0]} ...")
        if subprocess.run([base_python(), "-m", "venv", "--clear", str(folder)], check=False).returncode != 0:
            raise SetupError(f"Python could not make a virtual environment in {folder}. Its own message is above.")
    return stamp


def install_project(root: Path, extras: Sequence[str]) -> Path:
    """Bring `.venv` to what the project asks for, or do nothing when it is there; return its Python."""
    folder = root / ".venv"
    wanted = wanted_stamp(root, extras)
    had = make_venv(folder, wanted)
    python = venv_program(folder, "python")
    if had is not None and had.covers(wanted):
        return python
    if had is not None:
        wanted = had.joined(wanted)
    # Without a stamp an interrupted installation is taken up again the next time.
    (folder / STAMP_NAME).unlink(missing_ok=True)
    pyproject = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    torch = torch_requirement(pyproject)
    torch_index = os.environ.get("TUTTI_TORCH_INDEX", "")
    parts = "the studio" if not wanted.extras else f"the studio with {' and '.join(wanted.extras)}"
    say(f"Installing {parts} into {folder.name} (some minutes the first time) ...")
    started = time.monotonic()
    for command in pip_commands(python, wanted.extras, torch, torch_index, quiet=not sys.stdout.isatty()):
        if subprocess.run(command, cwd=root, check=False).returncode != 0:
            raise SetupError("pip could not install everything. Its own message is above; start again to retry.")
    write_stamp(folder, wanted)
    say(f"Python packages installed in {time.monotonic() - started:.0f} s.")
    return python


def has_soundfont(folder: Path, places: Sequence[str] = SOUNDFONT_FOLDERS) -> bool:
    """Return whether the system or the environment has any SoundFont."""
    if any(next(Path(place).glob("*.sf[23]"), None) for place in places):
        return True
    return next(folder.glob("**/pretty_midi/*.sf2"), None) is not None


def ensure_soundfont(root: Path, python: Path) -> None:
    """Where the system has no SoundFont, fetch the small one that the pretty_midi package carries."""
    if has_soundfont(root / ".venv"):
        return
    say("Installing pretty_midi for its SoundFont, TimGM6mb (5.6 MB): this system has none.")
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "-q", "--no-deps", "pretty_midi"]
    if subprocess.run(command, check=False).returncode != 0:
        say("It could not be fetched. The studio will be silent until you choose a SoundFont in it.")
