"""How chords are laid out on an instrument."""

from __future__ import annotations

from music_core.harmony.chord import QUALITIES, Chord

# Degrees by name, in semitones above the root, looked for in this order in a chord's quality.
_THIRDS, _FIFTHS, _SEVENTHS = (4, 3, 5, 2), (7, 6, 8), (10, 11, 9)


def near(pitch_class: int, pitch: int, low: int, high: int) -> int:
    """The pitch of a class nearest to another pitch (of equals the lower) within low..high, an octave or more wide."""
    pitches = range(low + (pitch_class - low) % 12, high + 1, 12)
    return min(pitches, key=lambda candidate: (abs(candidate - pitch), candidate))


def degree(chord: Chord, name: str) -> int:
    """The pitch class of a degree: `1` is the bass, `r` the root, `3`, `5` and `7` what the quality has for them.

    A chord without a third or fifth gives its root, one without a seventh its octave.
    """
    steps = QUALITIES[chord.quality]
    if name == "1":
        return chord.bass
    wanted = {"r": (0,), "3": _THIRDS, "5": _FIFTHS, "7": _SEVENTHS}[name]
    return (chord.root + next((step for step in wanted if step in steps), 0)) % 12


def doubled(chord: Chord, bass_near: int = 43, low: int = 52) -> tuple[int, ...]:
    """The bass, and the chord's own tones twice, in two octaves from `low` up: plain block chords."""
    tones = sorted({(chord.root + step) % 12 for step in QUALITIES[chord.quality]})
    upper = [low + (tone - low) % 12 for tone in tones]
    return (near(chord.bass, bass_near, 36, 51), *sorted([*upper, *(pitch + 12 for pitch in upper)]))


def close(chord: Chord, previous: tuple[int, ...], centre: int, voices: int = 3) -> tuple[int, ...]:
    """The chord in close position around `centre`, the inversion that moves least from the previous one.

    The fifth is left out before the third and the seventh where there are more tones than voices.
    """
    tones = _tones(chord, voices)
    best: tuple[int, ...] = ()
    cost = float("inf")
    for lowest in tones:
        for octave in (-12, 0, 12):
            start = near(lowest, centre - 4, 24, 96) + octave
            pitches = tuple(sorted(start + (tone - lowest) % 12 for tone in tones))
            moves = _motion(previous, pitches) + 1.5 * abs(sum(pitches) / len(pitches) - centre)
            if moves < cost:
                best, cost = pitches, moves
    return best


def shell(chord: Chord, previous: tuple[int, ...], centre: int = 58) -> tuple[int, ...]:
    """A rootless voicing for jazz: third, seventh (or sixth), and the fifth or a ninth, moving least."""
    steps = QUALITIES[chord.quality]
    third = next((step for step in _THIRDS if step in steps), 4)
    seventh = next((step for step in _SEVENTHS if step in steps), 9 if third == 4 else 10)
    ninth = 2 if chord.quality in ("maj7", "7", "min7", "9", "maj9", "min9", "6", "min6", "maj", "min") else 0
    fifth = next((step for step in _FIFTHS if step in steps), 7)
    colours = [third, seventh, ninth if ninth and seventh != 9 else fifth]
    tones = sorted({(chord.root + step) % 12 for step in colours})
    options = []
    for lowest in tones:
        start = near(lowest, centre - 5, 36, 84)
        options.append(tuple(sorted(start + (tone - lowest) % 12 for tone in tones)))
    return min(options, key=lambda pitches: _motion(previous, pitches) + abs(sum(pitches) / len(pitches) - centre))


def _tones(chord: Chord, voices: int) -> list[int]:
    steps = list(QUALITIES[chord.quality])
    while len(steps) > voices:
        spare = next((step for step in (7, 2, 0) if step in steps), steps[-1])
        steps.remove(spare)
    return sorted((chord.root + step) % 12 for step in steps)


def _motion(before: tuple[int, ...], after: tuple[int, ...]) -> float:
    if not before:
        return 0.0
    return float(sum(min(abs(pitch - other) for other in before) for pitch in after))
