"""What a way of making music must provide so that one loop, one exporter and one evaluation serve all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch
from torch import nn

from music_core.decoding.predictor import FloatArray, Predictor
from music_core.manifest import Manifest, OptionSpec, TensorSpec
from music_core.score import Score

if TYPE_CHECKING:
    from lightning_fabric import Fabric

    from model_training.config import Config
    from model_training.data.corpus import Corpus
    from model_training.lab.figures import Floors
    from model_training.lab.probe import Stage
    from model_training.lab.story import Melody

Figures = dict[str, float]


class Training(Protocol):
    """Networks, optimisers and randomness of one run, moved on one step at a time."""

    step: int

    @property
    def steps_an_epoch(self) -> int:
        """Steps in which about as many windows are drawn as the training songs hold."""

    @property
    def total_steps(self) -> int:
        """Steps of the whole run."""

    @property
    def network(self) -> nn.Module:
        """The network to listen to, evaluate and export: the averaged one where there is an average."""

    def advance(self) -> Figures:
        """One step. Raises FloatingPointError, naming the step and the remedy, when a loss is no number."""

    def state(self) -> dict[str, Any]:
        """Tensors and plain data from which `restore` goes on bit for bit on the CPU; `network` holds the export."""

    def restore(self, state: dict[str, Any]) -> None:
        """Take over the state of an earlier run of the same config."""


class Setting(Protocol):
    """The decoder: a score's melody with the model's parts under it, melody first."""

    def __call__(
        self, predictor: Predictor, manifest: Manifest, score: Score, *, seed: int, options: Mapping[str, float]
    ) -> Score:
        """A new score; the same seed gives the same notes."""


class StageProbe(Protocol):
    """What is measured at a stage of a run, on the same held-out melodies each time."""

    melodies: tuple[Melody, ...]

    def floors(self) -> Floors:
        """The same figures for the data itself."""

    def known_figures(self, training: Training, floors: Floors) -> tuple[str, ...]:
        """The figures that every stage will have, before the first one."""

    def measure(self, training: Training, floors: Floors) -> Stage:
        """Evaluate the network as it is now."""


def _no_facts(config: Config, corpus: Corpus) -> Mapping[str, Any]:
    del config, corpus
    return {}


@dataclass(frozen=True, slots=True)
class Technique:
    """One row of the table of techniques. Functions of the config alone describe the network's graph.

    `settings` is the frozen dataclass of the config's [model] table; `network(config)` is fresh and takes the
    weights in `state()["network"]`; `example(config, batch, units)` gives inputs for export and parity, `units`
    being what the dynamic time axis counts; `dynamic(config)` is the exporter's dynamic_shapes, None for a fixed one.
    `facts(config, corpus)` is plain data that the decoder needs beside the graph; it becomes the manifest's `data`.
    `probe(config, corpus, facts)` measures a run's stages; None takes `lab.probe.Probe`, which measures accompaniments.
    """

    name: str
    settings: type
    training: Callable[[Config, Corpus, Fabric], Training]
    network: Callable[[Config], nn.Module]
    inputs: Callable[[Config], tuple[TensorSpec, ...]]
    outputs: Callable[[Config], tuple[TensorSpec, ...]]
    example: Callable[[Config, int, int], dict[str, FloatArray]]
    dynamic: Callable[[Config], dict[str, Any] | None]
    options: Callable[[Config], tuple[OptionSpec, ...]]
    setting: Setting
    facts: Callable[[Config, Corpus], Mapping[str, Any]] = _no_facts
    probe: Callable[[Config, Corpus, Mapping[str, Any]], StageProbe] | None = None


class TorchPredictor:
    """A network behind the same protocol as the exported graph; its inputs are taken by position."""

    def __init__(self, network: nn.Module, inputs: tuple[TensorSpec, ...], outputs: tuple[TensorSpec, ...]) -> None:
        self._network = network.eval()
        self._inputs = tuple(spec.name for spec in inputs)
        self._outputs = tuple(spec.name for spec in outputs)

    def run(self, inputs: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        """One forward pass without gradients."""
        device = next(self._network.parameters()).device
        with torch.inference_mode():
            given = (torch.from_numpy(np.ascontiguousarray(inputs[name])).to(device) for name in self._inputs)
            answer = self._network(*given)
        tensors = answer if isinstance(answer, tuple) else (answer,)
        return {name: t.float().cpu().numpy() for name, t in zip(self._outputs, tensors, strict=True)}
