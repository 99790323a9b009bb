"""Hearing an instrument before it is chosen: a few notes on a channel of their own, whatever else plays."""

from __future__ import annotations

import queue
import threading

from desktop_app.audio.synth import AUDITION_CHANNEL, Synth

# (pitches, seconds until they are let go); an empty row is a rest.
Phrase = tuple[tuple[tuple[int, ...], float], ...]

_TUNE: Phrase = (((60,), 0.16), ((64,), 0.16), ((67,), 0.16), ((72, 64, 60), 0.6))
_LOW: Phrase = tuple((tuple(pitch - 24 for pitch in pitches), seconds) for pitches, seconds in _TUNE)
_BEAT: Phrase = (((36, 42), 0.2), ((42,), 0.2), ((38, 42), 0.2), ((42,), 0.1), ((36,), 0.1), ((38, 49), 0.5))
_LOW_PROGRAMS = (*range(32, 40), 42, 43, 57, 58, 67, 70)
_VELOCITY = 92


class Audition:
    """One thread that waits nearly all the time; a new wish ends the phrase before it."""

    def __init__(self, synth: Synth) -> None:
        self._synth = synth
        self._wishes: queue.SimpleQueue[tuple[int, int, bool] | None] = queue.SimpleQueue()
        self._interrupted = threading.Event()
        self._thread: threading.Thread | None = None
        self._closed = False

    def hear(self, program: int, bank: int = 0, *, is_drum: bool = False) -> None:
        """Play a few notes with an instrument; returns at once."""
        if self._closed:
            return
        self._interrupted.set()
        self._wishes.put((program, bank, is_drum))
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="audition", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Be silent."""
        self._interrupted.set()

    def close(self) -> None:
        """End the thread; the synth is its owner's to close."""
        self._closed = True
        self._interrupted.set()
        self._wishes.put(None)
        if self._thread is not None:
            self._thread.join(timeout=2.0)

    def _serve(self) -> None:
        while (wish := self._newest()) is not None:
            self._interrupted.clear()
            program, bank, is_drum = wish
            self._synth.program(AUDITION_CHANNEL, program, bank, is_drum=is_drum)
            self._play(phrase_for(program, is_drum=is_drum))

    def _newest(self) -> tuple[int, int, bool] | None:
        wish = self._wishes.get()
        while wish is not None and not self._wishes.empty():
            wish = self._wishes.get()
        return wish

    def _play(self, phrase: Phrase) -> None:
        for pitches, seconds in phrase:
            if self._interrupted.is_set():
                return
            for pitch in pitches:
                self._synth.note_on(AUDITION_CHANNEL, pitch, _VELOCITY)
            self._interrupted.wait(seconds)
            for pitch in pitches:
                self._synth.note_off(AUDITION_CHANNEL, pitch)


def phrase_for(program: int, *, is_drum: bool) -> Phrase:
    """What shows an instrument best: a beat for a kit, low notes for a bass."""
    return _BEAT if is_drum else _LOW if program in _LOW_PROGRAMS else _TUNE
