"""Starting the studio: its log, Qt, the window, and what ends it."""

from __future__ import annotations

import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop_app.app.running import RunningStudio
from desktop_app.app.thread_habits import collect_from_now_on, thread_habits
from desktop_app.app.wiring import build
from desktop_app.paths import AppPaths, app_paths
from desktop_app.ui import icons
from desktop_app.ui.signals import quit_on_signals

NO_DISPLAY = (
    "There is no display to open a window on. Without one, use `tutti generate MELODY.mid --model ID --out OUT.mid`."
)

_LOG_BYTES = 1_000_000


def main(file: Path | None = None) -> int:
    """Open the studio and stay until its window is closed; returns the exit code."""
    if _has_no_display():
        print(NO_DISPLAY, file=sys.stderr)
        return 2
    thread_habits()
    paths = app_paths()
    _log_to(paths.log_file)
    qt = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(qt, QApplication)
    qt.setApplicationName("Tutti")
    qt.setApplicationDisplayName("Tutti")
    qt.setDesktopFileName("tutti")
    qt.setWindowIcon(icons.app_icon())
    studio = shown(qt, paths)
    release = quit_on_signals(studio.interrupt)
    QTimer.singleShot(0, lambda: studio.start(file))
    try:
        return qt.exec()
    finally:
        release()
        studio.shutdown()


def shown(qt: QApplication, paths: AppPaths) -> RunningStudio:
    """The studio, built and on the screen."""
    studio = build(qt, paths)
    studio.window.show()
    collect_from_now_on()
    return studio


def _has_no_display() -> bool:
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _log_to(path: Path) -> None:
    """Keep a log file; without one the studio works as well."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8")
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)
