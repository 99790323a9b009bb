"""How loud it is: peaks of the whole and of each channel, and how a meter falls. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

# Channels share this many meters: enough for the tracks of any band, apart from the live keys and the metronome.
GROUPS = 32
FLOOR_DB = -60.0
"""Below this a meter shows nothing."""
_FALL_DB_A_SECOND = 24.0

Peak = tuple[float, float]
"""Left and right, 1.0 is full scale."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Peaks of one moment: the sum of everything, and each group of channels."""

    master: Peak = (0.0, 0.0)
    groups: tuple[Peak, ...] = ()

    @property
    def is_silent(self) -> bool:
        """Whether a meter would show nothing."""
        return max(self.master) < to_amplitude(FLOOR_DB) and all(max(peak) < 1e-3 for peak in self.groups)

    def of_channel(self, channel: int) -> Peak:
        """Left and right peak of a synth channel."""
        return self.groups[channel % GROUPS] if self.groups else (0.0, 0.0)


SILENT = Levels()


def falling(before: Levels, now: Levels, seconds: float) -> Levels:
    """What a meter shows: up at once, down by 24 dB a second, so that the eye can follow."""
    kept = to_amplitude(-_FALL_DB_A_SECOND * max(0.0, seconds))

    def fall(old: Peak, new: Peak) -> Peak:
        return max(new[0], old[0] * kept), max(new[1], old[1] * kept)

    count = max(len(before.groups), len(now.groups))
    olds, news = _padded(before.groups, count), _padded(now.groups, count)
    shown = Levels(fall(before.master, now.master), tuple(fall(old, new) for old, new in zip(olds, news, strict=True)))
    return SILENT if shown.is_silent else shown


def to_db(amplitude: float) -> float:
    """Decibels below full scale of a peak; silence is FLOOR_DB."""
    return max(FLOOR_DB, 20 * math.log10(amplitude)) if amplitude > 0 else FLOOR_DB


def to_amplitude(db: float) -> float:
    """The inverse of `to_db`."""
    return math.exp(db * math.log(10) / 20)


def _padded(groups: tuple[Peak, ...], count: int) -> tuple[Peak, ...]:
    return groups + ((0.0, 0.0),) * (count - len(groups))
