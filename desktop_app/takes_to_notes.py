"""From raw takes to notes in the melody, as pure functions: tempo changes, warm-ups, loop passes, ranges, merging."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.library.project import Recording
from desktop_app.library.take_journal import TakePlan
from music_core.performance import ControlMessage, LiveMessage, NoteMessage, PerformedNote, PerformedTake, pair_notes
from music_core.quantize import Grid, quantize, take_to_track
from music_core.score import TICKS_PER_QUARTER, Note, Score, TempoMap, Track, bar_lines, without_overlaps

# What is struck up to this much before the first beat is an early first note, not a warm-up.
_EARLY_BEATS = 0.5
# In a pass of a loop, and before a punch, the same; the end of the round before must not be taken for it.
_EARLY_IN_RANGE_BEATS = 0.25


def on_steady_beats(take: PerformedTake, score: Score) -> PerformedTake:
    """The take with its times stretched as if the piece's first tempo had ruled throughout.

    A take is read against one tempo; where the piece has several, this keeps every beat at its place.
    """
    if len(score.tempos) == 1:
        return take
    tempo_map = TempoMap(score.tempos)

    def steady(time_s: float) -> float:
        since = time_s - take.origin_s
        return time_s if since < 0 else take.origin_s + tempo_map.tick(since) * 60 / (take.bpm * TICKS_PER_QUARTER)

    messages = tuple(replace(message, time_s=steady(message.time_s)) for message in take.messages)
    return replace(take, messages=messages, end_s=steady(take.end_s))


def without_warm_up(take: PerformedTake, start_tick: int) -> PerformedTake:
    """The take without keys struck during the count-in; an early first note stays."""
    beat_s = 60 / take.bpm
    start_s = take.origin_s + (start_tick / TICKS_PER_QUARTER - _EARLY_BEATS) * beat_s
    return _from(take, start_s)


def has_notes(take: PerformedTake) -> bool:
    """Whether a key was struck in it."""
    return any(isinstance(message, NoteMessage) and message.velocity for message in take.messages)


def loop_passes(take: PerformedTake, loop: tuple[int, int]) -> tuple[PerformedTake, ...]:
    """The rounds of a loop as takes of their own, counted as if each had been the first; rounds without notes too.

    A key held over the end is let go there; pedals and wheels held over it are held in the next round.
    """
    tick_s = 60 / (take.bpm * TICKS_PER_QUARTER)
    start_s, round_s = take.origin_s + loop[0] * tick_s, (loop[1] - loop[0]) * tick_s
    early_s = _EARLY_IN_RANGE_BEATS * 60 / take.bpm
    rounds = max(1, int((take.end_s - start_s - early_s) // round_s) + 1)
    passes = []
    for number in range(rounds):
        first_s = start_s + number * round_s
        end_s = min(first_s + round_s, take.end_s)
        # A note struck just before a round begins belongs to it.
        until_s = end_s if number == rounds - 1 else end_s - early_s
        cut = _between(take, first_s - early_s, until_s, end_s)
        passes.append(replace(cut, origin_s=take.origin_s + number * round_s))
    return tuple(passes)


def within(take: PerformedTake, span: tuple[int, int]) -> PerformedTake:
    """Only what was struck in a range of ticks; an early first note of it stays."""
    tick_s = 60 / (take.bpm * TICKS_PER_QUARTER)
    start_s, end_s = (take.origin_s + tick * tick_s for tick in span)
    early_s = _EARLY_IN_RANGE_BEATS * 60 / take.bpm
    return _between(take, start_s - early_s, end_s - early_s / 2, end_s)


def recordings_of(take: PerformedTake, plan: TakePlan, score: Score, grid: Grid | None, stack: int) -> list[Recording]:
    """The recordings that a take with a click is: one, or one a round of a loop; those without notes are left out."""
    take = on_steady_beats(take, score)
    if plan.loop is not None:
        span = plan.loop if plan.punch is None else _common(plan.loop, plan.punch)
        passes = [within(one, span) if span != plan.loop else one for one in loop_passes(take, plan.loop)]
        stack = 0 if plan.overdub else stack
        return [Recording(one, *span, grid, None, stack, plan.overdub) for one in passes if has_notes(one)]
    if plan.punch is not None:
        take = within(take, plan.punch)
        return [Recording(take, *plan.punch, grid, None, 0, plan.overdub)] if has_notes(take) else []
    take = without_warm_up(take, plan.start_tick)
    if not has_notes(take):
        return []
    recording = Recording(take, plan.start_tick, grid=grid, overdub=plan.overdub)
    if plan.start_tick:
        lines = bar_lines(score.metres, max(written(recording).end_tick, plan.start_tick + 1))
        recording = replace(recording, end_tick=lines[-1])
    return [recording]


def written(recording: Recording) -> Track:
    """The notes of a recording on its grid."""
    take = recording.performance
    if recording.beats is not None:
        take = recording.beats.steady(take)
    return take_to_track(take, recording.grid)


def in_range(notes: tuple[Note, ...], recording: Recording) -> tuple[Note, ...]:
    """Early first notes are pulled onto the start, as the tick before it belongs to other notes; late ends are cut."""
    start, end = recording.start_tick, recording.end_tick
    pulled = (
        note if note.start_tick >= start else Note(start, note.pitch, max(1, note.end_tick - start), note.velocity)
        for note in notes
    )
    if end is None:
        return tuple(pulled)
    # What was struck last may have been drawn onto the end: it belongs to the last step before it.
    last = end - min(recording.grid.step_ticks if recording.grid else 1, end - start)
    kept = (replace(note, start_tick=min(note.start_tick, last)) for note in pulled)
    return tuple(replace(note, duration_ticks=min(note.duration_ticks, end - note.start_tick)) for note in kept)


def merged(melody: Track, played: Track, recording: Recording) -> Track:
    """The melody track with a recording in its range; around it the old notes, bends and pedals stay.

    An overdub leaves those in its range as well.
    """
    start, end = recording.start_tick, recording.end_tick

    def outside(tick: int) -> bool:
        return recording.overdub or tick < start or (end is not None and tick >= end)

    def kept(note: Note) -> Note:
        cut = not recording.overdub and note.start_tick < start < note.end_tick
        return replace(note, duration_ticks=start - note.start_tick) if cut else note

    old = tuple(kept(note) for note in melody.notes if outside(note.start_tick))
    new = in_range(played.notes, recording)
    return replace(
        melody,
        role="melody",
        generated_by="",
        notes=without_overlaps((*old, *new)) if recording.overdub else (*old, *new),
        controls=tuple(sorted((*(c for c in melody.controls if outside(c.tick)), *played.controls))),
        bends=tuple(sorted((*(b for b in melody.bends if outside(b.tick)), *played.bends))),
    )


def is_in(melody: Track, recording: Recording) -> bool:
    """Whether every note of a recording is in the melody as it was written."""
    notes = in_range(written(recording).notes, recording)
    return bool(notes) and set(notes) <= set(melody.notes)


def without(melody: Track, recording: Recording) -> Track:
    """The melody without the notes of a recording."""
    notes = set(in_range(written(recording).notes, recording))
    return replace(melody, notes=tuple(note for note in melody.notes if note not in notes))


def quantise_notes(notes: tuple[Note, ...], grid: Grid) -> tuple[Note, ...]:
    """Written notes moved to a grid."""
    second = 1 / TICKS_PER_QUARTER  # at 60 bpm a quarter is a second, so nothing is rounded on the way
    performed = [PerformedNote(n.start_tick * second, n.end_tick * second, n.pitch, n.velocity) for n in notes]
    return quantize(performed, origin_s=0.0, bpm=60.0, grid=grid)


def notes_of(take: PerformedTake) -> tuple[PerformedNote, ...]:
    """The take's notes for as long as their keys were down."""
    return pair_notes(take.messages, take.end_s, pedal=False)


def _common(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    """What two ranges share, or the first where that is nothing."""
    start, end = max(a[0], b[0]), min(a[1], b[1])
    return (start, end) if start < end else a


def _from(take: PerformedTake, start_s: float) -> PerformedTake:
    kept = tuple(message for message in take.messages if message.time_s >= start_s or not _is_stroke(message))
    return replace(take, messages=kept)


def _is_stroke(message: LiveMessage) -> bool:
    return isinstance(message, NoteMessage) and message.velocity > 0


def _between(take: PerformedTake, start_s: float, until_s: float, end_s: float) -> PerformedTake:
    """What was struck from a moment until another; keys end at `end_s`; what was held before is held at the start."""
    held: dict[tuple[int, int], LiveMessage] = {}
    kept: list[LiveMessage] = []
    for message in take.messages:
        if isinstance(message, NoteMessage):
            if message.velocity and not start_s <= message.time_s < until_s:
                continue
            if start_s <= message.time_s < end_s:
                kept.append(message)
        elif message.time_s < start_s:
            slot = (message.channel, message.controller if isinstance(message, ControlMessage) else -1)
            held[slot] = replace(message, time_s=start_s)
        elif message.time_s < end_s:
            kept.append(message)
    opening = [message for message in held.values() if not isinstance(message, NoteMessage) and message.value]
    return replace(take, messages=(*opening, *kept), end_s=end_s)
