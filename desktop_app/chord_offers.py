"""The chords that the chord lane suggests for a place in the piece, named as they would be typed there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.chord_edits import next_bar
from desktop_app.parts import melody_index
from music_core.harmony.chord import Chord
from music_core.harmony.lane import chord_at
from music_core.harmony.spelling import spelled
from music_core.score import KeySignature, Score
from music_core.theory import find_key

SHOWN = 7


@dataclass(frozen=True, slots=True)
class Offer:
    """A chord to choose: its symbol, and the share 0..1 of the melody over it that it goes with."""

    symbol: str
    chord: Chord
    fit: float


def offers(score: Score, tick: int) -> tuple[Offer, ...]:
    """What could begin at a tick, the best first, without the chord that already does.

    The melody is asked up to the next chord, or to the next bar where no chord follows.
    """
    from music_core.harmony.suggest import suggestions  # not at the top: the window opens sooner without it

    melody = melody_index(score)
    notes = score.tracks[melody].notes if melody is not None else ()
    later = next((change for change in score.chords if change.tick > tick), None)
    end = later.tick if later else next_bar(score.metres, tick)
    keys = score.keys or (find_key(notes),)
    neighbours = (chord_at(score.chords, tick - 1), later.chord if later else None)
    present = next((change.chord for change in score.chords if change.tick == tick), None)
    return tuple(
        Offer(spelled(found.chord, keys, tick), found.chord, found.fit)
        for found in suggestions(notes, (tick, end), neighbours, _key_at(keys, tick))
        if found.chord != present
    )


def matching(offered: Sequence[Offer], typed: str = "") -> tuple[Offer, ...]:
    """The first few whose symbol begins with what is typed."""
    wanted = typed.strip().casefold()
    return tuple(offer for offer in offered if offer.symbol.casefold().startswith(wanted))[:SHOWN]


def _key_at(keys: Sequence[KeySignature], tick: int) -> KeySignature:
    return next((key for key in reversed(keys) if key.tick <= tick), keys[0])
