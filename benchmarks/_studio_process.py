"""A studio in a process of its own: a window that nobody sees, and a real JACK server on the dummy driver."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.jack_server import JackUnavailableError, jack_server

_ROOT = Path(__file__).parents[1]
_PATIENCE_S = 900.0
_PERIOD = 1024  # a usual one: what is measured here is not the latency


def studio_answer(module: str, arguments: Sequence[str] = ()) -> Any:
    """What a module prints as its last line, as JSON; without a JACK server its synth keeps time in silence."""
    with ExitStack() as stack:
        try:
            stack.enter_context(jack_server(period=_PERIOD))
        except JackUnavailableError as error:
            print(f"Without sound: {error}.", file=sys.stderr)
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env=stack.enter_context(screen()),
            cwd=_ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE_S,
        )
    if done.returncode or not done.stdout.strip():
        raise RuntimeError(f"The studio's process ended with {done.returncode}: {done.stderr[-3000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


@contextmanager
def screen() -> Iterator[dict[str, str]]:
    """The environment for a window that nobody sees: an X server of its own, else none at all."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    if shutil.which("Xvfb") is None or not sys.platform.startswith("linux"):
        yield environment
        return
    own, its = os.pipe()
    command = ["Xvfb", "-displayfd", str(its), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(its,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(its)
    try:
        with os.fdopen(own) as told:
            display = told.readline().strip()
        yield environment | ({"QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{display}"} if display else {})
    finally:
        server.terminate()
        server.wait(10)
