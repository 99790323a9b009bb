"""The parts that are written already, as the planes that the network sees of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.drums import LANES
from music_core.decoding.predictor import FloatArray
from music_core.decoding.voices import REST, Voice
from music_core.manifest import GridSpec, PartSpec

# A written part: its lines from the top, or its drum hits (lanes, steps).
Written = tuple[Voice, ...] | NDArray[np.bool_]


def writing_order(parts: tuple[PartSpec, ...]) -> tuple[int, ...]:
    """Which part is written first: the drums, then from the lowest part up, each hearing those before it."""
    return tuple(sorted(range(len(parts)), key=lambda i: (not parts[i].is_drum, parts[i].low, i)))


def given_windows(
    written: Mapping[int, Written], parts: tuple[PartSpec, ...], grid: GridSpec, index: NDArray[np.int64]
) -> FloatArray:
    """Planes of the written parts in every window, float32 (windows, planes, window_steps, pitches) of 0 and 1.

    Sounding planes of all lines, struck planes of all lines, drum lanes across all pitches, and a plane of ones for
    each part that is there. `index` is (windows, window_steps), steps of the piece; steps past its end are empty.
    """
    lines = sum(part.voices for part in parts if not part.is_drum)
    lanes = len(LANES) if any(part.is_drum for part in parts) else 0
    planes = np.zeros((len(index), 2 * lines + lanes + len(parts), *index.shape[1:], grid.pitches), np.float32)
    first = 0
    for number, part in enumerate(parts):
        found = written.get(number)
        if found is not None:
            planes[:, 2 * lines + lanes + number] = 1
            if isinstance(found, tuple):
                for line, voice in enumerate(found):
                    _show_line(planes, first + line, lines, voice, index, grid)
            else:
                hits = _at(found.astype(np.float32), index, 0.0)  # (lanes, windows, steps)
                planes[:, 2 * lines : 2 * lines + lanes] = hits.transpose(1, 0, 2)[..., None]
        first += 0 if part.is_drum else part.voices
    return planes


def _show_line(
    planes: FloatArray, plane: int, lines: int, voice: Voice, index: NDArray[np.int64], grid: GridSpec
) -> None:
    pitch, onset = _at(voice.pitch, index, REST), _at(voice.onset, index, False)
    onset[:, 0] = pitch[:, 0] != REST  # as in training: a note that goes on from before is struck at the edge
    row = pitch - grid.low_pitch
    where = np.nonzero((pitch != REST) & (row >= 0) & (row < grid.pitches))
    planes[where[0], plane, where[1], row[where]] = 1
    planes[where[0], lines + plane, where[1], row[where]] = onset[where]


def _at(values: NDArray[Any], index: NDArray[np.int64], beyond: float) -> NDArray[Any]:
    """Values along the last axis at steps; `beyond` past the end."""
    inside = index < values.shape[-1]
    return np.where(inside, values[..., np.minimum(index, values.shape[-1] - 1)], beyond).astype(values.dtype)
