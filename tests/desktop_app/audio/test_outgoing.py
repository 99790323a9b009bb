"""What a MIDI port is told, and when, beside the synth."""

from __future__ import annotations

from desktop_app.audio.outgoing import LIVE_OUT_CHANNEL, Outgoing, out_channel, to_bytes
from desktop_app.audio.player import Player
from desktop_app.audio.recording_synth import RecordingSynth
from desktop_app.audio.synth import (
    AUDITION_CHANNEL,
    DRUM_CHANNEL,
    LIVE_CHANNEL,
    METRONOME_CHANNEL,
    Bend,
    Control,
    NoteOff,
    NoteOn,
)
from music_core.score import Note, Score, Tempo, Track
from tests.desktop_app.playing import Clock


class Wire:
    """A port that writes down (when, bytes)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.sent: list[tuple[float | None, tuple[int, ...]]] = []

    def send(self, data: tuple[int, ...], at_s: float | None = None) -> None:
        self.sent.append((at_s, data))

    def forget(self) -> None:
        self.sent = [entry for entry in self.sent if entry[0] is None or entry[0] <= self._clock()]

    def notes(self) -> list[tuple[float | None, tuple[int, ...]]]:
        return [entry for entry in self.sent if entry[1][0] & 0xE0 == 0x80]


def test_parts_get_channels_of_their_own_and_drums_the_tenth() -> None:
    assert [out_channel(channel) for channel in (0, 8, DRUM_CHANNEL, 10, LIVE_CHANNEL)] == [0, 8, 9, 10, 15]
    assert [out_channel(channel) for channel in (14, 15, 30)] == [14, 0, 1]
    assert out_channel(METRONOME_CHANNEL) is None and out_channel(AUDITION_CHANNEL) is None
    pitched = {out_channel(channel) for channel in range(112) if channel != DRUM_CHANNEL}
    assert DRUM_CHANNEL not in pitched and LIVE_OUT_CHANNEL not in pitched


def test_events_are_midi() -> None:
    assert to_bytes(NoteOn(2, 60, 90)) == (0x92, 60, 90)
    assert to_bytes(NoteOff(9, 36)) == (0x89, 36, 64)
    assert to_bytes(Control(0, 64, 127)) == (0xB0, 64, 127)
    assert to_bytes(Bend(1, 0)) == (0xE1, 0, 64)
    assert to_bytes(Bend(1, 8191)) == (0xE1, 127, 127)
    assert to_bytes(NoteOn(METRONOME_CHANNEL, 76, 90)) is None


def test_a_piece_goes_out_when_it_is_heard_with_its_instruments_first() -> None:
    clock = Clock()
    wire = Wire(clock)
    synth = RecordingSynth(clock, latency_s=0.03)
    outgoing = Outgoing(synth, clock)
    player = Player(outgoing, clock, own_thread=False)
    bass = Track("Bass", (Note(0, 40, 240), Note(480, 43, 240)), program=33, volume=90, role="bass")
    player.play(Score((bass,), tempos=(Tempo(0, 500_000),)))
    player.stop()
    outgoing.connect(wire)
    assert (None, (0xC0, 33)) in wire.sent and (None, (0xB0, 7, 90)) in wire.sent
    player.play(Score((bass,), tempos=(Tempo(0, 500_000),)))
    for _ in range(100):
        clock.now_s += 0.01
        player.pump()
    strokes = [(at_s, data[1]) for at_s, data in wire.notes() if data[0] == 0x90]
    assert [pitch for _, pitch in strokes] == [40, 43]
    heard = [at_s + synth.latency_s for at_s, _ in synth.notes_on(0)][-2:]
    began_s = clock.now_s - synth.now_s()
    for (at_s, _), heard_s in zip(strokes, heard, strict=True):
        assert at_s is not None and abs(at_s - began_s - heard_s) < 1e-6
    player.close()


def test_stopping_and_leaving_end_every_note_there() -> None:
    clock = Clock()
    wire = Wire(clock)
    outgoing = Outgoing(RecordingSynth(clock), clock)
    outgoing.connect(wire)
    outgoing.schedule(5.0, NoteOn(0, 60, 90))
    outgoing.cancel_scheduled()
    assert wire.notes() == []
    outgoing.all_notes_off(0)
    assert wire.sent[-2:] == [(None, (0xB0, 64, 0)), (None, (0xB0, 123, 0))]
    outgoing.note_on(LIVE_CHANNEL, 60, 90)
    wire.sent.clear()
    outgoing.connect(None)
    assert (None, (0xBF, 123, 0)) in wire.sent
    wire.sent.clear()
    outgoing.note_on(LIVE_CHANNEL, 62, 90)
    assert wire.sent == []
