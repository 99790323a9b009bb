"""From a key to its sound: `python -m benchmarks.latency [--json] [--notes N] [--messages N] [--idle]`.

Two processes on a real JACK server (dummy driver, 48 kHz, period 128). This one plays a keyboard through python-rtmidi
and hears the answer, sample by sample with the server's frame numbers. The other is the real studio, whose window is
repainted at 60 Hz while it generates without pause. Two ways not taken run beside it in the same process: FluidSynth's
own JACK MIDI driver, which is C all the way, and mido's callback.

Then many notes are sent, one a millisecond, while a third process listens to the same port. What it or the studio heard
could be read, and is lost where it did not come out of the hub and into the synth. What nobody was handed is JACK's
loss: where a keyboard comes too late by a period, as when the machine stood still, the server begins the next one, and
the keyboard's port is emptied before anybody has read it (docs/decisions/0033-lost-notes.md).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import rtmidi
from numpy.typing import NDArray

from benchmarks._latency_losses import losses
from benchmarks._latency_studio import CALLBACK, DIRECT
from tests.jack_capture import Capture
from tests.jack_server import PERIOD, RATE, JackServer, JackUnavailableError, jack_server

LIMITS_MS = {"p50_ms": 6.0, "p99_ms": 15.0}
_SLOT_S = 0.08
_HELD_S = 0.04
_READY_LIMIT_S = 60.0
_ROOM_QUIET = 1e-4


@dataclass
class Way:
    """One way from key to sound: its keys, its channel of the ear, and when keys were pressed."""

    name: str
    client: str
    keys: rtmidi.MidiOut
    channel: int
    pressed: list[int] = field(default_factory=list)


class StudioProcess:
    """The other process, asked line by line."""

    def __init__(self, idle: bool) -> None:
        command = [sys.executable, "-m", "benchmarks._latency_studio", *(["idle"] if idle else [])]
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )

    def ask(self, question: str) -> dict[str, Any]:
        """One answer; {} when the process is gone."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(question + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return {}
        answer: dict[str, Any] = json.loads(self._process.stdout.readline() or "{}")
        return answer

    def wait_until_ready(self) -> None:
        """Until its synth has its SoundFont and its MIDI input our keyboard."""
        deadline_s = time.monotonic() + _READY_LIMIT_S
        while not (answer := self.ask("ready?")).get("ready"):
            if not answer or "error" in answer or time.monotonic() > deadline_s:
                raise JackUnavailableError(f"the studio did not become ready: {answer or 'it ended'}")
            time.sleep(0.1)

    def close(self) -> None:
        """Let it end; if it does not, end it."""
        self._process.stdin.close() if self._process.stdin else None
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; exit code 2 where JACK cannot run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--notes", type=int, default=300, help="keys pressed on each way")
    parser.add_argument("--messages", type=int, default=10_000, help="notes sent to see whether any is lost")
    parser.add_argument("--idle", action="store_true", help="without repainting and generating")
    options = parser.parse_args(arguments)
    try:
        with jack_server() as server:
            result = measure(server, options.notes, options.messages, idle=options.idle)
    except JackUnavailableError as error:
        print(f"Latency cannot be measured here: {error}.", file=sys.stderr)
        return 2
    print(json.dumps(result, indent=2) if options.json else table(result))
    return 0


def measure(server: JackServer, notes: int, messages: int, *, idle: bool = False) -> dict[str, Any]:
    """All figures: one row a way, the floor, and what the machine was doing meanwhile."""
    with ExitStack() as stack:
        studio_keys = stack.enter_context(keyboard("AKM322"))
        direct_keys = stack.enter_context(keyboard("Hands 1"))
        callback_keys = stack.enter_context(keyboard("Hands 2"))
        studio = StudioProcess(idle)
        stack.callback(studio.close)
        studio.wait_until_ready()
        ways = [
            Way("the studio: rtmidi, hub, FluidSynth", "Tutti", studio_keys, 0),
            Way("FluidSynth's own MIDI driver, no Python", DIRECT, direct_keys, 1),
            Way("mido callback, FluidSynth", CALLBACK, callback_keys, 2),
        ]
        with Capture(channels=3) as ear:
            for way in ways:
                ear.listen_to(way.client, way.channel, 1)
            ear.connect_midi("Hands 1", DIRECT)
            ear.connect_midi("Hands 2", CALLBACK)
            studio_keys.send_message([0xB0, 91, 0])  # a dry room: an onset is easier to tell from an echo
            rows = press(ways, ear, notes)
            xruns = ear.xruns
        _add_losses(rows, ways, studio, messages)
        load = studio.ask("counts")
    return {
        "period_ms": round(1000 * PERIOD / RATE, 2),
        "realtime": server.realtime,
        "idle": idle,
        "messages": messages,
        "rows": rows,
        "limits": LIMITS_MS,
        "load": {
            **{key: load.get(key) for key in ("repaints_a_second", "ms_a_repaint", "generations")},
            "xruns": xruns,
        },
        "load_average": round(os.getloadavg()[0], 1),
    }


@contextmanager
def keyboard(name: str) -> Iterator[rtmidi.MidiOut]:
    """A MIDI keyboard of this process."""
    out = rtmidi.MidiOut(rtapi=rtmidi.API_UNIX_JACK, name=name)
    out.open_virtual_port("keys")
    try:
        yield out
    finally:
        out.close_port()
        out.delete()


def press(ways: Sequence[Way], ear: Capture, notes: int) -> list[dict[str, Any]]:
    """Press keys on all ways in turn, at moments that have nothing to do with the audio period."""
    dice = random.Random(1)
    time.sleep(1.0)
    ear.clear()
    time.sleep(0.5)
    for i in range(notes):
        for way in ways:
            pitch = 60 + i % 12
            started_s = time.perf_counter() + dice.uniform(0.0, 0.01)
            _sleep_until(started_s)
            way.pressed.append(ear.frame_now)
            way.keys.send_message([0x90, pitch, 120])
            _sleep_until(started_s + _HELD_S)
            way.keys.send_message([0x80, pitch, 0])
            _sleep_until(started_s + _SLOT_S)
    time.sleep(0.5)
    first_frame, sound = ear.sound()
    gaps = ear.gaps()
    return [way_row(way, first_frame, sound[:, way.channel], gaps) for way in ways]


def onset_after(sound: NDArray[np.float32], frame: int, window: int) -> int | None:
    """Frames from `frame` to the first sample that stands out from what rang before it, within a window."""
    ringing = float(np.abs(sound[max(0, frame - RATE // 100) : frame]).max(initial=0.0))
    loud = np.flatnonzero(np.abs(sound[frame : frame + window]) > max(_ROOM_QUIET, 2 * ringing))
    return int(loud[0]) if loud.size else None


def way_row(way: Way, first_frame: int, sound: NDArray[np.float32], gaps: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """Percentiles of one way; a key that was pressed while the ear itself came late is not judged."""
    window = 3 * int(_SLOT_S * RATE) - RATE // 100
    times_ms, deaf = [], 0
    for pressed in way.pressed:
        if any(low < pressed + window // 4 and high > pressed for low, high in gaps):
            deaf += 1  # the ear itself was late, so it cannot tell when the sound began
            continue
        frames = onset_after(sound, pressed - first_frame, window)
        if frames is not None:
            times_ms.append(1000 * frames / RATE)
    times_ms.sort()
    return {
        "name": way.name,
        "pressed": len(way.pressed),
        "heard": len(times_ms),
        "not_judged": deaf,
        **{f"p{p}_ms": _percentile(times_ms, p) for p in (50, 95, 99)},
        "max_ms": round(times_ms[-1], 2) if times_ms else None,
    }


def table(result: dict[str, Any]) -> str:
    """The figures as Markdown."""
    load = result["load"]
    lines = [
        "Key to first sample in milliseconds, two processes over JACK at 48 kHz, period 128",
        "",
        f"| | notes | p50 | p95 | p99 | max | lost of {result['messages']} | by JACK before |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in result["rows"]:
        figures = (row[key] for key in ("heard", "p50_ms", "p95_ms", "p99_ms", "max_ms", "lost", "lost_by_jack"))
        lines.append(f"| {row['name']} | " + " | ".join("" if f is None else f"{f:g}" for f in figures) + " |")
    limits = result["limits"]
    lines.append(f"| limit | | {limits['p50_ms']:g} | | {limits['p99_ms']:g} | | 0 | |")
    lines.append(f"| floor: one audio period | | {result['period_ms']:g} | | | | | |")
    meanwhile = (
        "nothing else"
        if result["idle"]
        else (
            f"{load['repaints_a_second']} repaints a second of all that moves ({load['ms_a_repaint']} ms each), "
            f"{load['generations']} generations"
        )
    )
    lines += [
        "",
        f"Meanwhile: {meanwhile}, {load['xruns']} late audio periods, load average {result['load_average']}; "
        f"jackd {'with' if result['realtime'] else 'without'} real-time priority.",
    ]
    return "\n".join(lines)


def _percentile(ordered: Sequence[float], percent: int) -> float | None:
    if len(ordered) < 2:
        return None
    return round(statistics.quantiles(ordered, n=100, method="inclusive")[percent - 1], 2)


def _add_losses(rows: list[dict[str, Any]], ways: Sequence[Way], studio: StudioProcess, messages: int) -> None:
    """Send many notes on the ways that can count; C cannot be asked."""
    for row in rows:
        row.update(lost=None, lost_by_jack=None)
    for index, client, counters in ((2, "Hands 2", ("callback",)), (0, "AKM322", ("hub", "synth"))):
        if index == 0:
            studio.ask("alone")  # as it is when nobody measures: one synth, no alternatives
        rows[index].update(losses(ways[index].keys, client, counters, messages, studio.ask))
    nothing = dict.fromkeys(("heard", "p50_ms", "p95_ms", "p99_ms", "max_ms"))
    of_jack = {"lost": rows[0]["lost_by_witness"], "lost_by_jack": rows[0]["lost_by_jack"]}
    rows.append({"name": "a JACK client that only counts, beside the studio", **nothing, **of_jack})


def _sleep_until(moment_s: float) -> None:
    time.sleep(max(0.0, moment_s - time.perf_counter()))


if __name__ == "__main__":
    sys.exit(main())
