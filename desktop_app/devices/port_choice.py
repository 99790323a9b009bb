"""Which of the MIDI ports to listen to. Pure: names in, names out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

CLIENT_NAME = "Tutti"

# The DeepComposer keyboard is a Midiplus AKM322, and that is the name it goes by.
_FAVOURITE = "akm322"
# Ports that are nobody's instrument: the kernel's loop, and ours.
_NEVER = ("midi through", CLIENT_NAME.lower(), "fluid synth", "fluidsynth", "pipewire-", "system:timer")
# Real enough to listen to, but only when no instrument is plugged in.
_VIRTUAL = ("iac ", "iac-", "loopmidi", "network", "rtpmidi", "virtual", "virmidi", "midi-bridge")


@dataclass(frozen=True, slots=True)
class Port:
    """An input port: `api` is the backend's number, `address` the name it is opened by.

    `numbered` says that the backend (Windows) puts a running number behind each name.
    """

    api: int
    address: str
    numbered: bool = False

    @property
    def name(self) -> str:
        """The port's name for people and settings: without numbers that change when it is plugged in again."""
        if self.numbered:
            return re.sub(r" \d+$", "", self.address)
        name = re.sub(r" \d+:\d+$", "", self.address)  # ALSA's client and port
        name = re.sub(r" \[\d+\] \((capture|playback)\)", "", name)  # the same, as JACK's bridge writes it
        client, colon, port = name.partition(":")
        return name if not colon else port if port.startswith(client) else f"{client} {port}"


def choices(ports: Iterable[Port], preferred: str = "") -> list[Port]:
    """The ports worth listening to, best first: the preferred, an AKM322, other instruments, virtual cables."""
    real = [port for port in ports if not any(word in port.address.lower() for word in _NEVER)]
    return sorted(real, key=lambda port: rank(port, preferred))  # stable: otherwise as the system lists them


def rank(port: Port, preferred: str = "") -> int:
    """0 is best."""
    address = port.address.lower()
    if preferred and port.name == preferred:
        return 0
    if _FAVOURITE in address:
        return 1
    return 3 if any(word in address for word in _VIRTUAL) else 2
