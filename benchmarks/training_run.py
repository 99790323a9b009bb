"""One form of the reference's iteration in a process of its own, for `benchmarks.training`; prints JSON.

python -m benchmarks.training_run FORM ITERATIONS THREADS
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

FORMS = ("plain", "fast", "bf16")


def corpus_of_chance() -> Any:
    """Forty songs of sixteen bars in four parts, quarters at random: time depends on sizes, not on notes."""
    import numpy as np

    from model_training.data.corpus import corpus_of
    from model_training.data.song import Song, part_of
    from music_core.score import TICKS_PER_QUARTER, Metre, Note

    rng = np.random.default_rng(0)

    def song(name: str) -> Song:
        parts = []
        for role, low in (("melody", 60), ("alto", 55), ("tenor", 48), ("bass", 40)):
            pitches = rng.integers(low, low + 12, 64).tolist()
            notes = tuple(Note(i * TICKS_PER_QUARTER, p, TICKS_PER_QUARTER) for i, p in enumerate(pitches))
            parts.append(part_of(role, 0, notes))
        return Song(name, name, "chance", "", "", "", tuple(parts), (Metre(0),), 100.0, 0, False)

    return corpus_of([song(f"song {i}") for i in range(40)], ["train"] * 40)


def training_of(form: str) -> Any:
    """The reference with its own sizes and settings, ready to move on."""
    from lightning_fabric import Fabric

    from model_training.config import Config
    from model_training.models import technique_of
    from model_training.settings import ReferenceSettings
    from music_core.manifest import GridSpec

    config = Config(
        "benchmark", "Benchmark", "", "", technique="unet-gan-reference", learning_rate=1e-3, update_ratio=5,
        batch_size=64, grid=GridSpec(window_steps=32, hop_steps=32, low_pitch=0, pitches=128),
        model=ReferenceSettings(plain=form == "plain"),
    )  # fmt: skip
    fabric = Fabric(accelerator="cpu", devices=1, precision="bf16-mixed" if form == "bf16" else "32-true")
    return technique_of(config.technique).training(config, corpus_of_chance(), fabric)


def measured(form: str, iterations: int, threads: int) -> dict[str, Any]:
    """Seconds an iteration by the clock and of the processors, its arithmetic, and the peak of memory."""
    import torch

    torch.set_num_threads(threads)
    training = training_of(form)
    gflop = counted(training.advance)  # the first one also asks for memory and chooses kernels
    square = torch.randn(1024, 1024)
    times: list[tuple[float, float]] = []
    products: list[float] = []
    for _ in range(iterations):
        times.append(_seconds(training.advance))
        products.extend(2 * 1024**3 / _seconds(lambda: square @ square)[1] for _ in range(5))
    wall, cpu = min(t[0] for t in times), min(t[1] for t in times)
    return {
        "form": form, "threads": threads, "iterations": iterations, "wall_s": wall, "cpu_s": cpu,
        "gflop": gflop, "gflops_a_core": max(products) / 1e9,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "load": os.getloadavg()[0],
    }  # fmt: skip


def counted(work: Callable[[], object]) -> float:
    """Arithmetic of the products and convolutions that `work` asks for, in 1e9 operations, by torch's own table."""
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils.flop_counter import flop_registry

    total = 0.0

    class Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            nonlocal total
            result = func(*args, **(kwargs or {}))
            formula = flop_registry.get(func._overloadpacket)
            if formula is not None:
                total += formula(*args, **(kwargs or {}), out_val=result)
            return result

    with Counter():  # type: ignore[no-untyped-call]
        work()
    return total / 1e9


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
