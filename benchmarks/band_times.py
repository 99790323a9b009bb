"""How long a band of four parts takes: `python -m benchmarks.band_times [--model ID] [--runs N] [--json]`.

Melody alone in, a performed score out, for 8 and 32 bars, another seed in every run. Beside the time on the clock
stands the processor time of the same runs, which is what the clock would say were nothing else running. The floor is
what the network's multiplications would take at the rate at which one core multiplies matrices; the bare network is
the same passes in onnxruntime on one and on all cores. Block chords and rules over the same chords stand below.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from threadpoolctl import threadpool_limits

from benchmarks.generation import ListeningPredictor, melody_of
from desktop_app.generation.composer import Composer, Request
from desktop_app.generation.registry import Registry, UnknownModelError
from desktop_app.paths import app_paths
from music_core.adapters import open_onnx
from music_core.decoding.predictor import FloatArray
from music_core.rules import block_chords, rule_band
from music_core.score import Score

LENGTHS = (8, 32)
LIMITS_MS = {8: 400.0, 32: 1500.0}  # p95 on two cores
_BARE = 3

Row = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; exit code 2 where there is no such band."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.band_times", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--model", default="pop", help="id of a band")
    parser.add_argument("--runs", type=int, default=30, help="runs of each length")
    options = parser.parse_args(arguments)
    registry = Registry(app_paths().models)
    try:
        parts = len(registry.get(options.model).parts)
    except UnknownModelError as error:
        print(error, file=sys.stderr)
        return 2
    rate = matrix_rate()
    rows = [measured(registry, options.model, bars, options.runs, rate) for bars in LENGTHS]
    if options.json:
        print(json.dumps({"model": options.model, "parts": parts, "gflops": rate / 1e9, "rows": rows}, indent=1))
    else:
        print(table(options.model, parts, options.runs, rate, rows))
    return 0


def measured(registry: Registry, model: str, bars: int, runs: int, rate: float) -> Row:
    """All figures of one length, in milliseconds."""
    melody, graph = melody_of(bars), registry.graph_of(model)
    listening = ListeningPredictor(open_onnx(graph))
    composer = Composer(registry, lambda path: listening if path == graph else open_onnx(path))
    written = composer.arrange(Request(melody, model, 0))[0].score  # loads everything
    passes = list(listening.passes)
    clock, used = _timed(lambda run: _compose(composer, listening, Request(melody, model, run + 1)), runs)
    with_chords = replace(melody, chords=written.chords)
    genre = registry.get(model).genre
    return {
        "bars": bars, "limit": LIMITS_MS.get(bars), "p50": _median(clock), "p95": percentile(clock, 0.95),
        "processor_p50": _median(used), "processor_p95": percentile(used, 0.95), "passes": len(passes),
        "floor": sum(flops(graph, each) for each in passes) / rate * 1000,
        "bare_one": _bare(graph, passes, 1), "bare_all": _bare(graph, passes, 0),
        "blocks": _median(_timed(lambda _: _ruled(block_chords, with_chords, genre), runs)[0]),
        "rules": _median(_timed(lambda _: _ruled(rule_band, with_chords, genre), runs)[0]),
    }  # fmt: skip


def matrix_rate(size: int = 512, tries: int = 8) -> float:
    """Floating-point operations a second of one core multiplying float32 matrices, the best of some tries."""
    matrix = np.random.default_rng(0).standard_normal((size, size)).astype(np.float32)
    best = float("inf")
    with threadpool_limits(1):
        for _ in range(tries):
            started = time.thread_time()
            for _ in range(4):
                matrix @ matrix
            best = min(best, time.thread_time() - started)
    return 4 * 2 * size**3 / best


def flops(graph: Path, inputs: Mapping[str, FloatArray]) -> int:
    """Operations of the matrix products of one pass, two for each product and sum; all else counts nothing."""
    model = onnx.load(str(graph))
    for value in model.graph.input:
        for dimension, size in zip(value.type.tensor_type.shape.dim, inputs[value.name].shape, strict=True):
            dimension.dim_value = size
    inferred = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
    shapes = {
        value.name: [d.dim_value for d in value.type.tensor_type.shape.dim]
        for value in (*inferred.value_info, *inferred.input, *inferred.output)
    } | {weight.name: list(weight.dims) for weight in inferred.initializer}
    products = (node for node in inferred.node if node.op_type in ("MatMul", "Gemm"))
    return sum(2 * int(np.prod(shapes[node.output[0]])) * shapes[node.input[0]][-1] for node in products)


def percentile(times: Sequence[float], share: float) -> float:
    """The time that this share of the runs stayed within."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def table(model: str, parts: int, runs: int, rate: float, rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    lines = [
        f"{model}, {parts} parts, milliseconds from melody to performed score, {runs} runs; one core multiplies "
        f"matrices at {rate / 1e9:.0f} GFLOP/s",
        "",
        "| bars | p50 | p95 | limit | processor p50 | p95 | passes | floor | bare, 1 | bare, all | blocks | rules |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    names = (
        "p50", "p95", "limit", "processor_p50", "processor_p95", "passes", "floor", "bare_one", "bare_all", "blocks",
        "rules",
    )  # fmt: skip
    lines += [f"| {row['bars']} | " + " | ".join(f"{row[name]:.0f}" for name in names) + " |" for row in rows]
    return "\n".join(lines)


def _compose(composer: Composer, listening: ListeningPredictor, request: Request) -> None:
    composer.arrange(request)
    listening.passes.clear()  # or the inputs of all runs would be kept


def _ruled(arrange: Callable[[Score, str, int], Score], score: Score, genre: str) -> Score:
    try:
        return arrange(score, genre, 0)
    except ValueError:  # a genre without rules of its own
        return arrange(score, "pop", 0)


def _timed(work: Callable[[int], object], runs: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each run on the clock, and of processor time."""
    clock, used = [], []
    for run in range(runs):
        started, spent = time.perf_counter(), time.process_time()
        work(run)
        clock.append((time.perf_counter() - started) * 1000)
        used.append((time.process_time() - spent) * 1000)
    return clock, used


def _bare(graph: Path, passes: Sequence[Mapping[str, FloatArray]], threads: int) -> float:
    """Median milliseconds of all passes in bare onnxruntime; 0 threads means one for every core."""
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = threads
    settings.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(graph), settings, providers=["CPUExecutionProvider"])
    session.run(None, dict(passes[0]))

    def run(_: int) -> None:
        for inputs in passes:
            session.run(None, dict(inputs))

    return _median(_timed(run, _BARE)[0])


def _median(times: Sequence[float]) -> float:
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
