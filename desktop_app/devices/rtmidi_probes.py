"""Which MIDI ports there are, and a client for one of them: the same for inputs and outputs."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import rtmidi

from desktop_app.devices.port_choice import Port
from desktop_app.jack_server import running_server

_ALSA_SEQUENCER = Path("/dev/snd/seq")

_LOG = logging.getLogger(__name__)


class PortRefusedError(Exception):
    """The port is there but could not be opened; most often another program has it."""


class Client(Protocol):
    """What `rtmidi.MidiIn` and `rtmidi.MidiOut` have in common."""

    def get_ports(self) -> list[str]:
        """The addresses of all ports on the other side."""

    def open_port(self, port: int, name: str) -> object:
        """Connect to one of them."""

    def delete(self) -> None:
        """Let go of the backend."""


ClientT = TypeVar("ClientT", bound=Client)


class Probes(Generic[ClientT]):
    """One standing client for each backend: making one for every look corrupts JACK's delivery."""

    def __init__(self, make: Callable[[int], ClientT]) -> None:
        self._make = make
        self._standing: dict[int, tuple[str, ClientT]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether no backend works."""
        return not self._standing

    def ports(self) -> list[Port]:
        """All ports of all backends that work."""
        found: list[Port] = []
        for api in rtmidi.get_compiled_api():
            probe = self._probe(api)
            if probe is not None:
                found.extend(Port(api, address, api == rtmidi.API_WINDOWS_MM) for address in probe.get_ports())
        return found

    def close(self) -> None:
        """Let go of all of them."""
        for api in list(self._standing):
            self._drop(api)

    def _probe(self, api: int) -> ClientT | None:
        """The standing probe of a backend; renewed when the backend's server was, None while it is away."""
        identity = _identity_of(api)
        known = self._standing.get(api)
        if known is not None and known[0] == identity:
            return known[1]
        if known is not None:
            self._drop(api)
        if identity is None:
            return None
        try:
            self._standing[api] = (identity, self._make(api))
        except OSError as error:
            _LOG.debug("No MIDI through backend %s: %s", api, error)
            return None
        return self._standing[api][1]

    def _drop(self, api: int) -> None:
        _, probe = self._standing.pop(api)
        probe.delete()


def connected(make: Callable[[int], ClientT], port: Port, name: str) -> ClientT:
    """A client of its own for a port: one that was closed before would hear nothing. Raises PortRefusedError."""
    try:
        client = make(port.api)
    except OSError as error:
        raise PortRefusedError(str(error)) from error
    try:
        client.open_port(client.get_ports().index(port.address), name=name)
    except (OSError, ValueError) as error:  # ValueError: gone since it was listed
        client.delete()
        raise PortRefusedError(str(error)) from error
    return client


def _identity_of(api: int) -> str | None:
    """Which server answers for a backend, None when none can: asking a missing one prints to the terminal."""
    if api == rtmidi.API_UNIX_JACK and sys.platform.startswith("linux"):
        return running_server()
    if api == rtmidi.API_LINUX_ALSA and not _ALSA_SEQUENCER.exists():
        return None
    return "system"
