"""Making a run's report: reads its folder and, where it is at hand, the corpus that it was trained on."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from model_training.data.corpus import Corpus, WrongSpecError, load_corpus
from model_training.lab.listening import MOST_BYTES, Budget, listenings
from model_training.lab.neighbours import Neighbour, neighbours, own_song
from model_training.lab.report_page import report_page
from model_training.lab.story import read_story
from music_core.atomic import replacing
from music_core.score import Score


def write_report(run: Path, out: Path, data: str | None = None) -> list[str]:
    """Write the report of a run as one HTML file; returns a sentence for each thing that could not be shown.

    Raises ConfigError where `run` is no run, OSError where `out` cannot be written.
    """
    story = read_story(run)
    said: list[str] = []
    corpus = _corpus(str(data or story.config.get("data", "")), said)
    roles = story.roles

    def own(title: str) -> Score | None:
        return own_song(corpus, title, roles) if corpus else None

    def near(samples: Sequence[Score]) -> Sequence[Neighbour | None]:
        return neighbours(corpus, roles, samples) if corpus else [None] * len(samples)

    with tempfile.TemporaryDirectory() as scratch:
        heard = listenings(story.samples, own, near, Budget(MOST_BYTES, said.append), Path(scratch))
    with replacing(out) as fresh:
        fresh.write_text(report_page(story, heard, said), encoding="utf-8")
    return said


def _corpus(place: str, said: list[str]) -> Corpus | None:
    try:
        return load_corpus(place)
    except (WrongSpecError, OSError):
        said.append(f"The songs are no longer in {place}, so nearest passages are not shown; name them with --data.")
        return None
