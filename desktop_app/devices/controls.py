"""Knobs and buttons: which controller means what, with the AKM322's own table as the default."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from music_core.controllers import PAN, REVERB, VOLUME
from music_core.performance import ControlMessage, LiveMessage

_LOG = logging.getLogger(__name__)


class ControlAction(Enum):
    """What a knob or button can do in the studio; the value is its name in saved settings."""

    PLAY = "play"
    STOP = "stop"
    RECORD = "record"
    VOLUME = "volume"
    MIXER_1 = "mixer_1"
    MIXER_2 = "mixer_2"
    MIXER_3 = "mixer_3"
    PAN = "pan"
    REVERB = "reverb"

    @property
    def is_button(self) -> bool:
        """Whether it happens on a press, rather than following a value."""
        return self in (ControlAction.PLAY, ControlAction.STOP, ControlAction.RECORD)


AKM322: Mapping[int, ControlAction] = MappingProxyType(
    {
        VOLUME: ControlAction.VOLUME,
        PAN: ControlAction.PAN,
        21: ControlAction.MIXER_1,
        22: ControlAction.MIXER_2,
        23: ControlAction.MIXER_3,
        REVERB: ControlAction.REVERB,
        105: ControlAction.PLAY,
        106: ControlAction.STOP,
        107: ControlAction.RECORD,
    }
)


@dataclass(frozen=True)
class ControlMap:
    """Controller number -> action. Modulation, pedals and wheels are no actions: they belong to the playing."""

    actions: Mapping[int, ControlAction] = field(default_factory=lambda: AKM322)

    def action_for(self, message: LiveMessage) -> tuple[ControlAction, int] | None:
        """The action a message asks for and its value 0..127; a button acts when pressed, not when let go."""
        if not isinstance(message, ControlMessage):
            return None
        action = self.actions.get(message.controller)
        if action is None or (action.is_button and message.value == 0):
            return None
        return action, message.value

    def controller_of(self, action: ControlAction) -> int | None:
        """The controller that does this, if any."""
        return next((controller for controller, other in self.actions.items() if other is action), None)

    def learn(self, action: ControlAction, controller: int) -> ControlMap:
        """A map in which this controller, and no other, does this action and nothing else."""
        if not 0 <= controller <= 127:
            raise ValueError(f"A controller is a number from 0 to 127, not {controller}.")
        rest = {number: other for number, other in self.actions.items() if other is not action}
        return ControlMap(MappingProxyType({**rest, controller: action}))

    def to_dict(self) -> dict[str, int]:
        """Action name -> controller, for saved settings."""
        return {action.value: controller for controller, action in sorted(self.actions.items())}

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> ControlMap:
        """The inverse of `to_dict`; what cannot be understood is logged and left out, {} means no actions."""
        actions: dict[int, ControlAction] = {}
        for name, controller in data.items():
            try:
                action = ControlAction(name)
            except ValueError:
                action = None
            if action is None or not isinstance(controller, int) or not 0 <= controller <= 127:
                _LOG.warning("Ignored the learned control %r: %r", name, controller)
            else:
                actions[controller] = action
        return cls(MappingProxyType(actions))
