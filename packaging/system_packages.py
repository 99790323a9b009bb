"""What Tutti needs from the system it runs on, how to see whether it is there, and how to get it."""

from __future__ import annotations

import ctypes.util
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Purpose = Literal["run", "test"]
System = Literal["debian", "linux", "macos", "windows"]


class SetupError(Exception):
    """The set-up cannot go on; the message is what to tell the user."""


@dataclass(frozen=True)
class Requirement:
    """One thing from the system: any of the named packages will do, the first that can be had is installed."""

    packages: tuple[str, ...]
    reason: str
    library: str = ""
    can_wait: bool = False


QT = "the window (Qt)"
SOUND = "sound"
MIDI = "MIDI keyboards"
TESTS = "the tests"

APP: tuple[Requirement, ...] = (
    Requirement(("libegl1",), QT, "EGL"),
    Requirement(("libgl1",), QT, "GL"),
    Requirement(("libglib2.0-0", "libglib2.0-0t64"), QT, "glib-2.0"),
    Requirement(("libdbus-1-3",), QT, "dbus-1"),
    Requirement(("libfontconfig1",), QT, "fontconfig"),
    Requirement(("libxkbcommon-x11-0",), QT, "xkbcommon-x11"),
    Requirement(("libxcb-cursor0",), QT, "xcb-cursor"),
    Requirement(("libxcb-icccm4",), QT, "xcb-icccm"),
    Requirement(("libxcb-keysyms1",), QT, "xcb-keysyms"),
    Requirement(("libxcb-shape0",), QT, "xcb-shape"),
    Requirement(("libxcb-xkb1",), QT, "xcb-xkb"),
    Requirement(("libasound2", "libasound2t64"), MIDI, "asound"),
    Requirement(("libfluidsynth3",), SOUND, "fluidsynth"),
)
GOOD_SOUNDFONT = Requirement(("fluid-soundfont-gm",), "instruments (FluidR3 SoundFont, 148 MB)", can_wait=True)
SMALL_SOUNDFONT = Requirement(("timgm6mb-soundfont",), "instruments (the SoundFont that the tests know)", can_wait=True)
TEST_TOOLS: tuple[Requirement, ...] = (
    Requirement(("jackd2",), f"{TESTS}: real audio and MIDI ports without hardware"),
    Requirement(("xvfb",), f"{TESTS}: a screen in memory"),
    Requirement(("xauth",), f"{TESTS}: a screen in memory"),
)


def current_system() -> System:
    """Return which of the four ways of installing things this machine has."""
    if sys.platform == "darwin":
        return "macos"
    if sys.platform == "win32":
        return "windows"
    return "debian" if shutil.which("apt-get") and shutil.which("dpkg-query") else "linux"


def requirements(purpose: Purpose, *, has_venv: bool = True) -> tuple[Requirement, ...]:
    """Return what Debian and Ubuntu must have installed for a purpose."""
    needed = APP + ((GOOD_SOUNDFONT,) if purpose == "run" else (SMALL_SOUNDFONT, *TEST_TOOLS))
    if not has_venv:
        # Debian splits this out of Python, one package per version.
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        needed = (Requirement((version, "python3-venv"), "Python's virtual environments"), *needed)
    return needed


def missing(needed: Sequence[Requirement], installed: Collection[str]) -> tuple[Requirement, ...]:
    """Return the requirements that none of the installed packages meets."""
    return tuple(item for item in needed if not any(name in installed for name in item.packages))


def choose_packages(needed: Sequence[Requirement], available: Collection[str]) -> tuple[str, ...]:
    """Return the package to install for each requirement: the first that the system offers, else the first named."""
    return tuple(next((name for name in item.packages if name in available), item.packages[0]) for item in needed)


def parse_installed(text: str) -> frozenset[str]:
    """Return the installed names in `dpkg-query -W -f '${db:Status-Abbrev} ${Package}\\n'` output."""
    rows = (line.split() for line in text.splitlines())
    return frozenset(row[-1] for row in rows if len(row) >= 2 and row[0][:2] in {"ii", "hi"})


def parse_available(text: str) -> frozenset[str]:
    """Return the names with an installable candidate in `apt-cache policy` output (virtual packages have none)."""
    found = re.findall(r"^(\S+):\n(?:  .*\n)*?  Candidate: (\S+)", text, flags=re.MULTILINE)
    return frozenset(name for name, candidate in found if candidate != "(none)")


def apt_commands(packages: Sequence[str], prefix: Sequence[str] = ()) -> tuple[list[str], list[str]]:
    """Return the two apt commands, refresh and install, each behind `prefix` (such as sudo)."""
    # Wait for another apt to finish, and keep dpkg's progress bars out of log files.
    apt = [*prefix, "apt-get", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]
    return [*apt, "update", "-qq"], [*apt, "install", "-y", "-qq", "--no-install-recommends", *packages]


def administrator_prefix(*, is_root: bool, has_sudo: bool, has_terminal: bool) -> list[str] | None:
    """Return what to put before a command that changes the system, or None when nobody here may."""
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if is_root:
        return quiet
    if not has_sudo:
        return None
    # Without a terminal nobody can type a password: fail at once rather than wait for ever.
    return ["sudo", *([] if has_terminal else ["-n"]), *quiet]


def by_hand(packages: Sequence[str]) -> str:
    """Return the sentence that says which command an administrator should run."""
    return (
        "These packages have to be installed by an administrator. Run this, then start again:\n"
        f"    sudo apt-get update && sudo apt-get install --no-install-recommends {' '.join(packages)}"
    )


def say(sentence: str) -> None:
    """Print one line for the user at once, also when the output is a file."""
    print(sentence, flush=True)


def output_of(command: Sequence[str]) -> str:
    """Return what a command prints in plain English, whatever its exit code."""
    environment = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return done.stdout


def installed_packages(names: Sequence[str]) -> frozenset[str]:
    """Ask dpkg which of the names are installed."""
    return parse_installed(output_of(["dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package}\n", *names]))


def available_packages(names: Sequence[str]) -> frozenset[str]:
    """Ask apt which of the names it could install."""
    return parse_available(output_of(["apt-cache", "policy", *names]))


def has_venv() -> bool:
    """Return whether this Python can make a virtual environment with pip in it."""
    return importlib.util.find_spec("venv") is not None and importlib.util.find_spec("ensurepip") is not None


def name_packages(needed: Sequence[Requirement], packages: Sequence[str]) -> str:
    """Return the announcement: every package by name, gathered under what it is for."""
    reasons: dict[str, list[str]] = {}
    for item, package in zip(needed, packages, strict=True):
        reasons.setdefault(item.reason, []).append(package)
    lines = [f"    {' '.join(names)}: {reason}" for reason, names in reasons.items()]
    return "\n".join([f"Installing {len(packages)} system packages that are missing:", *lines])


def install_on_debian(purpose: Purpose) -> None:
    """Install with apt what dpkg does not know, naming it first; do nothing when all is there."""
    needed = requirements(purpose, has_venv=has_venv())
    names = [name for item in needed for name in item.packages]
    lacking = missing(needed, installed_packages(names))
    if not lacking:
        return
    wanted = [name for item in lacking for name in item.packages]
    prefix = administrator_prefix(
        is_root=os.geteuid() == 0, has_sudo=shutil.which("sudo") is not None, has_terminal=sys.stdin.isatty()
    )
    if prefix is None:
        advice = by_hand(choose_packages(lacking, available_packages(wanted)))
        if all(item.can_wait for item in lacking):
            say(advice)
            return
        raise SetupError(advice)
    say("Refreshing apt's list of packages ...")
    # A broken third-party source makes this fail although everything needed can be had.
    subprocess.run(apt_commands((), prefix)[0], check=False)
    packages = choose_packages(lacking, available_packages(wanted))
    say(name_packages(lacking, packages))
    started = time.monotonic()
    if subprocess.run(apt_commands(packages, prefix)[1], check=False).returncode != 0:
        raise SetupError("apt-get could not install them. " + by_hand(packages))
    say(f"System packages installed in {time.monotonic() - started:.0f} s.")


def install_on_macos(*, find_library: Callable[[str], str | None] = ctypes.util.find_library) -> None:
    """Install FluidSynth with Homebrew, or say how."""
    homes = (Path("/opt/homebrew/lib"), Path("/usr/local/lib"))
    if find_library("fluidsynth") or any(next(home.glob("libfluidsynth*.dylib"), None) for home in homes):
        return
    if shutil.which("brew") is None:
        say(
            "Homebrew is missing, so FluidSynth, which makes the sound, cannot be installed. The studio will be "
            "silent until you install Homebrew and run: brew install fluid-synth"
        )
        return
    say("Installing one package with Homebrew: fluid-synth (sound)")
    if subprocess.run(["brew", "install", "fluid-synth"], check=False).returncode != 0:
        say("Homebrew could not install fluid-synth. The studio will be silent until 'brew install fluid-synth' works.")


def windows_advice(
    environment: Mapping[str, str], *, find_library: Callable[[str], str | None] = ctypes.util.find_library
) -> str:
    """Return what to install by hand on Windows, or nothing when FluidSynth is there."""
    names = ("fluidsynth", "libfluidsynth", "libfluidsynth-3", "fluidsynth-3")
    folder = Path(environment.get("SystemDrive", "C:") + "\\", "tools", "fluidsynth", "bin")
    if any(find_library(name) for name in names) or folder.is_dir():
        return ""
    return (
        "FluidSynth, which makes the sound, is missing: the studio will be silent until you install it.\n"
        "    With Chocolatey: choco install fluidsynth\n"
        "    With Scoop:      scoop install fluidsynth\n"
        f"    By hand:         unpack FluidSynth's Windows release so that {folder} exists\n"
        "MIDI keyboards and the window need nothing more."
    )


def linux_advice(*, find_library: Callable[[str], str | None] = ctypes.util.find_library) -> str:
    """Return what to install by hand on a Linux without apt, or nothing when all libraries are there."""
    lacking = [item for item in APP if item.library and not find_library(item.library)]
    if not lacking:
        return ""
    lines = [f"    lib{item.library}: {item.reason}" for item in lacking]
    return "\n".join(["This system has no apt-get. Install these libraries with its own package tool:", *lines])


def install_system(purpose: Purpose) -> None:
    """Install, or say how to install, what the system lacks for a purpose."""
    system = current_system()
    if system == "debian":
        install_on_debian(purpose)
    elif system == "macos":
        install_on_macos()
    else:
        advice = windows_advice(os.environ) if system == "windows" else linux_advice()
        if advice:
            say(advice)
