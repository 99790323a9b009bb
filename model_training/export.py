"""From a run to a model folder that the studio offers: graph, manifest, card, history and samples."""

from __future__ import annotations

import json
import logging
import shutil
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import torch

from model_training.bundle import TorchPredictor, manifest_of, shape_of
from model_training.checkpoint import load_checkpoint
from model_training.config import Config
from model_training.models.unet_gan import Generator
from model_training.runs import config_of, read_figures
from music_core.adapters.onnx_predictor import OnnxPredictor
from music_core.decoding.predictor import FloatArray
from music_core.manifest import Manifest, sha256, to_json

TOLERANCE = 1e-4
_KEPT_STAGES = 5


class ExportError(ValueError):
    """The run cannot be exported; one plain sentence."""


def export_run(run: Path, parent: Path) -> Path:
    """Write `parent/<model id>/` from a run's averaged weights; the graph is proven equal to torch first.

    Raises ExportError where a logit differs by more than TOLERANCE, or the checkpoint holds no averaged weights.
    """
    config = config_of(run)
    state = load_checkpoint(run / "last.ckpt")
    generator = generator_of(config, state["averaged"])
    folder = parent / config.model_id
    folder.mkdir(parents=True, exist_ok=True)
    graph = folder / "model.onnx"
    export_graph(generator, config, graph)
    difference = parity(generator, config, graph)
    if difference > TOLERANCE:
        raise ExportError(f"The exported network differs from the trained one by {difference:.2g}; it was not kept.")
    history = {"steps": read_figures(run, "steps"), "stages": read_figures(run, "stages")}
    (folder / "history.json").write_text(json.dumps(history), encoding="utf-8")
    _copy_samples(run, folder)
    about = json.loads((run / "run.json").read_text(encoding="utf-8"))
    training = {
        "corpus": "music21 Bach chorales",
        "tier": "amber",
        "steps": int(state["step"]),
        "epochs": config.epochs,
        "seed": config.seed,
        "code": about["code"],
        "torch": about["torch"],
        "machine": about["machine"],
        "parity": difference,
    }
    write_manifest(folder, replace(manifest_of(config), training=training))
    return folder


def generator_of(config: Config, averaged: dict[str, torch.Tensor]) -> Generator:
    """The averaged generator of a checkpoint."""
    generator = Generator(shape_of(config))
    weights = {name.removeprefix("module."): value for name, value in averaged.items() if name != "n_averaged"}
    generator.load_state_dict(weights)
    return generator.eval()


def export_graph(generator: Generator, config: Config, path: Path) -> None:
    """Write the ONNX graph; batch and steps are dynamic, steps being 16 for each cell of noise."""
    melody, noise = (torch.from_numpy(array) for array in _example(config, 2, 4))
    cells = torch.export.Dim("cells", min=2, max=4096)
    batch = torch.export.Dim("batch", min=1, max=256)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it warns of every absent library that it could use
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's remarks on its own future
        program = torch.onnx.export(
            generator,
            (melody, noise),
            input_names=["melody", "noise"],
            output_names=["pitch_logits", "onset_logits"],
            dynamic_shapes={"melody": {0: batch, 2: 16 * cells}, "noise": {0: batch, 2: cells}},
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    program.save(path)
    _forget_where_it_was_made(path)


def _forget_where_it_was_made(path: Path) -> None:
    """Take out the exporter's notes on every node: they hold source lines and folders of the machine it ran on."""
    model = onnx.load(path)
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        part.ClearField("doc_string")
        part.ClearField("metadata_props")
    onnx.save(model, path)


def parity(generator: Generator, config: Config, graph: Path) -> float:
    """Largest difference of any logit between torch and onnxruntime, over several lengths and batches."""
    ours, theirs = TorchPredictor(generator), OnnxPredictor(graph)
    worst = 0.0
    for batch, cells in ((1, 2), (1, 4), (3, 5), (8, 4), (1, 16)):
        melody, noise = _example(config, batch, cells)
        inputs = {"melody": melody, "noise": noise}
        a, b = ours.run(inputs), theirs.run(inputs)
        worst = max(worst, *(float(np.abs(a[name] - b[name]).max()) for name in a))
    return worst


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `manifest.json` with the hash of every other file in the folder."""
    files = {
        path.relative_to(folder).as_posix(): sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }
    (folder / "manifest.json").write_text(to_json(replace(manifest, files=files)), encoding="utf-8")


def _example(config: Config, batch: int, cells: int) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(0)
    shape = shape_of(config)
    melody = (rng.random((batch, shape.conditions, cells * 16, shape.pitches)) < 0.05).astype(np.float32)
    return melody, rng.standard_normal((batch, shape.noise, cells), dtype=np.float32)


def _copy_samples(run: Path, folder: Path) -> None:
    """Samples of a few stages from the first to the last, so that one can hear it learn."""
    stages = sorted((run / "samples").glob("epoch-*"))
    chosen = {round(i * (len(stages) - 1) / (_KEPT_STAGES - 1)) for i in range(_KEPT_STAGES)} if stages else set()
    shutil.rmtree(folder / "samples", ignore_errors=True)
    for index in sorted(chosen):
        shutil.copytree(stages[index], folder / "samples" / stages[index].name)
