"""The played keys' own voice: from the hub straight to the synth."""

from __future__ import annotations

from desktop_app.audio.synth import LIVE_CHANNEL, Synth
from music_core.controllers import ALL_NOTES_OFF, ALL_SOUND_OFF, CHORUS, PAN, PERFORMING, REVERB, VOLUME
from music_core.performance import BendMessage, ControlMessage, LiveMessage, NoteMessage


class LiveVoice:
    """Sounds live messages on one channel that no track of the player uses; `feed` is a hub listener.

    Whatever channel a message came on, it goes to this voice: a keyboard that sends on channel 10 is still
    the player's own instrument.
    """

    def __init__(self, synth: Synth, channel: int = LIVE_CHANNEL) -> None:
        self._synth = synth
        self._channel = channel
        self._mix: tuple[int, int, int, int] | None = None

    def feed(self, message: LiveMessage) -> None:
        """Sound, release, bend or control at once; the desk's knobs and buttons are not for this voice."""
        match message:
            case NoteMessage(pitch=pitch, velocity=velocity) if velocity:
                self._synth.note_on(self._channel, pitch, velocity)
            case NoteMessage(pitch=pitch):
                self._synth.note_off(self._channel, pitch)
            case BendMessage(value=value):
                self._synth.bend(self._channel, value)
            case ControlMessage(controller=controller) if controller in (ALL_SOUND_OFF, ALL_NOTES_OFF):
                self._synth.all_notes_off(self._channel)
            case ControlMessage(controller=controller, value=value) if controller in PERFORMING:
                self._synth.control(self._channel, controller, value)

    def choose(self, program: int, bank: int = 0, *, is_drum: bool = False) -> None:
        """Play with this instrument from the next note on."""
        self._synth.program(self._channel, program, bank, is_drum=is_drum)

    def mix(self, volume: int = 100, pan: int = 64, reverb: int = 40, chorus: int = 0) -> None:
        """Set the voice in the room as a track's strip would, each 0..127."""
        if (volume, pan, reverb, chorus) != self._mix:
            self._mix = (volume, pan, reverb, chorus)
            for controller, value in ((VOLUME, volume), (PAN, pan), (REVERB, reverb), (CHORUS, chorus)):
                self._synth.control(self._channel, controller, value)

    def silence(self) -> None:
        """Release everything this voice holds."""
        self._synth.all_notes_off(self._channel)
