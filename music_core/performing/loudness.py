"""How loud a part is, from its notes, its fader and its instrument, without rendering it."""

from __future__ import annotations

import numpy as np

from music_core.score import Track

# Decibels of the 128 General MIDI instruments beside the grand piano: RMS of four half-second notes in FluidR3, same
# velocity, around middle C (basses and the contrabass around E2), clipped to -6..10, measured by
# `python -m benchmarks.loudness`.
PROGRAM_DB = (
    0, 0, 4, -1, 6, 1, 2, 2, 2, 1, 0, -2, 1, -6, 3, -5,
    1, 6, 5, 3, 3, 1, 0, 1, 1, 1, 2, -1, -5, 5, 7, 7,
    5, 4, 3, 7, -1, 2, 3, 10, 4, 2, 2, 0, 3, 3, 3, -6,
    2, 5, 5, 5, 2, 5, 2, 2, 1, 8, 9, 3, 6, 2, 3, 2,
    3, 6, 3, 2, 5, 2, 4, 5, 4, 4, 5, 4, 7, 8, 9, 5,
    5, 2, 1, 0, 2, 5, -3, 2, 1, 1, 3, 3, 5, 7, 3, 4,
    3, 1, -1, 6, 3, -2, 1, 4, -1, 0, -5, -2, -5, 3, 4, 1,
    -1, -6, 0, -6, 2, 0, 5, -6, -1, -1, -2, 3, 3, -6, 0, 4,
)  # fmt: skip
# A kit in full swing, beside the piano.
DRUM_DB = 4.0
FULL = 127


def level_db(track: Track) -> float:
    """The part's mean level while it plays, in dB beside one piano note at full velocity and volume; -inf if silent.

    Velocity and volume go by 40 log10 (General MIDI level 2; FluidSynth's default curves), simultaneous notes add by
    10 log10.
    """
    if not track.notes or track.volume == 0:
        return float("-inf")
    velocity = np.asarray([note.velocity for note in track.notes], np.float64)
    loud = 20.0 * float(np.log10(np.sqrt(np.mean((velocity / FULL) ** 4))))
    instrument = DRUM_DB if track.is_drum else PROGRAM_DB[track.program]
    chords = 0.0 if track.is_drum else 10.0 * float(np.log10(notes_at_once(track)))
    return instrument + loud + chords + volume_db(track.volume)


def volume_db(volume: int) -> float:
    """What a fader at 1..127 takes away, in dB."""
    return 40.0 * float(np.log10(volume / FULL))


def volume_for(db: float) -> int:
    """The fader that takes so many dB away (0 or less gives up to 127): the inverse of `volume_db`, 1..127."""
    return int(np.clip(round(FULL * 10.0 ** (db / 40.0)), 1, FULL))


def notes_at_once(track: Track) -> float:
    """Notes that sound at a time while the part sounds, 1 or more."""
    edges = sorted([(n.start_tick, 1) for n in track.notes] + [(n.end_tick, -1) for n in track.notes])
    sounding, since, held, covered = 0, 0, 0, 0
    for tick, change in edges:
        if sounding:
            covered += tick - since
            held += sounding * (tick - since)
        sounding, since = sounding + change, tick
    return held / covered if covered else 1.0
