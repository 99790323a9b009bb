"""The figures of each genre, as text on sixteenths: `x` strikes, `-` holds, `.` rests; letters name chord degrees.

In bass figures `1` is the chord's bass, `5` its fifth, `8` the octave of the bass, `3` and `7` those degrees. In
arpeggios a digit counts the tones of the voicing from below. Figures are written for bars of 4/4, and for 3/4 and 6/8
(12 steps); other bars take as much of the 4/4 figure as they hold, or repeat it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# General MIDI drum keys.
KICK, SNARE, STICK, CLOSED, PEDAL_HAT, OPEN, RIDE, CRASH = 36, 38, 37, 42, 44, 46, 51, 49
LOW_TOM, MID_TOM, HIGH_TOM = 45, 47, 50

DrumFigure = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Chordal:
    """A part that plays chords: its role, program, figures to choose from, and how a chord is laid out.

    `layout` is close, shell, power, arpeggio or pad; `centre` a MIDI pitch that its notes lie around.
    """

    role: str
    program: int
    figures: tuple[str, ...]
    layout: str
    centre: int
    velocity: int = 68
    three: tuple[str, ...] = ("x-----x-----",)
    compound: tuple[str, ...] = ("x-----x-----",)


@dataclass(frozen=True, slots=True)
class Style:
    """A genre's band. `bass` is a choice of figures, empty for none; `walks` has the bass walk instead."""

    parts: tuple[Chordal, ...]
    bass: tuple[str, ...] = ()
    bass_three: tuple[str, ...] = ("1-------5---",)
    bass_compound: tuple[str, ...] = ("1-----5-----",)
    bass_program: int = 33
    bass_centre: int = 38
    walks: bool = False
    drums: tuple[DrumFigure, ...] = ()
    drums_three: tuple[DrumFigure, ...] = ()
    drums_compound: tuple[DrumFigure, ...] = ()
    fills: tuple[DrumFigure, ...] = ()


_WALTZ: tuple[DrumFigure, ...] = ({KICK: "x...........", SNARE: "....x...x...", CLOSED: "x.x.x.x.x.x."},)
_SIX_EIGHT: tuple[DrumFigure, ...] = ({KICK: "x...........", SNARE: "......x.....", CLOSED: "x.x.x.x.x.x."},)
_SOFT_WALTZ: tuple[DrumFigure, ...] = ({KICK: "x...........", STICK: "....x...x..."},)
_FILLS: tuple[DrumFigure, ...] = (
    {KICK: "x.......x.......", SNARE: "....x.......xxxx"},
    {KICK: "x.......x.......", SNARE: "....x...x.x.....", HIGH_TOM: "............x...", LOW_TOM: "..............x."},
    {KICK: "x...............", SNARE: "....x...xx......", HIGH_TOM: "..........xx....", MID_TOM: "............xx..",
     LOW_TOM: "..............xx"},
)  # fmt: skip

POP = Style(
    parts=(
        Chordal("keys", 0, ("x---x---x---x---", "x-----x---x-----", "x-----------x---"), "close", 62),
        Chordal("strings", 48, ("x---------------",), "pad", 67, 54, ("x-----------",), ("x-----------",)),
    ),
    bass=("1-----1-1---5---", "1-------1-----1-", "1-----1-----5---"),
    drums=(
        {KICK: "x.......x.x.....", SNARE: "....x.......x...", CLOSED: "x.x.x.x.x.x.x.x."},
        {KICK: "x.....x.x.......", SNARE: "....x.......x...", CLOSED: "x.x.x.x.x.x.x.x."},
        {KICK: "x.......x.....x.", SNARE: "....x.......x...", CLOSED: "xxxxxxxxxxxxxxxx"},
    ),
    drums_three=_WALTZ,
    drums_compound=_SIX_EIGHT,
    fills=_FILLS,
)

ROCK = Style(
    parts=(
        Chordal(
            "guitar", 30, ("x-x-x-x-x-x-x-x-", "x-xxx-x-x-xxx-x-", "x---x-x-x---x-x-"), "power", 47, 84,
            ("x-x-x-x-x-x-",), ("x-x-x-x-x-x-",),
        ),
        Chordal("keys", 16, ("x---------------", "x-------x-------"), "close", 62, 56),
    ),
    bass=("1-1-1-1-1-1-1-1-", "1-1-1-1-1-1-5-5-", "1-1-1-1-1-1-8-1-"),
    bass_three=("1-1-1-1-5-5-",),
    bass_compound=("1-1-1-5-5-5-",),
    drums=(
        {KICK: "x.......x.......", SNARE: "....x.......x...", CLOSED: "x.x.x.x.x.x.x.x."},
        {KICK: "x.x.....x.x.....", SNARE: "....x.......x...", CLOSED: "x.x.x.x.x.x.x.x."},
        {KICK: "x..x..x.x..x....", SNARE: "....x.......x...", CRASH: "x...............", RIDE: "..x.x.x.x.x.x.x."},
    ),
    drums_three=_WALTZ,
    drums_compound=_SIX_EIGHT,
    fills=_FILLS,
)  # fmt: skip

JAZZ = Style(
    parts=(
        Chordal(
            "keys", 0,
            ("x-....x-........", "..x-......x-....", "......x-......x-", "x-........x-....", "....x-......x-.."),
            "shell", 58, 62, ("....x-..x-..", "x-....x-...."), ("x-....x-....",),
        ),
    ),
    walks=True,
    bass_program=32,
    bass_centre=38,
    drums=(
        {RIDE: "x...x.x.x...x.x.", PEDAL_HAT: "....x.......x..."},
        {RIDE: "x...x.x.x...x.x.", PEDAL_HAT: "....x.......x...", SNARE: "......x........."},
        {RIDE: "x...x.x.x...x.x.", PEDAL_HAT: "....x.......x...", KICK: "..............x.", SNARE: "..........x....."},
    ),
    drums_three=({RIDE: "x...x.x.x...", PEDAL_HAT: "....x......."},),
    drums_compound=({RIDE: "x.x.x.x.x.x.", PEDAL_HAT: "......x....."},),
    fills=(
        {RIDE: "x...x...........", PEDAL_HAT: "....x.......x...", SNARE: "........x.x.xx..", KICK: "..............x."},
    ),
)  # fmt: skip

SYMPHONY = Style(
    parts=(
        Chordal(
            "strings", 48, ("x---------------", "x-------x-------"), "pad", 62, 62, ("x-----------",), ("x-----x-----",)
        ),
        Chordal("winds", 60, ("x-------x-------", "........x-x-x-x-", "x---x---x---x---"), "close", 57, 58,
                ("x---x---x---", "....x---x---"), ("x-----x-----",)),
    ),
    bass=("1-------5-------", "1---------------", "1---1---5---5---"),
    bass_program=43,
    bass_centre=40,
)  # fmt: skip

SINGER_SONGWRITER = Style(
    parts=(
        Chordal(
            "guitar", 25, ("0-2-1-2-3-2-1-2-", "0-1-2-3-2-1-2-1-", "0-2-3-2-0-2-3-2-"), "arpeggio", 55, 66,
            ("0-1-2-3-2-1-",), ("0-1-2-3-2-1-",),
        ),
    ),
    bass=("1-------5-------", "1-----------1---"),
    bass_program=32,
    drums=(
        {KICK: "x.......x.......", STICK: "....x.......x..."},
        {KICK: "x.....x.x.......", STICK: "....x.......x...", CLOSED: "..x...x...x...x."},
    ),
    drums_three=_SOFT_WALTZ,
    drums_compound=({KICK: "x...........", STICK: "......x....."},),
    fills=({KICK: "x.......x.......", STICK: "....x.......x.x."},),
)  # fmt: skip

POP_PIANO = Style(
    parts=(
        Chordal(
            "keys", 0, ("0-1-2-1-3-1-2-1-", "0-1-2---0-1-2---", "0-2-1-2-0-2-1-2-"), "left hand", 48, 64,
            ("0-1-2-1-2-1-",), ("0-1-2-3-2-1-",),
        ),
        Chordal("keys", 0, ("x-------x---x---", "x---x---x---x---", "x-----x---x-----"), "close", 62, 62),
    ),
)  # fmt: skip

STYLES: Mapping[str, Style] = {
    "pop": POP, "rock": ROCK, "jazz": JAZZ, "symphony": SYMPHONY, "singer-songwriter": SINGER_SONGWRITER,
    "pop-piano": POP_PIANO,
}  # fmt: skip
