"""How soon the studio can be used: `python -m benchmarks.first_minute [--json] [--runs N]`.

Every run is a new process with a new home folder, the first of them cold (its Python files are not compiled yet and
the disk has not been read), the others warm. Beside the wall clock stands the processor's time, which other work on
the machine does not lengthen, and beside the studio the floor: a bare window of the same toolkit.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LIMITS_S = {"window usable": 1.0, "from Generate to the band playing": 2.0}
ROOT = Path(__file__).parents[1]

# Nothing but the toolkit: what no program of this kind can be faster than.
_BARE = """
import json, sys, time
from PySide6.QtWidgets import QApplication, QMainWindow
qt = QApplication(["bare"])
window = QMainWindow()
window.show()
qt.processEvents()
print(json.dumps({"a bare window (floor)": {"wall_s": round(time.monotonic() - float(sys.argv[1]), 3),
    "processor_s": round(time.process_time(), 3)}}))
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; exit code 1 when a limit was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_minute", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    parser.add_argument("--runs", type=int, default=5, help="warm runs (5)")
    options = parser.parse_args(arguments)
    rows = measure(options.runs)
    print(json.dumps(rows, indent=2) if options.json else table(rows))
    return int(any(row["warm_s"] > row["limit_s"] for row in rows if row["limit_s"]))


def measure(runs: int) -> list[dict[str, Any]]:
    """One row a step: cold, the median and the worst of the warm runs, and the processor's median."""
    with tempfile.TemporaryDirectory(prefix="tutti-first-minute-") as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(Path(folder) / "compiled")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        passes = []
        for number in range(runs + 1):
            home = str(Path(folder) / f"home{number}")
            studio = _child(["-m", "benchmarks._first_minute_studio"], [home], environment)
            passes.append({**_child(["-c", _BARE], [], environment), **studio})
    cold, warm = passes[0], passes[1:]
    return [
        {
            "step": step,
            "cold_s": cold[step]["wall_s"],
            "warm_s": statistics.median(one[step]["wall_s"] for one in warm),
            "worst_s": max(one[step]["wall_s"] for one in warm),
            "processor_s": statistics.median(one[step]["processor_s"] for one in warm),
            "limit_s": LIMITS_S.get(step),
        }
        for step in cold
    ]


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as text."""
    lines = [f"{'step':36}{'cold':>8}{'warm':>8}{'worst':>8}{'processor until then':>22}{'limit':>8}"]
    for row in rows:
        limit = f"{row['limit_s']:.1f}" if row["limit_s"] else ""
        figures = f"{row['cold_s']:8.3f}{row['warm_s']:8.3f}{row['worst_s']:8.3f}{row['processor_s']:22.3f}"
        lines.append(f"{row['step']:36}{figures}{limit:>8}")
    return "\n".join([*lines, "seconds; warm is the median"])


def _child(program: list[str], arguments: list[str], environment: dict[str, str]) -> dict[str, dict[str, float]]:
    asked_s = time.monotonic()
    done = subprocess.run(
        [sys.executable, *program, str(asked_s), *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode or not done.stdout.strip():
        raise RuntimeError(f"The studio's process ended with {done.returncode}: {done.stderr[-2000:]}")
    steps: dict[str, dict[str, float]] = json.loads(done.stdout.strip().splitlines()[-1])
    return steps


if __name__ == "__main__":
    sys.exit(main())
