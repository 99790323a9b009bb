"""Hearing an instrument or a chord before it is chosen, on a channel of its own, whatever else plays."""

from __future__ import annotations

import queue
import threading

from desktop_app.audio.synth import AUDITION_CHANNEL, Synth
from music_core.harmony.chord import Chord

# (pitches, seconds until they are let go); an empty row is a rest.
Phrase = tuple[tuple[tuple[int, ...], float], ...]

_TUNE: Phrase = (((60,), 0.16), ((64,), 0.16), ((67,), 0.16), ((72, 64, 60), 0.6))
_LOW: Phrase = tuple((tuple(pitch - 24 for pitch in pitches), seconds) for pitches, seconds in _TUNE)
_BEAT: Phrase = (((36, 42), 0.2), ((42,), 0.2), ((38, 42), 0.2), ((42,), 0.1), ((36,), 0.1), ((38, 49), 0.5))
_LOW_PROGRAMS = (*range(32, 40), 42, 43, 57, 58, 67, 70)
_VELOCITY = 92
_CHORD_S = 1.3
_PIANO = 0
_LOWEST_BASS, _LOWEST_VOICE = 41, 54  # below the melody, and where a piano's chord is clear
_Wish = tuple[int, int, bool, Phrase]
"""Program, bank, whether it is a drum kit, and what to play."""


class Audition:
    """One thread that waits nearly all the time; a new wish ends the phrase before it."""

    def __init__(self, synth: Synth) -> None:
        self._synth = synth
        self._wishes: queue.SimpleQueue[_Wish | None] = queue.SimpleQueue()
        self._interrupted = threading.Event()
        self._thread: threading.Thread | None = None
        self._closed = False

    def hear(self, program: int, bank: int = 0, *, is_drum: bool = False) -> None:
        """Play a few notes with an instrument; returns at once."""
        self._wish((program, bank, is_drum, phrase_for(program, is_drum=is_drum)))

    def hear_chord(self, chord: Chord) -> None:
        """Play a chord on the piano; returns at once."""
        self._wish((_PIANO, 0, False, ((chord_pitches(chord), _CHORD_S),)))

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

    def _wish(self, wish: _Wish) -> None:
        if self._closed:
            return
        self._interrupted.set()
        self._wishes.put(wish)
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="audition", daemon=True)
            self._thread.start()

    def _serve(self) -> None:
        while (wish := self._newest()) is not None:
            self._interrupted.clear()
            program, bank, is_drum, phrase = wish
            self._synth.program(AUDITION_CHANNEL, program, bank, is_drum=is_drum)
            self._play(phrase)

    def _newest(self) -> _Wish | None:
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


def chord_pitches(chord: Chord) -> tuple[int, ...]:
    """A chord as a pianist strikes it: the bass, and every other note once, close together above it."""
    bass = _LOWEST_BASS + (chord.bass - _LOWEST_BASS) % 12
    upper = (_LOWEST_VOICE + (pitch - _LOWEST_VOICE) % 12 for pitch in chord.pitch_classes)
    return (bass, *sorted(upper))
