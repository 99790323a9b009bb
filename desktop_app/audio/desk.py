"""Keeps a synth's channels as the strips of a plan say, sending only what changed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from desktop_app.audio.scheduler import Strip
from desktop_app.audio.synth import METRONOME_CHANNEL, Synth

_CLICKS = Strip(METRONOME_CHANNEL, 0, 0, True, 100, 64, 0, 0)


class Desk:
    """Remembers each channel's instrument and faders. Choosing instruments may take a moment: their samples load."""

    def __init__(self, synth: Synth) -> None:
        self._synth = synth
        self._lock = threading.Lock()
        self._instruments: dict[int, tuple[int, int, bool]] = {}
        self._faders: dict[tuple[int, int], int] = {}

    def is_ready(self, strips: Iterable[Strip]) -> bool:
        """Whether every instrument is already chosen."""
        return all(self._instruments.get(strip.channel) == _instrument(strip) for strip in _with_clicks(strips))

    def choose(self, strips: Iterable[Strip]) -> None:
        """Give the channels their instruments."""
        while self.choose_one(strips):
            pass

    def choose_one(self, strips: Iterable[Strip]) -> bool:
        """Give one channel its instrument; False when none is left to choose."""
        with self._lock:
            for strip in _with_clicks(strips):
                if self._instruments.get(strip.channel) != _instrument(strip):
                    self._synth.program(strip.channel, strip.program, strip.bank, is_drum=strip.is_drum)
                    self._instruments[strip.channel] = _instrument(strip)
                    return True
        return False

    def mix(self, strips: Iterable[Strip]) -> None:
        """Move the faders that differ."""
        with self._lock:
            for strip in _with_clicks(strips):
                for controller, value in strip.faders:
                    if self._faders.get((strip.channel, controller)) != value:
                        self._synth.control(strip.channel, controller, value)
                        self._faders[strip.channel, controller] = value


def _with_clicks(strips: Iterable[Strip]) -> Iterator[Strip]:
    yield from strips
    yield _CLICKS


def _instrument(strip: Strip) -> tuple[int, int, bool]:
    return strip.program, strip.bank, strip.is_drum
