"""What a config's network is to the studio: its manifest, and the network as a predictor while it is torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import nn

from model_training.config import Config
from model_training.models import technique_of
from model_training.models.parts import parts_of
from model_training.technique import TorchPredictor
from music_core.manifest import Manifest


def manifest_of(config: Config, data: Mapping[str, Any] | None = None) -> Manifest:
    """Everything but the figures and file hashes, which come with the export; `data` is what `facts_of` says."""
    technique = technique_of(config.technique)
    facts = dict(data or {})
    return Manifest(
        id=config.model_id,
        title=config.title,
        technique=config.technique,
        genre=config.genre,
        description=config.description,
        licence=licence_of(facts),
        parts=parts_of(config),
        grid=config.grid,
        inputs=technique.inputs(config),
        outputs=technique.outputs(config),
        options=technique.options(config),
        melody_range=tuple(facts.get("melody_range", (61, 78))),
        harmoniser=getattr(config.model, "harmoniser", ""),
        data=facts.get("technique", {}),
    )


def licence_of(facts: Mapping[str, Any]) -> str:
    """One line: our terms for the weights, and the terms and tiers of the music that they were made from."""
    if not facts:
        return "MIT (weights)"
    licences, tiers = ", ".join(facts["licences"]), ", ".join(facts["tiers"])
    return f"MIT (weights); trained on {facts['songs']} songs of {facts['title']}: {licences}; tier {tiers}"


def predictor_of(config: Config, network: nn.Module) -> TorchPredictor:
    """A network behind the same protocol as its exported graph."""
    technique = technique_of(config.technique)
    return TorchPredictor(network, technique.inputs(config), technique.outputs(config))
