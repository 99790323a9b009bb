"""A real JACK server of one's own on the dummy driver, for tests and benchmarks: no sound card, but real time."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

RATE = 48_000
PERIOD = 128
_READY_LIMIT_S = 10.0


class JackUnavailableError(Exception):
    """No JACK server can run here; the message says why."""


@dataclass(frozen=True)
class JackServer:
    """A running server: JACK clients of this process and its children use it while it runs."""

    name: str
    pid: int
    realtime: bool


@contextlib.contextmanager
def jack_server(period: int = PERIOD, rate: int = RATE) -> Iterator[JackServer]:
    """Start a server under a name nobody else has, make it the default one, and stop exactly it at the end."""
    if shutil.which("jackd") is None:
        raise JackUnavailableError("jackd is not installed")
    name = f"tutti-{uuid.uuid4().hex[:8]}"
    before = os.environ.get("JACK_DEFAULT_SERVER")
    process, realtime = _start(name, period, rate)
    os.environ["JACK_DEFAULT_SERVER"] = name
    try:
        yield JackServer(name, process.pid, realtime)
    finally:
        if before is None:
            os.environ.pop("JACK_DEFAULT_SERVER", None)
        else:
            os.environ["JACK_DEFAULT_SERVER"] = before
        _stop(process)
        if process.returncode:
            _clear_away(name, period, rate)


def _clear_away(name: str, period: int, rate: int) -> None:
    """Free what a server left that did not end in order: a new one of its name takes it over and gives it back.

    jackd dies of SIGPIPE where a client had vanished, and keeps 100 MB of shared memory and one of eight places.
    """
    with contextlib.suppress(JackUnavailableError):
        _stop(_start(name, period, rate)[0])


def _start(name: str, period: int, rate: int) -> tuple[subprocess.Popen[bytes], bool]:
    """Real-time scheduling where the system allows it: without, notes are lost on a busy machine."""
    for scheduling in (("--realtime", "-P", "70"), ("--no-realtime",)):
        process = subprocess.Popen(
            ["jackd", "-n", name, *scheduling, "-d", "dummy", "-r", str(rate), "-p", str(period)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "JACK_NO_AUDIO_RESERVATION": "1"},
        )
        if _becomes_ready(name, process):
            return process, scheduling[0] == "--realtime"
        _stop(process)
    raise JackUnavailableError("jackd does not start here")


def _becomes_ready(name: str, process: subprocess.Popen[bytes]) -> bool:
    deadline_s = time.monotonic() + _READY_LIMIT_S
    while time.monotonic() < deadline_s and process.poll() is None:
        answer = subprocess.run(
            ["jack_wait", "-s", name, "-c"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
        )
        if b"not running" not in answer.stdout and b"running" in answer.stdout:
            return True
        time.sleep(0.05)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


@pytest.fixture(scope="module")
def jack() -> Iterator[JackServer]:
    """A server for the tests of one file; they are skipped where none can run."""
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(jack_server())
        except JackUnavailableError as error:
            pytest.skip(str(error))
        yield server
