"""Listens to what the synth plays without touching its thread: a second, silent synth that only measures."""

from __future__ import annotations

import threading
from collections.abc import Callable
from ctypes import c_void_p
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.audio.fluid_bindings import FluidBindings
from desktop_app.audio.fluid_engine import FluidSynth, ignore
from desktop_app.audio.levels import GROUPS, SILENT, Levels
from desktop_app.audio.synth import SynthEvent

# Enough to see how loud something is, to one decibel, for an eighth of the work of the real thing: the lowest rate that
# FluidSynth has, without interpolation. What that does to the sound nobody hears.
_RATE = 8_000
_MOST_S = 0.25
_UNINTERPOLATED = 0
# FluidSynth hands reverb and chorus out beside the groups: they belong to the whole, not to one channel.
_EFFECTS = 2
_SETTINGS: dict[str, int | float | str] = {
    "synth.sample-rate": float(_RATE),
    "synth.audio-groups": GROUPS,
    "synth.audio-channels": GROUPS,
}


def _peaks(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """The largest magnitude along the last axis; quicker than by the magnitudes themselves."""
    found: NDArray[np.float32] = np.maximum(sound.max(axis=-1), -sound.min(axis=-1))
    return found


class LevelTwin:
    """Gets every event that the audible synth gets and is rendered on the watch's thread, never the audio thread.

    Its samples are the audible synth's own: FluidSynth keeps each file's once for the whole process.
    """

    def __init__(self, library: FluidBindings) -> None:
        self.synth = FluidSynth(library, _SETTINGS)
        self._library = library
        library.set_interpolation(self.synth.handle, -1, _UNINTERPOLATED)
        self._lock = threading.Lock()
        self._ahead_s = 0.0
        self._closed = False
        most = round(_MOST_S * _RATE) + 64
        self._sound = np.zeros((2, GROUPS + _EFFECTS, most), np.float32)
        dry, wet = self._sound[:, :GROUPS], self._sound[:, GROUPS:]
        self._pointers = [
            (c_void_p * len(side))(*(row.ctypes.data for row in side)) for part in (dry, wet) for side in part
        ]

    def load_soundfont(self, path: Path | None, done: Callable[[str], None] = ignore) -> None:
        """Measure with this SoundFont from now on."""
        self.synth.load_soundfont(path, done)

    def schedule(self, at_s: float, event: SynthEvent) -> None:
        """Do `event` when the audible synth's clock reaches `at_s`."""
        self.synth.schedule(at_s - self._ahead_s, event)

    def follow(self, now_s: float) -> Levels:
        """Render up to the audible synth's time; the peaks on the way there."""
        with self._lock:
            if self._closed:
                return SILENT
            due_s = now_s - self.synth.now_s() - self._ahead_s
            if not 0 <= due_s <= _MOST_S:  # it has just been attached, or the computer was asleep
                self._ahead_s += due_s - min(_MOST_S, max(0.0, due_s))
                due_s = min(_MOST_S, max(0.0, due_s))
            frames = round(due_s * _RATE)
            if frames <= 0:
                return SILENT
            self._library.render_groups(self.synth.handle, frames, *self._pointers)
            sound = self._sound[:, :, :frames]
            groups = _peaks(sound[:, :GROUPS])
            left, right = _peaks(sound.sum(axis=1)).tolist()
        return Levels((left, right), tuple(zip(*groups.tolist(), strict=True)))

    def close(self) -> None:
        """Free everything; twice does no harm."""
        with self._lock:
            self._closed = True
            self.synth.close()
