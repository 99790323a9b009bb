"""Written music as frozen values: integer ticks, 480 to a quarter note, everywhere."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise, zip_longest
from operator import attrgetter

from music_core.harmony.chord import Chord

TICKS_PER_QUARTER = 480
TICKS_PER_SIXTEENTH = TICKS_PER_QUARTER // 4
DEFAULT_US_PER_QUARTER = 500_000
# 3000 beats a minute; the slow end (3.6) is the most that MIDI's three bytes hold.
MIN_US_PER_QUARTER, MAX_US_PER_QUARTER = 20_000, 0xFFFFFF
METRE_DENOMINATORS = (1, 2, 4, 8, 16, 32, 64, 128)

# What a track does in the arrangement; models and exports go by role, never by track name.
ROLES = (
    "melody", "soprano", "alto", "tenor", "bass", "drums", "keys", "guitar", "strings", "winds", "brass",
    "timpani", "harmony", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """One written note; sorts by onset, then pitch. Pitch and velocity are MIDI numbers (velocity 1..127)."""

    start_tick: int
    pitch: int
    duration_ticks: int
    velocity: int = 80

    def __post_init__(self) -> None:
        if self.start_tick < 0 or self.duration_ticks < 1:
            raise ValueError(f"A note needs start >= 0 and a length of a tick or more: {self}")
        if not (0 <= self.pitch <= 127 and 1 <= self.velocity <= 127):
            raise ValueError(f"Pitch must be 0..127 and velocity 1..127: {self}")

    @property
    def end_tick(self) -> int:
        """First tick at which the note no longer sounds."""
        return self.start_tick + self.duration_ticks


class InOrder(tuple[Note, ...]):
    """Notes known to be sorted, as every track keeps them; what is asked of all of them is worked out once.

    Whoever makes one vouches for the order. An edit of a few notes among very many passes `end_tick` and
    `longest_ticks` on, so that nothing has to look at all of them.
    """

    def __new__(cls, notes: Iterable[Note] = (), end_tick: int = -1, longest_ticks: int = -1) -> InOrder:
        self = super().__new__(cls, notes)
        self.__dict__.update(end=end_tick, longest=longest_ticks)
        return self

    @property
    def end_tick(self) -> int:
        """Tick after the last sounding note; 0 without notes."""
        if self.__dict__["end"] < 0:
            self.__dict__["end"] = max((note.end_tick for note in self), default=0)
        end: int = self.__dict__["end"]
        return end

    @property
    def longest_ticks(self) -> int:
        """A length that no note exceeds; 0 without notes."""
        if self.__dict__["longest"] < 0:
            self.__dict__["longest"] = max((note.duration_ticks for note in self), default=0)
        longest: int = self.__dict__["longest"]
        return longest


@dataclass(frozen=True, slots=True, order=True)
class ControlChange:
    """A MIDI controller value (0..127) at a tick: pedal is 64, modulation 1."""

    tick: int
    controller: int
    value: int

    def __post_init__(self) -> None:
        if self.tick < 0 or not (0 <= self.controller <= 127 and 0 <= self.value <= 127):
            raise ValueError(f"A controller and its value must be 0..127: {self}")


@dataclass(frozen=True, slots=True, order=True)
class PitchBend:
    """A pitch-wheel position, -8192..8191, at a tick."""

    tick: int
    value: int

    def __post_init__(self) -> None:
        if self.tick < 0 or not -8192 <= self.value <= 8191:
            raise ValueError(f"A pitch bend must be -8192..8191: {self}")


@dataclass(frozen=True, slots=True, order=True)
class Tempo:
    """Speed from a tick on, as MIDI keeps it: whole microseconds for each quarter note."""

    tick: int
    us_per_quarter: int = DEFAULT_US_PER_QUARTER

    def __post_init__(self) -> None:
        if self.tick < 0 or not MIN_US_PER_QUARTER <= self.us_per_quarter <= MAX_US_PER_QUARTER:
            raise ValueError(f"A tempo must lie between 3.6 and 3000 quarter notes a minute: {self}")

    @property
    def bpm(self) -> float:
        """Quarter notes a minute."""
        return 60_000_000 / self.us_per_quarter


@dataclass(frozen=True, slots=True, order=True)
class Metre:
    """A time signature from a tick on. A first metre shorter than the next one is a pickup bar."""

    tick: int
    numerator: int = 4
    denominator: int = 4

    def __post_init__(self) -> None:
        if self.tick < 0 or not 1 <= self.numerator <= 255 or self.denominator not in METRE_DENOMINATORS:
            raise ValueError(f"A metre has 1..255 notes of a length 1, 2, 4 ... 128: {self}")

    @property
    def bar_ticks(self) -> int:
        """Length of one bar."""
        return self.numerator * TICKS_PER_QUARTER * 4 // self.denominator

    @property
    def beat_ticks(self) -> int:
        """Length of one felt beat: a dotted quarter in 6/8, 9/8, 12/8, else the denominator's note."""
        unit = TICKS_PER_QUARTER * 4 // self.denominator
        compound = self.denominator >= 8 and self.numerator % 3 == 0 and self.numerator > 3
        return unit * 3 if compound else unit


@dataclass(frozen=True, slots=True, order=True)
class KeySignature:
    """A key from a tick on: sharps are positive, flats negative (-7..7)."""

    tick: int
    fifths: int = 0
    minor: bool = False

    def __post_init__(self) -> None:
        if self.tick < 0 or not -7 <= self.fifths <= 7:
            raise ValueError(f"A key has seven flats (-7) to seven sharps (7): {self}")

    @property
    def tonic_pitch_class(self) -> int:
        """Pitch class of the tonic, 0 is C."""
        return (self.fifths * 7 + (9 if self.minor else 0)) % 12


@dataclass(frozen=True, slots=True, order=True)
class Marker:
    """A named place in the piece."""

    tick: int
    text: str


@dataclass(frozen=True, slots=True)
class ChordChange:
    """The harmony from a tick on, up to the next change or the end; None is "no chord", a rest of the harmony.

    `locked` tells a chord that a person gave from one that a model found: models keep to the locked ones.
    """

    tick: int
    chord: Chord | None
    locked: bool = False

    def __post_init__(self) -> None:
        if self.tick < 0:
            raise ValueError(f"A chord needs a start >= 0: {self}")


@dataclass(frozen=True, slots=True)
class Track:
    """One part. `notes` are kept sorted; `generated_by` names the model whose notes these are, or is empty.

    `bank` is MIDI's 14-bit bank number, controller 0 times 128 plus controller 32. `volume`, `pan` (64 is the middle),
    `reverb` and `chorus` (how much goes to these effects) are 0..127.
    No model changes a `locked` track. `by_hand` are those of a model's notes that a person has made or changed.
    """

    name: str
    notes: tuple[Note, ...] = ()
    program: int = 0
    bank: int = 0
    is_drum: bool = False
    role: str = "other"
    volume: int = 100
    pan: int = 64
    reverb: int = 40
    muted: bool = False
    soloed: bool = False
    controls: tuple[ControlChange, ...] = ()
    bends: tuple[PitchBend, ...] = ()
    generated_by: str = ""
    chorus: int = 0
    locked: bool = False
    by_hand: frozenset[Note] = frozenset()

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"Unknown role {self.role!r}; known: {', '.join(ROLES)}")
        if not isinstance(self.notes, InOrder):
            notes = sorted(self.notes) if any(a > b for a, b in pairwise(self.notes)) else self.notes
            object.__setattr__(self, "notes", InOrder(notes))

    @property
    def end_tick(self) -> int:
        """Tick after the last sounding note; 0 for an empty track."""
        return self.notes.end_tick if isinstance(self.notes, InOrder) else 0


@dataclass(frozen=True, slots=True)
class Score:
    """A whole piece. Tempos and metres always have an entry at tick 0; before the first chord nothing is known."""

    tracks: tuple[Track, ...] = ()
    tempos: tuple[Tempo, ...] = (Tempo(0),)
    metres: tuple[Metre, ...] = (Metre(0),)
    keys: tuple[KeySignature, ...] = ()
    markers: tuple[Marker, ...] = ()
    title: str = ""
    copyright: str = ""
    provenance: str = ""
    chords: tuple[ChordChange, ...] = ()

    def __post_init__(self) -> None:
        for name in ("tempos", "metres", "chords"):
            entries = getattr(self, name)
            if name != "chords" and (not entries or entries[0].tick != 0):
                raise ValueError(f"{name} must begin at tick 0")
            if any(a.tick >= b.tick for a, b in pairwise(entries)):
                raise ValueError(f"{name} must have rising ticks")

    @property
    def end_tick(self) -> int:
        """Tick after the last sounding note of any track."""
        return max((track.end_tick for track in self.tracks), default=0)

    @property
    def bpm(self) -> float:
        """Tempo at the start, in quarter notes a minute."""
        return self.tempos[0].bpm

    def with_tracks(self, *tracks: Track) -> Score:
        """The same piece with exactly these tracks."""
        return replace(self, tracks=tuple(tracks))

    def with_track(self, index: int, track: Track) -> Score:
        """The same piece with one track replaced."""
        return replace(self, tracks=(*self.tracks[:index], track, *self.tracks[index + 1 :]))


# The order of notes as they are; comparing two of them calls Python each time.
NOTE_ORDER = attrgetter("start_tick", "pitch", "duration_ticks", "velocity")


def without_overlaps(notes: Iterable[Note]) -> tuple[Note, ...]:
    """The notes with every pitch sounding once at a time: a later one cuts an earlier, twins become the longer."""
    by_pitch: dict[int, list[Note]] = {}
    for note in sorted(notes, key=NOTE_ORDER):
        line = by_pitch.setdefault(note.pitch, [])
        if line and line[-1].start_tick == note.start_tick:
            line[-1] = replace(note, velocity=max(note.velocity, line[-1].velocity))
            continue
        if line and line[-1].end_tick > note.start_tick:
            line[-1] = replace(line[-1], duration_ticks=note.start_tick - line[-1].start_tick)
        line.append(note)
    return tuple(sorted((note for line in by_pitch.values() for note in line), key=NOTE_ORDER))


@lru_cache(maxsize=256)
def bar_lines(metres: tuple[Metre, ...], end_tick: int) -> tuple[int, ...]:
    """Ticks of all bar lines from 0 up to the first one at or after `end_tick`; a metre change starts a bar."""
    lines = [0]
    for metre, following in zip_longest(metres, metres[1:]):
        if lines[-1] >= end_tick:
            break
        change = following.tick if following else end_tick + metre.bar_ticks
        step = metre.bar_ticks
        bars = -((metre.tick - min(end_tick, change)) // step)  # rounded up
        last = metre.tick + bars * step
        lines.extend(range(metre.tick + step, last, step))
        lines.append(min(change, last))
    return tuple(lines)


def metre_at(metres: tuple[Metre, ...], tick: int) -> Metre:
    """The metre in force at a tick."""
    return metres[max(0, bisect_right(metres, tick, key=lambda metre: metre.tick) - 1)]


def bar_beat(metres: tuple[Metre, ...], tick: int) -> tuple[int, int, int]:
    """Position as musicians read it: bar and beat from 1, and ticks into the beat from 0."""
    bars = 0
    for metre, following in zip_longest(metres, metres[1:]):
        if following is None or tick < following.tick:
            break
        bars -= (metre.tick - following.tick) // metre.bar_ticks  # rounded up: a metre change starts a bar
    bar, since = divmod(tick - metre.tick, metre.bar_ticks)
    beat, rest = divmod(since, metre.beat_ticks)
    return bars + bar + 1, beat + 1, rest


class TempoMap:
    """Converts ticks to seconds and back for one sequence of tempos."""

    def __init__(self, tempos: tuple[Tempo, ...]) -> None:
        self._ticks = [tempo.tick for tempo in tempos]
        self._us = [tempo.us_per_quarter for tempo in tempos]
        self._starts_s = list(self._accumulate())

    def seconds(self, tick: float) -> float:
        """Seconds from tick 0."""
        i = max(0, bisect_right(self._ticks, tick) - 1)
        return self._starts_s[i] + (tick - self._ticks[i]) * self._us[i] / (TICKS_PER_QUARTER * 1e6)

    def tick(self, seconds: float) -> float:
        """Fractional tick at so many seconds from tick 0; the inverse of `seconds`."""
        i = max(0, bisect_right(self._starts_s, seconds) - 1)
        return self._ticks[i] + (seconds - self._starts_s[i]) * TICKS_PER_QUARTER * 1e6 / self._us[i]

    def _accumulate(self) -> Iterator[float]:
        at_s = 0.0
        for i, tick in enumerate(self._ticks):
            if i:
                at_s += (tick - self._ticks[i - 1]) * self._us[i - 1] / (TICKS_PER_QUARTER * 1e6)
            yield at_s
