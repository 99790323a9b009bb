"""How generated drums compare with recorded drummers: overlap of patterns, of repetition and of velocities."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from model_training.performance.groove import FAMILY_OF, VALIDATION
from music_core.metrics import overlap_area
from music_core.metrics.drums import WINDOW_BARS, IntArray, bar_groove, drum_windows, own_beat, straight_hits
from music_core.midi_file import read_midi
from music_core.score import Score

# DP counted from the clock, and from each player's own beat: drummers play ahead of their click, some by 20 ticks.
FIGURES = ("DP", "DP, own beat", "groove", "velocity")


def recorded(folder: Path, split: str = VALIDATION, genre: str = "") -> list[Score]:
    """The Groove recordings of a split that are whole beats in 4/4, of the styles that count to a genre.

    All of them for a genre without drummers of its own.
    """
    genre = genre if genre in FAMILY_OF.values() else ""
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    scores = []
    for row in rows:
        wanted = row["split"] == split and row["beat_type"] == "beat" and row["time_signature"] == "4/4"
        if wanted and (not genre or FAMILY_OF.get(row["genre"].split("/")[0]) == genre):
            name = Path(row["file"]).name
            score = read_midi(folder / "midi" / name)
            # Recordings keep their drums on channel 10 and have no other part; metres are what the index says.
            scores.append(score.with_tracks(*(replace(track, is_drum=True, role="drums") for track in score.tracks)))
    return scores


def compared(made: Iterable[Score], human: Iterable[Score]) -> dict[str, float]:
    """Overlap areas (0..1) of generated and recorded drums: both DP and groove by four bars, velocity by hits.

    nan where one side has no drums.
    """
    one, other = _figures(made), _figures(human)
    return {
        name: float(overlap_area(a[:, None], b[:, None])[0]) for name, a, b in zip(FIGURES, one, other, strict=True)
    }


def at_tempos(melodies: Sequence[Score], human: Sequence[Score]) -> list[Score]:
    """Each melody at the tempo of one of the recordings, taken evenly from all of them."""
    chosen = [human[i * len(human) // len(melodies)] for i in range(len(melodies))]
    return [replace(tune, tempos=played.tempos[:1]) for tune, played in zip(melodies, chosen, strict=True)]


def in_proportion(made: Sequence[Sequence[Score]], human: Sequence[Sequence[Score]]) -> list[Score]:
    """Takes of several bands together, each band with the share of windows that its genre has among the recordings.

    Three genres in equal parts beside recordings that are two thirds rock would be told apart by the mixture alone.
    A band keeps as many of its takes as that needs, evenly from all of them, and one at least.
    """
    windows = [sum(1 for score in scores for _ in drum_windows(score)) for scores in human]
    takes_a_window = len(made[int(np.argmax(windows))]) / max(*windows, 1)
    chosen: list[Score] = []
    for takes, count in zip(made, windows, strict=True):
        kept = min(max(1, round(takes_a_window * count)), len(takes))
        chosen += [takes[i * len(takes) // kept] for i in range(kept)]
    return chosen


def markdown(rows: Mapping[str, Mapping[str, float]]) -> str:
    """Overlaps by what is compared."""
    lines = ["| overlap with drummers | " + " | ".join(FIGURES) + " |", "|---|" + "---:|" * len(FIGURES)]
    lines += [
        f"| {name} | " + " | ".join(f"{row[figure]:.3f}" for figure in FIGURES) + " |" for name, row in rows.items()
    ]
    return "\n".join(lines)


def _figures(scores: Iterable[Score]) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], ...]:
    players = [list(drum_windows(score)) for score in scores]
    windows = [window for player in players for window in player]
    patterns = [straight_hits(ticks) for ticks, _ in windows]
    own = [straight_hits(ticks) for player in players for ticks in _from_own_beat(player)]
    grooves = [bar_groove(ticks, WINDOW_BARS) for ticks, _ in windows]
    velocities = np.concatenate([np.zeros(0), *(played.astype(np.float64) for _, played in windows)])
    return np.array(patterns, np.float64), np.array(own, np.float64), np.array(grooves, np.float64), velocities


def _from_own_beat(windows: Sequence[tuple[IntArray, IntArray]]) -> Iterator[IntArray]:
    """One player's hits, window by window, counted from the beat that he keeps throughout."""
    late = round(own_beat(np.concatenate([np.zeros(0, np.int64), *(ticks for ticks, _ in windows)])))
    for ticks, _ in windows:
        yield np.maximum(ticks - late, 0)
