"""What can be wished of a part, measured: how busy, thick, high, syncopated and long; in bins and in numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import UNKNOWN
from music_core.decoding.arranger.features import BINS, WISHES
from music_core.decoding.arranger.lanes import LENGTHS, LOW_PITCH, NOTHING, PITCHES, Lanes

BUSY, THICK, HIGH, SYNCOPATED, LONG = range(WISHES)
# The drums' own: how much is played on cymbals, how much on the kick, and at last how loudly.
_CYMBALS, _KICK = [2, 3, 7, 8], 0


def measured(lanes: Lanes) -> NDArray[np.float64]:
    """The wishes' values, float64 (B, parts + 1, 5), the drums last; nan where a part is silent.

    Of a part: slots with an onset a quarter note, notes an onset, mean pitch, share of onsets off the eighths, how many
    slots the lowest, the highest and the notes between them last on average.
    Of the drums: hits a quarter note, share on cymbals, share of the kick, share of hits off the eighths, mean level.
    """
    slots = lanes.onsets.shape[-2]
    begins = np.asarray(lanes.onsets.any(axis=-1))
    onsets, notes = begins.sum(axis=-1).astype(float), lanes.onsets.sum(axis=(-2, -1)).astype(float)
    pitch = (lanes.onsets.sum(axis=-2) * (np.arange(PITCHES) + LOW_PITCH)).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = np.stack((
            np.where(onsets > 0, onsets * 4 / slots, np.nan), notes / onsets, pitch / notes,
            begins[..., 1::2].sum(axis=-1) / onsets, _lasting(lanes.lengths),
        ), axis=-1)  # fmt: skip
        struck = lanes.hits > 0
        hits = struck.sum(axis=(-2, -1)).astype(float)
        drums = np.stack((
            np.where(hits > 0, hits * 4 / slots, np.nan), struck[..., _CYMBALS].sum(axis=(-2, -1)) / hits,
            struck[..., _KICK].sum(axis=-1) / hits, struck[:, 1::2].sum(axis=(-2, -1)) / hits,
            lanes.hits.sum(axis=(-2, -1)) / hits,
        ), axis=-1)  # fmt: skip
    values: NDArray[np.float64] = np.concatenate((parts, drums[:, None]), axis=1)
    return values


def edges_of(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The edges between the bins that share the values (n, parts + 1, w) evenly: float64 (parts + 1, w, 7)."""
    quantiles = np.arange(1, BINS) / BINS
    edges = np.zeros((*values.shape[1:], BINS - 1))
    for part, wish in np.ndindex(*values.shape[1:]):
        heard = values[:, part, wish]
        heard = heard[~np.isnan(heard)]
        if len(heard):
            edges[part, wish] = np.quantile(heard, quantiles)
    return edges


def binned(values: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.int8]:
    """The bin of each value, int8 like the values; UNKNOWN for nan."""
    bins = (values[..., None] > edges).sum(axis=-1)
    return np.where(np.isnan(values), UNKNOWN, bins).astype(np.int8)


def _lasting(lengths: NDArray[np.int8]) -> NDArray[np.float64]:
    """Mean slots of the notes that have a length, float64 (...) of int8 (..., slots, 3); nan where none has."""
    heard = lengths != NOTHING
    slots: NDArray[np.float64] = np.where(heard, LENGTHS[lengths], 0).sum(axis=(-2, -1)) / heard.sum(axis=(-2, -1))
    return slots
