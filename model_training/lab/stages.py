"""Which probe measures the stages of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model_training.config import Config
from model_training.data.corpus import Corpus
from model_training.lab.probe import Probe
from model_training.models import technique_of
from model_training.technique import StageProbe


def probe_of(config: Config, corpus: Corpus, facts: Mapping[str, Any]) -> StageProbe:
    """The technique's own probe, or the one for accompaniments; `facts` is what `runs.facts_of` says."""
    own = technique_of(config.technique).probe
    return own(config, corpus, facts) if own is not None else Probe(config, corpus, facts)
