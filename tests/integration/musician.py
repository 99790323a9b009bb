"""A musician beside the studio: a MIDI keyboard and an ear on JACK, in a process of their own, as in life.

In the studio's process the ear would do harm: its callbacks are Python, and rtmidi opens ports without letting
Python go on, so that JACK could wait for the one and the other for JACK.

Reads a command a line: `send 144 60 100`, `listen`, `heard`; answers each with a line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import rtmidi

from tests.jack_capture import Capture

PORT = "AKM322 MIDI 1"
_LOUD = 1e-3
_NOTE, _CONTROL = 0x90, 0xB0


class Musician:
    """The studio's side of it: start the process, play, listen."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.musician"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        self._answer()

    def __enter__(self) -> Musician:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)

    def key(self, pitch: int, velocity: int) -> None:
        """A key goes down, or up with velocity 0."""
        self._ask(f"send {_NOTE} {pitch} {velocity}")

    def press(self, controller: int) -> None:
        """One of the keyboard's buttons goes down and up."""
        self._ask(f"send {_CONTROL} {controller} 127")
        self._ask(f"send {_CONTROL} {controller} 0")

    def listen(self) -> None:
        """Listen to the studio from now on."""
        self._ask("listen")

    def heard(self) -> dict[str, Any]:
        """Since then: loud frames, frames the ear itself missed, all frames, and frames a second."""
        answer = self._ask("heard")
        assert isinstance(answer, dict)
        return answer

    def _ask(self, command: str) -> object:
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> object:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("The musician's process has ended.")
        return json.loads(line)


def main() -> None:
    """Serve commands until the studio's side closes."""
    keyboard = rtmidi.MidiOut(rtapi=rtmidi.API_UNIX_JACK, name="AKM322")
    keyboard.open_virtual_port(PORT)
    print(json.dumps("ready"), flush=True)
    ear: Capture | None = None
    for line in sys.stdin:
        command, *numbers = line.split()
        answer: object = "done"
        if command == "send":
            keyboard.send_message([int(number) for number in numbers])
        elif command == "listen":
            if ear is None:
                ear = Capture().__enter__()
                ear.listen_to("Tutti")
            ear.clear()
        elif command == "heard" and ear is not None:
            _, sound = ear.sound()
            answer = {
                "loud": int(np.count_nonzero(np.abs(sound).max(axis=1) > _LOUD)),
                "missed": sum(last - first for first, last in ear.gaps()),
                "frames": len(sound),
                "rate": ear.rate,
            }
        print(json.dumps(answer), flush=True)
    if ear is not None:
        ear.__exit__(None, None, None)
    keyboard.close_port()
    keyboard.delete()


if __name__ == "__main__":
    main()
