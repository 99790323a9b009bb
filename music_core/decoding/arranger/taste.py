"""How the network's answers are drawn: how loosely, in how many steps, and moved by what."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Taste:
    """How loosely each stage is drawn (a temperature: 0 takes the likeliest) and in how many steps.

    `push` has nats by which an onset of each part is likelier than it would be, the drums last; empty for none.
    `complete` are nats by which tones that a chord lacks are likelier, `reach` those by which pitches are less likely
    for each semitone out of reach of the part's notes beside them.
    `levels` has nats for drum hits of each level, soft to hard; empty for none.
    `legato` has nats by which notes of each part are likelier for each doubling of their length; empty for none.
    `basses` are the parts whose pitches come first, as loosely as `bass` says.
    `riffs` are the shares by which each part's rhythm is what the network says of all bars that return; empty for none.
    `rates` (2, parts, bins) has the shares of slots in which people begin notes by how busy they are wished, where the
    harmony changes and elsewhere; None for the network's own.
    `swell` float32 (parts + 1, T) has nats by which onsets are likelier in each slot; None for none.
    """

    rhythm: float = 0.9
    drums: float = 0.9
    pitches: float = 0.8
    bass: float = 0.4
    lengths: float = 0.85
    rhythm_steps: int = 12
    drum_steps: int = 8
    pitch_steps: int = 12
    length_steps: int = 3
    held: bool = False  # every part begins with what is written anew, and is one voice; none goes parallel to another
    push: tuple[float, ...] = ()
    complete: float = 0.0
    reach: float = 0.0
    levels: tuple[float, ...] = ()
    legato: tuple[float, ...] = ()
    basses: tuple[int, ...] = ()
    riffs: tuple[float, ...] = ()
    swell: NDArray[np.float32] | None = field(default=None, compare=False)
    rates: NDArray[np.float64] | None = field(default=None, compare=False)
