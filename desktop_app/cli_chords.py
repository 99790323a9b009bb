"""`--chords FILE`: a text chart put under a melody before its parts are written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop_app.cli_files import CommandError
from desktop_app.sentences import os_reason, shown
from music_core.harmony.chart import ChartError, has_pickup, laid_out, parsed_chart, write_chart
from music_core.score import Score, bar_lines

_MOST_BYTES = 1_000_000


def with_chart(score: Score, path: Path) -> tuple[Score, tuple[str, ...]]:
    """The score with a file's chords in place of its own, and what the user should be told of their fit.

    A chart that is shorter than the tune repeats; one that is longer loses what lies beyond the tune's last bar.
    """
    try:
        chart = parsed_chart(_text(path))
    except ChartError as error:
        raise CommandError(f"{shown(path)} is no chord chart: {str(error).rstrip('.')}.") from None
    lines = bar_lines(score.metres, score.end_tick)
    lane = laid_out(chart, score.metres, score.end_tick)
    bars = len(chart.bars) + (bool(chart.pickup) and not has_pickup(score.metres))
    needed = len(lines) - 1 - has_pickup(score.metres)
    within = tuple(change for change in lane if change.tick < lines[-1])
    return replace(score, chords=within), _told(bars, needed)


def chords_as_text(score: Score) -> str:
    """The score's chords as a chart, or empty where nothing is known of them."""
    if not score.chords:
        return ""
    return write_chart(score.chords, score.metres, score.end_tick, score.keys)


def _told(bars: int, needed: int) -> tuple[str, ...]:
    if bars < needed:
        return (f"The chart has {_bars(bars)} and the tune {_bars(needed)}, so the chart repeats.",)
    if bars > needed:
        return (f"The chart has {_bars(bars)} and the tune {_bars(needed)}, so the chart's end is not used.",)
    return ()


def _bars(count: int) -> str:
    return "1 bar" if count == 1 else f"{count} bars"


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CommandError(f"{shown(path)} is far too large to be a chord chart.")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError(f"{shown(path)} is not plain text; save the chart as UTF-8 text.") from None
    except (OSError, ValueError) as error:
        if isinstance(error, CommandError):
            raise
        reason = os_reason(error) if isinstance(error, OSError) else "its name holds what no file name may hold"
        raise CommandError(f"{shown(path)} cannot be read: {reason}.") from None
