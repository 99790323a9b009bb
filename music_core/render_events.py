"""What a synth has to do for a score, in seconds and in order: pure, one channel for each track that is heard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from music_core.controllers import CHORUS, EXPRESSION, PAN, REVERB, SUSTAIN_PEDAL, VOLUME
from music_core.midi_parts import DRUM_CHANNEL
from music_core.score import Score, TempoMap, Track, without_overlaps


@dataclass(frozen=True, slots=True, order=True)
class RenderEvent:
    """Something that happens on a channel; sorts as a synth should hear it: releases, controls, bends, new notes.

    Note-offs carry (pitch, 0), note-ons (pitch, velocity), controls (controller, value), bends (value, 0).
    """

    time_s: float
    kind: int
    order: int
    channel: int
    first: int
    second: int


OFF, CONTROL, BEND, ON = range(4)


def audible_tracks(score: Score) -> tuple[Track, ...]:
    """The tracks that are heard and have something to play: not muted, and soloed if any track is."""
    has_solo = any(track.soloed for track in score.tracks)
    return tuple(t for t in score.tracks if t.notes and not t.muted and (t.soloed or not has_solo))


def channel_of(index: int) -> int:
    """The channel of an audible track by its place; the drum channel stays free, as kits are chosen by bank."""
    return index if index < DRUM_CHANNEL else index + 1


def set_up_events(tracks: tuple[Track, ...]) -> Iterator[RenderEvent]:
    """The mix of every track, to be done before anything sounds."""
    for index, track in enumerate(tracks):
        sends = ((REVERB, track.reverb), (CHORUS, track.chorus))
        strip = ((VOLUME, track.volume), (PAN, track.pan), *sends, (EXPRESSION, 127))
        for order, (controller, value) in enumerate(strip):
            yield RenderEvent(0.0, CONTROL, order, channel_of(index), controller, value)
        yield RenderEvent(0.0, BEND, 0, channel_of(index), 0, 0)


def timed_events(score: Score, tracks: tuple[Track, ...]) -> list[RenderEvent]:
    """Every event of these tracks in order; pedals are let go when the last note ends."""
    seconds = TempoMap(score.tempos).seconds
    events: list[RenderEvent] = []
    end_s = seconds(max((track.end_tick for track in tracks), default=0))
    for index, track in enumerate(tracks):
        channel = channel_of(index)
        for note in without_overlaps(track.notes):
            events.append(RenderEvent(seconds(note.start_tick), ON, 0, channel, note.pitch, note.velocity))
            events.append(RenderEvent(seconds(note.end_tick), OFF, 0, channel, note.pitch, 0))
        for order, control in enumerate(track.controls):
            at_s = seconds(control.tick)
            events.append(RenderEvent(at_s, CONTROL, order, channel, control.controller, control.value))
        events.extend(RenderEvent(seconds(bend.tick), BEND, 0, channel, bend.value, 0) for bend in track.bends)
        events.append(RenderEvent(end_s, CONTROL, len(track.controls), channel, SUSTAIN_PEDAL, 0))
    return sorted(event for event in events if event.time_s <= end_s)
