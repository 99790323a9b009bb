"""Keeps an eye on the sound from a thread of its own: how loud, how busy, whether it still runs at all."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from desktop_app.audio.drop_outs import DropOuts
from desktop_app.audio.levels import SILENT, Levels, falling
from desktop_app.audio.switch_synth import SwitchSynth
from desktop_app.sound_output import SoundOutput

_EVERY_S = 0.05
_LOOK_AGAIN_S = 3.0
_LOAD_EVERY_S = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SoundVitals:
    """How the sound is doing: shares are 0..1, `cpu` of the whole computer and `rendering` of the sound's own time."""

    cpu: float = 0.0
    rendering: float = 0.0
    voices: int = 0
    drop_outs: int = 0
    lost_s: float = 0.0
    latency_s: float = 0.0


class SoundWatch:
    """`levels` and `vitals` may be read from any thread. `step` is the work; its thread calls it 20 times a second."""

    def __init__(
        self,
        switch: SwitchSynth,
        output: SoundOutput,
        clock: Callable[[], float],
        processor_s: Callable[[], float] = time.process_time,
    ) -> None:
        self._switch = switch
        self._output = output
        self._clock = clock
        self._processor_s = processor_s
        self._drop_outs = DropOuts()
        self._watched: object = None
        self._stepped_s = clock()
        self._looked_s = clock()
        self._load_from = (clock(), processor_s())
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self.levels: Levels = SILENT
        """What meters show now."""
        self.vitals = SoundVitals()
        """Of the last second; drop-outs since the output was opened."""

    def start(self) -> None:
        """Begin to watch."""
        self._thread = threading.Thread(target=self._run, name="sound-watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Watch no more."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join(timeout=2.0)

    def step(self) -> None:
        """Look once."""
        synth_s = self._switch.now_s()  # before the clock: whoever is held up between the two must not seem ahead
        now_s = self._clock()
        self.levels = falling(self.levels, self._switch.measure(), now_s - self._stepped_s)
        self._stepped_s = now_s
        self._watch_output(synth_s, now_s)
        if now_s - self._load_from[0] >= _LOAD_EVERY_S:
            self._weigh(now_s)

    def _watch_output(self, synth_s: float, now_s: float) -> None:
        if not self._output.is_ready:
            return
        if self._output.synth is not self._watched:
            self._watched = self._output.synth
            self._drop_outs.reset()
        self._drop_outs.observe(synth_s, now_s)
        if self._drop_outs.is_stopped(now_s):
            _log.warning("The sound output has stopped")
            self._looked_s = now_s
            self._drop_outs.reset()
            self._output.lost()
        elif self._output.is_silent and now_s - self._looked_s >= _LOOK_AGAIN_S:
            self._looked_s = now_s
            self._output.retry()

    def _weigh(self, now_s: float) -> None:
        began_s, used_s = self._load_from
        self._load_from = (now_s, self._processor_s())
        synth = self._output.synth
        self.vitals = SoundVitals(
            cpu=(self._load_from[1] - used_s) / (now_s - began_s) / (os.cpu_count() or 1),
            rendering=float(getattr(synth, "load", 0.0)),
            voices=int(getattr(synth, "voices", 0)),
            drop_outs=self._drop_outs.count,
            lost_s=self._drop_outs.lost_s,
            latency_s=self._switch.latency_s,
        )

    def _run(self) -> None:
        while not self._closed.wait(_EVERY_S):
            try:
                self.step()
            except Exception:
                _log.exception("The watch over the sound stumbled and goes on")
