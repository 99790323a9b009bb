"""A part with several notes at once, as that many lines: the first is the top note at every step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from music_core.decoding.predictor import FloatArray
from music_core.decoding.voices import REST, BoolArray, IntArray, Voice
from music_core.roll import HOLD, OFF, ONSET, notes_to_roll, roll_to_notes
from music_core.score import Note


def notes_to_voices(notes: Iterable[Note], voices: int, steps: int, step_ticks: int) -> tuple[IntArray, BoolArray]:
    """Pitch (REST for none) and struck-here of the top notes, each (voices, steps), from high to low.

    Of more notes than voices the lowest and the highest ones stay.
    """
    roll = notes_to_roll(notes, steps, step_ticks)
    pitch = np.full((voices, steps), REST, np.int64)
    onset = np.zeros((voices, steps), np.bool_)
    for step in np.flatnonzero((roll != OFF).any(axis=1)):
        sounding = np.flatnonzero(roll[step])[::-1]
        if len(sounding) > voices:
            sounding = np.append(sounding[: voices - 1], sounding[-1])
        pitch[: len(sounding), step] = sounding
        onset[: len(sounding), step] = roll[step, sounding] == ONSET
    return pitch, onset


def voices_to_notes(voices: Sequence[Voice], step_ticks: int, velocity: int) -> tuple[Note, ...]:
    """The inverse of `notes_to_voices`: a note that moves to another line goes on unless it is struck there."""
    roll = np.zeros((len(voices[0].pitch), 128), np.int8)
    for voice in voices:
        where = np.flatnonzero(voice.pitch != REST)
        cells = roll[where, voice.pitch[where]]
        roll[where, voice.pitch[where]] = np.maximum(cells, np.where(voice.onset[where], ONSET, HOLD))
    return roll_to_notes(roll, step_ticks, velocity)


def held_across_lines(voices: Sequence[Voice], onset_logits: FloatArray) -> tuple[Voice, ...]:
    """The lines of one part, without the onsets that are only a note's move from one line to another.

    Decoding line by line strikes at every change of pitch. Where the pitch sounded a step before in another line of
    the part, the network's own answer (voices, steps) decides instead.
    """
    return tuple(
        replace(voice, onset=voice.onset & ~(_sounded_before(voices, voice) & (logits <= 0)))
        for voice, logits in zip(voices, onset_logits, strict=True)
    )


def _sounded_before(voices: Sequence[Voice], voice: Voice) -> BoolArray:
    sounded = np.zeros(len(voice.pitch), np.bool_)
    for other in voices:
        if other is not voice:
            sounded[1:] |= (other.pitch[:-1] == voice.pitch[1:]) & (voice.pitch[1:] != REST)
    return sounded
