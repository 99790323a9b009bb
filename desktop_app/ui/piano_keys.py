"""The shape of a piano keyboard, without a widget: where each key lies and which one is under a point."""

from __future__ import annotations

from dataclasses import dataclass

_BLACK = frozenset({1, 3, 6, 8, 10})
# Black keys are not centred on the gap: the outer ones of a group lean outwards, as on the instrument.
_LEAN = {1: -0.10, 3: 0.10, 6: -0.14, 8: 0.0, 10: 0.14}
_BLACK_WIDTH = 0.58
_BLACK_DEPTH = 0.62
SOFTEST, LOUDEST = 30, 120


def is_black(pitch: int) -> bool:
    """Whether a pitch is a black key."""
    return pitch % 12 in _BLACK


@dataclass(frozen=True, slots=True)
class Key:
    """One key's rectangle in pixels."""

    pitch: int
    x: float
    width: float
    height: float
    black: bool

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies on it."""
        return self.x <= x < self.x + self.width and 0 <= y < self.height


def lay_out(low_pitch: int, count: int, width: float, height: float) -> tuple[Key, ...]:
    """White keys, then black keys (which lie on top), for `count` semitones from a white `low_pitch`."""
    pitches = range(low_pitch, low_pitch + count)
    whites = [pitch for pitch in pitches if not is_black(pitch)]
    unit = width / max(1, len(whites))
    keys = [Key(pitch, i * unit, unit, height, False) for i, pitch in enumerate(whites)]
    for pitch in pitches:
        if is_black(pitch):
            edge = sum(1 for white in whites if white < pitch) * unit
            left = edge - _BLACK_WIDTH * unit / 2 + _LEAN[pitch % 12] * unit
            keys.append(Key(pitch, left, _BLACK_WIDTH * unit, height * _BLACK_DEPTH, True))
    return tuple(keys)


def key_at(keys: tuple[Key, ...], x: float, y: float) -> Key | None:
    """The key under a point; black keys win."""
    return next((key for key in reversed(keys) if key.holds(x, y)), None)


def velocity_at(key: Key, y: float) -> int:
    """Louder the lower the key is struck, as a longer lever is."""
    share = min(1.0, max(0.0, y / (key.height * 0.92)))
    return round(SOFTEST + (LOUDEST - SOFTEST) * share)
