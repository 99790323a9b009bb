"""The JACK server of tests and benchmarks gives back what it took, however it ended."""

from __future__ import annotations

import os
import signal

from tests.jack_server import JackServer, jack_server

_PLACES = 8  # servers that JACK has room for on one computer


def test_servers_that_were_killed_leave_room_for_others(jack: JackServer) -> None:
    for _ in range(_PLACES):
        with jack_server() as killed:
            os.kill(killed.pid, signal.SIGKILL)
    with jack_server() as another:
        assert another.name not in (jack.name, killed.name)
