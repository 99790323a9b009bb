"""Which button or knob does what, kept in the settings and obeyed from the hub on."""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.devices.controls import ControlAction, ControlMap
from desktop_app.language import mark
from desktop_app.session import Session
from music_core.performance import LiveMessage

LABELS = {
    ControlAction.PLAY: mark("Play or stop"),
    ControlAction.STOP: mark("Stop"),
    ControlAction.RECORD: mark("Record"),
    ControlAction.VOLUME: mark("Master volume"),
    ControlAction.MIXER_1: mark("Level of the first part"),
    ControlAction.MIXER_2: mark("Level of the second part"),
    ControlAction.MIXER_3: mark("Level of the third part"),
    ControlAction.PAN: mark("Pan of the selected track"),
    ControlAction.REVERB: mark("Reverb of the selected track"),
}


class HardwareMap:
    """`obey` is a hub listener on any thread; `act(action, value)` is called for what it recognises."""

    def __init__(self, session: Session, act: Callable[[str, int], None]) -> None:
        self._session = session
        self._act = act
        saved = session.settings.controls
        self._map = ControlMap.from_dict(saved) if saved else ControlMap()
        self._is_paused = False

    def pause(self, paused: bool) -> None:
        """Do nothing for a while: what is pressed now is being learned."""
        self._is_paused = paused

    def obey(self, message: LiveMessage) -> None:
        """Hand on what a button or knob asks for."""
        wanted = None if self._is_paused else self._map.action_for(message)
        if wanted is not None:
            self._act(wanted[0].value, wanted[1])

    def table(self) -> tuple[tuple[str, str, int | None], ...]:
        """(id, label, controller) of all that can be done."""
        return tuple((action.value, label, self._map.controller_of(action)) for action, label in LABELS.items())

    def learn(self, action: str, controller: int) -> None:
        """From now on this controller does this."""
        self._map = self._map.learn(ControlAction(action), controller)
        self._session.change_settings(controls=self._map.to_dict())

    def reset(self) -> None:
        """The AKM322's own table."""
        self._map = ControlMap()
        self._session.change_settings(controls={})
