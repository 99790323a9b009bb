"""Tempo maps, metres and bar lines of a file as they should be, or a reason why they cannot be mended."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from model_training.data.bar_phase import late_beats
from model_training.data.manifest_csv import Row
from model_training.data.raw import RawSong, RawTrack
from model_training.data.reading import UnfitError
from model_training.data.song import DURATION, START, NoteTable
from music_core.harmony.lane import shifted
from music_core.score import TICKS_PER_SIXTEENTH, Metre, bar_lines

MOST_BARS = 3000
# A note further than this from the grid of 32nds and of triplet 16ths is off it: a 60th of a quarter note.
# Evenly spread notes would be off it in 43 % of all cases.
GRID_TOLERANCE_TICKS = 8
MOST_OFF_GRID = 0.3
# A metre change this close to a bar line was meant to be on it (a 64th note).
_SNAP_TICKS = 30
# How far each tick of a 16th is from the grid's points, and what a note there is worth: more on the 16th itself.
_POINTS = np.array([[0], [40], [60], [80]])
_FAR = np.abs((np.arange(TICKS_PER_SIXTEENTH) - _POINTS + 60) % TICKS_PER_SIXTEENTH - 60)
_NEAR = (_FAR.min(axis=0) <= GRID_TOLERANCE_TICKS).astype(np.float64)
_WORTH = (np.array([[1.0], [0.6], [0.8], [0.6]]) * np.maximum(0, 1 - _FAR / (GRID_TOLERANCE_TICKS + 1))).max(axis=0)
# The same for notes that come 0, 1, ... 119 ticks earlier, a row each.
_NEAR_BY_SHIFT, _WORTH_BY_SHIFT = (
    np.stack([np.roll(worth, shift) for shift in range(TICKS_PER_SIXTEENTH)]) for worth in (_NEAR, _WORTH)
)
_SLOWEST, _FASTEST = 20.0, 400.0
_DEFAULT_BPM = 120.0


def repair(raw: RawSong, row: Row | None) -> RawSong:
    """The song with its notes on the beat, metres that begin at 0 on bar lines, and one tempo; raises UnfitError.

    Empty bars before the first note go. `row`, where a manifest knows the file, says how far its true bar lines are
    from the written ones, and its metre where the file names none; without one the drums say how far.
    """
    tracks, moved = _on_grid(raw.tracks)
    metres = metres_of(raw.metres, row.metre if row else "")
    if row is not None:
        metres = _shifted(metres, row.bar_phase_hint_beats)
    elif metres == (Metre(0, 4, 4),):
        metres = _shifted(metres, late_beats(tracks))
    first = min(int(track.notes[0, START]) for track in tracks if len(track.notes))
    end = max(int((track.notes[:, START] + track.notes[:, DURATION]).max()) for track in tracks if len(track.notes))
    lines = bar_lines(metres, end)
    if len(lines) - 1 > MOST_BARS:
        raise UnfitError(f"more than {MOST_BARS:,} bars")
    begin = lines[bisect_right(lines, first) - 1]
    return RawSong(
        raw.title,
        tuple(replace(track, notes=_moved(track.notes, -begin)) for track in tracks),
        _from_tick(metres, begin),
        ((0, bpm_of(raw.tempos, end)),),
        shifted(raw.chords, moved - begin),
    )


def is_metre(text: str) -> bool:
    """Whether a text is a metre that music may have, such as 4/4 or 12/8."""
    top, _, bottom = text.partition("/")
    return top.isdecimal() and 1 <= int(top) <= 32 and bottom in ("1", "2", "4", "8", "16", "32")


def bpm_of(tempos: Sequence[tuple[int, float]], end_tick: int) -> float:
    """The tempo in quarters a minute that most of the music has; tempos that nobody plays are left out."""
    lasting: Counter[float] = Counter()
    named = sorted(tempo for tempo in tempos if _SLOWEST <= tempo[1] <= _FASTEST)
    for (tick, bpm), (following, _) in pairwise([*named, (max(end_tick, named[-1][0] + 1) if named else 0, 0.0)]):
        lasting[round(bpm, 2)] += following - tick
    return lasting.most_common(1)[0][0] if lasting else _DEFAULT_BPM


def metres_of(written: Sequence[Metre], known: str) -> tuple[Metre, ...]:
    """Metres that begin at tick 0 and change on bar lines; `known` ("3/4", or 4/4) where a file names none.

    Raises UnfitError where most changes cut a bar short: such bar lines are an accident of the program that wrote them.
    """
    numerator, denominator = (int(number) for number in (known if is_metre(known) else "4/4").split("/"))
    by_tick = {metre.tick: metre for metre in sorted(written, key=lambda metre: metre.tick)}
    metres: list[Metre] = []
    cut = 0
    for metre in by_tick.values() or [Metre(0, numerator, denominator)]:
        if not metres:
            metres.append(replace(metre, tick=0))
            continue
        before = metres[-1]
        if (before.numerator, before.denominator) == (metre.numerator, metre.denominator):
            continue
        bars, rest = divmod(metre.tick - before.tick + _SNAP_TICKS, before.bar_ticks)
        if rest <= 2 * _SNAP_TICKS:
            metre = replace(metre, tick=before.tick + bars * before.bar_ticks)
        else:
            cut += 1
        if metre.tick > before.tick:
            metres.append(metre)
        else:
            metres[-1] = replace(metre, tick=before.tick)
    if cut >= 4 and cut > len(metres) // 2:
        raise UnfitError("its bar lines make no sense")
    return tuple(metres)


def off_grid(tracks: Sequence[RawTrack]) -> float:
    """Share of the notes of pitched instruments that begin off the beat's grid, 0..1."""
    return 1.0 - float((_NEAR_BY_SHIFT @ _positions(tracks))[0])


def _on_grid(tracks: Sequence[RawTrack]) -> tuple[tuple[RawTrack, ...], int]:
    """The tracks, and the few ticks that they were moved to be on the grid; raises UnfitError where nothing helps."""
    positions = _positions(tracks)
    if not positions.any():
        return tuple(tracks), 0
    shares = _NEAR_BY_SHIFT @ positions
    best = int((_WORTH_BY_SHIFT @ positions).argmax())
    # A file whose notes are all late by the same time was recorded without a look at the clock.
    move = -best if best <= TICKS_PER_SIXTEENTH // 2 else TICKS_PER_SIXTEENTH - best
    if shares[best] < shares[0] + 0.2:
        best, move = 0, 0
    if shares[best] < 1 - MOST_OFF_GRID:
        raise UnfitError(f"played without a click: {1 - shares[best]:.0%} of its notes are off the beat")
    return tuple(replace(track, notes=_moved(track.notes, move)) for track in tracks), move


def _positions(tracks: Sequence[RawTrack]) -> NDArray[np.float64]:
    """Shares of the notes that begin at each tick of a 16th, (120,); drummers play around the beat and are left out."""
    starts = [track.notes[:, START] % TICKS_PER_SIXTEENTH for track in tracks if not track.is_drum]
    counts = np.bincount(np.concatenate([*starts, np.zeros(0, np.int32)]), minlength=TICKS_PER_SIXTEENTH)
    return np.asarray(counts / max(1, counts.sum()))


def _moved(notes: NoteTable, ticks: int) -> NoteTable:
    if not ticks or not len(notes):
        return notes
    moved = notes.copy()
    moved[:, START] = np.maximum(moved[:, START] + ticks, 0)
    return moved


def _shifted(metres: tuple[Metre, ...], beats: int) -> tuple[Metre, ...]:
    """The metres with every bar line `beats` later; what is before the first becomes a pickup."""
    first = metres[0]
    ticks = beats * first.beat_ticks
    if not 0 < ticks < first.bar_ticks:
        return metres
    pickup = replace(first, numerator=first.numerator * ticks // first.bar_ticks)
    return (pickup, *(replace(metre, tick=metre.tick + ticks) for metre in metres))


def _from_tick(metres: tuple[Metre, ...], begin: int) -> tuple[Metre, ...]:
    """The metres of what begins at a bar line."""
    at = max(i for i, metre in enumerate(metres) if metre.tick <= begin)
    return (replace(metres[at], tick=0), *(replace(m, tick=m.tick - begin) for m in metres[at + 1 :]))
