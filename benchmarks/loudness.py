"""How loud each instrument is beside the piano: `python -m benchmarks.loudness` (music_core/performing/loudness.py).

RMS of four notes of half a second at velocity 80, around middle C (basses around E2), with the best SoundFont here.
"""

from __future__ import annotations

import numpy as np

from music_core.adapters.audio_render import unsettled
from music_core.score import Note, Score, Track
from music_core.soundfonts import find_soundfont

_RATE = 24_000
_BASSES = (*range(32, 40), 43)
_LOWEST_DB, _HIGHEST_DB = -6, 10


def main() -> None:
    """Print the table as Python source."""
    soundfont = find_soundfont(None)
    if soundfont is None:
        raise SystemExit("No SoundFont was found; install one (for example FluidR3 GM).")
    levels = []
    for program in range(128):
        middle = 40 if program in _BASSES else 60
        notes = tuple(Note(480 * i, middle + step, 480, 80) for i, step in enumerate((0, 4, 7, 0)))
        sound = unsettled(Score((Track("Notes", notes, program=program),)), soundfont, sample_rate=_RATE)[: 2 * _RATE]
        levels.append(10 * np.log10(float((sound**2).sum(axis=1).mean()) + 1e-12))
    beside = np.clip(np.round(np.asarray(levels) - levels[0]), _LOWEST_DB, _HIGHEST_DB).astype(int)
    for row in beside.reshape(8, 16):
        print("    " + ", ".join(str(value) for value in row) + ",")


if __name__ == "__main__":
    main()
