from __future__ import annotations

from hypothesis import settings

from tests.jack_server import jack

__all__ = ["jack"]

# A busy machine is not a wrong program.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
