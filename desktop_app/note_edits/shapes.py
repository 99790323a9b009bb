"""Moving, lengthening, loudness, adding, deleting and repeating: what hands do to the selected notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from desktop_app.note_edits.edited import Edited, changed, exchanged
from music_core.score import KeySignature, Note
from music_core.theory import scale_pitch_classes

# The pitch classes of the key at a tick, or None where every pitch is welcome.
Scale = Callable[[int], frozenset[int] | None]


def moved(before: Edited, by_ticks: int, by_pitch: int, scale: Scale | None = None) -> Edited:
    """The selected notes moved together, stopped as one at tick 0 and at the ends of the pitch range.

    With a scale each note that changes its pitch goes on to the nearest pitch of the scale, in the direction it moves.
    """
    if not before.chosen:
        return before
    by_ticks = max(by_ticks, -min(note.start_tick for note in before.chosen))
    by_pitch = max(by_pitch, -min(note.pitch for note in before.chosen))
    by_pitch = min(by_pitch, 127 - max(note.pitch for note in before.chosen))

    def place(note: Note) -> Note:
        pitch = note.pitch + by_pitch
        if scale is not None and by_pitch:
            pitch = nearest_pitch(pitch, scale(note.start_tick), 1 if by_pitch > 0 else -1)
        return replace(note, start_tick=note.start_tick + by_ticks, pitch=pitch)

    return changed(before, {note: place(note) for note in before.chosen})


def stepped(before: Edited, steps: int, scale: Scale) -> Edited:
    """The selected notes moved up or down by so many steps of the scale; semitones where there is none."""

    def place(note: Note) -> Note:
        pitch, within = note.pitch, scale(note.start_tick)
        for _ in range(abs(steps)):
            pitch = nearest_pitch(pitch + (1 if steps > 0 else -1), within, 1 if steps > 0 else -1)
        return replace(note, pitch=pitch)

    return changed(before, {note: place(note) for note in before.chosen})


def into_scale(before: Edited, scale: Scale) -> Edited:
    """The selected notes on the nearest pitches of the scale, downwards where two are as near."""
    return changed(
        before, {n: replace(n, pitch=nearest_pitch(n.pitch, scale(n.start_tick), -1)) for n in before.chosen}
    )


def nearest_pitch(pitch: int, within: frozenset[int] | None, direction: int) -> int:
    """The pitch of a scale nearest to one (0..127); of two as near the one in the direction (1 or -1)."""
    pitch = min(127, max(0, pitch))
    if not within:
        return pitch
    for away in range(12):
        for there in (pitch + away * direction, pitch - away * direction):
            if 0 <= there <= 127 and there % 12 in within:
                return there
    return pitch


def scale_of(keys: tuple[KeySignature, ...]) -> Scale:
    """The scale of each place of a piece in these keys; a minor key has its raised seventh as well."""

    def at(tick: int) -> frozenset[int] | None:
        key = next((key for key in reversed(keys) if key.tick <= tick), None)
        if key is None:
            return None
        return frozenset(scale_pitch_classes(key)) | frozenset(scale_pitch_classes(key, harmonic=True))

    return at


def resized(before: Edited, by_ticks: int) -> Edited:
    """The selected notes made longer or shorter by the same amount, each keeping at least a tick."""
    return changed(before, {n: replace(n, duration_ticks=max(1, n.duration_ticks + by_ticks)) for n in before.chosen})


def with_velocity(before: Edited, by: int) -> Edited:
    """The selected notes louder or softer by so much."""
    return changed(before, {n: replace(n, velocity=min(127, max(1, n.velocity + by))) for n in before.chosen})


def with_velocities(before: Edited, wanted: dict[Note, int]) -> Edited:
    """Some notes, selected or not, at velocities of their own (1..127); the selection goes along."""
    edited = changed(before, {n: replace(n, velocity=min(127, max(1, level))) for n, level in wanted.items()})
    kept = frozenset(replace(n, velocity=min(127, max(1, wanted[n]))) if n in wanted else n for n in before.chosen)
    return Edited(edited.notes, kept)


def added(notes: tuple[Note, ...], *new: Note) -> Edited:
    """More notes, selected."""
    return exchanged(Edited(notes, frozenset()), (), new)


def deleted(before: Edited) -> Edited:
    """Without the selected notes."""
    return exchanged(before, before.chosen, ())


def duplicated(before: Edited, by_ticks: int) -> Edited:
    """A copy of the selected notes so much later, which is then what is selected."""
    return exchanged(before, (), [replace(n, start_tick=n.start_tick + by_ticks) for n in before.chosen])
