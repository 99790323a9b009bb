"""The harmoniser as a row of the table of techniques."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from model_training.data.harmony_songs import habits_of, harmony_songs
from model_training.harmoniser_settings import HarmoniserSettings
from model_training.models.harmoniser import PITCH_SIZE, Harmoniser, Shape
from model_training.models.harmoniser_probe import HarmonyProbe
from model_training.models.harmoniser_training import HarmoniserTraining
from model_training.technique import Technique, Training
from music_core.decoding.harmoniser import harmonise, weights_from
from music_core.decoding.predictor import FloatArray, Predictor
from music_core.harmony.priors import priors_to_json
from music_core.harmony.slots import PLACE_SIZE
from music_core.harmony.vocabulary import STATES
from music_core.manifest import Manifest, OptionSpec, TensorSpec
from music_core.melody import find_melody
from music_core.score import Score

if TYPE_CHECKING:
    from lightning_fabric import Fabric

    from model_training.config import Config
    from model_training.data.corpus import Corpus

WILD_OPTION = "wildness"


def shape_of(config: Config) -> Shape:
    """Sizes of the network that a config asks for; ValueError where they cannot be."""
    settings: HarmoniserSettings = config.model
    if settings.width % 4 or settings.width < 4:
        raise ValueError("The width must be a multiple of 4.")
    if not settings.genres or (settings.weights and len(settings.weights) != len(settings.genres)):
        raise ValueError("genres must name one at least, and weights be empty or give one weight for each of them.")
    if settings.free and len(settings.free) != len(settings.genres):
        raise ValueError("free must be empty or give one number for each of the genres.")
    if settings.window < 2:
        raise ValueError("The window must be 2 beats or more.")
    return Shape(len(settings.genres), settings.width, settings.dropout)


def training(config: Config, corpus: Corpus, fabric: Fabric) -> Training:
    """A run of this technique."""
    return HarmoniserTraining(config, corpus, fabric, shape_of(config))


def network(config: Config) -> Harmoniser:
    """A fresh network."""
    return Harmoniser(shape_of(config))


def inputs(config: Config) -> tuple[TensorSpec, ...]:
    """What sounds in each slot, where it lies, and the genre."""
    return (
        TensorSpec("pitches", "float32", ("batch", "slots", PITCH_SIZE)),
        TensorSpec("places", "float32", ("batch", "slots", PLACE_SIZE)),
        TensorSpec("genre", "float32", ("batch", len(config.model.genres))),
    )


def outputs(config: Config) -> tuple[TensorSpec, ...]:
    """Logits of chords, basses and changes."""
    del config
    return (
        TensorSpec("chords", "float32", ("batch", "slots", STATES)),
        TensorSpec("basses", "float32", ("batch", "slots", 12)),
        TensorSpec("changes", "float32", ("batch", "slots")),
    )


def example(config: Config, batch: int, units: int) -> dict[str, FloatArray]:
    """Inputs of `units` bars of four beats."""
    rng = np.random.default_rng(0)
    slots = 4 * units
    pitches = (rng.random((batch, slots, PITCH_SIZE)) < 0.1).astype(np.float32)
    places = (rng.random((batch, slots, PLACE_SIZE)) < 0.1).astype(np.float32)
    places[:, :, 11] = 1.0  # bars of four
    genre = np.eye(len(config.model.genres), dtype=np.float32)[np.arange(batch) % len(config.model.genres)]
    return {"pitches": pitches, "places": places, "genre": genre}


def dynamic(config: Config) -> dict[str, Any]:
    """Any batch, any number of slots."""
    del config
    batch, slots = torch.export.Dim("batch", min=1, max=256), torch.export.Dim("slots", min=2, max=65536)
    return {"pitches": {0: batch, 1: slots}, "places": {0: batch, 1: slots}, "genre": {0: batch}}


def options(config: Config) -> tuple[OptionSpec, ...]:
    """How freely the chords are drawn."""
    del config
    return (OptionSpec(WILD_OPTION, "Safe to wild", 0.0, 1.0, 0.0, "Safe", "Wild"),)


def setting(
    predictor: Predictor, manifest: Manifest, score: Score, *, seed: int, options: Mapping[str, float]
) -> Score:
    """The score with chords for its first track."""
    wildness = manifest.option(WILD_OPTION, options)
    lane = harmonise(
        predictor, manifest, score, find_melody(score, 0),
        genre=manifest.genre, seed=seed, wildness=wildness, locked=score.chords,
    )  # fmt: skip
    return replace(score, chords=lane)


def facts(config: Config, corpus: Corpus) -> Mapping[str, Any]:
    """Genres, the weights of the choice, and the habits of the training songs' chords."""
    settings: HarmoniserSettings = config.model
    songs = harmony_songs(corpus, "train", settings.genres, settings.also, settings.most_slots)
    return {
        "genres": list(settings.genres),
        "weights": asdict(weights_from(asdict(settings))),
        "free": list(settings.free),
        "priors": priors_to_json(habits_of(songs, settings.genres)),
    }


TECHNIQUE = Technique(
    "harmoniser", HarmoniserSettings, training, network, inputs, outputs, example, dynamic, options, setting, facts,
    HarmonyProbe,
)  # fmt: skip
