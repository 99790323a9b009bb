"""What every room of the studio is connected by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop_app.devices.note_hub import NoteHub
from desktop_app.events import EventBus, Notice
from desktop_app.right_of_way import RightOfWay
from desktop_app.ui.bridge import Bridge


@dataclass(frozen=True, slots=True)
class Lines:
    """News on the GUI thread, the way there from other threads, what is played, the one clock, and who goes first."""

    events: EventBus
    bridge: Bridge
    hub: NoteHub
    clock: Callable[[], float]
    way: RightOfWay

    def post(self, call: Callable[[], None]) -> None:
        """Have something done on the GUI thread."""
        self.bridge.post(call)

    def complain(self, sentence: str) -> None:
        """Tell the user of a failure, from whatever thread."""
        self.post(lambda: self.events.publish(Notice("error", sentence)))
