"""How a model's settings of held-out melodies compare with the composer's, silence, shuffle and chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import fmean

import numpy as np

from model_training.config import Config
from model_training.data.corpus import Corpus
from model_training.data.song import to_score
from model_training.models import technique_of
from music_core.decoding.predictor import Predictor
from music_core.harmony.lane import cropped
from music_core.manifest import Manifest
from music_core.metrics import jaccard_distance, mean_measures, melody_kept
from music_core.score import TICKS_PER_QUARTER, Note, Score, Track, bar_lines, metre_at

Row = dict[str, float]


def song_scores(corpus: Corpus, split: str, config_or_manifest: Config | Manifest) -> list[Score]:
    """The songs of a split as Scores: the melody, then the parts that the model writes."""
    if isinstance(config_or_manifest, Manifest):
        roles = tuple(part.role for part in config_or_manifest.parts)
    else:
        roles = config_or_manifest.tracks
    scores = [to_score(corpus.song(index), roles) for index in corpus.songs(split)]
    return [score for score in scores if score.tracks[0].notes]


def generated(predictor: Predictor, manifest: Manifest, score: Score, seed: int) -> Score:
    """The score's melody with the model's parts."""
    return technique_of(manifest.technique).setting(predictor, manifest, score, seed=seed, options={})


def model_row(predictor: Predictor, manifest: Manifest, originals: Sequence[Score], seeds: Sequence[int]) -> Row:
    """The metrics over all melodies and seeds, with melody_kept and the distance between seeds.

    A model that needs no melody writes a piece as long as each original; metrics leave out those without a melody.
    """
    takes = [
        [generated(predictor, manifest, score, seed) for seed in _seeds(manifest, i, seeds)]
        for i, score in enumerate(originals)
    ]
    heard = [take for group in takes for take in group if take.tracks[0].notes]
    row = mean_measures(heard) if heard else {}
    if manifest.needs_melody:
        kept = [melody_kept(take, score) for score, group in zip(originals, takes, strict=True) for take in group]
        row["melody_kept"] = fmean(kept)
    if len(seeds) > 1:
        row["jaccard"] = fmean(map(difference, takes, originals))
    return row


def _seeds(manifest: Manifest, number: int, seeds: Sequence[int]) -> list[int]:
    """The same noises for every melody; other ones for every piece where no melody tells pieces apart."""
    return list(seeds) if manifest.needs_melody else [len(seeds) * number + seed for seed in seeds]


def difference(takes: Sequence[Score], given: Score) -> float:
    """Mean Jaccard distance between takes of one melody; of pieces as long as `given`, their own melodies included."""

    def under(take: Score) -> Score:
        if take.tracks[0] == given.tracks[0]:
            return take
        written = (replace(track, role="other") if track.role == "melody" else track for track in take.tracks)
        return take.with_tracks(given.tracks[0], *written)

    return jaccard_distance([under(take) for take in takes])


def baselines(originals: Sequence[Score], seed: int) -> dict[str, Row]:
    """The same figures for the composer himself, for silence, and for voices shuffled in time."""
    rng = np.random.default_rng(seed)
    return {
        "human": mean_measures(originals),
        "silence": mean_measures([score.with_tracks(*_silenced(score)) for score in originals]),
        "shuffled": mean_measures([score.with_tracks(*_shuffled(score, rng)) for score in originals]),
    }


def opening(score: Score, steps: int = 32) -> Score:
    """The first two bars of 4/4 from the bar on in which the melody begins; notes that reach over the end are cut."""
    first = min((note.start_tick for note in score.tracks[0].notes), default=0)
    start = max(tick for tick in (0, *bar_lines(score.metres, first + 1)) if tick <= first)
    end = start + steps * TICKS_PER_QUARTER // 4

    def cut(notes: Sequence[Note]) -> tuple[Note, ...]:
        return tuple(
            replace(n, start_tick=n.start_tick - start, duration_ticks=min(n.duration_ticks, end - n.start_tick))
            for n in notes
            if start <= n.start_tick < end
        )

    tracks = tuple(replace(track, notes=cut(track.notes)) for track in score.tracks)
    metre = replace(metre_at(score.metres, start), tick=0)
    return replace(score, tracks=tracks, metres=(metre,), chords=cropped(score.chords, start, end))


def table(rows: dict[str, Row]) -> str:
    """Rows of figures as a Markdown table."""
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    lines = ["| | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    cell: Callable[[Row, str], str] = lambda row, name: f"{row[name]:.3f}" if name in row else "-"  # noqa: E731
    lines += [f"| {label} | " + " | ".join(cell(row, name) for name in names) + " |" for label, row in rows.items()]
    return "\n".join(lines)


def _silenced(score: Score) -> list[Track]:
    return [score.tracks[0], *(replace(track, notes=()) for track in score.tracks[1:])]


def _shuffled(score: Score, rng: np.random.Generator) -> list[Track]:
    """Every voice keeps its rhythm and its pitches, but in another order."""
    tracks = [score.tracks[0]]
    for track in score.tracks[1:]:
        pitches = rng.permutation([note.pitch for note in track.notes])
        notes = tuple(replace(n, pitch=int(p)) for n, p in zip(track.notes, pitches, strict=True))
        tracks.append(replace(track, notes=notes))
    return tracks
