"""From a run to a model folder that the studio offers: graph, manifest, card, history and samples."""

from __future__ import annotations

import json
import logging
import shutil
import warnings
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import nn

from model_training.bundle import manifest_of, predictor_of
from model_training.checkpoint import load_checkpoint
from model_training.config import Config, config_to_dict
from model_training.data.corpus import load_corpus
from model_training.first_card import CARD, first_card
from model_training.half import halve
from model_training.models import technique_of
from model_training.runs import about_run, config_of, facts_of, read_figures
from model_training.settings import OF_PLAYING
from music_core.adapters.onnx_predictor import OnnxPredictor
from music_core.atomic import replacing
from music_core.manifest import Manifest, sha256, to_json

TOLERANCE = 1e-4
_KEPT_STAGES = 5
_OF_LEARNING = ("epochs", "seed", "learning_rate", "update_ratio", "batch_size", "accumulate", "evaluate_every")


class ExportError(ValueError):
    """The run cannot be exported; one plain sentence."""


def export_run(run: Path, parent: Path, checkpoint: str = "last", other: Config | None = None) -> Path:
    """Write `parent/<model id>/` from a run's averaged weights; the graph is proven equal to torch first.

    `checkpoint` is `last`, or `best`: that of the best stage. `other` is another config with the same network: its
    bundle has no graph of its own and shares that of the run's. With the run's own id it is the run's bundle, played as
    that config says.

    Raises ExportError where a logit differs by more than TOLERANCE, or the other config has another network.
    """
    config = config_of(run)
    state = load_checkpoint(run / f"{checkpoint}.ckpt")
    folder = parent / (other or config).model_id
    graph = parent / config.model_id / "model.onnx"
    shares = "" if other is None or other.model_id == config.model_id else config.model_id
    if other is not None:
        _check_same_network(config, other)
        other = _as_learned(config, other)
    if shares:
        # A shared graph was proven when it was exported; since then its weights may have been rounded.
        _check_there(graph, config.model_id, folder)
        folder.mkdir(exist_ok=True)
        difference = 0.0
    else:
        folder.mkdir(parents=True, exist_ok=True)
        difference = _put_graph(network_of(config, state), config, graph)
    history = {"steps": read_figures(run, "steps"), "stages": read_figures(run, "stages")}
    (folder / "history.json").write_text(json.dumps(history), encoding="utf-8")
    _copy_samples(run, folder)
    about = about_run(run)
    facts = about["data"]
    if other is not None:
        facts, config = facts_of(load_corpus(Path(other.data)), other), other
    training = _told(about, config, state, difference)
    manifest = replace(manifest_of(config, facts), training=training, shares=shares)
    card = folder / CARD
    if not card.exists():  # what somebody wrote there stays
        card.write_text(first_card(manifest), encoding="utf-8")
    write_manifest(folder, manifest)
    return folder


def _put_graph(network: nn.Module, config: Config, graph: Path) -> float:
    """Export the graph; it takes its place only once it is proven. Gives the largest difference of any answer."""
    with replacing(graph) as fresh:
        export_graph(network, config, fresh)
        difference = parity(network, config, fresh)
        if difference > TOLERANCE:
            raise ExportError(
                f"The exported network differs from the trained one by {difference:.2g}; it was not kept."
            )
        if getattr(config.model, "half_weights", False):
            halve(fresh)
    return difference


def _check_same_network(config: Config, other: Config) -> None:
    if _network_settings(other) != _network_settings(config):
        raise ExportError(f"{other.model_id} has other [model] settings than the run; copy the run's.")


def _as_learned(config: Config, other: Config) -> Config:
    """The other config with what the run's says of how the network was learned."""
    learned = {name: getattr(config, name) for name in _OF_LEARNING}
    if hasattr(config.model, "begin"):
        other = replace(other, model=replace(other.model, begin=config.model.begin))
    return replace(other, **learned)


def _check_there(graph: Path, model_id: str, folder: Path) -> None:
    if not graph.exists():
        raise ExportError(f"{folder.parent} has no {model_id} yet, whose graph {folder.name} shares; export it first.")


def _network_settings(config: Config) -> tuple[Any, ...]:
    """What faces of one network have in common; how each is played is its own."""
    learned = {name: value for name, value in asdict(config.model).items() if name not in OF_PLAYING}
    return config.technique, learned, config.grid


def _told(about: dict[str, Any], config: Config, state: dict[str, Any], difference: float) -> dict[str, Any]:
    """What the manifest says of the training; of a run that it began with the name, not where on this machine it is."""
    settings = config_to_dict(config)
    if settings["model"].get("begin"):
        settings["model"]["begin"] = Path(settings["model"]["begin"]).name
    return {
        "corpus": about["data"]["title"],
        "songs": about["data"]["songs"],
        "licences": about["data"]["licences"],
        "tiers": about["data"]["tiers"],
        "config": settings,
        "steps": int(state["step"]),
        "epochs": config.epochs,
        "seed": config.seed,
        "code": about["code"],
        "torch": about["torch"],
        "machine": about["machine"],
        "parity": difference,
    }


def network_of(config: Config, state: dict[str, Any]) -> nn.Module:
    """The network of a checkpoint that is to be listened to."""
    network = technique_of(config.technique).network(config)
    network.load_state_dict(state["network"])
    return network.eval()


def export_graph(network: nn.Module, config: Config, path: Path) -> None:
    """Write the ONNX graph with the technique's names and dynamic axes."""
    technique = technique_of(config.technique)
    example = {name: torch.from_numpy(array) for name, array in technique.example(config, 2, 4).items()}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it warns of every absent library that it could use
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's remarks on its own future
        program = torch.onnx.export(
            network,
            tuple(example.values()),
            input_names=list(example),
            output_names=[spec.name for spec in technique.outputs(config)],
            dynamic_shapes=technique.dynamic(config),
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


def parity(network: nn.Module, config: Config, graph: Path) -> float:
    """Largest difference of any answer between torch and onnxruntime, over several lengths and batches."""
    ours, theirs = predictor_of(config, network), OnnxPredictor(graph)
    technique = technique_of(config.technique)
    worst = 0.0
    for batch, units in ((1, 2), (1, 4), (3, 5), (8, 4), (1, 16)):
        inputs = technique.example(config, batch, units)
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


def _copy_samples(run: Path, folder: Path) -> None:
    """Samples of a few stages from the first to the last, so that one can hear it learn."""
    stages = sorted((run / "samples").glob("epoch-*"))
    chosen = {round(i * (len(stages) - 1) / (_KEPT_STAGES - 1)) for i in range(_KEPT_STAGES)} if stages else set()
    shutil.rmtree(folder / "samples", ignore_errors=True)
    for index in sorted(chosen):
        # The report plays them; a model folder that grows by megabytes of sound is of no use to the studio.
        ignored = shutil.ignore_patterns("*.wav", "*.ogg")
        shutil.copytree(stages[index], folder / "samples" / stages[index].name, ignore=ignored)
