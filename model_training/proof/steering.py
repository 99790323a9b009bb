"""What each of a model's options moves: the same melodies written at two places of a slider, measured on both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from model_training.data.corpus import Corpus
from model_training.data.song import to_score
from model_training.evaluate import difference, opening
from model_training.models import technique_of
from model_training.proof.closeness import RESAMPLES
from model_training.proof.played import Player
from music_core.adapters.onnx_predictor import OnnxPredictor
from music_core.decoding.arranger.options import (
    BUILD_OPTION,
    BUSY_OPTION,
    ENERGY_OPTION,
    HUMAN_OPTION,
    RESTS_OPTION,
    WILD_OPTION,
)
from music_core.harmony.infer import infer_chords
from music_core.harmony.lane import chord_at
from music_core.manifest import Manifest, OptionSpec, graph_beside
from music_core.score import Score, TempoMap, bar_lines

LOW, HIGH = 0.2, 0.8  # shares of an option's range
SEED, OTHER_SEED, MORE_SEEDS = 1, 2, range(2, 6)
STEPS_A_BAR = 16

# A take of a melody, written with a seed and options.
Writer = Callable[[Score, int, Mapping[str, float]], Score]


@dataclass(frozen=True, slots=True)
class Moved:
    """What one figure of one option does: its means over melodies at both places, and on how many melodies it rose.

    `low` and `high` are where the option was; `change` is the mean difference with its 95 % interval (melodies drawn
    anew). Melodies without a figure (a part that rests throughout has no spread) are left out of `melodies`.
    """

    option: str
    label: str
    figure: str
    low: float
    high: float
    at_low: float
    at_high: float
    change: tuple[float, float, float]
    rose: int
    fell: int
    melodies: int


def openings(corpus: Corpus, split: str, manifest: Manifest, most: int, bars: int) -> list[Score]:
    """The beginnings of some melodies of a split (0 for all), drawn at random, with the songs' chords.

    Chords that nobody wrote are heard in all the notes. Raises ValueError where no song has a melody and chords.
    """
    found: list[Score] = []
    order = np.random.default_rng(0).permutation(np.asarray(corpus.songs(split), np.int64))
    for song in (corpus.song(int(index)) for index in order):
        score = to_score(song)
        if score.tracks[0].notes and sum(bool(track.notes) for track in score.tracks) > 1:
            begun = opening(score if score.chords else replace(score, chords=infer_chords(score)), bars * STEPS_A_BAR)
            if begun.chords and len(begun.tracks[0].notes) >= bars:
                found.append(begun.with_tracks(begun.tracks[0]))
        if most and len(found) == most:
            break
    if not found:
        raise ValueError(f"No {split} song has a melody and chords to steer {manifest.title} on.")
    return found


def writer(folder: Path, manifest: Manifest) -> Writer:
    """A model folder's own decoder, without performance."""
    predictor, setting = OnnxPredictor(graph_beside(manifest, folder)), technique_of(manifest.technique).setting
    return lambda score, seed, options: setting(predictor, manifest, score, seed=seed, options=options)


def steered(manifest: Manifest, songs: Sequence[Score], write: Writer, play: Player | None) -> list[Moved]:
    """Every option at 0.2 and 0.8 of its range with the others at their defaults, measured by what its name says.

    `play` performs what was written; without it no figure of performances is taken.
    """
    rows = []
    for option in manifest.options:
        places = tuple(option.low + share * (option.high - option.low) for share in (LOW, HIGH))
        found = [_figures(option, manifest, songs, write, play, place) for place in places]
        rows += [
            _moved(option, name, (places[0], places[1]), np.array(found[0][name]), np.array(found[1][name]))
            for name in found[0]
        ]
    return rows


def markdown(title: str, rows: Sequence[Moved], melodies: int) -> str:
    """The table for a card."""
    lines = [
        f"{title}: options moved from {LOW:g} to {HIGH:g} of their range, the others at their defaults, {melodies} "
        "held-out melodies; in brackets 95 % by melodies.",
        "",
        f"| option | figure | at {LOW:g} | at {HIGH:g} | change | rose on |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for row in rows:
        change, low, high = row.change
        lines.append(
            f"| {row.label} (`{row.option}`) | {row.figure} | {row.at_low:.3g} | {row.at_high:.3g} | "
            f"{change:+.3g} ({low:+.3g} to {high:+.3g}) | {row.rose} of {row.melodies} |"
        )
    return "\n".join(lines)


def _figures(
    option: OptionSpec, manifest: Manifest, songs: Sequence[Score], write: Writer, play: Player | None, place: float
) -> dict[str, list[float]]:
    """By name, one value a melody."""
    given = {option.name: place}
    found: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        found.setdefault(name, []).append(value)

    roles = {BUSY_OPTION.format(role=part.role): part.role for part in manifest.parts}
    for song in songs:
        take = write(song, SEED, given)
        if (role := roles.get(option.name)) is not None:
            note(f"{role}: notes a bar", notes_a_bar(take, role))
        elif option.name == HUMAN_OPTION:
            if play is not None:
                late, spread = humanity(take, play(take, SEED, given))
                note("onsets off the written ones, ms", late)
                note("spread of velocities", spread)
        elif option.name == BUILD_OPTION:
            note("notes a bar, second half less first", built(take))
        elif option.name == RESTS_OPTION:
            takes = [take, *(write(song, seed, given) for seed in MORE_SEEDS)]  # who rests differs from take to take
            note("share of bars in which a pitched part is heard", float(np.mean([share_heard(t) for t in takes])))
        elif option.name == WILD_OPTION:
            note("share of onsets on chord tones", chord_tones(take))
            note("difference between two seeds", difference([take, write(song, OTHER_SEED, given)], take))
        else:
            note("pitched parts: notes a bar", notes_a_bar(take, pitched=True))
            if option.name == ENERGY_OPTION and any(part.is_drum for part in manifest.parts):
                note("drums: hits a bar", notes_a_bar(take, "drums"))
    return found


def notes_a_bar(take: Score, role: str = "", *, pitched: bool = False) -> float:
    """Notes of the accompaniment's tracks of a role, or of all pitched ones, by the bars up to the melody's end."""
    bars = max(1, len(_lines(take)) - 1)
    counted = (track for track in take.tracks[1:] if (not track.is_drum if pitched else track.role == role))
    return sum(len(track.notes) for track in counted) / bars


def share_heard(take: Score) -> float:
    """In how many of the melody's bars a pitched part of the accompaniment sounds, mean of the parts, 0..1."""
    lines = np.array(_lines(take))
    shares = []
    for track in (track for track in take.tracks[1:] if not track.is_drum):
        spans = np.array([(note.start_tick, note.end_tick) for note in track.notes], np.int64).reshape(-1, 2, 1)
        heard = (spans[:, 0] < lines[1:]) & (spans[:, 1] > lines[:-1])
        shares.append(float(heard.any(axis=0).mean()))
    return float(np.mean(shares))


def built(take: Score) -> float:
    """By how many notes a bar the accompaniment's second half has more than its first, drums included."""
    lines = _lines(take)
    bars, middle = len(lines) - 1, lines[(len(lines) - 1) // 2]
    starts = [note.start_tick for track in take.tracks[1:] for note in track.notes if note.start_tick < lines[-1]]
    first = sum(start < middle for start in starts)
    return (len(starts) - first) / max(1, bars - bars // 2) - first / max(1, bars // 2)


def chord_tones(take: Score) -> float:
    """Share of the pitched accompaniment's notes that begin on a tone of the chord in force, 0..1; nan without any."""
    notes = [note for track in take.tracks[1:] if not track.is_drum for note in track.notes]
    chords = ((note.pitch, chord_at(take.chords, note.start_tick)) for note in notes)
    inside = [pitch % 12 in chord.pitch_classes for pitch, chord in chords if chord is not None]
    return float(np.mean(inside)) if inside else float("nan")


def humanity(written: Score, played: Score) -> tuple[float, float]:
    """How far onsets are played from where they were written, mean in ms, and the parts' mean deviation of velocity.

    A pitch's k-th note of a part is the same note before and after, as nobody is late by a whole repetition.
    """
    apart, spreads, seconds = [], [], TempoMap(played.tempos).seconds
    for before, after in zip(written.tracks[1:], played.tracks[1:], strict=True):
        if len(before.notes) < 2:
            continue
        pairs = zip(*(sorted((n.pitch, n.start_tick) for n in track.notes) for track in (before, after)), strict=True)
        apart += [abs(seconds(b) - seconds(a)) * 1000 for (_, a), (_, b) in pairs]
        spreads.append(float(np.std([note.velocity for note in after.notes])))
    return (float(np.mean(apart)), float(np.mean(spreads))) if apart else (float("nan"), float("nan"))


def _lines(take: Score) -> tuple[int, ...]:
    """The bar lines up to the melody's end, in ticks."""
    return tuple(bar_lines(take.metres, max(take.tracks[0].end_tick, 1)))


def _moved(
    option: OptionSpec, figure: str, places: tuple[float, float], low: np.ndarray[Any, Any], high: np.ndarray[Any, Any]
) -> Moved:
    known = ~(np.isnan(low) | np.isnan(high))
    low, high = low[known], high[known]
    change = high - low
    if not len(change):
        nothing = float("nan")
        return Moved(option.name, option.label, figure, *places, nothing, nothing, (nothing,) * 3, 0, 0, 0)
    drawn = np.random.default_rng(0).choice(change, (RESAMPLES, len(change))).mean(axis=1)
    bounds = (float(change.mean()), *(float(edge) for edge in np.percentile(drawn, (2.5, 97.5))))
    return Moved(
        option.name, option.label, figure, *places, float(low.mean()), float(high.mean()),
        (bounds[0], bounds[1], bounds[2]), int((change > 0).sum()), int((change < 0).sum()), len(change),
    )  # fmt: skip
