"""Finds a tempo from taps. Pure: the times are passed in."""

from __future__ import annotations

# Slower than the slowest tempo, a tap begins anew.
_PAUSE_S = 3.2
_MOST_TAPS = 9
# A gap that differs by more than this share from the others before it is another tempo.
_UNEVEN = 0.35
_MINUTE_S = 60.0


class TapTempo:
    """Takes the moments of taps; from the second on it knows a tempo, and more taps make it steadier."""

    def __init__(self) -> None:
        self._taps_s: list[float] = []

    def tap(self, now_s: float) -> float | None:
        """One tap; beats a minute as tapped so far, or None after the first."""
        if self._taps_s and self._is_another_start(now_s - self._taps_s[-1]):
            self._taps_s = self._taps_s[-1:] if now_s - self._taps_s[-1] < _PAUSE_S else []
        self._taps_s = [*self._taps_s, now_s][-_MOST_TAPS:]
        if len(self._taps_s) < 2:
            return None
        return _MINUTE_S * (len(self._taps_s) - 1) / max(1e-3, self._taps_s[-1] - self._taps_s[0])

    def _is_another_start(self, gap_s: float) -> bool:
        if gap_s >= _PAUSE_S:
            return True
        if len(self._taps_s) < 3:
            return False
        usual_s = (self._taps_s[-1] - self._taps_s[0]) / (len(self._taps_s) - 1)
        return abs(gap_s - usual_s) > _UNEVEN * usual_s
