"""The test of genres: are generated bands heard as what they are, by a classifier that knows people's music alone?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from model_training.data.corpus import Corpus
from model_training.data.song import to_score
from model_training.evaluate import opening
from model_training.proof import genre
from model_training.proof.classifier import Classifier, fitted
from model_training.proof.played import Band
from music_core.metrics.segment import BARS, STEPS_A_BAR
from music_core.score import Score

PASSAGES = 4  # of eight bars that a song may give, so that long movements do not outvote short songs

View = Callable[[genre.Sample], genre.Sample]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a genre's people are: a prepared corpus, and what its songs must call themselves (empty takes all)."""

    genre: str
    corpus: Corpus
    called: tuple[str, ...] = ()

    def songs(self, split: str, most: int, seed: int = 0) -> list[Score]:
        """Some songs of a split, drawn at random, all their parts; at most so many."""
        entries = self.corpus.spec.entries
        fitting = [i for i in self.corpus.songs(split) if not self.called or entries[i].genre in self.called]
        drawn = np.random.default_rng(seed).permutation(np.array(fitting, np.int64)).tolist()
        return [to_score(self.corpus.song(i)) for i in drawn[:most]]


@dataclass(frozen=True, slots=True)
class Confusion:
    """Shares (rows: what it is, columns: what it is heard as) and how many passages each row rests on."""

    title: str
    genres: tuple[str, ...]
    shares: tuple[tuple[float, ...], ...]
    passages: tuple[int, ...]

    @property
    def accuracy(self) -> float:
        """The mean of the diagonal over the rows that have passages, 0..1; nan without any."""
        right = [row[i] for i, row in enumerate(self.shares) if self.passages[i]]
        return float(np.mean(right)) if right else float("nan")


def genre_tables(
    sources: Sequence[Source], bands: Mapping[str, Band], *, songs: int, melodies: int, split: str = "test"
) -> list[Confusion]:
    """People's held-out songs and the bands' takes, as a classifier of the training songs hears them.

    `songs` is how many of each genre teach it, `melodies` how many of each genre's held-out ones every band is given:
    all bands the same, or the tunes would tell the genres. Each is heard twice, the second time without drums.
    """
    taught = genre.sample({source.genre: source.songs("train", songs) for source in sources}, PASSAGES)
    held = {source.genre: source.songs(split, songs) for source in sources}
    tunes = {name: sung_openings(scores, melodies) for name, scores in held.items()}
    every = [tune for own in tunes.values() for tune in own]
    made = {name: [band(tune, seed) for seed, tune in enumerate(every)] for name, band in bands.items()}
    own = {
        name: [
            take for take, tune in zip(made[name], every, strict=True) if any(tune is t for t in tunes.get(name, ()))
        ]
        for name in bands
    }
    heard = {
        "people's held-out songs": genre.sample(held, PASSAGES),
        "bands, all under the same melodies": genre.sample(made, PASSAGES),
    }
    if any(own.values()):
        heard["bands, under their own genre's melodies"] = genre.sample(own, PASSAGES)
    tables = []
    views: tuple[tuple[str, View], ...] = (("", lambda one: one), (", drums unheard", genre.without_drums))
    for said, view in views:
        model = fitted(view(taught).values, view(taught).genres)
        tables += [confusion(f"{title}{said}", model, view(one)) for title, one in heard.items()]
    return tables


def confusion(title: str, model: Classifier, heard: genre.Sample) -> Confusion:
    """What a classifier takes passages for."""
    genres = tuple(str(name) for name in model.model.classes_)
    said = model.predicted(heard.values)
    rows, counts = [], []
    for name in genres:
        mine = said[heard.genres == name]
        counts.append(len(mine))
        rows.append(tuple(float((mine == other).mean()) if len(mine) else 0.0 for other in genres))
    return Confusion(title, genres, tuple(rows), tuple(counts))


def markdown(tables: Sequence[Confusion]) -> str:
    """The tables, each with its mean."""
    lines = []
    for table in tables:
        lines += [f"**{table.title}: {table.accuracy:.0%}**", ""]
        lines += ["| is, heard as | " + " | ".join(table.genres) + " | passages |"]
        lines += ["|---|" + "---:|" * (len(table.genres) + 1)]
        for name, row, count in zip(table.genres, table.shares, table.passages, strict=True):
            if count:
                lines.append(f"| {name} | " + " | ".join(f"{share:.0%}" for share in row) + f" | {count} |")
        lines.append("")
    return "\n".join(lines)


def plain(table: Confusion) -> dict[str, Any]:
    """A table as JSON has it."""
    return {
        "title": table.title, "accuracy": table.accuracy, "genres": table.genres, "shares": table.shares,
        "passages": table.passages,
    }  # fmt: skip


def sung_openings(scores: Sequence[Score], most: int, bars: int = BARS) -> list[Score]:
    """The first bars that are sung, melody alone, of songs in 4/4; in three quarters of them a note begins."""
    begun = (opening(score, bars * STEPS_A_BAR) for score in scores if score.tracks[0].notes)
    fitting = (score for score in begun if (score.metres[0].numerator, score.metres[0].denominator) == (4, 4))
    alone = (replace(score.with_tracks(score.tracks[0]), chords=()) for score in fitting)
    return [score for score in alone if len({n.start_tick // 1920 for n in score.tracks[0].notes}) >= bars * 3 / 4][
        :most
    ]
