"""MIDI output ports through python-rtmidi, on every backend that it brings."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

import rtmidi

from desktop_app.devices.port_choice import CLIENT_NAME, Port
from desktop_app.devices.rtmidi_ports import PortRefusedError, identity_of

_LOG = logging.getLogger(__name__)


class OpenOutput(Protocol):
    """A port that is being played to."""

    def write(self, data: Sequence[int]) -> None:
        """Send one message now; OSError when the port is gone."""

    def close(self) -> None:
        """Let go of it."""


class OutputSource(Protocol):
    """Where output ports come from; used by one thread."""

    def ports(self) -> list[Port]:
        """All output ports of others there are now."""

    def open(self, port: Port) -> OpenOutput:
        """Play to a port; raises PortRefusedError."""

    def close(self) -> None:
        """Let go of the backends."""


class RtMidiOutputs:
    """The real ports. As with inputs one probe for each backend stays open, for as long as its server runs."""

    def __init__(self) -> None:
        self._probes: dict[int, tuple[str, rtmidi.MidiOut]] = {}

    def ports(self) -> list[Port]:
        """All output ports of all backends that work, without our own."""
        found: list[Port] = []
        for api in rtmidi.get_compiled_api():
            probe = self._probe(api)
            if probe is not None:
                found.extend(Port(api, address, api == rtmidi.API_WINDOWS_MM) for address in probe.get_ports())
        return [port for port in found if CLIENT_NAME.lower() not in port.address.lower()]

    def open(self, port: Port) -> OpenOutput:
        """Play to a port through a client of its own."""
        try:
            client = rtmidi.MidiOut(rtapi=port.api, name=f"{CLIENT_NAME} output")
        except OSError as error:
            raise PortRefusedError(str(error)) from error
        try:
            client.open_port(client.get_ports().index(port.address), name="out")
        except (OSError, ValueError) as error:  # ValueError: gone since it was listed
            client.delete()
            raise PortRefusedError(str(error)) from error
        return _RtMidiOutput(client)

    def close(self) -> None:
        """Let go of all probes."""
        for api in list(self._probes):
            self._probes.pop(api)[1].delete()

    def _probe(self, api: int) -> rtmidi.MidiOut | None:
        identity = identity_of(api)
        known = self._probes.get(api)
        if known is not None and known[0] == identity:
            return known[1]
        if known is not None:
            self._probes.pop(api)[1].delete()
        if identity is None:
            return None
        try:
            self._probes[api] = (identity, rtmidi.MidiOut(rtapi=api, name=f"{CLIENT_NAME} outputs"))
        except OSError as error:
            _LOG.debug("No MIDI output through backend %s: %s", api, error)
            return None
        return self._probes[api][1]


class _RtMidiOutput:
    def __init__(self, client: rtmidi.MidiOut) -> None:
        self._client: rtmidi.MidiOut | None = client

    def write(self, data: Sequence[int]) -> None:
        if self._client is not None:
            self._client.send_message(list(data))

    def close(self) -> None:
        if self._client is not None:
            self._client.close_port()
            self._client.delete()
            self._client = None
