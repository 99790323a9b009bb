"""What was read of a file that may be damaged, told so that a user knows what is there and what is not.

A loss is a sentence with gaps and what belongs into them, so that a program can say it in any language.
"""

from __future__ import annotations

from dataclasses import dataclass

from music_core.score import Score

TRACK_BROKEN = "Track {track} could be read only up to bar {bar}, as {why}."
TRACK_BROKEN_NAMED = "Track {track} ({name}) could be read only up to bar {bar}, as {why}."
TEMPO_TRACK_BROKEN = "Tempos and metres could be read only up to bar {bar}, as {why}."
TRACKS_MISSING = "The file should have {announced} tracks but holds {count}."
TRACK_MISSING = "Track {track} is missing."
TRACK_MISSING_NAMED = "Track {track} ({name}) is missing."
BAR_BROKEN = "Track {track}: the notation is damaged in bar {bar}; what could be read of it was kept."
BAR_BROKEN_NAMED = "Track {track} ({name}): the notation is damaged in bar {bar}; what could be read of it was kept."
BARS_BROKEN_NAMED = (
    "Track {track} ({name}): the notation is damaged in {count} bars, the first of them {bar}; "
    "what could be read of them was kept."
)
BARS_BROKEN = (
    "Track {track}: the notation is damaged in {count} bars, the first of them {bar}; "
    "what could be read of them was kept."
)
BAD_TEMPO = "There is a tempo that makes no sense."
BAD_METRE = "There is a time signature that makes no sense."
BAD_KEY = "There is a key signature that makes no sense."
TOO_MUCH = (
    "The file has more than {events} events or {tracks} tracks, which is all Tutti reads, and the rest was left out."
)
TOO_LONG = "All that lies beyond {hours} hours or {bars} bars was left out."
INSTRUMENT_CHANGES = "Track {track} changes its instrument later on; the first one is kept."
SYSTEM_MESSAGES = "Left out: messages to one kind of instrument (system exclusive; {count})."
PRESSURES = "Left out: key pressures (aftertouch; {count})."
LYRICS = "Left out: words of lyrics ({count})."
GRACE_NOTES = "Left out: grace notes ({count})."
REPEATS = "Repeats are not played out: every bar comes once."
TOO_MANY_PARTS = "Only the first {parts} parts were read."
LOSSES = (
    TRACK_BROKEN, TRACK_BROKEN_NAMED, TEMPO_TRACK_BROKEN, TRACKS_MISSING, TRACK_MISSING, TRACK_MISSING_NAMED,
    BAR_BROKEN, BAR_BROKEN_NAMED, BARS_BROKEN, BARS_BROKEN_NAMED, BAD_TEMPO, BAD_METRE, BAD_KEY, TOO_MUCH, TOO_LONG,
    INSTRUMENT_CHANGES, SYSTEM_MESSAGES, PRESSURES, LYRICS, GRACE_NOTES, REPEATS, TOO_MANY_PARTS,
)  # fmt: skip
"""Every sentence there is."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that is not there: one of `LOSSES`, and what fills its gaps."""

    text: str
    values: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return self.text.format(**dict(self.values))


def lost(text: str, **values: object) -> Loss:
    """A loss; counts above 999 are written as people read them."""
    told = ((name, f"{value:,}" if isinstance(value, int) else value) for name, value in values.items())
    return Loss(text, tuple(told))


@dataclass(frozen=True, slots=True)
class TrackFault:
    """A track (counted from 1 as the score has them, 0 the tempos') that went wrong at a bar.

    Bar 0 is one of which nothing was read; `bars` is how many are damaged where the others could be read.
    """

    track: int
    bar: int
    why: str
    name: str = ""
    bars: int = 1


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A score, how many tracks its file has or should have, and all that is missing from it.

    `lost` has a sentence for each loss, those of the faults first.
    """

    score: Score
    tracks: int
    faults: tuple[TrackFault, ...] = ()
    lost: tuple[Loss, ...] = ()

    @property
    def sound_tracks(self) -> int:
        """How many tracks were read whole."""
        return self.tracks - len({fault.track for fault in self.faults if fault.track})
