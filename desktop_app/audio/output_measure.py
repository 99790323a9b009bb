"""Measures how long a key takes to sound, from how the synth's clock moves while it plays."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from desktop_app.audio.synth import Synth

_LOOK_EVERY_S = 0.0005

Glance = tuple[float, float]
"""Clock seconds, and the synth's."""


@dataclass(frozen=True, slots=True)
class MeasuredOutput:
    """What was seen: bursts of sound rendered at once, the time between them, and what that means for a key."""

    bursts: int
    burst_s: float
    usual_s: float
    """From a key to the loudspeaker's cable, on average."""
    worst_s: float
    """The same for the unluckiest key."""


def measure_output(
    synth: Synth,
    seconds: float = 1.0,
    clock: Callable[[], float] = time.perf_counter,
    sleep: Callable[[float], None] = time.sleep,
) -> MeasuredOutput | None:
    """Watch the output for a while; None where it asks for no sound. Blocks: not for the GUI thread."""
    until_s = clock() + seconds
    glances: list[Glance] = []
    while clock() < until_s:
        synth_s = synth.now_s()
        if not glances or synth_s != glances[-1][1]:
            glances.append((clock(), synth_s))
        sleep(_LOOK_EVERY_S)
    return judged(glances[1:], synth.latency_s)


def judged(glances: Sequence[Glance], latency_s: float) -> MeasuredOutput | None:
    """What glances at each move of the clock say; a key waits for the next burst and then for the buffer."""
    if len(glances) < 3:
        return None
    waits = sorted(after[0] - before[0] for before, after in pairwise(glances))
    bursts = sorted(after[1] - before[1] for before, after in pairwise(glances))
    typical = waits[len(waits) // 2]
    # One late look in a hundred is Python's own, not the driver's.
    longest = waits[min(len(waits) - 1, round(0.99 * len(waits)))]
    return MeasuredOutput(len(glances), bursts[len(bursts) // 2], typical / 2 + latency_s, longest + latency_s)
