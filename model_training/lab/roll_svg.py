"""A roll as inline SVG that stretches with its page: one path for each role, colours are CSS's."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

from model_training.lab.rolls import Block, Picture

_ROW = 10  # height of a pitch in the drawing's own units; its width is 1000
_LANE_GAP = 12
_BLACK_KEYS = (1, 3, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A roll ready for a page: its SVG, and in per cent of it the C's from below and the bars from the left."""

    svg: str
    pitches: tuple[tuple[float, str], ...]
    bars: tuple[float, ...]
    seconds: float
    roles: tuple[str, ...]
    first_bar: int = 1


def draw(picture: Picture, *, first_bar: int = 1) -> Drawing:
    """Draw a roll with what a page writes beside it: the page stretches the SVG; bars count from `first_bar`."""
    lanes = len(picture.lanes) * _ROW
    total = picture.rows * _ROW + (_LANE_GAP + lanes if lanes else 0)
    above = total - picture.rows * _ROW
    pitches = tuple(
        (round(100 * (above + (pitch - picture.low + 0.5) * _ROW) / total, 2), f"C{pitch // 12 - 1}")
        for pitch in range(picture.low, picture.high + 1)
        if pitch % 12 == 0
    )
    bars = tuple(round(100 * bar / picture.quarters, 2) for bar in picture.bars[:-1])
    return Drawing(_svg(picture, total), pitches, bars, picture.seconds, picture.roles, first_bar)


def _svg(picture: Picture, total: int) -> str:
    height = picture.rows * _ROW
    unit = 1000 / picture.quarters
    parts = [
        f'<svg class="notes" viewBox="0 0 1000 {total}" preserveAspectRatio="none" aria-hidden="true" '
        f'style="height:{max(120, total * 0.62):.0f}px">'
    ]
    black = "".join(
        f"M0 {(picture.high - pitch) * _ROW}h1000v{_ROW}h-1000z"
        for pitch in range(picture.low, picture.high + 1)
        if pitch % 12 in _BLACK_KEYS
    )
    parts.append(f'<path class="black" d="{black}"/>')
    beats = "".join(f"M{beat * unit:.1f} 0V{total}" for beat in range(1, math.ceil(picture.quarters)))
    bars = "".join(f"M{bar * unit:.1f} 0V{total}" for bar in picture.bars[:-1])
    parts.append(f'<path class="beat" d="{beats}"/><path class="bar" d="{bars}"/>')
    roles = dict.fromkeys(block.role for block in picture.blocks)
    for role in roles:
        path = "".join(_note(b, picture.high - b.row, unit, 0) for b in picture.blocks if b.role == role)
        parts.append(f'<path class="r-{escape(role)}" d="{path}"/>')
    if picture.drums:
        top = height + _LANE_GAP
        path = "".join(_note(b, len(picture.lanes) - 1 - b.row, unit, top, hit=True) for b in picture.drums)
        parts.append(f'<path class="r-drums" d="{path}"/>')
    return "".join([*parts, "</svg>"])


def _note(block: Block, row: int, unit: float, top: int, *, hit: bool = False) -> str:
    x, y = block.start * unit, top + row * _ROW + 1
    melody = block.role == "melody"
    y, tall = (y - 1, _ROW) if melody else (y, _ROW - 2)
    width = 5.0 if hit else max(2.0, (block.end - block.start) * unit - 2)
    return f"M{x:.1f} {y}h{width:.1f}v{tall}h-{width:.1f}z"
