"""Play, stop, the playhead, the loop and the metronome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from desktop_app.collaborators import ScorePlayer
from desktop_app.document import Document
from desktop_app.events import EventBus, Notice, ScoreChanged, TransportChanged
from desktop_app.language import tr
from desktop_app.parts import melody_index
from music_core.score import TICKS_PER_SIXTEENTH, Score

COUNT_IN_LIMIT = 4

Hears = Callable[[Score], Score]


class Transport:
    """Moves the playhead. The player does the work on its own thread; this object lives on the GUI thread."""

    def __init__(self, player: ScorePlayer, document: Document, events: EventBus) -> None:
        self._player = player
        self._document = document
        self._events = events
        self._playing = False
        self._recording = False
        self._cursor_tick = 0
        self._loop: tuple[int, int] | None = None
        self._punch: tuple[int, int] | None = None
        self._metronome = False
        self._count_in_bars = 1
        self._hears: Hears = without_melody
        events.subscribe(ScoreChanged, self._follow_score)

    @property
    def is_playing(self) -> bool:
        """Whether the playhead moves (recording included)."""
        return self._playing

    @property
    def is_recording(self) -> bool:
        """Whether the playhead moves for a recording."""
        return self._recording

    @property
    def loop(self) -> tuple[int, int] | None:
        """The range that is repeated, in ticks, or None."""
        return self._loop

    @property
    def punch(self) -> tuple[int, int] | None:
        """The only range that recordings may change, in ticks, or None for wherever is played."""
        return self._punch

    @property
    def metronome(self) -> bool:
        """Whether playback clicks."""
        return self._metronome

    @property
    def count_in_bars(self) -> int:
        """Bars of clicks before a recording."""
        return self._count_in_bars

    @property
    def origin_s(self) -> float:
        """Clock time at which tick 0 is heard, while playing."""
        return self._player.origin_s

    def position_tick(self) -> float:
        """Where the playhead is: what is heard now, or where it rests."""
        return self._player.position_tick() if self._playing else float(self._cursor_tick)

    def play(self) -> None:
        """Play from the playhead, or from the start when it is behind the last note."""
        score = self._document.score
        if not any(track.notes for track in score.tracks):
            self._events.publish(
                Notice("info", tr("There is nothing to play yet. Record, type, import or pick a melody."))
            )
            return
        if self._cursor_tick >= score.end_tick:
            self._cursor_tick = 0
        self._start(score)

    def record_along(
        self, click: bool, *, count_in: bool = True, loop: tuple[int, int] | None = None, hears: Hears | None = None
    ) -> None:
        """Move the playhead for a recording: count-in, click, and what `hears` leaves of the score sounding.

        With a loop the playhead goes round in it; without one it goes on past the end.
        """
        self._recording = self._playing = True
        self._hears = hears or without_melody
        self._player.play(
            self._hears(self._document.score),
            from_tick=self._cursor_tick,
            loop=loop,
            metronome=click,
            count_in_bars=self._count_in_bars if count_in else 0,
            endless=loop is None,
        )
        self._announce()

    def wait_for_recording(self) -> None:
        """A recording is to begin with the first note; until then the playhead rests."""
        self._recording = True
        self._announce()

    def punch_in(self, hears: Hears | None = None) -> None:
        """The piece is playing and is now recorded over, to its end at most."""
        self._recording = True
        self._hears = hears or without_melody
        self._player.set_loop(None)
        self._player.update(self._hears(self._document.score))
        self._announce()

    def stop(self) -> None:
        """Stop where the playhead is; stopping again goes to the start."""
        if not self._playing:
            self._cursor_tick = self._cursor_tick if self._recording else 0
        else:
            self._cursor_tick = max(0, round(self._player.position_tick()))
            self._player.stop()
        self._playing = self._recording = False
        self._announce()

    def finished(self) -> None:
        """The player came to the end by itself: the playhead goes back to where it started."""
        if self._playing and not self._player.is_playing:
            self._playing = self._recording = False
            self._announce()

    def seek(self, tick: int) -> None:
        """Put the playhead at a tick; playback goes on from there. Not while recording."""
        if self._recording:
            return
        self._cursor_tick = max(0, tick)
        if self._playing:
            self._start(self._document.score)
        else:
            self._announce()

    def set_loop(self, loop: tuple[int, int] | None) -> None:
        """Repeat [start, end) in ticks; a range shorter than a sixteenth is no loop."""
        self._loop = _range(loop)
        if not self._recording:
            self._player.set_loop(self._loop)
        self._announce()

    def set_punch(self, punch: tuple[int, int] | None) -> None:
        """Record within [start, end) in ticks only; a range shorter than a sixteenth is none. Not while recording."""
        if not self._recording:
            self._punch = _range(punch)
        self._announce()

    def set_metronome(self, on: bool) -> None:
        """Click while playing, or not."""
        self._metronome = on
        if not self._recording:
            self._player.set_metronome(on)
        self._announce()

    def set_count_in(self, bars: int) -> None:
        """Bars of clicks before a recording, 0 to 4."""
        self._count_in_bars = max(0, min(COUNT_IN_LIMIT, bars))
        self._announce()

    def reset(self) -> None:
        """Another project: stopped, at the start, no loop and no punch range."""
        if self._playing:
            self._player.stop()
        self._playing = self._recording = False
        self._cursor_tick = 0
        self._loop = self._punch = None
        self._announce()

    def panic(self) -> None:
        """Silence everything at once and stop."""
        if self._playing or self._recording:
            self.stop()
        self._player.panic()

    def _start(self, score: Score) -> None:
        self._player.play(score, from_tick=self._cursor_tick, loop=self._loop, metronome=self._metronome)
        self._playing = True
        self._announce()

    def _follow_score(self, event: ScoreChanged) -> None:
        if event.cause == "load":
            self.reset()
        self._player.update(self._hears(event.score) if self._recording else event.score)

    def _announce(self) -> None:
        self._events.publish(TransportChanged(self._playing, self._recording))


def _range(ticks: tuple[int, int] | None) -> tuple[int, int] | None:
    """In order and not before the start, or None where hardly anything is left."""
    if ticks is None:
        return None
    start, end = max(0, min(ticks)), max(ticks)
    return (start, end) if end - start >= TICKS_PER_SIXTEENTH else None


def without_melody(score: Score) -> Score:
    """The score with its melody muted."""
    index = melody_index(score)
    return score if index is None else score.with_track(index, replace(score.tracks[index], muted=True))
