"""How a model's settings of held-out melodies compare with the composer's, silence, shuffle and chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from model_training.data.prepared import Corpus
from music_core.decoding.gan import arrange
from music_core.decoding.predictor import Predictor
from music_core.decoding.voices import Voice, voice_to_notes
from music_core.manifest import Manifest
from music_core.melody import find_melody
from music_core.metrics import METRICS, jaccard_distance, melody_kept
from music_core.score import TICKS_PER_QUARTER, Metre, Note, Score, Track

Row = dict[str, float]


def piece_score(corpus: Corpus, piece: int) -> Score:
    """A prepared piece as a Score again: melody first, then the other voices."""
    first, last = corpus.span(piece)
    step_ticks = TICKS_PER_QUARTER // corpus.spec.steps_per_quarter
    tracks = tuple(
        Track(
            role.capitalize(),
            voice_to_notes(
                Voice(corpus.pitch[v, first:last].astype(np.int64), np.array(corpus.onset[v, first:last])),
                step_ticks,
                80,
            ),
            role="melody" if v == 0 else role,
        )
        for v, role in enumerate(corpus.spec.voices)
    )
    return Score(tracks, metres=_metres(corpus, first, last), title=corpus.spec.names[piece])


def generated(predictor: Predictor, manifest: Manifest, score: Score, seed: int) -> Score:
    """The score's melody with the model's voices."""
    melody = find_melody(score, 0)
    return score.with_tracks(score.tracks[0], *arrange(predictor, manifest, score, melody, seed=seed))


def measure(settings: Sequence[Score]) -> Row:
    """Each metric averaged over the settings; `silent` and `one_note` per voice, then the worst voice."""
    row = {name: float(np.mean([metric(score) for score in settings])) for name, metric in METRICS.items()}
    for name, worst in (("silent", max), ("one_note", min), ("short_notes", max)):
        metric = METRICS[name]
        voices = range(1, len(settings[0].tracks))
        by_voice = [np.mean([metric(s.with_tracks(s.tracks[0], s.tracks[v])) for s in settings]) for v in voices]
        row[name] = float(worst(by_voice))
    return row


def model_row(predictor: Predictor, manifest: Manifest, originals: Sequence[Score], seeds: Sequence[int]) -> Row:
    """The metrics over all melodies and seeds, with melody_kept and the distance between seeds."""
    takes = [[generated(predictor, manifest, score, seed) for seed in seeds] for score in originals]
    row = measure([take for group in takes for take in group])
    kept = [melody_kept(take, score) for score, group in zip(originals, takes, strict=True) for take in group]
    row["melody_kept"] = float(np.mean(kept))
    if len(seeds) > 1:
        row["jaccard"] = float(np.mean([jaccard_distance(group) for group in takes]))
    return row


def baselines(originals: Sequence[Score], seed: int) -> dict[str, Row]:
    """The same figures for the composer himself, for silence, and for voices shuffled in time."""
    rng = np.random.default_rng(seed)
    return {
        "human": measure(originals),
        "silence": measure([score.with_tracks(*_silenced(score)) for score in originals]),
        "shuffled": measure([score.with_tracks(*_shuffled(score, rng)) for score in originals]),
    }


def opening(score: Score, steps: int = 32) -> Score:
    """The first two bars; notes that reach over the end are cut there."""
    end = steps * TICKS_PER_QUARTER // 4

    def cut(notes: Sequence[Note]) -> tuple[Note, ...]:
        return tuple(
            replace(n, duration_ticks=min(n.duration_ticks, end - n.start_tick)) for n in notes if n.start_tick < end
        )

    return score.with_tracks(*(replace(track, notes=cut(track.notes)) for track in score.tracks))


def table(rows: dict[str, Row]) -> str:
    """Rows of figures as a Markdown table."""
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    lines = ["| | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    cell: Callable[[Row, str], str] = lambda row, name: f"{row[name]:.3f}" if name in row else "-"  # noqa: E731
    lines += [f"| {label} | " + " | ".join(cell(row, name) for name in names) + " |" for label, row in rows.items()]
    return "\n".join(lines)


def _metres(corpus: Corpus, first: int, last: int) -> tuple[Metre, ...]:
    """Metres read back from the bar lines: each bar's length in quarters, changes only."""
    bars = np.flatnonzero(corpus.bar[first:last])
    ends = np.append(bars[1:], last - first)
    metres: list[Metre] = []
    for start, end in zip(bars, ends, strict=True):
        quarters = max(1, round((end - start) / corpus.spec.steps_per_quarter))
        if not metres or metres[-1].numerator != quarters:
            metres.append(Metre(int(start) * TICKS_PER_QUARTER // corpus.spec.steps_per_quarter, quarters, 4))
    return tuple(metres)


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
