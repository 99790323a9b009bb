"""What is held down at an instrument, so that it can be let go when the instrument is suddenly gone."""

from __future__ import annotations

from music_core.controllers import ALL_NOTES_OFF, ALL_SOUND_OFF, EXPRESSION, PERFORMING
from music_core.performance import BendMessage, ControlMessage, LiveMessage, NoteMessage


class HeldKeys:
    """Follows the messages of one instrument."""

    def __init__(self) -> None:
        self._keys: dict[tuple[int, int], None] = {}
        self._controls: dict[tuple[int, int], None] = {}
        self._bends: dict[int, None] = {}

    @property
    def any_key(self) -> bool:
        """Whether a key is down."""
        return bool(self._keys)

    def follow(self, message: LiveMessage) -> None:
        """Take note of a message that passed."""
        channel = message.channel
        match message:
            case NoteMessage(pitch=pitch, velocity=0):
                self._keys.pop((channel, pitch), None)
            case NoteMessage(pitch=pitch):
                self._keys[channel, pitch] = None
            case BendMessage(value=0):
                self._bends.pop(channel, None)
            case BendMessage():
                self._bends[channel] = None
            case ControlMessage(controller=controller) if controller in (ALL_SOUND_OFF, ALL_NOTES_OFF):
                self._keys = {key: None for key in self._keys if key[0] != channel}
            case ControlMessage(controller=controller, value=value) if controller in PERFORMING - {EXPRESSION}:
                if value:
                    self._controls[channel, controller] = None
                else:
                    self._controls.pop((channel, controller), None)

    def release(self, time_s: float) -> list[LiveMessage]:
        """Messages that let everything go: keys up, pedals up, wheels to rest. Nothing is held after this."""
        messages: list[LiveMessage] = [NoteMessage(time_s, pitch, 0, channel) for channel, pitch in self._keys]
        messages.extend(ControlMessage(time_s, controller, 0, channel) for channel, controller in self._controls)
        messages.extend(BendMessage(time_s, 0, channel) for channel in self._bends)
        self._keys, self._controls, self._bends = {}, {}, {}
        return messages
