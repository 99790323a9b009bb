"""The four commands of the bootstrap: run, test, install and bench."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from environment import ensure_soundfont, install_project, venv_program
from system_packages import Purpose, SetupError, install_system, say

ROOT = Path(__file__).resolve().parent.parent
NO_DISPLAY = 2
APP_EXTRAS = ("notation",)
TEST_EXTRAS = ("cluster", "notation", "test", "training")
OWN_MODULES = ("bootstrap", "commands", "environment", "pictures", "system_packages")


@dataclass(frozen=True)
class Step:
    """One check of the test command."""

    name: str
    command: tuple[str, ...]


def set_up(purpose: Purpose, extras: Sequence[str], *, skip_system: bool) -> Path:
    """Install all that a purpose needs and return the environment's Python."""
    if not skip_system:
        install_system(purpose)
    python = install_project(ROOT, extras)
    ensure_soundfont(ROOT, python)
    return python


def install(*, skip_system: bool = False) -> int:
    """Set up the studio without starting it."""
    try:
        set_up("run", APP_EXTRAS, skip_system=skip_system)
    except SetupError as error:
        return refuse(error)
    say("Tutti is set up. Start it with: python3 packaging/bootstrap.py run")
    return 0


def run_studio(arguments: Sequence[str], *, skip_system: bool = False) -> int:
    """Set up the studio and open its window, with the arguments passed on."""
    try:
        set_up("run", APP_EXTRAS, skip_system=skip_system)
    except SetupError as error:
        return refuse(error)
    tutti = venv_program(ROOT / ".venv", "tutti")
    complaint = display_complaint(os.environ, sys.platform, tutti)
    if complaint:
        print(complaint, file=sys.stderr)
        return NO_DISPLAY
    environment = studio_environment(os.environ, sys.platform, homebrew=Path("/opt/homebrew"))
    command = [str(tutti), "studio", *arguments]
    if sys.platform == "win32":
        return subprocess.run(command, env=environment, check=False).returncode
    # The studio takes this process's place, so that signals and the terminal are its own.
    return os.execve(command[0], command, environment)


def run_tests(arguments: Sequence[str], *, require_devices: bool, skip_system: bool = False) -> int:
    """Set up everything, run every check, and fail when one of them failed."""
    try:
        python = set_up("test", TEST_EXTRAS, skip_system=skip_system)
    except SetupError as error:
        return refuse(error)
    environment = test_environment(os.environ, require_devices=require_devices)
    results: list[tuple[str, int, float]] = []
    for step in test_steps(python, arguments):
        say(f"\n== {step.name}")
        started = time.monotonic()
        code = subprocess.run(step.command, cwd=ROOT, env=environment, check=False).returncode
        results.append((step.name, code, time.monotonic() - started))
    say("")
    for name, code, seconds in results:
        say(f"{name + ':':24}{'ok' if code == 0 else f'FAILED, exit code {code}'} ({seconds:.0f} s)")
    return 0 if all(code == 0 for _, code, _ in results) else 1


def run_benchmarks(names: Sequence[str], arguments: Sequence[str], *, skip_system: bool = False) -> int:
    """Set up everything and run the benchmarks, all or those named, with the arguments passed on to each."""
    known = benchmark_names(ROOT / "benchmarks")
    unknown = [name for name in names if name not in known]
    if unknown:
        return refuse(SetupError(f"There is no benchmark {unknown[0]!r}; there are: {', '.join(known)}."))
    try:
        python = set_up("test", TEST_EXTRAS, skip_system=skip_system)
    except SetupError as error:
        return refuse(error)
    failed = []
    for name in names or known:
        say(f"\n== benchmarks.{name}")
        command = [str(python), "-m", f"benchmarks.{name}", *arguments]
        environment = test_environment(os.environ, require_devices=False)
        if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode != 0:
            failed.append(name)
    if failed:
        say(f"\nFailed: {', '.join(failed)}")
    return 1 if failed else 0


def refuse(error: SetupError) -> int:
    """Tell why the set-up stopped, and return the exit code for it."""
    print(error, file=sys.stderr)
    return 1


def test_steps(python: Path, pytest_arguments: Sequence[str]) -> tuple[Step, ...]:
    """Return the checks in the order of their speed; the tests come last."""
    run = (str(python), "-m")
    own = tuple(f"packaging/{name}.py" for name in OWN_MODULES)
    return (
        Step("ruff", (*run, "ruff", "check", ".")),
        Step("mypy", (*run, "mypy")),
        Step("mypy (packaging)", (*run, "mypy", *own)),
        Step("tests", (*run, "pytest", *pytest_arguments)),
    )


def benchmark_names(folder: Path) -> tuple[str, ...]:
    """Return the benchmarks that can be run, by name."""
    return tuple(sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")))


def test_environment(environment: Mapping[str, str], *, require_devices: bool) -> dict[str, str]:
    """Return the environment for the checks: no real screen unless one was asked for."""
    changed = {"QT_QPA_PLATFORM": "offscreen", **environment}
    if require_devices:
        changed["TUTTI_REQUIRE_DEVICES"] = "1"
    return changed


def studio_environment(environment: Mapping[str, str], platform: str, *, homebrew: Path) -> dict[str, str]:
    """Return the environment for the studio: on a Mac, where Homebrew keeps FluidSynth."""
    changed = dict(environment)
    if platform == "darwin" and homebrew.is_dir():
        # A Python that is not Homebrew's own does not look there by itself.
        changed.setdefault("HOMEBREW_PREFIX", str(homebrew))
    return changed


def display_complaint(environment: Mapping[str, str], platform: str, tutti: Path) -> str:
    """Return what to say when no window can be opened, or nothing when one can."""
    if platform in {"darwin", "win32"}:
        return ""
    if any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return ""
    return (
        "Tutti is set up, but there is no display here to open its window on. Without a window, "
        "'tutti generate' does the same work:\n"
        f"    {tutti} generate MELODY.mid --model bach-unet-gan --seed 1 --out OUT.mid"
    )
