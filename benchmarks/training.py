"""What training costs and what comes of it: `python -m benchmarks.training [--quick] [--bf16] [--quality FILE...]`.

Each form runs in a process of its own on the same windows: seconds an iteration by the clock and of the
processors (which a busy machine stretches less), the peak of memory, and the floor: the form's arithmetic at
the speed at which this machine multiplies matrices at that moment. Beside them stands what is to be beaten. Then
what each step towards the fast form bought, and what the shipped chorale model reaches on held-out openings
(or other models, by the reports of `tutti-train evaluate --out FILE`).
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.training_quality import quality_table
from benchmarks.training_run import FORMS
from music_core.manifest import TensorSpec

# The reference itself (TensorFlow) on two cores with AVX-512, as the project's notes measured it.
TO_BEAT = {"wall_s": 4.30, "peak_mb": 1823.0, "import_s": 2.6, "eager_ms": 24.2, "compiled_ms": 7.1}
GOALS = {"wall_s": 3.0, "peak_mb": 1024.0, "onnx_ms": 10.0}

_CHORALES = "bach-unet-gan"
_MODELS = Path(__file__).parents[1] / "resources" / "models"
_IMPORT = "import time; t = time.perf_counter(); import model_training.models.{module}; print(time.perf_counter() - t)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one iteration of each form, fewer runs of the rest")
    parser.add_argument("--bf16", action="store_true", help="also with 16-bit products (for processors that have them)")
    parser.add_argument("--threads", type=int, default=2, help="threads of each training process")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument(
        "--quality", nargs="*", type=Path, default=[], help="evaluation reports, JSON, to tabulate instead"
    )
    options = parser.parse_args(arguments)
    forms = FORMS if options.bf16 else FORMS[:2]
    figures: dict[str, Any] = {
        "training": [run(form, 1 if options.quick else 3, options.threads) for form in forms],
        "import_s": import_seconds("reference_training", 1 if options.quick else 5),
        "inference": inference_rows(20 if options.quick else 200),
        "steps": step_rows(8 if options.quick else 16),
    }
    quality = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in options.quality}
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        print("\n\n".join((speed_table(figures), step_table(figures["steps"]), quality_table(quality or shipped()))))
    return 0


def shipped(models: Path = _MODELS) -> dict[str, Any]:
    """What the shipped chorale model's manifest holds of its evaluation on the test songs, by its name."""
    return {_CHORALES: json.loads((models / _CHORALES / "manifest.json").read_text(encoding="utf-8"))["metrics"]}


def step_rows(windows: int) -> list[dict[str, Any]]:
    """What each step towards the fast form bought, from a process of its own."""
    command = [sys.executable, "-m", "benchmarks.training_steps", str(windows)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    rows: list[dict[str, Any]] = json.loads(result.stdout.splitlines()[-1])
    return rows


def step_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The steps as Markdown: each part of an iteration in its forms, the slowest first and the one in use last."""
    lines = ["| part of an iteration, and in which form | GFLOP | core s |", "|---|---:|---:|"]
    before = ""
    for row in rows:
        name = f"{row['part']}: {row['name']}" if row["part"] != before else f"… {row['name']}"
        lines.append(f"| {name} | {row['gflop']:.0f} | {row['core_s']:.1f} |")
        before = row["part"]
    return "\n".join(lines)


def run(form: str, iterations: int, threads: int) -> dict[str, Any]:
    """One form's figures, from a process of its own."""
    command = [sys.executable, "-m", "benchmarks.training_run", form, str(iterations), str(threads)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    figures: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    figures["floor_s"] = figures["gflop"] / figures["gflops_a_core"] / threads
    return figures


def import_seconds(module: str, runs: int) -> float:
    """The least of several imports of a trainer, each in a fresh Python."""
    command = [sys.executable, "-c", _IMPORT.format(module=module)]
    times = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(runs)]
    return min(float(text) for text in times)


def inference_rows(runs: int, models: Path = _MODELS) -> list[dict[str, Any]]:
    """Milliseconds of two bars on one thread: the reference eager and as ONNX, and every shipped model."""
    import torch

    from benchmarks.training_run import training_of
    from model_training.models import technique_of
    from model_training.technique import TorchPredictor

    training = training_of("fast")
    technique, network = technique_of(training.config.technique), training.network.eval()
    given = technique.example(training.config, 1, 1)
    torch.set_num_threads(1)
    eager = TorchPredictor(network, technique.inputs(training.config), technique.outputs(training.config))
    rows = [{"name": "reference, two bars, eager", "ms": _milliseconds(lambda: eager.run(given), runs)}]
    with tempfile.TemporaryDirectory() as folder:
        graph = Path(folder) / "model.onnx"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter's remarks on its own future
            torch.onnx.export(
                network, tuple(torch.from_numpy(array) for array in given.values()), graph, input_names=list(given),
                output_names=["rolls"], dynamo=True, verbose=False,
            )  # fmt: skip
        rows.append({"name": "reference, two bars, onnxruntime", "ms": _onnx_milliseconds(graph, given, runs)})
    return rows + _shipped(models, runs)


def speed_table(figures: Mapping[str, Any]) -> str:
    """The figures as Markdown, each with what is to be beaten."""
    lines = [
        "| one iteration, batch 64, 5 critic updates + 1 | by the clock, s | of the processors, s | GFLOP | "
        "GFLOP/s of bare products | floor, s | peak, MB | load |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
        f"| the reference, two AVX-512 cores, idle | {TO_BEAT['wall_s']:.2f} | | | | | {TO_BEAT['peak_mb']:.0f} | |",
    ]
    for row in figures["training"]:
        threads = f"{row['threads']} thread{'s' if row['threads'] > 1 else ''}"
        lines.append(
            f"| ours, {row['form']}, {threads} | {row['wall_s']:.2f} | {row['cpu_s']:.2f} | {row['gflop']:.0f} | "
            f"{row['gflops_a_core']:.0f} a core | {row['floor_s']:.2f} | {row['peak_mb']:.0f} | {row['load']:.1f} |"
        )
    lines.append(f"| to reach | {GOALS['wall_s']:.2f} | | | | | {GOALS['peak_mb']:.0f} | |")
    lines += ["", "| | ours | to beat |", "|---|---:|---:|"]
    lines.append(f"| import of the trainer, s | {figures['import_s']:.2f} | {TO_BEAT['import_s']:.1f} |")
    for row in figures["inference"]:
        beaten = TO_BEAT["eager_ms"] if "eager" in row["name"] else GOALS["onnx_ms"]
        lines.append(f"| {row['name']}, one thread, ms | {row['ms']:.1f} | {beaten:g} |")
    return "\n".join(lines)


def two_bars(inputs: Sequence[TensorSpec], steps: int, cell_steps: int) -> dict[str, Any]:
    """Inputs of one window of so many steps; an axis that is a word counts windows, steps or cells."""
    import numpy as np

    sizes = {"batch": 1, "steps": steps, "cells": steps // cell_steps}
    rng = np.random.default_rng(0)
    return {
        spec.name: rng.standard_normal(
            [size if isinstance(size, int) else sizes[size] for size in spec.shape], dtype=np.float32
        )
        for spec in inputs
    }


def _shipped(models: Path, runs: int) -> list[dict[str, Any]]:
    from music_core.manifest import read_bundle

    rows = []
    for folder in sorted(path.parent for path in models.glob("*/manifest.json")):
        manifest = read_bundle(folder)
        grid = manifest.grid
        try:
            given = two_bars(manifest.inputs, 8 * grid.steps_per_quarter, grid.cell_steps)
        except KeyError:  # an axis that counts something else
            continue
        ms = _onnx_milliseconds(folder / manifest.graph, given, runs)
        rows.append({"name": f"{manifest.id}, two bars, onnxruntime", "ms": ms})
    return rows


def _onnx_milliseconds(graph: Path, given: Mapping[str, Any], runs: int) -> float:
    from music_core.adapters.onnx_predictor import OnnxPredictor

    predictor = OnnxPredictor(graph)  # one thread, as in the app
    return _milliseconds(lambda: predictor.run(dict(given)), runs)


def _milliseconds(work: Any, runs: int) -> float:
    """The median of the processors' time, after one run that does not count."""
    work()
    times = []
    for _ in range(runs):
        started = time.process_time()
        work()
        times.append((time.process_time() - started) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
