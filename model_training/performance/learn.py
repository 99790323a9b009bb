"""Recordings in, performance tables out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from model_training.performance import drums, keys
from model_training.performance.groove import TRAIN, read_takes
from music_core.performing.tables import Tables

_ABOUT = {
    "drums": "Groove MIDI Dataset v1, training split only. Gillick, Roberts, Engel, Eck, Bamman: Learning to Groove "
    "with Inverse Sequence Transformations, ICML 2019. Creative Commons Attribution 4.0; changed: statistics only.",
    "keys": "POP909, the piano's velocities, statistics only, the reserved songs and one in ten others left out. "
    "Wang et al., ISMIR 2020. MIT licence of the repository.",
}


def learn_tables(data: Path) -> Tables:
    """The tables of the corpora in `data` (Groove's training split, POP909); the same files give the same tables."""
    takes = [take for take in read_takes(data, TRAIN) if take.in_phase]
    swing = drums.swing_line(takes)
    hits = drums.hits_of(takes, swing)
    velocity, offset = drums.velocity_table(hits), drums.offset_table(hits)
    parts = [part for part in keys.read_piano(data) if not keys.held_out(part.name)]
    piano = keys.velocity_table(parts)
    counts = {"takes": len(takes), "hits": len(hits.lane), "songs": len(parts), "piano_notes": sum(map(_notes, parts))}
    return Tables(
        velocity,
        offset,
        piano,
        drums.velocity_shares(hits, velocity),
        drums.offset_shares(hits, offset),
        keys.velocity_shares(parts, piano),
        np.asarray(swing, np.float32),
        {**_ABOUT, **counts},
    )


def _notes(part: keys.PianoPart) -> int:
    return len(part.voice)
