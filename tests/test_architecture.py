"""The arrows of docs: who may import whom, read from the source text, imports hidden in functions included."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("music_core", "desktop_app", "model_training")

# An arrow that is not here does not exist.
MAY_IMPORT = {
    "music_core": {"music_core"},
    "desktop_app": {"desktop_app", "music_core"},
    "model_training": {"model_training", "music_core"},
}
# In the app: ui -> session and its kind -> these five, which do not know one another, -> music_core.
INNER = ("devices", "audio", "generation", "library", "exports")
# Small modules that know nothing above them; the five may use these and no other module beside them.
LEAVES = (
    "desktop_app.events",
    "desktop_app.settings",
    "desktop_app.paths",
    "desktop_app.jack_server",
    "desktop_app.language",
    "desktop_app.key_names",
    "desktop_app.right_of_way",
)

# Everything that is not Python's own: who may import it. A name that ends in a dot is a package's inside.
HOMES = {
    "numpy": ("music_core.", "desktop_app.", "model_training."),
    "mido": ("music_core.",),
    "platformdirs": ("desktop_app.paths",),
    "PySide6": ("desktop_app.ui.", "desktop_app.app"),
    "shiboken6": ("desktop_app.ui.", "desktop_app.app"),
    "rtmidi": ("desktop_app.devices.",),
    "fluidsynth": ("desktop_app.audio.fluid_synth", "music_core.adapters.audio_render"),
    "soundfile": ("music_core.adapters.sound_files",),
    "onnxruntime": ("music_core.adapters.onnx_predictor",),
    "torch": ("model_training.",),
    "lightning_fabric": ("model_training.",),
    "music21": ("model_training.", "music_core.adapters.musicxml"),
    "verovio": ("music_core.adapters.engraving",),
    "onnx": ("model_training.",),
    "matplotlib": ("model_training.",),
    "tqdm": ("model_training.",),
    "PIL": ("model_training.lab.",),
    "tensorboardX": ("model_training.lab.board",),
    "jinja2": ("model_training.lab.pages",),
    "markupsafe": ("model_training.lab.pages",),  # what jinja2 escapes with
    "pyarrow": ("model_training.data.",),
    "fsspec": ("model_training.data.store",),
    "symusic": ("model_training.data.reading",),
    "distributed": ("model_training.data.workers",),
    "sklearn": ("model_training.proof.classifier",),
    "threadpoolctl": ("model_training.proof.classifier",),
    "pyloudnorm": ("model_training.listening.loudness",),
}
# What stands behind a protocol: only the composition roots (and training, which has no others) name these.
CONCRETE = ("music_core.adapters", "desktop_app.audio.fluid_synth", "desktop_app.devices.rtmidi_ports")
ROOTS = ("desktop_app.app", "desktop_app.cli")


def imported_names(source: str, module: str, *, is_package: bool = False) -> Iterator[str]:
    """Every module that a source imports, wherever: `from a import b` gives both `a` and `a.b`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                inside = module.split(".") if is_package else module.split(".")[:-1]
                base = ".".join([*inside[: len(inside) - node.level + 1], *([base] if base else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node.func) in ("import_module", "__import__"):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def violations(source: str, module: str, *, is_package: bool = False) -> set[str]:
    """Every import of a module's source that has no arrow, as `module -> what it imports`."""
    names = set(imported_names(source, module, is_package=is_package))
    return {f"{module} -> {name}" for name in names if not _allowed(module, name)}


def _allowed(module: str, name: str) -> bool:
    top = name.split(".")[0]
    if top in sys.stdlib_module_names:
        return True
    if top in HOMES:
        return any(f"{module}.".startswith(home if home.endswith(".") else f"{home}.") for home in HOMES[top])
    return top in MAY_IMPORT[module.split(".")[0]] and _allowed_inside(module, name)


def _allowed_inside(module: str, name: str) -> bool:
    """The arrows within the app."""
    if not module.startswith("desktop_app"):
        return True
    if any(_within(name, concrete) for concrete in CONCRETE):
        inside = any(_within(name, c) and _within(module, c.rpartition(".")[0]) for c in CONCRETE)
        return inside or _is_root(module)
    room = _room(module)
    if _room(name) == "app":
        return room in ("app", "cli")
    if _room(name) == "cli":
        return room == "cli" or module == "desktop_app.__main__"
    if room == "ui" or room in ("app", "cli"):
        return True
    if room in INNER:
        return not name.startswith("desktop_app.") or _room(name) == room or any(_within(name, leaf) for leaf in LEAVES)
    return _room(name) != "ui"


def _room(module: str) -> str:
    """The part of the app that a module is in; the command line's modules are one room."""
    parts = module.split(".")
    room = parts[1] if len(parts) > 1 and parts[0] == "desktop_app" else ""
    return "cli" if room.startswith("cli") else room


def _is_root(module: str) -> bool:
    return _room(module) in ("app", "cli")


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def sources() -> list[tuple[str, Path]]:
    """Every module of the three packages by its dotted name."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.append((".".join(parts[:-1] if parts[-1] == "__init__" else parts), path))
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_every_import_has_an_arrow(package: str) -> None:
    found: set[str] = set()
    count = 0
    for module, path in sources():
        if _within(module, package):
            count += 1
            found |= violations(path.read_text(encoding="utf-8"), module, is_package=path.name == "__init__.py")
    assert count > 1
    assert found == set()


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("music_core.theory", "import desktop_app"),
        ("music_core.theory", "from model_training import data"),
        ("music_core.theory", "def f():\n    import torch"),
        ("music_core.theory", "if TYPE_CHECKING:\n    from PySide6.QtCore import QObject"),
        ("music_core.theory", "import importlib\nimportlib.import_module('onnxruntime')"),
        ("music_core.theory", "__import__('rtmidi')"),
        ("music_core.theory", "import pandas"),
        ("music_core.adapters.onnx_predictor", "import soundfile"),
        ("model_training.loop", "import desktop_app.session"),
        ("model_training.loop", "from PySide6 import QtCore"),
        ("desktop_app.session", "import model_training"),
        ("desktop_app.session", "from desktop_app import ui"),
        ("desktop_app.session", "from .ui import bridge"),
        ("desktop_app.session", "from . import app"),
        ("desktop_app.session", "from music_core.adapters import onnx_predictor"),
        ("desktop_app.session", "def f():\n    from desktop_app.audio.fluid_synth import open_synth"),
        ("desktop_app.session", "from PySide6.QtCore import QTimer"),
        ("desktop_app.audio.player", "from desktop_app.devices.note_hub import NoteHub"),
        ("desktop_app.audio.player", "from ..library import project"),
        ("desktop_app.audio.player", "from desktop_app.session import Session"),
        ("desktop_app.audio.player", "import fluidsynth"),
        ("desktop_app.audio", "from ..exports import midi"),
        ("desktop_app.exports.audio", "from music_core.adapters.sound_files import write_sound"),
        ("desktop_app.generation.composer", "from desktop_app.library.store import Store"),
        ("desktop_app.ui.window", "from music_core.adapters import audio_render"),
        ("desktop_app.ui.window", "import rtmidi"),
        ("desktop_app.ui.window", "from desktop_app.app import main"),
        ("desktop_app.ui.window", "from desktop_app import cli_files"),
        ("desktop_app.application", "import PySide6"),
        ("desktop_app.cli", "import torch"),
    ],
)
def test_the_checker_sees_a_violation(module: str, source: str) -> None:
    assert violations(source, module, is_package=module == "desktop_app.audio")


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("music_core.theory", "import numpy as np\nimport mido\nfrom music_core.score import Note"),
        ("music_core.adapters.sound_files", "import soundfile"),
        (
            "model_training.models.layers",
            "import torch.nn\nfrom music_core.adapters.onnx_predictor import OnnxPredictor",
        ),
        ("desktop_app.session", "from desktop_app.audio.player import Player\nfrom desktop_app.events import EventBus"),
        ("desktop_app.audio.player", "from desktop_app.audio import synth\nfrom . import scheduler"),
        ("desktop_app.library.melodies", "from desktop_app.paths import resources_folder"),
        ("desktop_app.audio.fluid_synth", "import fluidsynth"),
        ("desktop_app.devices.midi_input", "import rtmidi\nfrom desktop_app.devices.rtmidi_ports import x"),
        ("desktop_app.ui.window", "from PySide6 import QtWidgets\nfrom desktop_app.session import Session"),
        ("desktop_app.app", "from PySide6 import QtWidgets\nfrom desktop_app.audio.fluid_synth import open_synth"),
        ("desktop_app.cli_generate", "from music_core.adapters.onnx_predictor import OnnxPredictor"),
        ("desktop_app.cli", "def studio():\n    from desktop_app.app import main\nfrom desktop_app import cli_files"),
        ("desktop_app.__main__", "from desktop_app.cli import main"),
    ],
)
def test_the_checker_lets_the_arrows_pass(module: str, source: str) -> None:
    assert violations(source, module) == set()


def test_the_set_up_program_needs_only_python_itself() -> None:
    photographs_the_studio = ROOT / "packaging" / "pictures.py"
    program = [path for path in (ROOT / "packaging").glob("*.py") if path != photographs_the_studio]
    siblings = {path.stem for path in program}
    for path in program:
        names = {name.split(".")[0] for name in imported_names(path.read_text(encoding="utf-8"), path.stem)}
        assert names <= siblings | sys.stdlib_module_names, path.name


HEAVY = (
    *("torch", "PySide6", "onnxruntime", "fluidsynth", "soundfile", "rtmidi", "music21", "verovio"),
    "lightning_fabric",
)
IMPORT_ALL = """
import importlib, sys, threading
for name in sys.argv[2:]:
    importlib.import_module(name)
print(sorted({name.split(".")[0] for name in sys.modules} & set(sys.argv[1].split(","))), threading.active_count())
"""


def _import_in_a_fresh_python(modules: list[str], watched: tuple[str, ...]) -> str:
    command = [sys.executable, "-c", IMPORT_ALL, ",".join(watched), *modules]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_importing_music_core_loads_nothing_heavy_and_does_nothing() -> None:
    modules = [name for name, _ in sources() if _within(name, "music_core") and ".adapters." not in name]
    assert _import_in_a_fresh_python(modules, HEAVY) == "[] 1"


def test_importing_the_app_loads_no_torch_and_no_qt_and_does_nothing() -> None:
    beyond = ("desktop_app.ui", "desktop_app.app", "desktop_app.__main__", *CONCRETE)
    modules = [
        name
        for name, _ in sources()
        if _within(name, "desktop_app") and not any(_within(name, other) for other in beyond)
    ]
    assert len(modules) > len(INNER)
    watched = tuple(name for name in HEAVY if name != "rtmidi")
    assert _import_in_a_fresh_python(modules, watched) == "[] 1"


def test_qt_stays_below_the_version_that_aborts() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = [line for line in project["dependencies"] if line.startswith("PySide6")]
    assert pins
    assert all("<6.12" in pin.replace(" ", "") for pin in pins)
    assert not any("torch" in line for line in project["dependencies"])
