"""How long the window does not answer: `python -m benchmarks.stalls [--json] [--only WORD ...] [--stacks]`.

The real window (on Xvfb where there is one, else offscreen) with FluidSynth on a real JACK server's dummy driver, in a
process of its own: idle, recording, generating, rendering, saving, playing and opening. A heartbeat of 5 ms on the GUI
thread tells how long it was busy or kept waiting. By the clock a stall may be another program's work; "own" is the
part in which this program itself was at work, on any of its threads, "GUI thread" the longest piece of work of that
thread alone, which other programs do not lengthen either. The target: none over 50 ms.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks._stalls_watch import LIMIT_S
from benchmarks._studio_process import studio_answer


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; exit code 1 when the window was kept for longer than the target."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stalls", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the rows as JSON, stacks included")
    parser.add_argument("--only", nargs="*", default=[], metavar="WORD", help="the rows whose name has one of these")
    parser.add_argument("--stacks", action="store_true", help="where the GUI thread was at each row's longest stall")
    options = parser.parse_args(arguments)
    rows = measure(options.only)
    print(json.dumps(rows, indent=2) if options.json else table(rows))
    for row in rows if options.stacks and not options.json else ():
        print("\n".join(["", f"longest while {row['while']}, {row['own_longest_ms']} ms:", *row["culprit"]]))
    return int(any(row["own_over_limit"] for row in rows))


def measure(only: Sequence[str] = ()) -> list[dict[str, Any]]:
    """A row a scenario."""
    rows: list[dict[str, Any]] = studio_answer("benchmarks._stalls_studio", only)
    return rows


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as text."""
    limit = round(LIMIT_S * 1000)
    heads = (
        "seconds",
        "longest",
        "p99",
        f">{limit}",
        "own longest",
        "own p99",
        f"own >{limit}",
        "GUI thread",
        "collecting",
    )
    keys = ["seconds", "longest_ms", "p99_ms", "over_limit"]
    keys += ["own_longest_ms", "own_p99_ms", "own_over_limit", "gui_longest_ms", "collecting_ms"]
    lines = [f"{'ms without an answer while':44}" + "".join(f"{head:>12}" for head in heads)]
    lines.extend(f"{row['while']:44}" + "".join(f"{row[key]:12}" for key in keys) for row in rows)
    return "\n".join([*lines, f"target: none over {limit} ms of the program's own; the beat itself is 5 ms"])


if __name__ == "__main__":
    sys.exit(main())
