"""The table of proof: every system on the same held-out songs, in figures that JSON can keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from model_training.proof import classifier, closeness
from model_training.proof.measured import FloatArray, Rows, human_rows, rows_like, stacked
from model_training.proof.systems import System, takes_of
from music_core.metrics import (
    FEATURES,
    Passages,
    Segment,
    chord_histogram_entropy,
    chord_tonal_distance,
    chroma_similarity,
    distinct_chords,
    groove_similarity,
    melody_chord_distance,
    melody_chord_tone_ratio,
    melody_consonance,
    note_f1,
    segments_at,
    total_faults,
)
from music_core.score import Score

LANE_FIGURES: Mapping[str, Callable[[Score], float]] = {
    "CHE": chord_histogram_entropy,
    "CC": distinct_chords,
    "CTD": chord_tonal_distance,
    "CTnCTR": melody_chord_tone_ratio,
    "PCS": melody_consonance,
    "MCTD": melody_chord_distance,
}
LIKENESS = {"note_f1": note_f1, "chroma": chroma_similarity, "groove": groove_similarity}
COPIED_BARS = 4
HUMAN = "human"

Figures = dict[str, Any]


def proof(
    songs: Sequence[Score],
    systems: Mapping[str, System],
    *,
    seeds: int = 3,
    chords: bool = True,
    passages: Passages | None = None,
    resamples: int = closeness.RESAMPLES,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[Figures, dict[str, list[Score]]]:
    """All systems' figures on some songs with chords, and their takes with the first seed.

    `chords` gives the systems the songs' chords; without, they get the melody alone. `passages` are the training
    songs, to look for copies in. Raises ValueError where no song has eight bars to measure.
    """
    human = human_rows(songs)
    if len(human.song_numbers) < classifier.FOLDS:
        raise ValueError(
            f"{len(human.song_numbers)} of {len(songs)} songs have eight bars of 4/4 with melody, chords and "
            f"accompaniment; the comparison needs {classifier.FOLDS} at least."
        )
    rows: Figures = {HUMAN: _human_figures(songs, human, passages, resamples)}
    first: dict[str, list[Score]] = {}
    for name, system in systems.items():
        say(f"{name}: {seeds} takes of {len(songs)} songs")
        takes = [takes_of(system, songs, seed, chords=chords) for seed in range(seeds)]
        rows[name] = _figures(songs, human, takes, passages, resamples)
        first[name] = takes[0]
    report = {
        "songs": [score.title for score in songs], "segments": len(human.songs), "seeds": seeds,
        "given": "melody and chords" if chords else "melody alone", "systems": rows,
    }  # fmt: skip
    _add_tests(report)
    return report, first


def song_distances(human: Rows, made: Rows) -> dict[int, float]:
    """How far each song's mean features lie from people's mean, in people's deviations, mean over features.

    Two-sided: it counts as much to be too dense as too thin. Songs whose features are all nan are left out.
    """
    mean, deviation = _spread(human)
    distances = {}
    for song, values in closeness.song_means(made).items():
        z = np.abs(values - mean) / deviation
        if not np.isnan(z).all():
            distances[song] = float(np.nanmean(z))
    return distances


def _human_figures(songs: Sequence[Score], human: Rows, passages: Passages | None, resamples: int) -> Figures:
    return {
        "features": _features(human, human, resamples),
        "overlap": closeness.split_half(human, closeness.mean_overlap),
        "told_apart": closeness.human_told_apart(human),
        "lane": _lane(songs, songs),
        "song_distance": list(song_distances(human, human).values()),
        "faults": total_faults(songs),
        "copied": passages.copied_share(songs, COPIED_BARS) if passages else None,
    }


def _figures(
    songs: Sequence[Score], human: Rows, takes: Sequence[Sequence[Score]], passages: Passages | None, resamples: int
) -> Figures:
    by_seed = [rows_like(human, each) for each in takes]
    every = stacked(by_seed)
    return {
        "features": _features(human, every, resamples),
        "overlap": float(np.mean([closeness.mean_overlap(human, rows) for rows in by_seed])),
        "overlap_interval": closeness.interval(human, by_seed[0], closeness.mean_overlap, resamples=resamples // 5),
        **_told_apart(human, by_seed, resamples),
        "lane": _lane(songs, [take for each in takes for take in each]),
        "song_distance": _by_song([song_distances(human, rows) for rows in by_seed]),
        "likeness": _likeness(human, songs, takes[0]),
        "faults": total_faults([take for each in takes for take in each]),
        "copied": passages.copied_share(takes[0], COPIED_BARS) if passages else None,
    }


def _features(human: Rows, made: Rows, resamples: int) -> Figures:
    """Each feature's mean, its interval, and how many of people's deviations it lies from people's mean."""
    mean, deviation = _spread(human)
    own = closeness.mean_known(made.values)
    low, high = closeness.mean_interval(made, resamples=resamples)
    return {
        name: {"mean": own[i], "low": low[i], "high": high[i], "sd_off": float((own[i] - mean[i]) / deviation[i])}
        for i, name in enumerate(FEATURES)
    }


def _told_apart(human: Rows, by_seed: Sequence[Rows], resamples: int) -> Figures:
    """How often generated and real are told apart, mean over seeds, and the interval by songs of the first seed."""
    found = [(*classifier.recognised(*joined), joined[2]) for joined in (classifier.joined(human, r) for r in by_seed)]
    values = [classifier.balanced(right, kinds) for right, kinds, _ in found]
    right, kinds, songs = found[0]
    places = [np.flatnonzero(songs == song) for song in np.unique(songs)]
    rng = np.random.default_rng(0)
    drawn = (np.concatenate([places[i] for i in rng.integers(len(places), size=len(places))]) for _ in range(resamples))
    figures = [classifier.balanced(right[index], kinds[index]) for index in drawn]
    interval = [float(value) for value in np.nanpercentile(figures, (2.5, 97.5))]
    return {"told_apart": float(np.mean(values)), "told_apart_interval": interval}


def _lane(songs: Sequence[Score], takes: Sequence[Score]) -> Figures:
    """Mean figures of the chord lanes, and how many of people's deviations each lies from people's mean."""
    figures = {}
    for name, figure in LANE_FIGURES.items():
        own, human = (np.array([figure(score) for score in scores]) for scores in (takes, songs))
        deviation = float(np.nanstd(human)) or 1.0
        mean = float(np.nanmean(own)) if not np.isnan(own).all() else float("nan")
        figures[name] = {"mean": mean, "sd_off": (mean - float(np.nanmean(human))) / deviation}
    return figures


def _likeness(human: Rows, songs: Sequence[Score], takes: Sequence[Score]) -> Figures:
    pairs: list[tuple[Segment, Segment]] = []
    for song in human.song_numbers.tolist():
        starts = human.starts[human.songs == song].tolist()
        pairs += zip(segments_at(songs[song], starts), segments_at(takes[song], starts), strict=True)
    return {name: float(np.mean([figure(a, b) for a, b in pairs])) for name, figure in LIKENESS.items()}


def _by_song(distances: Sequence[Mapping[int, float]]) -> list[float]:
    """The mean over seeds of each song's distance, songs in their order; nan where a song has none."""
    numbers = sorted({song for each in distances for song in each})
    return [float(np.mean([each.get(song, np.nan) for each in distances])) for song in numbers]


def _add_tests(report: Figures) -> None:
    """Paired permutation tests by song: is one system's distance from people less than another's?"""
    systems = {name: row for name, row in report["systems"].items() if name != HUMAN}
    for name, row in systems.items():
        own = np.array(row["song_distance"])
        row["p_distance_differs"] = {
            other: closeness.paired_permutation(own, np.array(systems[other]["song_distance"]))
            for other in systems
            if other != name and len(systems[other]["song_distance"]) == len(own)
        }


def _spread(human: Rows) -> tuple[FloatArray, FloatArray]:
    mean = closeness.mean_known(human.values)
    deviation = np.sqrt(closeness.mean_known((human.values - mean) ** 2))
    return mean, np.where(deviation > 0, deviation, np.nan)
