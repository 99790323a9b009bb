"""Nine drum lanes and the General MIDI notes that belong to them (as in the Groove MIDI set, Gillick et al. 2019)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.predictor import FloatArray
from music_core.score import Note

# Lane, the note that it is written as, and the notes that are read as it.
LANES: tuple[tuple[str, int, tuple[int, ...]], ...] = (
    ("kick", 36, (35, 36)),
    ("snare", 38, (37, 38, 39, 40)),
    ("closed hat", 42, (42, 44, 54, 69, 70, 82)),
    ("open hat", 46, (46,)),
    ("low tom", 43, (41, 43, 64)),
    ("mid tom", 47, (45, 47, 63)),
    ("high tom", 50, (48, 50, 60, 61, 62)),
    ("crash", 49, (49, 52, 55, 57)),
    ("ride", 51, (51, 53, 56, 59)),
)
LANE_OF = {pitch: lane for lane, (_, _, pitches) in enumerate(LANES) for pitch in pitches}
_VELOCITIES = (96, 92, 64, 76, 84, 84, 84, 96, 72)


def notes_to_lanes(notes: Iterable[Note], steps: int, step_ticks: int) -> NDArray[np.bool_]:
    """Hits on the nearest step, bool (9, steps); notes outside the lanes or past the end are left out."""
    lanes = np.zeros((len(LANES), steps), np.bool_)
    for note in notes:
        step = (note.start_tick + step_ticks // 2) // step_ticks
        if step < steps and note.pitch in LANE_OF:
            lanes[LANE_OF[note.pitch], step] = True
    return lanes


def lanes_to_notes(lanes: NDArray[np.bool_], step_ticks: int, level: float = 1.0) -> tuple[Note, ...]:
    """The inverse of `notes_to_lanes`: one-step notes at each lane's usual velocity times `level`."""
    return tuple(
        sorted(
            Note(int(step) * step_ticks, LANES[lane][1], step_ticks, int(np.clip(_VELOCITIES[lane] * level, 1, 127)))
            for lane, step in np.argwhere(lanes)
        )
    )


def likeliest_hits(logits: FloatArray, cell_steps: int) -> NDArray[np.bool_]:
    """From log-odds (9, steps): in every cell and lane as many hits as they expect, at the likeliest steps.

    A network that is sure of three kicks a bar but of no step for the third would else leave it out.
    """
    steps = logits.shape[1]
    hits = np.zeros(logits.shape, np.bool_)
    rounded = np.round(logits, 3).astype(np.float64)
    for start in range(0, steps, cell_steps):
        cell = rounded[:, start : start + cell_steps]
        counts = np.round((1 / (1 + np.exp(-cell))).sum(axis=1)).astype(int)
        order = np.argsort(-cell, axis=1, kind="stable")
        for lane, count in enumerate(counts):
            hits[lane, start + order[lane, :count]] = True
    return hits
