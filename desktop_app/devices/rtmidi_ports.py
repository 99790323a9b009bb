"""MIDI input ports through python-rtmidi, on every backend that it brings."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Protocol

import rtmidi

from desktop_app.devices.port_choice import CLIENT_NAME, Port
from desktop_app.jack_server import running_server

# Room for what may come in while Python is kept from reading.
_QUEUE = 16_384
_ALSA_SEQUENCER = Path("/dev/snd/seq")

_LOG = logging.getLogger(__name__)


class MidiMissingError(Exception):
    """No backend works here."""


class PortRefusedError(Exception):
    """The port is there but could not be opened; most often another program has it."""


class OpenPort(Protocol):
    """A port that is being listened to."""

    def read(self) -> tuple[list[int], float] | None:
        """The next message and its distance in seconds from the one before, or None; never waits."""

    def close(self) -> None:
        """Stop listening."""


class PortSource(Protocol):
    """Where ports come from; used by one thread, which is the one that made it list ports first."""

    def ports(self) -> list[Port]:
        """All input ports there are now; raises MidiMissingError."""

    def open(self, port: Port) -> OpenPort:
        """Listen to a port; raises PortRefusedError."""

    def close(self) -> None:
        """Let go of the backends."""


class RtMidiPorts:
    """The real ports. One probe for each backend stays open: making one for every look corrupts JACK's delivery."""

    def __init__(self) -> None:
        self._probes: dict[int, tuple[str, rtmidi.MidiIn]] = {}

    def ports(self) -> list[Port]:
        """All input ports of all backends that work."""
        found: list[Port] = []
        for api in rtmidi.get_compiled_api():
            probe = self._probe(api)
            if probe is not None:
                found.extend(Port(api, address, api == rtmidi.API_WINDOWS_MM) for address in probe.get_ports())
        if not self._probes:
            raise MidiMissingError
        return found

    def open(self, port: Port) -> OpenPort:
        """Listen to a port with a client of its own: a client that was closed before would hear nothing."""
        try:
            client = rtmidi.MidiIn(rtapi=port.api, name=f"{CLIENT_NAME} input", queue_size_limit=_QUEUE)
        except OSError as error:
            raise PortRefusedError(str(error)) from error
        try:
            client.open_port(client.get_ports().index(port.address), name="in")
        except (OSError, ValueError) as error:  # ValueError: gone since it was listed
            client.delete()
            raise PortRefusedError(str(error)) from error
        return _RtMidiPort(client)

    def close(self) -> None:
        """Let go of all probes."""
        for api in list(self._probes):
            self._drop(api)

    def _probe(self, api: int) -> rtmidi.MidiIn | None:
        """The standing probe of a backend; renewed when the backend's server was, None while it is away."""
        identity = identity_of(api)
        known = self._probes.get(api)
        if known is not None and known[0] == identity:
            return known[1]
        if known is not None:
            self._drop(api)
        if identity is None:
            return None
        try:
            self._probes[api] = (identity, rtmidi.MidiIn(rtapi=api, name=f"{CLIENT_NAME} ports"))
        except OSError as error:
            _LOG.debug("No MIDI through backend %s: %s", api, error)
            return None
        return self._probes[api][1]

    def _drop(self, api: int) -> None:
        _, probe = self._probes.pop(api)
        probe.delete()


class _RtMidiPort:
    def __init__(self, client: rtmidi.MidiIn) -> None:
        self._client: rtmidi.MidiIn | None = client

    def read(self) -> tuple[list[int], float] | None:
        return None if self._client is None else self._client.get_message()

    def close(self) -> None:
        if self._client is not None:
            self._client.close_port()
            self._client.delete()
            self._client = None


def identity_of(api: int) -> str | None:
    """Which server answers for a backend, None when none can: asking a missing one prints to the terminal."""
    if api == rtmidi.API_UNIX_JACK and sys.platform.startswith("linux"):
        return running_server()
    if api == rtmidi.API_LINUX_ALSA and not _ALSA_SEQUENCER.exists():
        return None
    return "system"
