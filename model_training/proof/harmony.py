"""Chords found for held-out melodies, beside those that people wrote, those by rule and those heard in all notes."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_training.card import BEGIN, END
from model_training.data.corpus import Corpus
from model_training.data.harmony_songs import genre_of
from model_training.data.song import to_score
from model_training.export import write_manifest
from music_core.analysis.beats import beat_grid
from music_core.decoding.harmoniser import harmonise
from music_core.decoding.predictor import Predictor
from music_core.harmony.chord import Chord
from music_core.harmony.infer import infer_chords
from music_core.harmony.lane import ChordLane, cropped, merged
from music_core.harmony.rules import rule_chords
from music_core.manifest import Manifest, read_bundle
from music_core.melody import find_melody
from music_core.metrics.agreement import root_agreement
from music_core.metrics.chords import (
    chord_histogram_entropy,
    chord_tonal_distance,
    distinct_chords,
    melody_chord_distance,
    melody_chord_tone_ratio,
    melody_consonance,
)
from music_core.score import ChordChange, Score, bar_lines
from music_core.theory import find_key

RESAMPLES = 1000
SEGMENT_BARS, SUNG_BARS = 8, 6
# Yeh et al.'s six, and how often chords change; of these three the distance to the human mean is told in human sd.
MEASURES: Mapping[str, Callable[[Score], float]] = {
    "ctnctr": melody_chord_tone_ratio, "pcs": melody_consonance, "mctd": melody_chord_distance,
    "che": chord_histogram_entropy, "cc": distinct_chords, "ctd": chord_tonal_distance,
    "chords_a_bar": lambda score: len(merged(score.chords)) / max(1, len(bar_lines(score.metres, score.end_tick)) - 1),
}  # fmt: skip
COMPARED = ("ctnctr", "pcs", "mctd")

# Chords for a song and a seed.
System = Callable[[Score, int], ChordLane]


def systems_of(predictor: Predictor, manifest: Manifest, genre: str) -> dict[str, System]:
    """The network and what it is compared with, by name; but for "human" none sees the song's chords."""

    def network(wildness: float) -> System:
        def found(song: Score, seed: int) -> ChordLane:
            alone = melody_alone(song)
            line = find_melody(alone, 0)
            return harmonise(predictor, manifest, alone, line, genre=genre, seed=seed, wildness=wildness)

        return found

    return {
        "human": written, "network": network(0.0), "network, wild 0.5": network(0.5), "rules": by_rule,
        "tonic": tonic_throughout, "heard in all notes": heard,
    }  # fmt: skip


def melody_alone(song: Score) -> Score:
    """The song's first track, without chords."""
    return replace(song, chords=(), tracks=song.tracks[:1])


def written(song: Score, seed: int = 0) -> ChordLane:  # noqa: ARG001
    """What people wrote."""
    return song.chords


def by_rule(song: Score, seed: int = 0) -> ChordLane:  # noqa: ARG001
    """Rules for the melody alone."""
    alone = melody_alone(song)
    return rule_chords(alone, find_melody(alone, 0))


def tonic_throughout(song: Score, seed: int = 0) -> ChordLane:  # noqa: ARG001
    """One chord for everything, that of the melody's key."""
    key = find_key(song.tracks[0].notes)
    return (ChordChange(0, Chord(key.tonic_pitch_class, "min" if key.minor else "maj")),)


def heard(song: Score, seed: int = 0) -> ChordLane:  # noqa: ARG001
    """What all the notes sound: about as well as anyone could tell the chords."""
    return infer_chords(replace(song, chords=()))


def harmony_songs_of(corpus: Corpus, split: str, genre: str, most: int = 0) -> list[Score]:
    """The songs of a split and a genre that have chords which people wrote, all their parts, melody first."""
    found: list[Score] = []
    for index in corpus.songs(split):
        entry = corpus.spec.entries[index]
        if genre_of(entry.corpus, entry.genre) != genre or (most and len(found) >= most):
            continue
        song = corpus.song(index)
        if song.chords and len(song.parts[0].notes):
            found.append(to_score(song))
    return found


def harmony_table(songs: Sequence[Score], genre: str, systems: Mapping[str, System], seeds: int = 3) -> dict[str, Any]:
    """Means over songs with 95 % intervals (resampled songs), of each system and each figure.

    `agreement` is that of the beats in bars with melody, `agreement_all` that of all beats. `distance` is how far a
    system's mean is from the human mean in human standard deviations between songs; `over_rules` what it agrees more.
    """
    values = {name: _values(songs, system, seeds) for name, system in systems.items()}
    human = values["human"]
    report: dict[str, Any] = {"songs": len(songs), "genre": genre, "seeds": seeds, "systems": {}}
    for name, table in values.items():
        row: dict[str, Any] = {figure: interval(column) for figure, column in table.items()}
        row["distance"] = {figure: _apart(table[figure], human[figure]) for figure in COMPARED}
        row["over_rules"] = interval(table["agreement"] - values["rules"]["agreement"])
        report["systems"][name] = row
    return report


def segments_of(song: Score) -> list[Score]:
    """The song in passages of eight bars, melody and chords alone, where it is in 4/4 and six bars have onsets."""
    lines = bar_lines(song.metres, song.end_tick)
    found = []
    for first in range(0, len(lines) - SEGMENT_BARS, SEGMENT_BARS):
        bars = lines[first : first + SEGMENT_BARS + 1]
        start, end = bars[0], bars[-1]
        if any(b - a != 1920 for a, b in pairwise(bars)):
            continue
        notes = [note for note in song.tracks[0].notes if start <= note.start_tick < end]
        if len({(note.start_tick - start) // 1920 for note in notes}) < SUNG_BARS:
            continue
        line = tuple(
            replace(n, start_tick=n.start_tick - start, duration_ticks=min(n.duration_ticks, end - n.start_tick))
            for n in notes
        )
        track = replace(song.tracks[0], notes=line)
        found.append(Score((track,), song.tempos[:1], title=song.title, chords=cropped(song.chords, start, end)))
    return found


def segment_agreement(songs: Sequence[Score], system: System) -> list[float]:
    """`interval` of the agreement where a system is given nothing but eight bars of melody; song by song."""
    means = []
    for song in songs:
        found = [
            root_agreement(system(part, 0), part.chords, tuple(range(0, SEGMENT_BARS * 1920, 480)))
            for part in segments_of(song)
        ]
        if found:
            means.append(float(np.nanmean(found)))
    return interval(np.array(means))


def interval(values: NDArray[np.float64]) -> list[float]:
    """Mean, and the 2.5th and 97.5th percentile of means of resampled values; values that are nan are left out."""
    known = values[~np.isnan(values)]
    if not len(known):
        return [math.nan] * 3
    rng = np.random.default_rng(0)
    means = rng.choice(known, (RESAMPLES, len(known))).mean(axis=1)
    return [float(known.mean()), *map(float, np.percentile(means, (2.5, 97.5)))]


def prove_harmony(
    predictor: Predictor, manifest: Manifest, corpus: Corpus, split: str, **wishes: Any
) -> dict[str, Any]:
    """The report of a harmoniser on a split, genre by genre; `songs` of each at most, `seeds`, `out` a file."""
    report: dict[str, Any] = {"split": split, "genres": {}}
    for genre in manifest.data["genres"]:
        songs = harmony_songs_of(corpus, split, genre, wishes.get("songs", 0))
        if not songs:
            continue
        systems = systems_of(predictor, manifest, genre)
        table = harmony_table(songs, genre, systems, wishes.get("seeds", 1))
        named = {name: systems[name] for name in ("network", "rules")}
        table["segments"] = {name: segment_agreement(songs, system) for name, system in named.items()}
        report["genres"][genre] = table
        print(in_words(table))
    if wishes.get("out") is not None:
        Path(wishes["out"]).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return report


def in_words(table: Mapping[str, Any]) -> str:
    """The table of one genre in Markdown."""
    figures = ("agreement", "agreement_all", *MEASURES)
    lines = [
        f"\n{table['genre']}: {table['songs']} songs\n",
        "| | " + " | ".join((*figures, "over rules", "sd")) + " |",
    ]
    lines.append("|---" * (len(figures) + 3) + "|")
    for name, row in table["systems"].items():
        cells = [_cell(row[figure]) for figure in (*figures, "over_rules")]
        far = " ".join(f"{row['distance'][figure]:.2f}" for figure in COMPARED)
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {far} |")
    parts = ", ".join(f"{name} {_cell(found)}" for name, found in table.get("segments", {}).items())
    return "\n".join([*lines, f"\nEight bars of melody alone, agreement: {parts}"])


def _apart(values: NDArray[np.float64], human: NDArray[np.float64]) -> float:
    """Distance of the means in human standard deviations; nan where people do not differ."""
    deviation = float(np.nanstd(human))
    return abs(float(np.nanmean(values)) - float(np.nanmean(human))) / deviation if deviation else math.nan


def _cell(found: Sequence[float]) -> str:
    return f"{found[0]:.3f} ({found[1]:.3f}-{found[2]:.3f})"


def _values(songs: Sequence[Score], system: System, seeds: int) -> dict[str, NDArray[np.float64]]:
    """Each figure of each song, the mean of the seeds."""
    rows = [[_figures(song, system(song, seed)) for seed in range(seeds)] for song in songs]
    names = ("agreement", "agreement_all", *MEASURES)
    return {name: np.array([np.mean([take[name] for take in takes]) for takes in rows]) for name in names}


def _figures(song: Score, lane: ChordLane) -> dict[str, float]:
    made = replace(song, chords=lane)
    grid = beat_grid(song.metres, song.end_tick)
    found = {
        "agreement": root_agreement(lane, song.chords, melody_ticks(song)),
        "agreement_all": root_agreement(lane, song.chords, grid.ticks[:-1]),
    }
    return found | {name: measure(made) for name, measure in MEASURES.items()}


def melody_ticks(song: Score) -> tuple[int, ...]:
    """The beats of the bars in which the first track, the melody, sounds."""
    grid = beat_grid(song.metres, song.end_tick)
    sung: set[int] = set()
    for note in song.tracks[0].notes:
        sung.update(grid.bars[slot] for slot in range(grid.slot(note.start_tick), grid.slot(note.end_tick - 1) + 1))
    return tuple(tick for tick, bar in zip(grid.ticks, grid.bars, strict=False) if bar in sung)


def record(folder: Path, report: Mapping[str, Any]) -> None:
    """Put the figures into the card and the manifest of a model folder; prose outside the marks stays as it is."""
    manifest = read_bundle(folder)
    path = folder / "CARD.md"
    text = path.read_text(encoding="utf-8") if path.exists() else f"# {manifest.title}\n\n{manifest.description}\n"
    before, rest = text.split(BEGIN, 1) if BEGIN in text else (text.rstrip() + "\n\n", f"{END}\n")
    figures = "\n".join(in_words(table) for table in report["genres"].values())
    path.write_text(f"{before}{BEGIN}\n{figures}\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")
    write_manifest(folder, replace(manifest, metrics=dict(report)))
