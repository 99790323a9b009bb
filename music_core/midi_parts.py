"""One part of a MIDI file and a Track: pairing notes, and the form in which a file can hold a track at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from music_core.controllers import CHORUS, PAN, REVERB, SUSTAIN_PEDAL, VOLUME
from music_core.score import ROLES, ControlChange, Note, PitchBend, TempoMap, Track, without_overlaps

DRUM_CHANNEL = 9
BANK_HIGH, BANK_LOW = 0, 32
FIRST_CHANNEL_MODE = 120  # all notes off and its like: orders to a synth, not music

# Samplers miss a pedal that is let go and pressed again faster than this.
MIN_REPEDAL_S = 0.05

NOTE_OFF, NOTE_ON, CONTROL, PROGRAM, BEND = 0x8, 0x9, 0xB, 0xC, 0xE

# (tick, kind, data1, data2) of one channel, in file order.
PartEvent = tuple[int, int, int, int]


@dataclass(slots=True)
class _Held:
    """A note that sounds: how many note-offs it still expects, the last one seen, and when it cut another note."""

    start_tick: int
    velocity: int
    expected: int = 1
    last_off: int = -1
    cut_another_at: int = -1


def clean_text(text: str) -> str:
    """Text as a file keeps it: what UTF-8 can hold, without zero bytes and outer blanks."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip()


def role_of(name: str, is_drum: bool) -> str:
    """The role that a track's name tells: the first word that is one (so `Bass guitar` is a bass)."""
    if is_drum:
        return "drums"
    return next((word for word in name.lower().split() if word in ROLES), "other")


def part_from_events(events: Sequence[PartEvent], end_tick: int, name: str, is_drum: bool) -> tuple[Track, int]:
    """A track from one channel's events, and how often its instrument changes after the first note."""
    program = bank = high = low = changes = 0
    has_program = has_notes = False
    controls: list[ControlChange] = []
    bends: list[PitchBend] = []
    for tick, kind, one, two in events:
        if kind == NOTE_ON and two:
            has_notes = True
        elif kind == PROGRAM:
            chosen = (one, 128 * high + low)
            if has_notes and has_program:
                changes += chosen != (program, bank)
            else:
                (program, bank), has_program = chosen, True
        elif kind == CONTROL and one in (BANK_HIGH, BANK_LOW):
            high, low = (two, low) if one == BANK_HIGH else (high, two)
        elif kind == CONTROL and one < FIRST_CHANNEL_MODE:
            controls.append(ControlChange(tick, one, two))
        elif kind == BEND:
            bends.append(PitchBend(tick, one + 128 * two - 8192))
    track = Track(
        name=name,
        notes=pair_events(events, end_tick),
        program=program,
        bank=bank,
        is_drum=is_drum,
        role=role_of(name, is_drum),
        controls=tuple(controls),
        bends=settled_bends(bends),
    )
    return with_mix_from_controls(track), changes


def pair_events(events: Iterable[PartEvent], end_tick: int) -> tuple[Note, ...]:
    """Notes from note-ons and note-offs in ticks.

    A note-on for a sounding pitch ends that note; two at one tick make one note that lasts until the last
    of their offs; a missing off ends at `end_tick`; every note has a tick or more.
    """
    notes: list[Note] = []
    held: dict[int, _Held] = {}

    def close(pitch: int, note: _Held, tick: int) -> None:
        notes.append(Note(note.start_tick, pitch, max(1, tick - note.start_tick), note.velocity))

    for tick, kind, pitch, velocity in events:
        note = held.get(pitch)
        if kind == NOTE_ON and velocity:
            if note is None:
                held[pitch] = _Held(tick, velocity)
            elif note.start_tick == tick:
                note.expected += 1
                note.velocity = max(note.velocity, velocity)
            else:
                close(pitch, note, tick if note.last_off < 0 else note.last_off)
                held[pitch] = _Held(tick, velocity, cut_another_at=tick if note.last_off < 0 else -1)
        elif kind in (NOTE_ON, NOTE_OFF) and note is not None:
            if note.cut_another_at == tick:
                note.cut_another_at = -1  # the off that the earlier note still owed
                continue
            note.expected -= 1
            note.last_off = tick
            if note.expected == 0:
                close(pitch, held.pop(pitch), tick)
    for pitch, note in held.items():
        close(pitch, note, end_tick if note.last_off < 0 else note.last_off)
    return without_overlaps(notes)  # a note without length, given its tick, may meet the next one


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
