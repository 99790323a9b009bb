"""The songs that came out worst, drawn: what a mean hides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from model_training.lab.roll_image import draw_roll
from model_training.lab.rolls import picture, span
from model_training.proof.measured import human_rows, rows_like
from model_training.proof.table import song_distances
from music_core.metrics.segment import BARS, STEPS_A_BAR
from music_core.score import TICKS_PER_SIXTEENTH, Score

COUNT = 10
_TICKS = BARS * STEPS_A_BAR * TICKS_PER_SIXTEENTH


@dataclass(frozen=True, slots=True)
class Worst:
    """A song whose take lies far from what people do: its number, title, distance in people's deviations, picture."""

    song: int
    title: str
    distance: float
    file: str


def worst_songs(songs: Sequence[Score], takes: Sequence[Score], folder: Path, count: int = COUNT) -> list[Worst]:
    """The takes furthest from people's mean features, worst first, each with a picture of its first measured bars.

    `NN-take.png` is the take and `NN-human.png` what people did, in `folder`, which is made where it is not.
    """
    human = human_rows(songs)
    distances = song_distances(human, rows_like(human, takes))
    ranked = sorted(distances.items(), key=lambda item: (-item[1], item[0]))[:count]
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for place, (song, distance) in enumerate(ranked, 1):
        start = int(human.starts[human.songs == song][0])
        for kind, score in (("take", takes[song]), ("human", songs[song])):
            cut = span(score, start, start + _TICKS)
            image = draw_roll(picture(cut, title=songs[song].title), f"{kind}, {distance:.2f} deviations off")
            image.save(folder / f"{place:02d}-{kind}.png")
        found.append(Worst(song, songs[song].title, distance, f"{place:02d}-take.png"))
    return found
