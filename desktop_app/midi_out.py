"""Live MIDI out: the port that was chosen is told what the studio plays, for as long as it is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from desktop_app.audio.outgoing import Outgoing, Port
from desktop_app.events import EventBus, Notice
from desktop_app.language import tr
from desktop_app.session import Session


class OutputPorts(Port, Protocol):
    """`devices.midi_output.MidiOutput` fits."""

    @property
    def connected(self) -> str:
        """The port that is played to, or empty."""

    def ports(self) -> tuple[str, ...]:
        """The names that can be chosen now."""

    def choose(self, name: str) -> None:
        """Play to this port whenever it is there; "" for none."""

    def close(self) -> None:
        """Let go of it."""


class MidiOut:
    """What the window asks; the choice is kept in the settings."""

    def __init__(
        self,
        outgoing: Outgoing,
        session: Session,
        events: EventBus,
        open_ports: Callable[[Callable[[str], None]], OutputPorts],
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        self._outgoing = outgoing
        self._session = session
        self._events = events
        self._ports = open_ports(lambda name: post(lambda: self._changed(name)))

    @property
    def chosen(self) -> str:
        """The port that is wanted, or empty."""
        return self._session.settings.midi_out_port

    @property
    def connected(self) -> str:
        """The port that is played to now, or empty."""
        return self._ports.connected

    def names(self) -> tuple[str, ...]:
        """The ports that can be chosen."""
        return self._ports.ports()

    def start(self) -> None:
        """Play to the port of last time."""
        self._ports.choose(self.chosen)

    def choose(self, name: str) -> None:
        """Play to this port from now on; "" for none."""
        self._session.change_settings(midi_out_port=name)
        if not name:
            self._outgoing.connect(None)
        self._ports.choose(name)

    def close(self) -> None:
        """End every note over there, and let go of the port."""
        self._outgoing.connect(None)
        self._ports.close()

    def _changed(self, name: str) -> None:
        self._outgoing.connect(self._ports if name else None)
        if name:
            self._events.publish(Notice("info", tr("MIDI goes out to «{name}».", name=name)))
        elif self.chosen:
            self._events.publish(
                Notice("warning", tr("The MIDI output «{name}» is gone. It reconnects by itself.", name=self.chosen))
            )
