"""The composition root: rooms of objects that belong together, one place that wires them, and the start of Qt."""

# isort: off
from desktop_app.ui import plain_imports  # first: what comes after it is imported faster
# isort: on

from desktop_app.app.running import FIRST_MELODY, RunningStudio
from desktop_app.app.sound_room import open_fluid
from desktop_app.app.starting import main, shown
from desktop_app.app.thread_habits import thread_habits
from desktop_app.app.wiring import build

__all__ = [
    "FIRST_MELODY",
    "RunningStudio",
    "build",
    "main",
    "open_fluid",
    "plain_imports",
    "shown",
    "thread_habits",
]
