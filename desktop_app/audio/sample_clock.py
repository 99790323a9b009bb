"""Tells the synth's time from the computer's, though a synth's own clock moves in jumps."""

from __future__ import annotations

from collections import deque

# A sound driver asks for sound in bursts, so right after one the synth's time is furthest ahead; the highest lead
# seen within the last seconds is therefore steady, and follows when the two clocks drift apart.
_BUCKET_S = 0.25
_BUCKETS = 12
_SMOOTHING = 0.05
_LOST_S = 0.1
_STALLED_S = 0.25


class SampleClock:
    """Steady conversion between clock and synth seconds, from glances at both. Pure: it reads no clock itself."""

    def __init__(self) -> None:
        self._highest: deque[tuple[float, float]] = deque(maxlen=_BUCKETS)  # (bucket's start, highest lead in it)
        self._lead_s: float | None = None
        self._last_synth_s = 0.0

    def observe(self, clock_s: float, synth_s: float) -> None:
        """Take one glance at both clocks."""
        lead_s = synth_s - clock_s
        self._last_synth_s = synth_s
        if not self._highest or clock_s - self._highest[-1][0] >= _BUCKET_S:
            self._highest.append((clock_s, lead_s))
        elif lead_s > self._highest[-1][1]:
            self._highest[-1] = (self._highest[-1][0], lead_s)
        top_s = max(lead for _, lead in self._highest)
        if top_s - lead_s > _STALLED_S:  # the sound stood still: what was known before is of no use now
            self._highest.clear()
            self._highest.append((clock_s, lead_s))
            top_s = lead_s
        if self._lead_s is None or abs(top_s - self._lead_s) > _LOST_S:
            self._lead_s = top_s
        else:
            self._lead_s += (top_s - self._lead_s) * (1.0 if top_s > self._lead_s else _SMOOTHING)

    def synth_s(self, clock_s: float) -> float:
        """The synth's time at a moment; it does not run on while the synth stands still."""
        return min(clock_s + (self._lead_s or 0.0), self._last_synth_s + _STALLED_S)

    def clock_s(self, synth_s: float) -> float:
        """The moment at which the synth's time is, was or will be this."""
        return synth_s - (self._lead_s or 0.0)
