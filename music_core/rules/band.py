"""A band by rule: each genre's figures over the given chords, with fills at phrase ends and a close at the end."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from music_core.harmony.chord import Chord
from music_core.rules.bars import PHRASE_BARS, Bar, accompanied, bars_of, note, part
from music_core.rules.figures import cells, fitted
from music_core.rules.styles import CRASH, KICK, STYLES, Chordal, DrumFigure, Style
from music_core.rules.voicing import close, degree, near, shell
from music_core.rules.walking import Beat, walk
from music_core.score import Note, Score, Track

RULE_GENRES = tuple(STYLES)

_Figure = TypeVar("_Figure")

_ACCENT, _SOFT = 8, -10
_DRUM_VELOCITY = 84
_BASS_VELOCITY = 78
_BASS_LOW, _BASS_HIGH = 28, 55


def rule_band(score: Score, genre: str = "pop", seed: int = 0) -> Score:
    """The melody with the genre's band, by rule; B2 of the table. Raises ValueError for a genre without rules."""
    if genre not in STYLES:
        raise ValueError(f"There are no rules for the genre {genre!r}; there are {', '.join(STYLES)}.")
    style, bars = STYLES[genre], bars_of(score)
    rng = np.random.default_rng(seed)
    tracks = [_drums(style, bars, rng)] if style.drums else []
    if style.bass or style.walks:
        notes = _walking(bars, rng) if style.walks else _bass(style, bars, rng)
        tracks.append(part("bass", style.bass_program, notes))
    by_role: dict[str, list[Note]] = {}
    for chordal in style.parts:
        by_role.setdefault(chordal.role, []).extend(_chordal(chordal, bars, rng))
    programs = {chordal.role: chordal.program for chordal in style.parts}
    tracks += [part(role, programs[role], notes) for role, notes in by_role.items()]
    return accompanied(score, *tracks)


def _phrases(bars: tuple[Bar, ...], choices: int, rng: np.random.Generator) -> list[int]:
    """Which of some figures each bar has: one figure for each phrase of four bars, A A B A as songs go."""
    first, second = int(rng.integers(choices)), int(rng.integers(choices))
    return [second if (bar.number // PHRASE_BARS) % 4 == 2 else first for bar in bars]


def _drums(style: Style, bars: tuple[Bar, ...], rng: np.random.Generator) -> Track:
    notes: list[Note] = []
    figures = _phrases(bars, len(style.drums), rng)
    for bar, number in zip(bars, figures, strict=True):
        choices = _by_metre(bar, style.drums, style.drums_three, style.drums_compound)
        figure: DrumFigure = choices[number % len(choices)]
        if bar.is_last:
            notes += [note(bar, 0, 2, key, _DRUM_VELOCITY) for key in (KICK, CRASH)]
            continue
        if bar.ends_phrase and bar.steps == 16 and style.fills:
            figure = style.fills[int(rng.integers(len(style.fills)))]
        for key, text in figure.items():
            for step, _, _ in cells(fitted(text, bar.steps)):
                accent = _ACCENT if step % bar.beat_steps == 0 else _SOFT
                notes.append(note(bar, step, step + 1, key, _DRUM_VELOCITY + accent))
        if bar.begins_phrase and bar.number and CRASH not in figure:
            notes.append(note(bar, 0, 2, CRASH, _DRUM_VELOCITY))
    return part("drums", 0, notes)


def _bass(style: Style, bars: tuple[Bar, ...], rng: np.random.Generator) -> list[Note]:
    notes: list[Note] = []
    figures = _phrases(bars, len(style.bass), rng)
    for bar, number in zip(bars, figures, strict=True):
        choices = _by_metre(bar, style.bass, style.bass_three, style.bass_compound)
        text = "1" + "-" * (bar.steps - 1) if bar.is_last else fitted(choices[number % len(choices)], bar.steps)
        for step, end, sign in _struck(bar, text):
            chord = bar.chords[step]
            if chord is not None:
                pitch = near(_bass_class(chord, sign), style.bass_centre, _BASS_LOW, _BASS_HIGH)
                pitch = pitch + 12 if sign == "8" and pitch + 12 <= _BASS_HIGH else pitch
                accent = _ACCENT if step == 0 else 0
                notes.append(note(bar, step, end, pitch, _BASS_VELOCITY + accent))
    return notes


def _bass_class(chord: Chord, sign: str) -> int:
    return degree(chord, sign) if sign in "r357" else chord.bass


def _walking(bars: tuple[Bar, ...], rng: np.random.Generator) -> list[Note]:
    """A note on every beat that has a chord; the last bar rings on its root."""
    places: list[tuple[Bar, int, Chord]] = []
    for bar in bars:
        steps = range(0, bar.steps, bar.steps if bar.is_last else bar.beat_steps)
        places += [(bar, step, chord) for step in steps if (chord := bar.chords[step]) is not None]
    chords = [chord for _, _, chord in places]
    beats = [
        Beat(chord, i == 0 or chords[i - 1] != chord, i + 1 < len(chords) and chords[i + 1] != chord)
        for i, chord in enumerate(chords)
    ]
    return [
        note(bar, step, bar.steps if bar.is_last else min(bar.steps, step + bar.beat_steps), pitch, _BASS_VELOCITY)
        for (bar, step, _), pitch in zip(places, walk(beats, rng), strict=True)
    ]


def _chordal(chordal: Chordal, bars: tuple[Bar, ...], rng: np.random.Generator) -> list[Note]:
    notes: list[Note] = []
    previous: tuple[int, ...] = ()
    figures = _phrases(bars, len(chordal.figures), rng)
    for bar, number in zip(bars, figures, strict=True):
        choices = _by_metre(bar, chordal.figures, chordal.three, chordal.compound)
        text = fitted(choices[number % len(choices)], bar.steps)
        if bar.is_last:
            text = "x" + "-" * (bar.steps - 1)
        for step, end, sign in _struck(bar, text):
            chord = bar.chords[step]
            if chord is None:
                continue
            pitches = _laid_out(chordal, chord, previous)
            if chordal.layout in ("close", "pad", "shell"):
                previous = pitches
            chosen = pitches if sign == "x" else (pitches[int(sign) % len(pitches)],)
            accent = _ACCENT if step % bar.beat_steps == 0 else 0
            notes += [note(bar, step, end, pitch, chordal.velocity + accent) for pitch in chosen]
    return notes


def _laid_out(chordal: Chordal, chord: Chord, previous: tuple[int, ...]) -> tuple[int, ...]:
    if chordal.layout == "shell":
        return shell(chord, previous, chordal.centre)
    if chordal.layout == "power":
        root = near(chord.root, chordal.centre - 4, 40, 57)
        return (root, root + 7, root + 12)
    if chordal.layout == "arpeggio":  # an open position on the guitar: bass, then three tones above it
        bass = near(chord.bass, chordal.centre - 9, 40, 55)
        upper = close(chord, (), chordal.centre + 6)
        return (bass, *(pitch for pitch in upper if pitch > bass))
    if chordal.layout == "left hand":
        bass = near(chord.bass, 40, 33, 47)
        above = (("5", 7), ("r", 12), ("3", 16))
        return (bass, *(near(degree(chord, name), bass + up, bass + 3, bass + 18) for name, up in above))
    return close(chord, previous, chordal.centre, voices=4 if chordal.layout == "pad" else 3)


def _struck(bar: Bar, text: str) -> list[tuple[int, int, str]]:
    """The figure's cells; where the chord changes under a held cell, it is struck again."""
    struck = []
    for step, end, sign in cells(text):
        while step < end:
            change = min(end, bar.change_after(step))
            struck.append((step, change, sign))
            step = change
    return struck


def _by_metre(
    bar: Bar, four: tuple[_Figure, ...], three: tuple[_Figure, ...], compound: tuple[_Figure, ...]
) -> tuple[_Figure, ...]:
    """The figures for the bar's metre; where a genre has none of its own, those of 4/4."""
    if bar.beat_steps == 6:
        return compound or four
    return three if three and bar.steps == 12 else four
