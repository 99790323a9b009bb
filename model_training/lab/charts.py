"""Curves and metric strips as inline SVG: numbers in, markup out; every text is escaped, colours are CSS's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

Points = Sequence[tuple[float, float]]

_W, _H = 340.0, 170.0
_L, _R, _T, _B = 40.0, 10.0, 10.0, 22.0
_MOST_POINTS = 240


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a chart: its name, its points (x rising), and the number of its colour class, 0..7."""

    name: str
    points: Points
    colour: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the x axis with a sentence: a warning, or the best stage."""

    x: float
    sentence: str
    kind: str = "warning"


def curves_svg(
    curves: Sequence[Curve],
    *,
    level: float = math.nan,
    level_name: str = "",
    marks: Sequence[Mark] = (),
    x_name: str = "",
) -> str:
    """Lines over a common x, a dashed level (the data's own value), and marks as thin uprights with their sentence."""
    finite = [[(x, y) for x, y in curve.points if math.isfinite(y)] for curve in curves]
    flat = [point for points in finite for point in points]
    if not flat:
        return ""
    values = [y for _, y in flat] + ([level] if math.isfinite(level) else [])
    ticks = nice_ticks(min(values), max(values))
    low, high = min(ticks[0], *values), max(ticks[-1], *values)
    first, last = min(x for x, _ in flat), max(x for x, _ in flat)

    def at(x: float, y: float) -> tuple[float, float]:
        across = (x - first) / (last - first) if last > first else 0.5
        return _L + across * (_W - _L - _R), _T + (high - y) / (high - low) * (_H - _T - _B)

    parts = [f'<svg class="chart" viewBox="0 0 {_W:.0f} {_H:.0f}" role="img" aria-label="{escape(_spoken(curves))}">']
    for tick in ticks:
        y = at(first, tick)[1]
        parts.append(f'<line class="grid" x1="{_L:.0f}" x2="{_W - _R:.0f}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{_L - 6:.0f}" y="{y + 3.5:.1f}" text-anchor="end">{number(tick)}</text>')
    for x, anchor in ((first, "start"), (last, "end")) if last > first else ((first, "middle"),):
        text = f"{escape(x_name)} {x:g}" if anchor == "start" else f"{x:g}"
        parts.append(f'<text x="{at(x, low)[0]:.1f}" y="{_H - 6:.0f}" text-anchor="{anchor}">{text}</text>')
    for mark in marks:
        x = min(max(at(mark.x, low)[0], _L), _W - _R)
        line = f'<line class="mark {escape(mark.kind)}" x1="{x:.1f}" x2="{x:.1f}" y1="{_T:.0f}" y2="{_H - _B:.0f}">'
        parts.append(f"{line}<title>{escape(mark.sentence)}</title></line>")
    if math.isfinite(level):
        y = at(first, level)[1]
        parts.append(f'<line class="level" x1="{_L:.0f}" x2="{_W - _R:.0f}" y1="{y:.1f}" y2="{y:.1f}"/>')
        below = y + 11 if y < _T + 12 else y - 4
        parts.append(
            f'<text class="level" x="{_W - _R:.0f}" y="{below:.1f}" text-anchor="end">{escape(level_name)}</text>'
        )
    for curve, points in zip(curves, finite, strict=True):
        parts.append(_line(curve, [at(x, y) for x, y in thinned(points)]))
    return "".join([*parts, "</svg>"])


def strip_svg(trail: Sequence[float], data: float, shuffled: float, silence: float) -> str:
    """One metric between its lowest and highest value: the data's as an upright, the stages as a trail of dots."""
    known = [v for v in (*trail, data, shuffled, silence) if math.isfinite(v)]
    if not known:
        return ""
    low, high = min(known), max(known)
    width, middle = 320.0, 14.0

    def at(value: float) -> float:
        return 10 + (value - low) / (high - low) * (width - 20) if high > low else width / 2

    parts = [f'<svg class="strip" viewBox="0 0 {width:.0f} 28" aria-hidden="true">']
    parts.append(f'<line class="grid" x1="10" x2="{width - 10:.0f}" y1="{middle}" y2="{middle}"/>')
    if math.isfinite(shuffled):
        x = at(shuffled)
        parts.append(f'<path class="shuffled" d="M{x:.1f} 8.5l5.5 5.5-5.5 5.5-5.5-5.5z"/>')
    if math.isfinite(silence):
        parts.append(f'<circle class="silence" cx="{at(silence):.1f}" cy="{middle}" r="4.5"/>')
    if math.isfinite(data):
        parts.append(f'<line class="data" x1="{at(data):.1f}" x2="{at(data):.1f}" y1="3" y2="25"/>')
    seen = [value for value in trail if math.isfinite(value)]
    for i, value in enumerate(seen[:-1], 1):
        faint = f'opacity="{0.15 + 0.45 * i / len(seen):.2f}"'
        parts.append(f'<circle class="trail" cx="{at(value):.1f}" cy="{middle}" r="2.4" {faint}/>')
    if seen:
        parts.append(f'<circle class="model" cx="{at(seen[-1]):.1f}" cy="{middle}" r="5.5"/>')
    return "".join([*parts, "</svg>"])


def nice_ticks(low: float, high: float, count: int = 3) -> list[float]:
    """About so many round numbers from below `low` to above `high`."""
    span = high - low or abs(high) or 1.0
    step = 10.0 ** math.floor(math.log10(span / count))
    step *= next(factor for factor in (1, 2, 2.5, 5, 10) if span / (step * factor) <= count)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [round(i * step, 12) for i in range(first, max(last, first + 1) + 1)]


def number(value: float) -> str:
    """A number as short as it can be read: `0.25`, `1,200`, `3.1e-05`."""
    if not math.isfinite(value):
        return "–"
    if value == 0 or 0.001 <= abs(value) < 10_000:
        return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:.2g}"


def level_number(value: float) -> str:
    """A metric's value so that a column of them lines up: three decimals, fewer for large ones."""
    if not math.isfinite(value):
        return "–"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def thinned(points: Points, most: int = _MOST_POINTS) -> list[tuple[float, float]]:
    """At most so many points, each the mean of its neighbours; the last x stays."""
    if len(points) <= most:
        return list(points)
    bounds = [round(i * len(points) / most) for i in range(most + 1)]
    rows = [points[a:b] for a, b in pairwise(bounds) if b > a]
    return [(row[-1][0], sum(y for _, y in row) / len(row)) for row in rows]


def _line(curve: Curve, points: Sequence[tuple[float, float]]) -> str:
    if not points:
        return ""
    if len(points) == 1:
        return f'<circle class="dot c{curve.colour}" cx="{points[0][0]:.1f}" cy="{points[0][1]:.1f}" r="3"/>'
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    end = f'<circle class="dot c{curve.colour}" cx="{points[-1][0]:.1f}" cy="{points[-1][1]:.1f}" r="3"/>'
    return f'<path class="line c{curve.colour}" d="M{path}"><title>{escape(curve.name)}</title></path>{end}'


def _spoken(curves: Sequence[Curve]) -> str:
    return "; ".join(f"{c.name}: {number(c.points[0][1])} to {number(c.points[-1][1])}" for c in curves if c.points)
