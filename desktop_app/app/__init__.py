"""The composition root: rooms of objects that belong together, one place that wires them, and the start of Qt."""

from desktop_app.app.running import FIRST_MELODY, RunningStudio
from desktop_app.app.sound_room import open_fluid
from desktop_app.app.starting import main
from desktop_app.app.thread_habits import thread_habits
from desktop_app.app.wiring import build

__all__ = ["FIRST_MELODY", "RunningStudio", "build", "main", "open_fluid", "thread_habits"]
