"""How long it takes from Generate to notes: `python -m benchmarks.generation [--json] [--model ID] [--runs N]`.

Beside each figure stands its floor, the bare forward passes of the same windows in onnxruntime on the same one
thread, and the alternative that was not taken: onnxruntime with a thread for every core.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import onnxruntime

from desktop_app.generation.composer import Composer, Request
from desktop_app.generation.registry import Registry
from desktop_app.paths import app_paths
from music_core.adapters import open_onnx
from music_core.decoding.predictor import FloatArray, Predictor
from music_core.score import Metre, Note, Score, Track

LIMITS_MS = {"load, new process": 300.0, "8 bars": 100.0}

_SCALE = (60, 62, 64, 65, 67, 69, 67, 65, 64, 62, 64, 67, 72, 71, 69, 67)
_LOADS = 5

# Run in a process of its own: the import of onnxruntime is part of what the first Generate waits for.
_LOAD = """
import sys, time
from pathlib import Path
from music_core.adapters import open_onnx
started = time.perf_counter()
open_onnx(Path(sys.argv[1]))
print((time.perf_counter() - started) * 1000)
"""


class ListeningPredictor:
    """Passes everything on and keeps the inputs, so that the same passes can be timed alone."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self.passes: list[dict[str, FloatArray]] = []

    def run(self, inputs: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        """One forward pass."""
        self.passes.append(dict(inputs))
        return self._predictor.run(inputs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; exit code 2 without a model."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generation", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    parser.add_argument("--model", default="", help="model id; default: the first")
    parser.add_argument("--runs", type=int, default=40, help="runs of each measurement")
    options = parser.parse_args(arguments)
    registry = Registry(app_paths().models)
    if not registry.models():
        print("There is no model to measure.", *registry.refused(), file=sys.stderr)
        return 2
    model_id = options.model or registry.models()[0].id
    rows = measure(registry, model_id, options.runs)
    if options.json:
        print(json.dumps({"model": model_id, "runs": options.runs, "rows": rows}, indent=2))
    else:
        print(table(model_id, rows))
    return 0


def measure(registry: Registry, model_id: str, runs: int) -> list[dict[str, Any]]:
    """One row a measurement: name, p50, p95, floor, alternative and limit, in milliseconds."""
    graph = registry.folder_of(model_id) / registry.get(model_id).graph
    loads = [_load_in_new_process(graph) for _ in range(_LOADS)]
    creations = _timed(lambda: open_onnx(graph), _LOADS)
    rows = [row("load, new process", loads), row("load, onnxruntime imported", creations)]
    for bars in (8, 32, 128):
        rows.append(_measure_length(registry, model_id, graph, bars, runs if bars <= 32 else max(3, runs // 4)))
    return rows


def row(name: str, times: list[float], floor: float | None = None, alternative: float | None = None) -> dict[str, Any]:
    """The figures of one measurement."""
    ordered = sorted(times)
    return {
        "name": name,
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))], 1),
        "floor_ms": None if floor is None else round(floor, 1),
        "all_cores_ms": None if alternative is None else round(alternative, 1),
        "limit_ms": LIMITS_MS.get(name),
    }


def table(model_id: str, rows: list[dict[str, Any]]) -> str:
    """The rows as Markdown."""
    lines = [
        f"{model_id}, milliseconds end to end (melody to score); floor: the same forward passes alone",
        "",
        "| | p50 | p95 | floor | with all cores | limit |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for entry in rows:
        cells = (entry[key] for key in ("p50_ms", "p95_ms", "floor_ms", "all_cores_ms", "limit_ms"))
        lines.append(f"| {entry['name']} | " + " | ".join("" if c is None else f"{c:g}" for c in cells) + " |")
    return "\n".join(lines)


def melody_of(bars: int) -> Score:
    """Quarters and eighths in 4/4."""
    notes: list[Note] = []
    tick = 0
    while tick < bars * 1920:
        length = 240 if tick // 480 % 4 == 1 else 480
        notes.append(Note(tick, _SCALE[len(notes) % len(_SCALE)], length, 80))
        tick += length
    return Score((Track("Melody", tuple(notes), role="melody"),), metres=(Metre(0, 4, 4),))


def _measure_length(registry: Registry, model_id: str, graph: Path, bars: int, runs: int) -> dict[str, Any]:
    listening = ListeningPredictor(open_onnx(graph))
    request = Request(melody_of(bars), model_id, seed=1)
    Composer(registry, lambda _graph: listening).arrange(request)
    composer = Composer(registry, open_onnx)
    composer.arrange(request)
    times = _timed(lambda: composer.arrange(request), runs)
    one_thread, all_cores = _session(graph, 1), _session(graph, 0)
    floor = _timed(lambda: _forward(one_thread, listening.passes), runs)
    alternative = _timed(lambda: _forward(all_cores, listening.passes), runs)
    return row(f"{bars} bars", times, statistics.median(floor), statistics.median(alternative))


def _session(graph: Path, threads: int) -> onnxruntime.InferenceSession:
    """Bare onnxruntime; 0 threads means one for every core."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def _forward(session: onnxruntime.InferenceSession, passes: list[dict[str, FloatArray]]) -> None:
    for inputs in passes:
        session.run(None, inputs)


def _timed(work: Callable[[], object], runs: int) -> list[float]:
    """Milliseconds of each run, after one that does not count."""
    work()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return times


def _load_in_new_process(graph: Path) -> float:
    result = subprocess.run([sys.executable, "-c", _LOAD, str(graph)], capture_output=True, text=True, check=True)
    return float(result.stdout)


if __name__ == "__main__":
    sys.exit(main())
