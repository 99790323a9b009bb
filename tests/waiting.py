"""Waiting for what other threads and programs do, without ever saying how fast they must be."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(condition: Callable[[], object], limit_s: float = 15.0) -> bool:
    """Look again and again until it holds; False if it still does not after a time in which anything is done."""
    deadline_s = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline_s:
            return False
        time.sleep(0.005)
    return True
