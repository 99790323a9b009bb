"""Plays to a hardware synth or another program's MIDI port, each message at its time, through unplugging and back."""

from __future__ import annotations

import heapq
import logging
import threading
import time
from collections.abc import Callable
from itertools import count

from desktop_app.devices.port_choice import Port
from desktop_app.devices.priority import hurry
from desktop_app.devices.rtmidi_outputs import OpenOutput, OutputSource, RtMidiOutputs
from desktop_app.devices.rtmidi_probes import PortRefusedError

_SCAN_S = 1.0
_LATE_S = 0.0005

_LOG = logging.getLogger(__name__)

Message = tuple[int, ...]


class MidiOutput:
    """Sends from a thread of its own. No port is opened, and none looked for, unless one is chosen.

    `on_change` is called on that thread with the port's name when it is connected and with "" when it is lost.
    """

    def __init__(
        self,
        on_change: Callable[[str], None],
        source: OutputSource | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._on_change = on_change
        self._source: OutputSource = source if source is not None else RtMidiOutputs()
        self._clock = clock
        self._wanted = ""
        self._port: Port | None = None
        self._opened: OpenOutput | None = None
        self._queue: list[tuple[float, int, Message]] = []
        self._number = count()
        self._wake = threading.Condition()
        self._looked_s = float("-inf")
        self._closed = False
        self._thread: threading.Thread | None = None

    @property
    def connected(self) -> str:
        """The name of the port that is played to, or empty."""
        return self._port.name if self._port is not None else ""

    def ports(self) -> tuple[str, ...]:
        """The names that can be chosen now."""
        with self._wake:
            return tuple(dict.fromkeys(port.name for port in self._source.ports()))

    def choose(self, name: str) -> None:
        """Play to this port whenever it is there; "" for none."""
        with self._wake:
            self._wanted = name
            self._looked_s = float("-inf")
            if self._thread is None and name:
                self._thread = threading.Thread(target=self._run, name="midi-output", daemon=True)
                self._thread.start()
            self._wake.notify()

    def send(self, data: Message, at_s: float | None = None) -> None:
        """Send at a time of the clock, or as soon as the thread runs; messages of one time keep their order."""
        with self._wake:
            if self._opened is None:
                return
            due_s = self._clock() if at_s is None else at_s
            heapq.heappush(self._queue, (due_s, next(self._number), data))
            if self._queue[0][2] is data:
                self._wake.notify()

    def forget(self) -> None:
        """Drop what was to be sent later."""
        now_s = self._clock()
        with self._wake:
            self._queue = [entry for entry in self._queue if entry[0] <= now_s]
            heapq.heapify(self._queue)

    def close(self) -> None:
        """Send what is due, close the port, end the thread."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(timeout=2.0)

    def _run(self) -> None:
        hurry()
        while True:
            with self._wake:
                if self._closed:
                    break
                self._look()
                self._send_due()
                self._wake.wait(self._rest_s())
        with self._wake:
            self._send_due()
            self._let_go()
            self._source.close()

    def _rest_s(self) -> float | None:
        """How long nothing is to do; None for ever."""
        if not self._wanted:
            return None
        next_look_s = max(0.0, self._looked_s + _SCAN_S - self._clock())
        if not self._queue:
            return next_look_s
        return max(0.0, min(next_look_s, self._queue[0][0] - self._clock()))

    def _send_due(self) -> None:
        now_s = self._clock() + _LATE_S
        while self._queue and self._queue[0][0] <= now_s:
            data = heapq.heappop(self._queue)[2]
            if self._opened is not None:
                try:
                    self._opened.write(data)
                except Exception:  # rtmidi has errors of its own for a port that is gone
                    _LOG.exception("The MIDI output failed")
                    self._let_go()

    def _look(self) -> None:
        """Open the wanted port if it is there; leave one that is gone or no longer wanted."""
        if self._port is not None and self._port.name != self._wanted:
            self._send_due()
            self._let_go()
        if not self._wanted or self._clock() - self._looked_s < _SCAN_S:
            return
        self._looked_s = self._clock()
        try:
            there = self._source.ports()
        except Exception:
            _LOG.exception("Looking for MIDI outputs failed")
            return
        if self._port is not None:
            if self._port not in there:
                self._let_go()
            return
        port = next((one for one in there if one.name == self._wanted), None)
        if port is not None:
            try:
                self._opened = self._source.open(port)
            except PortRefusedError as error:
                _LOG.info("%s could not be opened: %s", port.address, error)
                return
            self._port = port
            self._on_change(port.name)

    def _let_go(self) -> None:
        if self._opened is not None:
            try:
                self._opened.close()
            except Exception:
                _LOG.exception("The MIDI output could not be closed")
        if self._port is not None:
            self._opened, self._port, self._queue = None, None, []
            self._on_change("")
