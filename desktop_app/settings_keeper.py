"""Writes preferences to disk a moment after they changed, off the GUI thread."""

from __future__ import annotations

import threading
from pathlib import Path

from desktop_app.settings import Settings, save_settings

_REST_S = 0.5


class SettingsKeeper:
    """A knob that is turned changes a setting a hundred times; only where it rests is written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._waiting: Settings | None = None
        self._timer: threading.Timer | None = None

    def keep(self, settings: Settings) -> None:
        """Write these soon, unless others follow."""
        with self._lock:
            self._waiting = settings
            if self._timer is None:
                self._timer = threading.Timer(_REST_S, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Write what waits."""
        with self._lock:
            settings, self._waiting = self._waiting, None
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if settings is not None:
                save_settings(settings, self._path)
