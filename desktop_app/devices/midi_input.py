"""Listens to a MIDI keyboard: finds it, follows it through unplugging, and puts what it plays on the hub."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from desktop_app.devices.held_keys import HeldKeys
from desktop_app.devices.midi_bytes import arrival_times, parse
from desktop_app.devices.note_hub import NoteHub
from desktop_app.devices.port_choice import Port, choices, rank
from desktop_app.devices.rtmidi_ports import MidiMissingError, OpenPort, PortRefusedError, PortSource, RtMidiPorts

# Reading by looking rather than by callback: JACK would call Python from its own real-time thread, and drops
# notes when Python's lock is not free within a period. Looking every millisecond costs 2 % of a core, loses none.
_LOOK_S = 0.001
_SCAN_S = 0.25
_RETRY_S = 5.0
_BATCH = 64
# Python hands its lock over every 5 ms by default, which is a long time for a note to wait.
_SWITCH_S = 0.0005

_NO_KEYBOARD = "No MIDI keyboard. Play with your computer keys (K) or the mouse. Plug one in any time."
_NO_MIDI = "MIDI is not available on this computer. Play with your computer keys (K) or the mouse."

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """How things stand with the keyboard; `sentence` is for people."""

    state: Literal["connected", "searching", "busy", "missing"]
    port: str
    sentence: str


class MidiInput:
    """Two threads: one reads the open port and does nothing else, one looks for ports and opens them.

    `on_status` is called on the second, whenever the status changed.
    """

    def __init__(
        self,
        hub: NoteHub,
        on_status: Callable[[DeviceStatus], None],
        preferred: str = "",
        clock: Callable[[], float] = time.perf_counter,
        source: PortSource | None = None,
    ) -> None:
        self._hub = hub
        self._on_status = on_status
        self._preferred = preferred
        self._clock = clock
        self._source: PortSource = source if source is not None else RtMidiPorts()
        self._status = DeviceStatus("searching", "", _NO_KEYBOARD)
        self._told = False
        self._seen: tuple[Port, ...] = ()
        self._refused: dict[Port, float] = {}  # until when not to try again
        self._port: Port | None = None
        self._open: OpenPort | None = None
        self._open_lock = threading.Lock()
        self._last_look_s = 0.0
        self._held = HeldKeys()
        self._opened = threading.Event()
        self._scan_now = threading.Event()
        self._running = False
        self._threads: tuple[threading.Thread, ...] = ()

    @property
    def status(self) -> DeviceStatus:
        """How things stand."""
        return self._status

    def start(self) -> None:
        """Begin to look and listen."""
        if self._running:
            return
        sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH_S))
        self._running = True
        self._threads = (
            threading.Thread(target=self._watch, name="midi-ports", daemon=True),
            threading.Thread(target=self._read, name="midi-input", daemon=True),
        )
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop listening, let go of what is held, close the ports."""
        self._running = False
        self._scan_now.set()
        self._opened.set()
        for thread in self._threads:
            thread.join(timeout=2.0)
        self._threads = ()

    def ports(self) -> tuple[str, ...]:
        """Names of the ports that can be chosen, best first, as last seen."""
        return tuple(dict.fromkeys(port.name for port in choices(self._seen, self._preferred)))

    def choose(self, name: str | None) -> None:
        """Listen to this port whenever it is there; None: to the best there is."""
        self._preferred = name or ""
        self.retry()

    def retry(self) -> None:
        """Look again now, also at ports that were busy."""
        self._refused = {}
        self._scan_now.set()

    def _watch(self) -> None:
        while self._running:
            try:
                self._scan()
            except Exception:
                _LOG.exception("Looking for MIDI ports failed; trying again.")
            self._scan_now.wait(_SCAN_S)
            self._scan_now.clear()
        self._disconnect()
        self._source.close()

    def _scan(self) -> None:
        try:
            self._seen = tuple(self._source.ports())
        except MidiMissingError:
            self._seen = ()
            self._disconnect()
            self._tell(DeviceStatus("missing", "", _NO_MIDI))
            return
        lost = self._port if self._port is not None and self._port not in self._seen else None
        if lost is not None:
            self._disconnect()
        best = choices(self._seen, self._preferred)
        if self._port is None or self._wants_other(best):
            self._connect_first(best, lost)

    def _wants_other(self, best: list[Port]) -> bool:
        """Whether a better port than the open one is there, and nothing is being played just now."""
        current = self._port
        if current is None or not best:
            return False
        better = rank(best[0], self._preferred) < rank(current, self._preferred)
        return better and not self._held.any_key and best[0] not in self._refused

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
            self._disconnect()
            self._listen_to(port, opened)
            return
        if refused is not None:
            self._tell(DeviceStatus("busy", refused.name, f"«{refused.name}» is used by another program."))
        elif lost is not None:
            sentence = f"«{lost.name}» was unplugged. It reconnects by itself."
            self._tell(DeviceStatus("searching", lost.name, sentence))
        elif not self._told or self._status.state != "searching":
            self._tell(DeviceStatus("searching", "", _NO_KEYBOARD))

    def _listen_to(self, port: Port, opened: OpenPort) -> None:
        with self._open_lock:
            self._port, self._open = port, opened
            self._last_look_s = self._clock()
        self._opened.set()
        self._tell(DeviceStatus("connected", port.name, f"«{port.name}» is connected."))

    def _disconnect(self) -> None:
        """Close the open port, if any; what was held on it is let go, or it would sound for ever."""
        with self._open_lock:
            opened, self._open, self._port = self._open, None, None
            if opened is not None:
                opened.close()
            for message in self._held.release(self._clock()):
                self._hub.send(message)

    def _tell(self, status: DeviceStatus) -> None:
        if not self._told or status != self._status:
            self._status, self._told = status, True
            self._on_status(status)

    def _read(self) -> None:
        while self._running:
            if self._open is None:
                self._opened.wait(0.1)
                self._opened.clear()
            elif not self._read_safely():
                time.sleep(_LOOK_S)

    def _read_safely(self) -> bool:
        try:
            return self._read_batch()
        except Exception:
            _LOG.exception("Reading MIDI failed; going on.")
            time.sleep(_SCAN_S)  # the scan finds out whether the port is gone
            return False

    def _read_batch(self) -> bool:
        """Send on what has come in; True when there may be more."""
        with self._open_lock:
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
