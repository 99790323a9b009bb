"""For each sample the passage of the training songs that is most like it; its notes only where its song is green."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from model_training.data.corpus import Corpus
from model_training.data.song import Song, to_score
from model_training.lab.roll_svg import Drawing, draw
from model_training.lab.rolls import picture, span
from music_core.metrics.copies import Nearest, Passages
from music_core.score import Score, bar_lines

GREEN = "green"
BARS = 2


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A passage of a training song: where it stands, how alike it is (0..1), and its notes if they may be shown."""

    song: str
    source: str
    tier: str
    licence: str
    first_bar: int
    last_bar: int
    similarity: float
    part: str
    own_part: str
    own_first_bar: int
    own_last_bar: int
    roll: Drawing | None


def neighbours(corpus: Corpus, roles: Sequence[str], samples: Sequence[Score]) -> list[Neighbour | None]:
    """The nearest training passage of each sample's accompaniment, None where nothing is alike."""
    numbers = corpus.songs("train")
    passages = Passages(
        (str(number), score) for number in numbers if (score := to_score(corpus.song(number), tuple(roles))).end_tick
    )
    return [_neighbour(corpus, roles, passages.nearest(sample, BARS)) for sample in samples]


def own_song(corpus: Corpus, title: str, roles: Sequence[str]) -> Score | None:
    """The composer's own setting of a melody, where its song may be shown; None where not, or where it is not known."""
    number = next((i for i, entry in enumerate(corpus.spec.entries) if entry.name == title), None)
    if number is None or corpus.spec.entries[number].tier != GREEN:
        return None
    return to_score(corpus.song(number), tuple(roles))


def _neighbour(corpus: Corpus, roles: Sequence[str], found: Nearest | None) -> Neighbour | None:
    if found is None:
        return None
    song = corpus.song(int(found.song))
    return Neighbour(
        song.name,
        song.source,
        song.tier,
        song.licence,
        found.bar,
        found.bar + found.bars - 1,
        found.similarity,
        found.part,
        found.own_part,
        found.own_bar,
        found.own_bar + found.bars - 1,
        _roll(song, roles, found) if song.tier == GREEN else None,
    )


def _roll(song: Song, roles: Sequence[str], found: Nearest) -> Drawing:
    score = to_score(song, tuple(roles))
    lines = bar_lines(score.metres, score.end_tick)
    start, end = lines[found.bar - 1], lines[min(found.bar - 1 + found.bars, len(lines) - 1)]
    passage = span(score, start, end)
    heard = replace(passage, tracks=tuple(track for track in passage.tracks if track.notes))
    return draw(picture(heard), first_bar=found.bar)
