"""The whole program, with a real JACK server under it."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.jack_server import jack

__all__ = ["jack"]
