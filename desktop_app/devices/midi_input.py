"""Listens to a MIDI keyboard: finds it, follows it through unplugging, and puts what it plays on the hub."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable

from desktop_app.devices.note_hub import NoteHub
from desktop_app.devices.port_listener import DeviceStatus, PortListener
from desktop_app.devices.priority import hurry
from desktop_app.devices.rtmidi_ports import PortSource, RtMidiPorts

# Reading by looking rather than by callback: JACK would call Python from its own real-time thread, and drops
# notes when Python's lock is not free within a period. Looking every millisecond costs 2 % of a core, loses none.
_LOOK_S = 0.001
_SCAN_S = 0.25
# Python hands its lock over every 5 ms by default, which is a long time for a note to wait.
_SWITCH_S = 0.0005

_LOG = logging.getLogger(__name__)

__all__ = ["DeviceStatus", "MidiInput"]


class MidiInput:
    """Two threads: one reads the open port and does nothing else, one looks for ports and opens them.

    `on_status` is called on the second, first when it has looked and then whenever the status changed.
    """

    def __init__(
        self,
        hub: NoteHub,
        on_status: Callable[[DeviceStatus], None],
        preferred: str = "",
        clock: Callable[[], float] = time.perf_counter,
        source: PortSource | None = None,
    ) -> None:
        self._source: PortSource = source if source is not None else RtMidiPorts()
        self._listener = PortListener(hub, on_status, self._source, clock, preferred)
        self._opened = threading.Event()
        self._scan_now = threading.Event()
        self._running = False
        self._threads: tuple[threading.Thread, ...] = ()

    @property
    def status(self) -> DeviceStatus:
        """How things stand."""
        return self._listener.status

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
        return self._listener.ports()

    def choose(self, name: str | None) -> None:
        """Listen to this port whenever it is there; None: to the best there is."""
        self._listener.prefer(name or "")
        self._scan_now.set()

    def retry(self) -> None:
        """Look again now, also at ports that were busy."""
        self._listener.forgive()
        self._scan_now.set()

    def _watch(self) -> None:
        while self._running:
            try:
                self._listener.scan()
            except Exception:
                _LOG.exception("Looking for MIDI ports failed; trying again.")
            if self._listener.is_open:
                self._opened.set()
            self._scan_now.wait(_SCAN_S)
            self._scan_now.clear()
        self._listener.disconnect()
        self._source.close()

    def _read(self) -> None:
        hurry()
        while self._running:
            if not self._listener.is_open:
                self._opened.wait(_SCAN_S)
                self._opened.clear()
            elif not self._read_safely():
                time.sleep(_LOOK_S)

    def _read_safely(self) -> bool:
        try:
            return self._listener.read()
        except Exception:
            _LOG.exception("Reading MIDI failed; going on.")
            time.sleep(_SCAN_S)  # by then the scan has found out whether the port is gone
            return False
