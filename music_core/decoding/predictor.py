"""What every decoder asks of a network, whoever runs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

# progress(done, total) in windows; cancelled() is asked between windows.
Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


class Predictor(Protocol):
    """A network behind named tensors: the same inputs always give the same outputs."""

    def run(self, inputs: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        """One forward pass; names, shapes and dtypes are those of the manifest."""


class GenerationCancelled(Exception):  # noqa: N818 - a wish that was granted, not an error
    """The caller's `cancelled()` said so; nothing was changed. `done` is what was written until then, or None."""

    def __init__(self, done: object = None) -> None:
        super().__init__()
        self.done = done


def never_cancelled() -> bool:
    """The default for callers that do not cancel."""
    return False


def no_progress(done: int, total: int) -> None:
    """The default for callers that show no progress."""
