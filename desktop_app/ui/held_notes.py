"""Which notes the mouse, fingers and computer keys hold down, so that none is left hanging."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from music_core.performance import LiveMessage, NoteMessage


class HeldNotes:
    """Turns presses and releases of physical sources into note messages.

    A source (a scan code, a finger, the mouse) remembers the pitch it sent, so that an octave shift
    in between cannot leave a note on; a pitch held by two sources ends with the second.
    """

    def __init__(self, send: Callable[[LiveMessage], None], clock: Callable[[], float]) -> None:
        self._send = send
        self._clock = clock
        self._pitch_of: dict[Hashable, int] = {}
        self._told: Callable[[bool], None] = lambda _anything: None

    def watch(self, told: Callable[[bool], None]) -> None:
        """`told` hears when the first source goes down (true) and when the last has come up (false)."""
        self._told = told

    @property
    def pitches(self) -> frozenset[int]:
        """The pitches that are held."""
        return frozenset(self._pitch_of.values())

    @property
    def sources(self) -> frozenset[Hashable]:
        """What holds them."""
        return frozenset(self._pitch_of)

    def press(self, source: Hashable, pitch: int, velocity: int) -> bool:
        """A source goes down; false when it is down already or the pitch is outside 0..127."""
        if source in self._pitch_of or not 0 <= pitch <= 127:
            return False
        self._pitch_of[source] = pitch
        self._send(NoteMessage(self._clock(), pitch, min(127, max(1, velocity))))
        if len(self._pitch_of) == 1:
            self._told(True)
        return True

    def release(self, source: Hashable) -> bool:
        """A source comes up; the note ends when no other source holds its pitch."""
        pitch = self._pitch_of.pop(source, None)
        if pitch is None:
            return False
        if pitch not in self._pitch_of.values():
            self._send(NoteMessage(self._clock(), pitch, 0))
        if not self._pitch_of:
            self._told(False)
        return True

    def slide(self, source: Hashable, pitch: int, velocity: int) -> bool:
        """A finger or the mouse has moved to another key while down."""
        if self._pitch_of.get(source) in (None, pitch):
            return False
        self.release(source)
        return self.press(source, pitch, velocity)

    def release_all(self) -> bool:
        """Everything up, as when the window loses the keyboard; true when something was down."""
        sources = tuple(self._pitch_of)
        for source in sources:
            self.release(source)
        return bool(sources)
