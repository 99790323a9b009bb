"""Which of many notes are lost, and by whom: JACK, before any program could read them, or the way from there on."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import rtmidi

NoteOn = tuple[int, int]  # pitch, velocity

_PITCHES, _VELOCITIES = range(20, 120), range(1, 128)
_SETTLE_S = 1.0
_PATIENCE_S = 20.0


def numbered_notes(count: int) -> list[NoteOn]:
    """So many notes, of which the first 12,700 can be told apart."""
    return [(_PITCHES[i % len(_PITCHES)], _VELOCITIES[i // len(_PITCHES) % len(_VELOCITIES)]) for i in range(count)]


def count_losses(
    sent: Sequence[NoteOn], heard: Sequence[NoteOn], arrived: Mapping[str, Sequence[NoteOn]]
) -> dict[str, int]:
    """`lost`: what could be read but did not arrive everywhere; `lost_by_jack`: what nobody could read.

    `heard` is what an independent client of JACK was handed, and what has arrived anywhere could be read too.
    `lost_by_witness` is what that client was not handed of it: as much as JACK loses on the way to one more reader.
    """
    counts = [Counter(notes) for notes in arrived.values()]
    readable, everywhere = Counter(heard), counts[0]
    for count in counts:
        readable |= count
        everywhere &= count
    return {
        "lost": (readable - everywhere).total(),
        "lost_by_jack": (Counter(sent) - readable).total(),
        "lost_by_witness": (readable - Counter(heard)).total(),
    }


def losses(
    keys: rtmidi.MidiOut, client: str, counters: Sequence[str], messages: int, ask: Callable[[str], dict[str, Any]]
) -> dict[str, Any]:
    """Send many notes, one a millisecond, and see what became of them; `ask` the studio what has arrived."""
    sent = numbered_notes(messages)
    before = {counter: len(notes) for counter, notes in ask("notes").items()}
    with _witness(client) as heard:
        for pitch, velocity in sent:
            keys.send_message([0x90, pitch, velocity])
            keys.send_message([0x80, pitch, 0])
            time.sleep(0.001)
        time.sleep(_SETTLE_S)
    after = ask("notes")
    arrived = {counter: _pairs(after[counter][before[counter] :]) for counter in counters}
    return {
        "arrived": {counter: len(notes) for counter, notes in arrived.items()},
        **count_losses(sent, heard, arrived),
    }


@contextmanager
def _witness(client: str) -> Iterator[list[NoteOn]]:
    """A process that listens to the keyboard too; the list is filled when the block ends."""
    command = [sys.executable, "-m", "benchmarks._latency_witness", client]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    heard: list[NoteOn] = []
    try:
        assert process.stdout is not None
        if not json.loads(process.stdout.readline() or "{}").get("listening"):
            raise RuntimeError("The witness does not hear the keyboard.")
        yield heard
        heard.extend(_pairs(json.loads(process.communicate(timeout=_PATIENCE_S)[0])["heard"]))
    finally:
        process.kill()
        process.wait(5)


def _pairs(notes: Sequence[Sequence[int]]) -> list[NoteOn]:
    return [(pitch, velocity) for pitch, velocity in notes]
