"""How one part is played: velocities and onsets of drums, and of everything that has a pitch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.drums import LANE_OF
from music_core.performing.draws import Floats, rank, variation
from music_core.performing.drum_context import contexts
from music_core.performing.positions import IntArray, Places
from music_core.performing.strum import is_strummed, strum_ms
from music_core.performing.tables import QUANTILES, Tables, at_rank
from music_core.performing.voices import voices
from music_core.score import Track

Rows = NDArray[np.float32]

_LANE = np.asarray([LANE_OF.get(pitch, -1) for pitch in range(128)], np.int64)
_CLOSED_HAT, _KICK = 2, 0
# By rule, as POP909's times are snapped and no other corpus has them: pitched parts are timed as kick (bass) and hat
# (all others) are, a little more closely, and the notes of one chord lie this close together.
_PITCHED_TIMING, _CHORD_SD_MS = 0.7, 3.0
# Sustained parts have soft attacks and no accents to speak of.
_SMOOTH_ROLES, _SMOOTH = ("strings", "winds", "brass", "soprano", "alto", "tenor"), 0.5
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
    if player.drum_bins:
        edges = np.asarray((0, *player.drum_bins, 128), np.float64)
        inside = np.searchsorted(edges, written, side="right") - 1
        return np.where(known, _within(rows, rank(value), edges[inside], edges[inside + 1]), written)
    return np.where(known, at_rank(rows, rank(value)), written)


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
    chord = np.where(starts == 0, np.abs(chord), chord)  # nobody can be early there, and a strum would be squeezed
    only_notes = np.asarray((0.0, 0.0, 0.0, 0.0, 1.0), np.float32)
    finger = variation(player.seed, "finger", player.key, player.key, only_notes, places, hand, pitches)
    offsets = _PITCHED_TIMING * chord + _CHORD_SD_MS * finger
    if is_strummed(track):
        offsets = _PITCHED_TIMING * chord + strum_ms(track, starts, pitches, places.position)
    return np.asarray(offsets, np.float64)


def _within(rows: Rows, ranks: Floats, low: Floats, high: Floats) -> Floats:
    """Values from rows of quantiles (n, 14) as they are between `low` and `high`, at ranks 0..1 of what lies there.

    The rows are taken to reach from 1 to 128, so that bins outside of what was seen still have values of all sizes.
    """
    points = np.asarray((0.0, *QUANTILES, 1.0))
    edges = np.ones((len(rows), 1), np.float64)
    reach = np.concatenate([edges, np.clip(rows, 1.0, 128.0), 128.0 * edges], axis=1)
    reach += 1e-6 * np.arange(reach.shape[1])  # rising, also where quantiles coincide
    first, last = (_read(reach, points, values) for values in (low, high))
    values = _read(points, reach, first + (last - first) * ranks)
    return np.clip(values, low, high - 1)


def _read(xs: Floats, ys: Floats, at: Floats) -> Floats:
    """Straight lines through points (xs, ys), one of them (n, k) and the other (k,), read at (n,) values."""
    wide_x, wide_y = np.broadcast_arrays(xs, ys)
    index = np.arange(len(at))
    right = np.clip((wide_x < at[:, None]).sum(axis=1), 1, wide_x.shape[1] - 1)
    x0, x1, y0, y1 = wide_x[index, right - 1], wide_x[index, right], wide_y[index, right - 1], wide_y[index, right]
    return np.asarray(y0 + (y1 - y0) * np.clip((at - x0) / (x1 - x0), 0.0, 1.0), np.float64)


def _lanes(track: Track) -> tuple[IntArray, NDArray[np.bool_]]:
    """Lanes 0..8, and whether a note has one; those without are timed with the hat."""
    lanes = _LANE[[note.pitch for note in track.notes]]
    return np.where(lanes < 0, _CLOSED_HAT, lanes), lanes >= 0


def _velocities(track: Track) -> Floats:
    return np.asarray([note.velocity for note in track.notes], np.float64)


def _columns(track: Track) -> tuple[IntArray, IntArray]:
    starts = np.asarray([note.start_tick for note in track.notes], np.int64)
    return starts, np.asarray([note.pitch for note in track.notes], np.int64)
