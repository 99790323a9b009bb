"""Notices from its clock alone when a sound output came too late, or has stopped. Pure: clocks are passed in."""

from __future__ import annotations

# Every driver renders in bursts, so the synth's lead over the computer's clock goes up and down; the highest lead
# within a window is steady to a fraction of a millisecond, until sound was left out: then it is lower for good.
# A window is long enough for thirty glances.
_WINDOW_S = 1.5
_LEAST_LOSS_S = 0.002
_STOPPED_S = 1.0


class DropOuts:
    """Counts the windows in which sound was left out since `reset`; fed with glances at both clocks."""

    def __init__(self) -> None:
        self.count = 0
        self.lost_s = 0.0
        self._began_s: float | None = None
        self._top_s = float("-inf")
        self._before_s: float | None = None
        self._synth_s = float("-inf")
        self._moved_s = 0.0

    def reset(self) -> None:
        """Another output: nothing is known of it."""
        self.count, self.lost_s = 0, 0.0
        self._began_s = self._before_s = None
        self._top_s = self._synth_s = float("-inf")

    def observe(self, synth_s: float, clock_s: float) -> None:
        """One glance: the synth's clock, read first, and the computer's."""
        if synth_s != self._synth_s:
            self._synth_s, self._moved_s = synth_s, clock_s
        if self._began_s is None:
            self._began_s = clock_s
        elif clock_s - self._began_s >= _WINDOW_S:
            self._end_window(clock_s)
        self._top_s = max(self._top_s, synth_s - clock_s)

    def is_stopped(self, clock_s: float) -> bool:
        """Whether the output has asked for no sound for a second: its device is gone."""
        return self._began_s is not None and clock_s - self._moved_s > _STOPPED_S

    def _end_window(self, clock_s: float) -> None:
        if self._before_s is not None and self._before_s - self._top_s > _LEAST_LOSS_S:
            self.count += 1
            self.lost_s += self._before_s - self._top_s
        self._before_s, self._top_s, self._began_s = self._top_s, float("-inf"), clock_s
