"""Chord charts as text, one bar between two lines: `| C . Am/G . | F G7 |`.

The chords of a bar share it evenly, `.` holds what sounds, `N.C.` rests, `%` repeats the bar before, `#` at the start
of a line is a remark. What stands before the first line of all is the pickup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from music_core.harmony.chord import Chord
from music_core.harmony.lane import ChordLane, merged, spans
from music_core.harmony.spelling import spelled
from music_core.harmony.symbols import ChordSymbolError, chord_from_symbol
from music_core.score import TICKS_PER_SIXTEENTH, ChordChange, KeySignature, Metre, bar_lines

HOLD, SAME_BAR = ".", "%"
BARS_A_LINE = 4
MAX_CHART_LENGTH = 200_000
MAX_CHART_BARS = 20_000


class ChartError(ValueError):
    """A text is not a chord chart; the message is one sentence that names the line and the bar."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart before it meets a metre: the cells of each bar, and those of a pickup.

    A cell is a chord, None for "no chord", or HOLD.
    """

    bars: tuple[tuple[Chord | str | None, ...], ...]
    pickup: tuple[Chord | str | None, ...] = ()


def read_chart(text: str, metres: tuple[Metre, ...], end_tick: int = 0) -> ChordLane:
    """The chart's chords, locked, from the first full bar on; repeated from its start until `end_tick`.

    A chart longer than that is kept whole. Raises ChartError.
    """
    return laid_out(parsed_chart(text), metres, end_tick)


def parsed_chart(text: str) -> Chart:
    """The bars of a text; raises ChartError."""
    if len(text) > MAX_CHART_LENGTH:
        raise ChartError("the chart is far too long to be one piece's chords; give one bar between two | signs")
    bars: list[tuple[Chord | str | None, ...]] = []
    pickup: tuple[Chord | str | None, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        cells = content.replace("||", "|").split("|")
        first, *rest = cells
        if rest and not first.strip():
            cells = rest
        elif rest and not bars:
            pickup, cells = _bar(first, number, 0, ()), rest
        if len(cells) > 1 and not cells[-1].strip():
            cells.pop()
        for cell in cells:
            bars.append(_bar(cell, number, len(bars) + 1, bars[-1] if bars else ()))
    if not bars:
        raise ChartError("the chart has no bars; write for example | C | F G7 | C |")
    if len(bars) > MAX_CHART_BARS:
        raise ChartError(f"the chart has more than {MAX_CHART_BARS:,} bars, which is all Tutti reads; cut it")
    return Chart(tuple(bars), pickup)


def laid_out(chart: Chart, metres: tuple[Metre, ...], end_tick: int = 0) -> ChordLane:
    """The chart's chords, locked, at their ticks; repeated from its first bar until `end_tick`.

    Without a pickup bar in the metres a chart's pickup counts as its first bar.
    """
    pickup_ticks = metres[0].bar_ticks if has_pickup(metres) else 0
    bars = chart.bars if pickup_ticks or not chart.pickup else (chart.pickup, *chart.bars)
    lane: list[ChordChange] = []
    if pickup_ticks and chart.pickup:
        lane.extend(_placed(chart.pickup, 0, pickup_ticks))
    lines = _lines_for(metres, pickup_ticks, end_tick, len(bars))
    for index, (start, end) in enumerate(pairwise(lines)):
        lane.extend(_placed(bars[index % len(bars)], start, end))
    return merged(tuple(lane))


def write_chart(lane: ChordLane, metres: tuple[Metre, ...], end_tick: int, keys: tuple[KeySignature, ...] = ()) -> str:
    """The lane as a chart up to the bar in which `end_tick` lies, spelled as the keys say; `read_chart` reads it back.

    Chords between two sixteenths of a bar move to the nearest one, and of two that meet there the later stays.
    """
    pickup_ticks = metres[0].bar_ticks if has_pickup(metres) else 0
    held = spans(lane, end_tick)
    changes = {start: spelled(change.chord, keys, start) for start, _, change in held}
    lines = _lines_for(metres, pickup_ticks, end_tick, 1)
    bars = [_written(changes, start, end) for start, end in pairwise(lines)]
    opening = _written(changes, 0, pickup_ticks) if any(tick < pickup_ticks for tick in changes) else ""
    rows = (bars[first : first + BARS_A_LINE] for first in range(0, len(bars), BARS_A_LINE))
    text = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return f"{opening} {text}" if opening else text


def has_pickup(metres: tuple[Metre, ...]) -> bool:
    """Whether the piece begins with a pickup bar: one bar of a metre that is shorter than the next."""
    return len(metres) > 1 and metres[1].tick == metres[0].bar_ticks < metres[1].bar_ticks


def _bar(cell: str, line: int, number: int, before: tuple[Chord | str | None, ...]) -> tuple[Chord | str | None, ...]:
    where = f"line {line}, bar {number}" if number else f"line {line}, pickup"
    words = cell.split()
    if not words:
        raise ChartError(f"{where}: the bar is empty; write {HOLD} to hold the chord before or N.C. for a rest")
    if words == [SAME_BAR]:
        if not before:
            raise ChartError(f"{where}: {SAME_BAR} repeats the bar before, but there is none")
        return before
    if len(words) > 64:
        raise ChartError(f"{where}: {len(words)} chords are more than a bar can hold")
    try:
        return tuple(HOLD if word == HOLD else chord_from_symbol(word) for word in words)
    except ChordSymbolError as error:
        raise ChartError(f"{where}: {error}") from None


def _lines_for(metres: tuple[Metre, ...], start_tick: int, end_tick: int, bars: int) -> tuple[int, ...]:
    """Bar lines from `start_tick` on around so many bars, or as many as it takes to reach `end_tick`."""
    longest = max(metre.bar_ticks for metre in metres)
    reach = max(end_tick, metres[-1].tick, start_tick) + (bars + 1) * longest
    lines = tuple(line for line in bar_lines(metres, reach) if line >= start_tick)
    needed = sum(line < end_tick for line in lines)
    return lines[: max(needed, bars) + 1]


def _placed(cells: Sequence[Chord | str | None], start: int, end: int) -> list[ChordChange]:
    places = ((start + (end - start) * i // len(cells), cell) for i, cell in enumerate(cells))
    return [ChordChange(tick, cell, locked=True) for tick, cell in places if not isinstance(cell, str)]


def _written(changes: dict[int, str], start: int, end: int) -> str:
    """One bar with the fewest cells that put every change where it is."""
    own = {tick: text for tick, text in sorted(changes.items()) if start <= tick < end}
    most = max(1, (end - start) // TICKS_PER_SIXTEENTH)
    for count in range(1, most + 1):
        places = [start + (end - start) * i // count for i in range(count)]
        if set(own) <= set(places):
            break
    else:
        own = {min(places, key=lambda place: abs(place - tick)): text for tick, text in own.items()}
    return " ".join(own.get(place, HOLD) for place in places)
