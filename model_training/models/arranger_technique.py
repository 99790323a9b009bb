"""The arranger as a row of the table of techniques."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from model_training.models.arranger import Arranger, Shape
from model_training.models.arranger_facts import facts_of
from model_training.models.arranger_training import ArrangerTraining
from model_training.settings import ArrangerSettings
from model_training.technique import Technique, Training
from music_core.decoding.arranger.arrange import arrange
from music_core.decoding.arranger.context import TOKEN
from music_core.decoding.arranger.features import WISHES, slot_width, token_width
from music_core.decoding.arranger.lanes import COUNTS, DRUM_LANES, LENGTHS, LEVELS, PITCHES, RANKS
from music_core.decoding.arranger.options import (
    BUILD_OPTION,
    BUSY_OPTION,
    ENERGY_OPTION,
    HUMAN_OPTION,
    RESTS_OPTION,
    WILD_OPTION,
)
from music_core.decoding.arranger.state import STAGES
from music_core.decoding.predictor import FloatArray, Predictor
from music_core.manifest import Manifest, OptionSpec, TensorSpec
from music_core.melody import find_melody
from music_core.score import Score

if TYPE_CHECKING:
    from lightning_fabric import Fabric

    from model_training.config import Config
    from model_training.data.corpus import Corpus


def shape_of(config: Config) -> Shape:
    """Sizes of the network that a config asks for; ValueError where they cannot be."""
    settings: ArrangerSettings = config.model
    if settings.width % settings.heads:
        raise ValueError("The width must be a multiple of the heads.")
    if settings.weights and len(settings.weights) != len(settings.genres):
        raise ValueError("weights must be empty or give one weight for each of the genres.")
    if not 1 <= settings.wishes <= WISHES:
        raise ValueError(f"wishes must be 1 to {WISHES}.")
    if len(settings.heard) not in (0, len(settings.parts)) or not all(0.0 <= share <= 1.0 for share in settings.heard):
        raise ValueError("heard must be empty or give a share of a passage's bars, 0 to 1, for each of the parts.")
    if settings.intervals and not settings.lines:
        raise ValueError("intervals are those to neighbouring notes, which lines show; set lines = true.")
    if settings.levels and len(settings.levels) != LEVELS - 1:
        raise ValueError(f"levels must be empty or give nats for each of the {LEVELS - 1} levels of a hit.")
    if len(settings.legato) not in (0, len(settings.parts)):
        raise ValueError("legato must be empty or give nats for each of the parts.")
    if settings.emphasis and len(settings.emphasis) != STAGES:
        raise ValueError(f"emphasis must be empty or give one number for each of the {STAGES} stages.")
    if len(settings.riffs) not in (0, len(settings.parts)):
        raise ValueError("riffs must be empty or give a share for each of the parts.")
    for name in ("habit", "varied", "paired"):
        if len(getattr(settings, name)) not in (0, len(settings.parts) + 1):
            raise ValueError(f"{name} must be empty or give one share for each of the parts and one for the drums.")
    tracks_of(config)
    return Shape(
        len(settings.parts), settings.drums, len(settings.genres), settings.wishes, settings.lines, settings.intervals,
        settings.width, settings.slot, settings.layers, settings.heads, settings.dropout,
    )  # fmt: skip


def tracks_of(config: Config) -> tuple[tuple[int, ...], ...]:
    """Which of the network's parts make up each of the config's tracks, none for drums.

    The pitched tracks are the parts in order; where parts were split from one role and there are fewer tracks, a track
    takes all parts that name its role first. ValueError where a track has no part.
    """
    settings: ArrangerSettings = config.model
    pitched = [role for role in config.tracks if role != "drums"]
    if "drums" in config.tracks and not settings.drums:
        raise ValueError("The tracks have drums and [model] does not; set drums = true.")
    split = len({_role(part) for part in settings.parts}) < len(settings.parts)
    if len(pitched) == len(settings.parts) or (len(pitched) < len(settings.parts) and not split):
        return tuple(() if role == "drums" else (pitched.index(role),) for role in config.tracks)
    tracks = tuple(
        tuple(n for n, part in enumerate(settings.parts) if role != "drums" and _role(part) == role)
        for role in config.tracks
    )
    for role, numbers in zip(config.tracks, tracks, strict=True):
        if role != "drums" and not numbers:
            raise ValueError(f"None of the parts of [model] is for the track {role!r}; name its role first in one.")
    return tracks


def training(config: Config, corpus: Corpus, fabric: Fabric) -> Training:
    """A run of this technique."""
    return ArrangerTraining(config, corpus, fabric, shape_of(config))


def network(config: Config) -> Arranger:
    """A fresh network."""
    return Arranger(shape_of(config))


def inputs(config: Config) -> tuple[TensorSpec, ...]:
    """What is known by slot and by token, and the chords' roots."""
    shape = shape_of(config)
    return (
        TensorSpec("slots", "float32", ("batch", "tokens", TOKEN, slot_width(shape.parts, shape.drums, shape.lines))),
        TensorSpec("tokens", "float32", ("batch", "tokens", token_width(shape.parts, shape.genres, shape.wishes))),
        TensorSpec("root", "float32", ("batch", "slots")),
    )


def outputs(config: Config) -> tuple[TensorSpec, ...]:
    """Logits of counts, pitches, lengths and, where there are drums, of their hits."""
    shape = shape_of(config)
    specs = (
        TensorSpec("counts", "float32", ("batch", shape.parts, "slots", COUNTS)),
        TensorSpec("pitches", "float32", ("batch", shape.parts, "slots", PITCHES)),
        TensorSpec("lengths", "float32", ("batch", shape.parts, "slots", RANKS, len(LENGTHS))),
    )
    drums = (TensorSpec("hits", "float32", ("batch", "slots", DRUM_LANES, LEVELS)),)
    return specs + (drums if shape.drums else ())


def example(config: Config, batch: int, units: int) -> dict[str, FloatArray]:
    """Inputs of `units` bars of four quarters."""
    rng = np.random.default_rng(0)
    shape = shape_of(config)
    count = 4 * units
    seen = slot_width(shape.parts, shape.drums, shape.lines)
    widths = (TOKEN, seen), (token_width(shape.parts, shape.genres, shape.wishes),)
    slots, tokens = ((rng.random((batch, count, *width)) < 0.1).astype(np.float32) for width in widths)
    root = rng.integers(0, 12, (batch, count * TOKEN)).astype(np.float32)
    return {"slots": slots, "tokens": tokens, "root": root}


def dynamic(config: Config) -> dict[str, Any]:
    """Any batch, any number of tokens."""
    del config
    batch, tokens = torch.export.Dim("batch", min=1, max=256), torch.export.Dim("tokens", min=2, max=4096)
    return {"slots": {0: batch, 1: tokens}, "tokens": {0: batch, 1: tokens}, "root": {0: batch, 1: TOKEN * tokens}}


def options(config: Config) -> tuple[OptionSpec, ...]:
    """How wild, how much energy and which way it goes, who rests where there is a band, and how busy each track is."""
    busy = (
        OptionSpec(BUSY_OPTION.format(role=role), f"{role.capitalize()}: sparse to busy", 0, 1, 0.5, "Sparse", "Busy")
        for role in config.tracks
    )
    rests = (OptionSpec(RESTS_OPTION, "All play to taking turns", 0.0, 1.0, 1.0, "All play", "Taking turns"),)
    return (
        OptionSpec(WILD_OPTION, "Safe to wild", 0.0, 1.0, 0.5, "Safe", "Wild"),
        OptionSpec(ENERGY_OPTION, "Energy", 0.0, 1.0, config.model.energy, "Calm", "Driving"),
        OptionSpec(BUILD_OPTION, "Winding down to building up", -1.0, 1.0, 0.0, "Winding down", "Building up"),
        *(rests if config.model.rests else ()),
        OptionSpec(HUMAN_OPTION, "On the grid to human", 0.0, 1.0, 1.0, "On the grid", "Human"),
        *busy,
    )


def facts(config: Config, corpus: Corpus) -> Mapping[str, Any]:
    """What the decoder needs beside the graph, as plain data."""
    return facts_of(config, corpus, tracks_of(config))


def setting(
    predictor: Predictor, manifest: Manifest, score: Score, *, seed: int, options: Mapping[str, float]
) -> Score:
    """The score's first track with the model's parts."""
    melody = find_melody(score, 0)
    return score.with_tracks(score.tracks[0], *arrange(predictor, manifest, score, melody, seed=seed, options=options))


def _role(part: str) -> str:
    return part.split("|")[0].partition(":")[0]


TECHNIQUE = Technique(
    "arranger", ArrangerSettings, training, network, inputs, outputs, example, dynamic, options, setting, facts
)
