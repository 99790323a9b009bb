"""What a run would do, before it does it: parameters, steps and the expected time, in words."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

from model_training.config import Config, config_to_dict
from model_training.data.corpus import Corpus
from model_training.lab.progress import expected_time
from model_training.lab.stages import probe_of
from model_training.lab.words import duration, settings_in_words
from model_training.technique import Training


def plan(config: Config, corpus: Corpus, training: Training, facts: Mapping[str, Any]) -> str:
    """The plan for a terminal: settings, data, parameters, steps, stages, and how long it should take here.

    Times real steps and one real evaluation, so it takes up to a minute.
    """
    expected = expected_time(training)
    probe = probe_of(config, corpus, facts)
    floors = probe.floors()
    started = time.perf_counter()
    probe.measure(training, floors)
    evaluation = time.perf_counter() - started
    stages = math.ceil(training.total_steps / (config.evaluate_every * training.steps_an_epoch))
    counts = {split: len(corpus.songs(split)) for split in ("train", "valid", "test")}
    lines = [f"  {name} = {value}" for name, value in settings_in_words(config_to_dict(config))]
    parameters = sum(weights.numel() for weights in training.network.parameters())
    songs = ", ".join(f"{number} {split}" for split, number in counts.items())
    both = duration(expected.seconds + stages * evaluation)
    return "\n".join(
        [
            f"Settings of {config.title}:",
            *lines,
            f"Data: {corpus.spec.title}, {songs} songs; licences: {', '.join(facts['licences'])}; "
            f"tiers: {', '.join(facts['tiers'])}.",
            f"Network to export: {parameters:,} parameters ({config.technique}).",
            f"{training.total_steps:,} steps, {training.steps_an_epoch:,} an epoch, {stages} evaluations.",
            f"Steps: {expected}. Evaluations: about {duration(stages * evaluation)}. "
            f"Expected on this machine: about {both}.",
        ]
    )
