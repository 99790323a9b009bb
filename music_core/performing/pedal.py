"""The sustain pedal of a piano, by rule: POP909 holds no controller 64, so there is nothing to learn it from."""

from __future__ import annotations

from dataclasses import replace

from music_core.controllers import SUSTAIN_PEDAL
from music_core.performing.tables import FAMILIES, family_of
from music_core.score import ChordChange, ControlChange, Score, Track, bar_lines

_PIANOS = range(0, 8)
_DOWN, _UP = 127, 0
# Legato pedalling: up with the new harmony, down again when it has been struck (ticks). Only what sounds this long
# (a share of the time between two changes) is worth the pedal.
_AFTER = 60
_LEAST_SPAN = 240


def is_pedalled(track: Track, genre: str) -> bool:
    """Whether a part takes the pedal: a piano, in music that is not a jazz band's dry comping."""
    return track.role != "bass" and track.program in _PIANOS and FAMILIES[family_of(genre)] not in ("jazz", "funk")


def pedalled(track: Track, score: Score, genre: str) -> Track:
    """The part with the pedal changed at every chord and every bar line, held between, and up where no chord is.

    A track that has pedal of its own, is no piano, or belongs to a score without chords is returned as it is.
    """
    has_own = any(control.controller == SUSTAIN_PEDAL for control in track.controls)
    if has_own or not score.chords or not track.notes or not is_pedalled(track, genre):
        return track
    changes = _changes(score, max(note.start_tick for note in track.notes), track.end_tick)
    found: list[ControlChange] = []
    for (tick, has_chord), (following, _) in zip(changes, [*changes[1:], (track.end_tick, False)], strict=True):
        found.append(ControlChange(tick, SUSTAIN_PEDAL, _UP))
        if has_chord and following - tick >= _LEAST_SPAN:
            found.append(ControlChange(tick + _AFTER, SUSTAIN_PEDAL, _DOWN))
    found.append(ControlChange(track.end_tick, SUSTAIN_PEDAL, _UP))
    return replace(track, controls=tuple(sorted({*track.controls, *found})))


def _changes(score: Score, last_onset: int, end_tick: int) -> list[tuple[int, bool]]:
    """Ticks at which the pedal changes, and whether a chord sounds from there on."""
    lane: tuple[ChordChange, ...] = score.chords
    ticks = {line for line in bar_lines(score.metres, end_tick) if line <= last_onset}
    ticks |= {change.tick for change in lane if change.tick <= last_onset}
    found, index = [], -1
    for tick in sorted(ticks):
        while index + 1 < len(lane) and lane[index + 1].tick <= tick:
            index += 1
        found.append((tick, index >= 0 and lane[index].chord is not None))
    return found
