"""How one part is played: velocities and onsets of drums, and of everything that has a pitch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from music_core.decoding.drums import LANE_OF
from music_core.performing.draws import Floats, rank, variation
from music_core.performing.drum_context import contexts
from music_core.performing.positions import IntArray, Places
from music_core.performing.strum import is_strummed, strum_ms
from music_core.performing.tables import QUANTILES, Tables, at_rank
from music_core.performing.voices import voices
from music_core.score import Track

_LANE = np.asarray([LANE_OF.get(pitch, -1) for pitch in range(128)], np.int64)
_CLOSED_HAT, _KICK = 2, 0
# By rule, as POP909's times are snapped and no other corpus has them: pitched parts are timed as kick (bass) and hat
# (all others) are, a little more closely, and the notes of one chord lie this close together.
_PITCHED_TIMING, _CHORD_SD_MS = 0.7, 3.0
# Sustained parts have soft attacks and no accents to speak of.
_SMOOTH_ROLES, _SMOOTH = ("strings", "winds", "soprano", "alto", "tenor"), 0.5
# A chord is struck by one hand: what a table gives to single notes is shared by its notes.
_ONE_HAND = 0


class Player(NamedTuple):
    """Who plays: the seed of the performance, the part's key, the family of drummers, the bins of drum velocities."""

    seed: int
    key: str
    family: int
    tables: Tables
    drum_bins: tuple[int, ...] = ()


def drum_velocities(player: Player, track: Track, places: Places) -> Floats:
    """A drummer's velocities, float64 (notes,) 1..127; notes of no lane keep theirs.

    With `drum_bins` (rising edges) a hit stays between the edges around what was written.
    """
    lanes, known = _lanes(track)
    rows = player.tables.drum_velocity[(player.family, lanes, places.position, *contexts(places, lanes))]
    shares = player.tables.velocity_shares
    value = variation(player.seed, "loud", player.key, player.key, shares, places, lanes, lanes)
    written = _velocities(track)
    ranks = rank(value)
    if player.drum_bins:
        edges = np.asarray((0, *player.drum_bins, 128), np.float64)
        inside = np.searchsorted(edges, written, side="right") - 1
        low, high = _rank_of(rows, edges[inside]), _rank_of(rows, edges[inside + 1])
        ranks = low + (high - low) * ranks
        return np.where(known, np.clip(at_rank(rows, ranks), edges[inside], edges[inside + 1] - 1), written)
    return np.where(known, at_rank(rows, ranks), written)


def drum_offsets_ms(player: Player, track: Track, places: Places) -> Floats:
    """How late each hit is, float64 (notes,) milliseconds."""
    lanes, _ = _lanes(track)
    rows = player.tables.drum_offset_ms[player.family, lanes, places.position]
    shares = player.tables.offset_shares
    return at_rank(rows, rank(variation(player.seed, "late", player.key, "band", shares, places, lanes, lanes)))


def pitched_velocities(player: Player, track: Track, places: Places) -> Floats:
    """The written velocities with a pianist's accents and dynamics, float64 (notes,)."""
    starts, pitches = _columns(track)
    voice = np.zeros_like(starts) if track.role == "bass" else voices(starts, pitches)
    rows = player.tables.key_velocity[voice, places.position]
    shares = player.tables.key_shares
    value = variation(player.seed, "loud", player.key, player.key, shares, places, voice, pitches)
    amount = _SMOOTH if track.role in _SMOOTH_ROLES else 1.0
    return _velocities(track) + amount * at_rank(rows, rank(value))


def pitched_offsets_ms(player: Player, track: Track, places: Places) -> Floats:
    """How late each note is, float64 (notes,) milliseconds, strummed chords spread out."""
    starts, pitches = _columns(track)
    lane = _KICK if track.role == "bass" else _CLOSED_HAT
    rows = player.tables.drum_offset_ms[player.family, lane, places.position]
    shares = player.tables.offset_shares
    hand = np.full_like(starts, _ONE_HAND)
    chord = at_rank(rows, rank(variation(player.seed, "late", player.key, "band", shares, places, hand, hand)))
    only_notes = np.asarray((0.0, 0.0, 0.0, 0.0, 1.0), np.float32)
    finger = variation(player.seed, "finger", player.key, player.key, only_notes, places, hand, pitches)
    offsets = _PITCHED_TIMING * chord + _CHORD_SD_MS * finger
    if is_strummed(track):
        offsets = _PITCHED_TIMING * chord + strum_ms(track, starts, pitches, places.position)
    return np.asarray(offsets, np.float64)


def _rank_of(rows: np.ndarray[tuple[int, ...], np.dtype[np.float32]], values: Floats) -> Floats:
    """The rank of a value (n,) in each row of quantiles (n, 9)."""
    points: Sequence[float] = (0.0, *QUANTILES, 1.0)
    below = (rows < values[:, None]).sum(axis=1)
    low = np.concatenate([np.ones((len(rows), 1)), rows, np.full((len(rows), 1), 128.0)], axis=1)
    index = np.arange(len(rows))
    left, right = low[index, below], low[index, below + 1]
    share = np.clip((values - left) / np.maximum(right - left, 1e-6), 0.0, 1.0)
    at = np.asarray(points)
    return np.asarray(at[below] + (at[below + 1] - at[below]) * share, np.float64)


def _lanes(track: Track) -> tuple[IntArray, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    """Lanes 0..8, and whether a note has one; those without are timed with the hat."""
    lanes = _LANE[[note.pitch for note in track.notes]]
    return np.where(lanes < 0, _CLOSED_HAT, lanes), lanes >= 0


def _velocities(track: Track) -> Floats:
    return np.asarray([note.velocity for note in track.notes], np.float64)


def _columns(track: Track) -> tuple[IntArray, IntArray]:
    starts = np.asarray([note.start_tick for note in track.notes], np.int64)
    return starts, np.asarray([note.pitch for note in track.notes], np.int64)
