"""Whether a JACK server runs, found out in silence: libjack itself complains on the terminal when none does."""

from __future__ import annotations

import os
from pathlib import Path

_LISTENING = Path("/proc/net/unix")


def running_server() -> str | None:
    """An identity of the JACK server that this process would talk to, or None; another identity is a restart.

    Only a server that listens counts: the socket file of one that crashed stays behind. (A JACK that
    PipeWire imitates has no such socket; its own driver, or ALSA for MIDI, serves better there.)
    """
    if not hasattr(os, "getuid"):
        return None
    name = os.environ.get("JACK_DEFAULT_SERVER", "default")
    socket = f"/jack_{name}_{os.getuid()}_0"
    try:
        lines = _LISTENING.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    for line in lines:
        words = line.split(maxsplit=7)
        if len(words) == 8 and words[7].endswith(socket):
            return words[6]  # the inode
    return None
