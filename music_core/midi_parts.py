"""One part of a MIDI file and a Track, and the form in which a file can hold a track at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from music_core.controllers import CHORUS, PAN, REVERB, SUSTAIN_PEDAL, VOLUME
from music_core.midi_notes import NOTE_ON, PartEvents, paired
from music_core.note_columns import made
from music_core.score import ROLES, ControlChange, PitchBend, TempoMap, Track, without_overlaps

DRUM_CHANNEL = 9
BANK_HIGH, BANK_LOW = 0, 32
FIRST_CHANNEL_MODE = 120  # all notes off and its like: orders to a synth, not music

# Samplers miss a pedal that is let go and pressed again faster than this.
MIN_REPEDAL_S = 0.05

CONTROL, PROGRAM, BEND = 0xB, 0xC, 0xE


def clean_text(text: str) -> str:
    """Text as a file keeps it: what UTF-8 can hold, without zero bytes and outer blanks."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip()


def shown_name(name: str) -> str:
    """A track's name as a sentence may hold it."""
    printable = "".join(character for character in name if character.isprintable())
    return printable if len(printable) <= 40 else f"{printable[:39]}…"


def role_of(name: str, is_drum: bool) -> str:
    """The role that a track's name tells: the first word that is one (so `Bass guitar` is a bass)."""
    if is_drum:
        return "drums"
    return next((word for word in name.lower().split() if word in ROLES), "other")


def part_from_events(events: PartEvents, end_tick: int, name: str, is_drum: bool) -> tuple[Track, int]:
    """A track from one channel's events, and how often its instrument changes after the first note."""
    program, bank, changes = _instrument(events)
    kinds, one = events[:, 1], events[:, 2]
    kept = (kinds == CONTROL) & (one < FIRST_CHANNEL_MODE) & (one != BANK_HIGH) & (one != BANK_LOW)
    columns = dict(zip(("tick", "controller", "value"), events[kept][:, (0, 2, 3)].T, strict=True))
    track = Track(
        name=name,
        notes=paired(events, end_tick),
        program=program,
        bank=bank,
        is_drum=is_drum,
        role=role_of(name, is_drum),
        controls=tuple(made(ControlChange, columns)),
        bends=_bends(events[kinds == BEND]),
    )
    return with_mix_from_controls(track), changes


def _instrument(events: PartEvents) -> tuple[int, int, int]:
    """Program and bank, and how often they change after the first note."""
    program = bank = high = low = changes = 0
    has_program = False
    kinds, one = events[:, 1], events[:, 2]
    struck = np.flatnonzero((kinds == NOTE_ON) & (events[:, 3] > 0))
    first_note = int(struck[0]) if len(struck) else len(events)
    choices = np.flatnonzero((kinds == PROGRAM) | ((kinds == CONTROL) & ((one == BANK_HIGH) | (one == BANK_LOW))))
    for place, (_, kind, number, value) in zip(choices.tolist(), events[choices].tolist(), strict=True):
        if kind == CONTROL:
            high, low = (value, low) if number == BANK_HIGH else (high, value)
        elif place > first_note and has_program:
            changes += (number, 128 * high + low) != (program, bank)
        else:
            program, bank, has_program = number, 128 * high + low, True
    return program, bank, changes


def _bends(events: PartEvents) -> tuple[PitchBend, ...]:
    """`settled_bends` for very many events."""
    if not len(events):
        return ()
    last_at = np.append(events[1:, 0] != events[:-1, 0], True)
    ticks, values = events[last_at, 0], (events[:, 2] + 128 * events[:, 3] - 8192)[last_at]
    moves = values != np.append(0, values[:-1])
    return tuple(made(PitchBend, {"tick": ticks[moves], "value": values[moves]}))


def as_a_file_holds_it(track: Track, tempo_map: TempoMap) -> Track:
    """The track without what a MIDI file cannot keep: overlaps of a pitch, mutes, a role unlike its name's.

    Reading a written track gives exactly this.
    """
    name = clean_text(track.name)
    controls = [c for c in track.controls if c.controller < FIRST_CHANNEL_MODE]
    controls = [c for c in controls if c.controller not in (BANK_HIGH, BANK_LOW)]
    controls.sort(key=lambda control: control.tick)
    return with_mix_from_controls(
        replace(
            track,
            name=name,
            notes=without_overlaps(track.notes),
            role=role_of(name, track.is_drum),
            muted=False,
            soloed=False,
            generated_by="",
            controls=repedalled(controls, tempo_map),
            bends=settled_bends(track.bends),
        )
    )


def with_mix_from_controls(track: Track) -> Track:
    """Take the mix (volume, pan and the sends) from the last such controllers up to the first note; later ones stay."""
    first = track.notes[0].start_tick if track.notes else None
    mix = {VOLUME: track.volume, PAN: track.pan, REVERB: track.reverb, CHORUS: track.chorus}
    kept: list[ControlChange] = []
    for control in track.controls:
        if control.controller in mix and (first is None or control.tick <= first):
            mix[control.controller] = control.value
        else:
            kept.append(control)
    return replace(
        track,
        volume=mix[VOLUME],
        pan=mix[PAN],
        reverb=mix[REVERB],
        chorus=mix[CHORUS],
        controls=tuple(kept),
    )


def settled_bends(bends: Iterable[PitchBend]) -> tuple[PitchBend, ...]:
    """Bends that change something: the last one at each tick, unless the wheel is there already (centre at first)."""
    last_at = {bend.tick: bend.value for bend in sorted(bends, key=lambda bend: bend.tick)}
    settled: list[PitchBend] = []
    for tick, value in last_at.items():
        if value != (settled[-1].value if settled else 0):
            settled.append(PitchBend(tick, value))
    return tuple(settled)


def repedalled(controls: Sequence[ControlChange], tempo_map: TempoMap) -> tuple[ControlChange, ...]:
    """Press the pedal no sooner than 50 ms after it was let go; a press too short for that is left out."""
    result: list[ControlChange] = []
    late: ControlChange | None = None  # a press that waits for its time
    is_down, free_tick = False, 0
    for control in controls:
        if late is not None and control.tick >= late.tick and not (control.tick == late.tick and _lets_go(control)):
            result.append(late)
            is_down, late = True, None
        if control.controller != SUSTAIN_PEDAL:
            result.append(control)
        elif _lets_go(control):
            if is_down:
                free_tick = _tick_after(control.tick, MIN_REPEDAL_S, tempo_map)
            is_down, late = False, None
            result.append(control)
        elif not is_down and control.tick < free_tick:
            late = replace(control, tick=free_tick)
        else:
            is_down = True
            result.append(control)
    return (*result, late) if late is not None else tuple(result)


def _lets_go(control: ControlChange) -> bool:
    return control.controller == SUSTAIN_PEDAL and control.value < 64


def _tick_after(tick: int, seconds: float, tempo_map: TempoMap) -> int:
    """The first tick that is so many seconds later."""
    fractional = tempo_map.tick(tempo_map.seconds(tick) + seconds)
    return int(fractional) + (fractional - int(fractional) > 1e-6)
