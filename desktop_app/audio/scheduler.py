"""A score as the events a synth can play: pure, and cheap to make again after every edit."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

from desktop_app.audio.lane_events import LaneEvents, TickEvent
from desktop_app.audio.metronome import clicks
from desktop_app.audio.synth import DRUM_CHANNEL, PLAYER_CHANNELS, Bend, Control, NoteOff, NoteOn, SynthEvent
from music_core.controllers import CHORUS, EXPRESSION, MODULATION, PAN, REVERB, SUSTAIN_PEDAL, VOLUME
from music_core.score import TICKS_PER_QUARTER, Metre, Score, Tempo, TempoMap, Track

# A loop shorter than this would be a buzz, and at length 0 no loop at all.
SHORTEST_LOOP_TICKS = 60

_NEUTRAL = ((SUSTAIN_PEDAL, 0), (MODULATION, 0), (EXPRESSION, 127))


@dataclass(frozen=True, slots=True)
class Strip:
    """How one channel is set up: its instrument and its place in the mix."""

    channel: int
    program: int
    bank: int
    is_drum: bool
    volume: int
    pan: int
    reverb: int
    chorus: int

    @property
    def faders(self) -> tuple[tuple[int, int], ...]:
        """(controller, value) of all that the mixer sets."""
        return (VOLUME, self.volume), (PAN, self.pan), (REVERB, self.reverb), (CHORUS, self.chorus)


@dataclass(frozen=True, slots=True)
class Lane:
    """One track's events in order of tick, and apart from them its controls, for starting in the middle."""

    track: Track
    channel: int
    audible: bool
    sounding: LaneEvents

    @property
    def ticks(self) -> list[int]:
        """The tick of each event."""
        return self.sounding.ticks

    @property
    def events(self) -> LaneEvents:
        """What is played, in order."""
        return self.sounding

    @property
    def controls(self) -> tuple[TickEvent, ...]:
        """The controllers and bends among it."""
        return self.sounding.controls


@dataclass(frozen=True, slots=True)
class Plan:
    """All there is to play: what sounds, how fast, how far, and whether it goes round."""

    lanes: tuple[Lane, ...]
    strips: tuple[Strip, ...]
    tempos: tuple[Tempo, ...]
    tempo: TempoMap
    metres: tuple[Metre, ...]
    end_tick: int
    loop: tuple[int, int] | None = None
    metronome: bool = False
    endless: bool = False

    def between(self, start_tick: int, end_tick: int) -> list[TickEvent]:
        """Events with start_tick <= tick < end_tick, in playing order: releases, controls, new notes."""
        found: list[TickEvent] = []
        for lane in self.lanes:
            low, high = bisect_left(lane.ticks, start_tick), bisect_left(lane.ticks, end_tick)
            found.extend(zip(lane.ticks[low:high], lane.events[low:high], strict=True))
        if self.metronome:
            found.extend(clicks(self.metres, start_tick, end_tick))
        return sorted(found, key=_playing_order)

    def next_tick(self, tick: int) -> int | None:
        """The first tick from `tick` on that has an event; of the clicks only those within a quarter are looked for."""
        places = ((lane.ticks, bisect_left(lane.ticks, tick)) for lane in self.lanes)
        found = [ticks[place] for ticks, place in places if place < len(ticks)]
        if self.metronome:
            found += [at for at, _click in clicks(self.metres, tick, tick + TICKS_PER_QUARTER)]
        return min(found, default=None)

    def state_at(self, tick: int) -> Iterator[SynthEvent]:
        """Where every strip, pedal and wheel stands just before `tick`, so that playing may begin there."""
        for strip, lane in zip(self.strips, self.lanes, strict=True):
            values = {**dict(_NEUTRAL), **dict(strip.faders)}
            bend = 0
            for at, event in lane.controls:
                if at >= tick:
                    break
                if isinstance(event, Control):
                    values[event.controller] = event.value
                elif isinstance(event, Bend):
                    bend = event.value
            yield from (Control(lane.channel, controller, value) for controller, value in values.items())
            yield Bend(lane.channel, bend)

    def holds(self, channel: int, pitch: int, tick: int) -> bool:
        """Whether a note of this key that began before `tick` is still to be released at or after it."""
        for lane in self.lanes:
            found = lane.events.holds(pitch, bisect_left(lane.ticks, tick)) if lane.channel == channel else None
            if found is not None:
                return found
        return False


def plan(
    score: Score,
    *,
    loop: tuple[int, int] | None = None,
    metronome: bool = False,
    endless: bool = False,
    previous: Plan | None = None,
) -> Plan:
    """Lay out a score for playing; lanes of tracks that are as they were in `previous` are taken over."""
    channels = assign_channels(score.tracks)
    lanes = []
    for i, (track, channel) in enumerate(zip(score.tracks, channels, strict=True)):
        old = previous.lanes[i] if previous is not None and i < len(previous.lanes) else None
        lanes.append(_lane(track, channel, is_audible(score, i), old))
    return Plan(
        tuple(lanes),
        tuple(_strip(lane) for lane in lanes),
        score.tempos,
        previous.tempo if previous is not None and previous.tempos == score.tempos else TempoMap(score.tempos),
        score.metres,
        score.end_tick,
        sound_loop(loop),
        metronome,
        endless,
    )


def sound_loop(loop: tuple[int, int] | None) -> tuple[int, int] | None:
    """The loop as it can be played: None when it is empty or back to front, never shorter than a blink."""
    if loop is None or loop[1] <= max(0, loop[0]):
        return None
    start_tick = max(0, loop[0])
    return start_tick, max(loop[1], start_tick + SHORTEST_LOOP_TICKS)


def is_audible(score: Score, index: int) -> bool:
    """Whether a track is heard: not muted, and soloed if any track is."""
    track = score.tracks[index]
    return not track.muted and (track.soloed or not any(other.soloed for other in score.tracks))


def assign_channels(tracks: tuple[Track, ...]) -> tuple[int, ...]:
    """A channel for each track; the first drum track gets General MIDI's drum channel, nobody else does.

    Past 112 tracks channels are shared; no piece for human ears comes near.
    """
    free = [channel for channel in range(PLAYER_CHANNELS) if channel != DRUM_CHANNEL]
    channels, used, has_drums = [], 0, False
    for track in tracks:
        if track.is_drum and not has_drums:
            has_drums = True
            channels.append(DRUM_CHANNEL)
        else:
            channels.append(free[used % len(free)])
            used += 1
    return tuple(channels)


def _strip(lane: Lane) -> Strip:
    track = lane.track
    # Muting turns the volume down rather than leaving notes out: it is heard at once, both ways, mid-note.
    volume = track.volume if lane.audible else 0
    instrument = (track.program, track.bank, track.is_drum)
    return Strip(lane.channel, *instrument, volume, track.pan, track.reverb, track.chorus)


def _lane(track: Track, channel: int, audible: bool, old: Lane | None) -> Lane:
    if (
        old is not None
        and (old.channel, old.audible) == (channel, audible)
        and old.track.notes is track.notes
        and old.track.controls is track.controls
        and old.track.bends is track.bends
    ):
        return replace(old, track=track)
    return Lane(track, channel, audible, LaneEvents(track, channel, audible))


def _playing_order(entry: TickEvent) -> tuple[int, int]:
    tick, event = entry
    return tick, 0 if isinstance(event, NoteOff) else 2 if isinstance(event, NoteOn) else 1
