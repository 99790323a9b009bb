"""TensorBoard's files beside the JSON-lines, where tensorboardX is installed; without it, nothing but a sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PIL import Image

from model_training.lab.figures import POSITION, Figures


class Board(Protocol):
    """Where figures and pictures can be watched while the run goes on."""

    def figures(self, kind: str, row: Figures) -> None:
        """One row of `steps` or `stages`."""

    def image(self, name: str, path: Path, step: int) -> None:
        """A picture that was just written."""

    def text(self, name: str, sentence: str, step: int) -> None:
        """A warning or another sentence."""

    def close(self) -> None:
        """Write what is still held back."""


class NoBoard:
    """A board that nobody looks at."""

    def figures(self, kind: str, row: Figures) -> None:
        """Nothing."""

    def image(self, name: str, path: Path, step: int) -> None:
        """Nothing."""

    def text(self, name: str, sentence: str, step: int) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class TensorBoard:
    """A board in TensorBoard's format, in the folder `board` of a run."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def figures(self, kind: str, row: Figures) -> None:
        """One scalar for each figure, under its kind."""
        for name, value in row.items():
            if name not in POSITION:
                self._writer.add_scalar(f"{kind}/{name}", float(value), int(row["step"]))
        self._writer.flush()

    def image(self, name: str, path: Path, step: int) -> None:
        """The picture as it lies on the disk."""
        with Image.open(path) as image:
            self._writer.add_image(name, np.asarray(image.convert("RGB")), step, dataformats="HWC")

    def text(self, name: str, sentence: str, step: int) -> None:
        """A sentence with its step."""
        self._writer.add_text(name, sentence, step)

    def close(self) -> None:
        """Write what is still held back."""
        self._writer.close()


def open_board(folder: Path, say: Callable[[str], None], *, from_step: int = 0) -> Board:
    """A board in `folder/board`, or none with one sentence; rows of an earlier run from `from_step` on are hidden."""
    try:
        from tensorboardX import SummaryWriter
    except ImportError:
        say("tensorboardX is not installed, so there is no TensorBoard; the figures are in the run's .jsonl files.")
        return NoBoard()
    return TensorBoard(SummaryWriter(str(folder / "board"), purge_step=from_step or None, flush_secs=30))
