"""A score as rectangles on a roll, before anything is drawn: used by pictures, films and reports alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from music_core.score import TICKS_PER_QUARTER, Metre, Score, Tempo, TempoMap, Track, bar_lines

# Rows of air above and below the notes, so that a lone note is seen in its place.
_MARGIN = 2
_LEAST_ROWS = 24


@dataclass(frozen=True, slots=True)
class Block:
    """One note: start and end in quarters; row is a MIDI pitch, or for drums a lane counted from 0 (lowest)."""

    start: float
    end: float
    row: int
    role: str
    velocity: int


@dataclass(frozen=True, slots=True)
class Picture:
    """What is on a roll: pitched blocks (melody last, so that it lies on top), drum lanes, bar lines in quarters."""

    title: str
    quarters: float
    low: int
    high: int
    blocks: tuple[Block, ...]
    drums: tuple[Block, ...]
    lanes: tuple[int, ...]
    bars: tuple[float, ...]
    roles: tuple[str, ...]
    seconds: float

    @property
    def rows(self) -> int:
        """Pitches from low to high, both included."""
        return self.high - self.low + 1


def first_bars(score: Score, bars: int) -> Score:
    """So many bars from the one on in which the first track begins (a pickup is a bar too); what reaches out is cut."""
    lines = bar_lines(score.metres, score.end_tick)
    begin = min((note.start_tick for note in score.tracks[0].notes), default=0)
    first = max((i for i, line in enumerate(lines) if line <= begin), default=0)
    if first == 0 and len(lines) <= bars + 1:
        return score
    return span(score, lines[first], lines[min(first + bars, len(lines) - 1)])


def span(score: Score, start: int, end: int) -> Score:
    """Ticks start..end (end not included), moved to tick 0; notes that reach over an edge are cut there."""

    def cut(track: Track) -> Track:
        notes = []
        for note in track.notes:
            first, last = max(note.start_tick, start), min(note.end_tick, end)
            if first < last:
                notes.append(replace(note, start_tick=first - start, duration_ticks=last - first))
        return replace(track, notes=tuple(notes), controls=(), bends=())

    return replace(
        score,
        tracks=tuple(cut(track) for track in score.tracks),
        tempos=_moved_tempos(score.tempos, start, end),
        metres=_moved_metres(score.metres, start, end),
        keys=(),
        markers=(),
    )


def picture(score: Score, *, title: str = "", pitches: tuple[int, int] | None = None) -> Picture:
    """Lay a score out; `pitches` (lowest, highest) fixes the range, so that the pictures of a film agree."""
    melody = next((i for i, track in enumerate(score.tracks) if track.notes and not track.is_drum), -1)
    blocks: list[Block] = []
    drums: list[tuple[Block, int]] = []
    for i, track in sorted(enumerate(score.tracks), key=lambda pair: pair[0] == melody):
        role = "melody" if i == melody else track.role
        for note in track.notes:
            start, end = note.start_tick / TICKS_PER_QUARTER, note.end_tick / TICKS_PER_QUARTER
            block = Block(start, end, note.pitch, role, note.velocity)
            if track.is_drum:
                drums.append((block, note.pitch))
            else:
                blocks.append(block)
    lanes = tuple(sorted({pitch for _, pitch in drums}))
    low, high = pitches or pitch_range([score])
    return Picture(
        title or score.title,
        max(1.0, score.end_tick / TICKS_PER_QUARTER),
        low,
        high,
        tuple(block for block in blocks if low <= block.row <= high),
        tuple(Block(b.start, b.end, lanes.index(pitch), b.role, b.velocity) for b, pitch in drums),
        lanes,
        tuple(tick / TICKS_PER_QUARTER for tick in bar_lines(score.metres, score.end_tick)),
        roles_of(score),
        seconds_of(score),
    )


def pitch_range(scores: Iterable[Score]) -> tuple[int, int]:
    """Lowest and highest pitch to draw for all of these scores, with some air."""
    pitches = [n.pitch for score in scores for track in score.tracks if not track.is_drum for n in track.notes]
    low, high = min(pitches, default=60) - _MARGIN, max(pitches, default=60) + _MARGIN
    lacking = max(0, _LEAST_ROWS - (high - low + 1))
    return max(0, low - lacking // 2), min(127, high + lacking - lacking // 2)


def roles_of(score: Score) -> tuple[str, ...]:
    """Roles in the order of their tracks, the melody first, each once."""
    melody = next((i for i, track in enumerate(score.tracks) if track.notes and not track.is_drum), -1)
    roles = ["melody" if i == melody else track.role for i, track in enumerate(score.tracks)]
    return tuple(dict.fromkeys(sorted(roles, key=lambda role: role != "melody")))


def seconds_of(score: Score) -> float:
    """How long the score sounds, without what rings on."""
    return TempoMap(score.tempos).seconds(score.end_tick)


def _moved_tempos(tempos: tuple[Tempo, ...], start: int, end: int) -> tuple[Tempo, ...]:
    first = [tempo for tempo in tempos if tempo.tick <= start][-1]
    inside = [replace(tempo, tick=tempo.tick - start) for tempo in tempos if start < tempo.tick < end]
    return (replace(first, tick=0), *inside)


def _moved_metres(metres: tuple[Metre, ...], start: int, end: int) -> tuple[Metre, ...]:
    first = [metre for metre in metres if metre.tick <= start][-1]
    inside = [replace(metre, tick=metre.tick - start) for metre in metres if start < metre.tick < end]
    return (replace(first, tick=0), *inside)
