"""What the studio costs while it is open: `python -m benchmarks.idle [--json] [--seconds N]`.

The real window (on Xvfb where there is one) with a sample melody, FluidSynth on a JACK server's dummy driver. Memory is
the kernel's count for the process at rest; a second studio without a SoundFont shows which part is the font's. The
processor's share is of one core, at rest and while music plays, all of the program's threads counted: four notes at a
time, which FluidSynth sounds with sixteen voices at the least, and sixteen notes at a time, which are a hundred voices.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks._studio_process import studio_answer

VOICES = 16
LIMITS = {"idle, resident, without the SoundFont (MB)": 250.0, "playing 16 voices (% of a core)": 15.0}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; exit code 1 when a limit was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.idle", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long the processor is watched each time (20)")
    options = parser.parse_args(arguments)
    figures = measure(options.seconds)
    print(json.dumps(figures, indent=2) if options.json else table(figures))
    return int(any(figures[name] > limit for name, limit in LIMITS.items()))


def measure(seconds: float) -> dict[str, Any]:
    """Every figure by its name."""
    bare = studio_answer("benchmarks._idle_studio", ["1", "silent"])
    studio = studio_answer("benchmarks._idle_studio", [str(seconds)])
    sparse, dense = studio["playing"]
    if not (sparse["was_playing"] and dense["was_playing"]):
        raise RuntimeError("The music ended before it was measured.")
    if sparse["fewest"] < VOICES:
        raise RuntimeError(f"Only {sparse['fewest']} voices sounded, where {VOICES} are to be measured.")
    return {
        "sound output": studio["driver"],
        "idle, resident (MB)": studio["rss_mb"],
        "idle, proportional (MB)": studio["pss_mb"],
        "of it the SoundFont, resident (MB)": round(studio["rss_mb"] - bare["rss_mb"], 1),
        "idle, resident, without the SoundFont (MB)": bare["rss_mb"],
        "idle, proportional, without the SoundFont (MB)": bare["pss_mb"],
        "playing, resident (MB)": dense["rss_mb"],
        "idle (% of a core)": studio["idle_percent"],
        "playing 16 voices (% of a core)": sparse["percent"],
        "of them sounding: fewest, mean": f"{sparse['fewest']}, {sparse['voices']}",
        "playing 16 notes at a time (% of a core)": dense["percent"],
        "voices of them: fewest, mean": f"{dense['fewest']}, {dense['voices']}",
    }


def table(figures: dict[str, Any]) -> str:
    """The figures as text."""
    lines = []
    for name, value in figures.items():
        limit = f"   (at most {LIMITS[name]:g})" if name in LIMITS else ""
        lines.append(f"{name:50}{value:>10}{limit}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
