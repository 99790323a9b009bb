"""A third process of `benchmarks.latency`: it hears what JACK hands to whoever listens to a keyboard.

Its argument is the keyboard's JACK client. It tells the notes of Tutti from those of JACK: where a client of the server
comes too late by a period, the buffer of its MIDI port is emptied for the next one before anybody has read it. It
prints `{"listening": true}`, and when its standard input ends all notes that it heard, as pitch and velocity.
"""

from __future__ import annotations

import json
import sys

import jack

NOTE_ON = 0x90


def main() -> None:
    """Listen until the standard input ends."""
    client = jack.Client("witness", no_start_server=True)
    port = client.midi_inports.register("keys")
    heard: list[tuple[int, int]] = []

    def process(_frames: int) -> None:
        for _, event in port.incoming_midi_events():
            status, pitch, velocity = bytes(event)
            if status == NOTE_ON and velocity:
                heard.append((pitch, velocity))

    client.set_process_callback(process)
    with client:
        (keyboard,) = client.get_ports(f"^{sys.argv[1]}.*:", is_midi=True, is_output=True)
        client.connect(keyboard, port)
        print(json.dumps({"listening": True}), flush=True)
        sys.stdin.read()
    print(json.dumps({"heard": heard}), flush=True)


if __name__ == "__main__":
    main()
