"""Plays scores: a thread of its own hands events to the synth ahead of time, on the synth's clock."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from desktop_app.audio.desk import Desk
from desktop_app.audio.metronome import count_in
from desktop_app.audio.playhead import Playhead, TimedEvent
from desktop_app.audio.sample_clock import SampleClock
from desktop_app.audio.scheduler import Plan, plan, sound_loop
from desktop_app.audio.synth import METRONOME_CHANNEL, Synth, perform
from music_core.score import Score

# Events are handed over this early. It must outlast any moment in which Python is kept from running, and it is
# how long an edit of notes or tempo takes to be heard (the mixer is heard at once).
_HORIZON_S = 0.15
# From pressing play to the first note: more than a driver renders in one burst.
_LEAD_S = 0.05
# Events that follow one another are handed over together, at most so often; between them the thread sleeps, though
# not for longer than the synth's clock can be told without a glance at it.
_PUMP_S, _GLANCE_S = 0.01, 0.03
_IDLE_S = 0.1

_LOG = logging.getLogger(__name__)


class Player:
    """The transport of one synth. Every method may be called from any thread; none waits for music.

    With `own_thread` False nobody but the caller calls `pump`: for tests with a made-up clock.
    Instruments are chosen as soon as `update` hears of them, on the player's thread, so that `play` starts at once.
    """

    def __init__(
        self, synth: Synth, clock: Callable[[], float] = time.perf_counter, *, own_thread: bool = True
    ) -> None:
        self._synth = synth
        self._clock = clock
        self._desk = Desk(synth)
        self._sample_clock = SampleClock()
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._plan = plan(Score())
        self._coming: Plan | None = None  # waits for its instruments
        self._start_at: int | None = None  # where to start when they are there
        self._playhead: Playhead | None = None
        self._rest_tick = 0.0
        self._closed = False
        self.on_finished: Callable[[], None] | None = None
        """Called on the player's thread when a score has been heard to its end, not when it was stopped."""
        self._thread = threading.Thread(target=self._run, name="player", daemon=True)
        if own_thread:
            self._thread.start()

    @property
    def is_playing(self) -> bool:
        """Whether the transport runs, its count-in included."""
        return self._playhead is not None or self._start_at is not None

    @property
    def origin_s(self) -> float:
        """Clock time at which tick 0 is heard, was, or would have been in the round now playing; at rest: now.

        The sound's way to the ear is included: whoever plays along with what they hear is on time by this.
        """
        with self._lock:
            if self._playhead is None:
                return self._clock()
            stretch = self._playhead.stretch_at(self._heard_s())
            return self._sample_clock.clock_s(stretch.zero_s) + self._synth.latency_s

    def position_tick(self) -> float:
        """The tick heard now; during a count-in it lies before the starting tick. At rest: where it stopped."""
        with self._lock:
            return self._rest_tick if self._playhead is None else self._playhead.tick_at(self._heard_s())

    def play(
        self,
        score: Score,
        from_tick: int = 0,
        loop: tuple[int, int] | None = None,
        metronome: bool = False,
        count_in_bars: int = 0,
        *,
        endless: bool = False,
    ) -> None:
        """Start at a tick, after so many bars of clicks; `endless` goes on past the end, for recording.

        Samples may have to be read first. Then the piece starts once they are there, and nobody waits for it here; only
        where bars are counted in or it goes on without end does the caller wait, who has to know when tick 0 is heard.
        """
        with self._lock:
            self._halt()
            new = plan(score, loop=loop, metronome=metronome, endless=endless, previous=self._plan)
            if self._thread.is_alive() and not (endless or count_in_bars or self._desk.is_ready(new.strips)):
                self._coming, self._start_at, self._rest_tick = new, from_tick, float(from_tick)
            else:
                self._desk.choose(new.strips)
                self._begin(new, from_tick, count_in_bars)
        self._wake.set()

    def stop(self) -> None:
        """Stop where it is; what sounds is released. Does nothing at rest."""
        with self._lock:
            self._halt()

    def update(self, score: Score) -> None:
        """Take over an edited score, playing or not: the mixer at once, notes and tempo within a moment."""
        with self._lock:
            now = self._coming or self._plan
            self._change(plan(score, loop=now.loop, metronome=now.metronome, endless=now.endless, previous=self._plan))

    def set_loop(self, loop: tuple[int, int] | None) -> None:
        """Change the loop while playing."""
        with self._lock:
            self._change(replace(self._coming or self._plan, loop=sound_loop(loop)))

    def set_metronome(self, on: bool) -> None:
        """Switch the clicks while playing."""
        with self._lock:
            self._change(replace(self._coming or self._plan, metronome=on))

    def panic(self) -> None:
        """Silence everything that sounds, whoever plays it, and lift every pedal."""
        with self._lock:
            self._halt()
            self._synth.cancel_scheduled()
            self._synth.all_notes_off()

    def pump(self) -> None:
        """Look at the clocks and hand over what is due. Once `rest_s` has passed, sooner does no harm."""
        self._fetch_instrument()
        if self._step() and self.on_finished is not None:
            self.on_finished()

    def rest_s(self) -> float:
        """How long nothing has to be done: seconds until `pump` is to be called again."""
        if self._coming is not None:
            return 0.0
        with self._lock:
            if self._playhead is None:
                return _IDLE_S
            due_s = self._playhead.next_s - _HORIZON_S - self._synth.now_s()
            return min(_GLANCE_S, max(_PUMP_S, due_s))

    def close(self) -> None:
        """Stop and end the thread; the synth is its owner's to close."""
        self.stop()
        self._closed = True
        self._wake.set()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(timeout=2.0)

    def _start(self, from_tick: int, count_in_bars: int) -> Playhead:
        first_s = self._synth.now_s() + _LEAD_S
        intro = count_in(self._plan.metres, from_tick, count_in_bars)
        seconds_a_tick = Playhead(self._plan, from_tick, first_s).stretch_at(first_s).seconds_a_tick
        start_s = first_s + intro.length_ticks * seconds_a_tick
        self._schedule((start_s - ticks * seconds_a_tick, click) for ticks, click in intro.clicks)
        return Playhead(self._plan, from_tick, start_s)

    def _begin(self, new: Plan, from_tick: int, count_in_bars: int = 0) -> None:
        """Every instrument is chosen: play."""
        self._plan, self._coming, self._start_at = new, None, None
        self._desk.mix(new.strips)
        for event in new.state_at(from_tick):
            perform(self._synth, event)
        self._look()
        self._playhead = self._start(from_tick, count_in_bars)
        self._hand_over()

    def _change(self, new: Plan) -> None:
        if self._desk.is_ready(new.strips):
            self._take_over(new)
        else:
            self._coming = new
            self._wake.set()

    def _take_over(self, new: Plan) -> None:
        if self._start_at is not None:
            self._begin(new, self._start_at)
            return
        self._plan, self._coming = new, None
        self._desk.mix(new.strips)
        if self._playhead is not None:
            self._schedule(self._playhead.replan(new))
            self._hand_over()

    def _halt(self) -> None:
        self._start_at = None
        if self._playhead is None:
            return
        self._rest_tick = max(0.0, self._playhead.tick_at(self._heard_s()))
        self._playhead = None
        self._synth.cancel_scheduled()
        for channel in {METRONOME_CHANNEL, *(lane.channel for lane in self._plan.lanes)}:
            self._synth.all_notes_off(channel)

    def _look(self) -> None:
        self._sample_clock.observe(self._clock(), self._synth.now_s())

    def _heard_s(self) -> float:
        return self._sample_clock.synth_s(self._clock()) - self._synth.latency_s

    def _hand_over(self) -> None:
        if self._playhead is not None:
            self._schedule(self._playhead.due(self._synth.now_s() + _HORIZON_S))

    def _schedule(self, events: Iterable[TimedEvent]) -> None:
        for at_s, event in events:
            self._synth.schedule(at_s, event)

    def _run(self) -> None:
        while not self._closed:
            rest_s = _PUMP_S
            try:
                self.pump()
                rest_s = self.rest_s()
            except Exception:
                _LOG.exception("The player stumbled and goes on.")
            self._wake.wait(rest_s)
            self._wake.clear()

    def _fetch_instrument(self) -> None:
        """Choose one of the instruments waited for, without the lock: the position is asked for meanwhile."""
        coming = self._coming
        if coming is None or self._desk.choose_one(coming.strips):
            return
        with self._lock:
            if self._coming is coming:
                self._take_over(coming)

    def _step(self) -> bool:
        """Look at the clocks, hand over what is due; True when the piece has just been heard to its end."""
        with self._lock:
            self._look()
            self._hand_over()
            if self._playhead is None or not self._playhead.finished or self._heard_s() < self._playhead.end_s:
                return False
            self._halt()
            return True
