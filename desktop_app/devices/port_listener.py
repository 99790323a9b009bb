"""One instrument at a time: opens the best port, reads it, and notices when it is gone. No threads, no waiting."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from desktop_app.devices.held_keys import HeldKeys
from desktop_app.devices.midi_bytes import arrival_times, parse
from desktop_app.devices.note_hub import NoteHub
from desktop_app.devices.port_choice import Port, choices, rank
from desktop_app.devices.rtmidi_ports import MidiMissingError, OpenPort, PortSource
from desktop_app.devices.rtmidi_probes import PortRefusedError
from desktop_app.language import mark, tr

_RETRY_S = 5.0
_BATCH = 64

NO_KEYBOARD = mark("No MIDI keyboard. Play with your computer keys (K) or the mouse. Plug one in any time.")
NO_MIDI = mark("MIDI is not available on this computer. Play with your computer keys (K) or the mouse.")

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """How things stand with the keyboard; `sentence` is for people."""

    state: Literal["connected", "searching", "busy", "missing"]
    port: str
    sentence: str


class PortListener:
    """`scan` belongs to one thread and `read` to another; what they share is locked."""

    def __init__(
        self,
        hub: NoteHub,
        on_status: Callable[[DeviceStatus], None],
        source: PortSource,
        clock: Callable[[], float],
        preferred: str = "",
    ) -> None:
        self._hub = hub
        self._on_status = on_status
        self._source = source
        self._clock = clock
        self._preferred = preferred
        self._status = DeviceStatus("searching", "", tr(NO_KEYBOARD))
        self._told = False
        self._seen: tuple[Port, ...] = ()
        self._refused: dict[Port, float] = {}  # until when not to try again
        self._port: Port | None = None
        self._open: OpenPort | None = None
        self._lock = threading.Lock()
        self._last_look_s = 0.0
        self._held = HeldKeys()

    @property
    def status(self) -> DeviceStatus:
        """How things stand."""
        return self._status

    @property
    def is_open(self) -> bool:
        """Whether there is a port to read."""
        return self._open is not None

    def ports(self) -> tuple[str, ...]:
        """Names of the ports that can be chosen, best first, as last seen."""
        return tuple(dict.fromkeys(port.name for port in choices(self._seen, self._preferred)))

    def prefer(self, name: str) -> None:
        """Want this port, whenever it is there; "" for the best there is."""
        self._preferred = name
        self.forgive()

    def forgive(self) -> None:
        """Try ports again that were busy."""
        self._refused = {}

    def scan(self) -> None:
        """Look which ports there are; leave one that is gone, connect to the best."""
        try:
            self._seen = tuple(self._source.ports())
        except MidiMissingError:
            self._seen = ()
            self.disconnect()
            self._tell(DeviceStatus("missing", "", tr(NO_MIDI)))
            return
        lost = self._port if self._port is not None and self._port not in self._seen else None
        if lost is not None:
            self.disconnect()
        best = choices(self._seen, self._preferred)
        if self._port is None or self._wants_other(best):
            self._connect_first(best, lost)

    def read(self) -> bool:
        """Send on what has come in; True when there may be more."""
        with self._lock:
            if self._open is None:
                return False
            batch: list[tuple[list[int], float]] = []
            while len(batch) < _BATCH and (raw := self._open.read()) is not None:
                batch.append(raw)
            now_s = self._clock()
            times_s = arrival_times([delta_s for _, delta_s in batch], now_s, self._last_look_s)
            self._last_look_s = now_s
            for (data, _), time_s in zip(batch, times_s, strict=True):
                message = parse(data, time_s)
                if message is not None:
                    self._held.follow(message)
                    self._hub.send(message)
        return len(batch) == _BATCH

    def disconnect(self) -> None:
        """Close the open port, if any; what was held on it is let go, or it would sound for ever."""
        with self._lock:
            opened, self._open, self._port = self._open, None, None
            if opened is not None:
                opened.close()
            for message in self._held.release(self._clock()):
                self._hub.send(message)

    def _wants_other(self, best: list[Port]) -> bool:
        """Whether a better port than the open one is there, and nobody would be cut off who did not ask for it."""
        current = self._port
        if current is None or not best or best[0] in self._refused:
            return False
        asked_for = best[0].name == self._preferred
        better = rank(best[0], self._preferred) < rank(current, self._preferred)
        return better and (asked_for or not self._held.any_key)

    def _connect_first(self, best: list[Port], lost: Port | None) -> None:
        """Open the best port that lets itself be opened, and say how it went."""
        now_s = self._clock()
        refused = None
        for port in best:
            if port == self._port:
                return
            if self._refused.get(port, now_s) > now_s:
                refused = refused or port
                continue
            try:
                opened = self._source.open(port)
            except PortRefusedError as error:
                _LOG.info("%s could not be opened: %s", port.address, error)
                self._refused[port] = now_s + _RETRY_S
                refused = refused or port
                continue
            self.disconnect()
            self._listen_to(port, opened)
            return
        if refused is not None:
            sentence = tr("«{port}» is used by another program.", port=refused.name)
            self._tell(DeviceStatus("busy", refused.name, sentence))
        elif lost is not None:
            sentence = tr("«{port}» was unplugged. It reconnects by itself.", port=lost.name)
            self._tell(DeviceStatus("searching", lost.name, sentence))
        elif not self._told or self._status.state != "searching":
            self._tell(DeviceStatus("searching", "", tr(NO_KEYBOARD)))

    def _listen_to(self, port: Port, opened: OpenPort) -> None:
        with self._lock:
            self._port, self._open = port, opened
            self._last_look_s = self._clock()
        self._tell(DeviceStatus("connected", port.name, tr("«{port}» is connected.", port=port.name)))

    def _tell(self, status: DeviceStatus) -> None:
        if not self._told or status != self._status:
            self._status, self._told = status, True
            self._on_status(status)
