"""Whether the metrics measure what they did elsewhere: `python -m benchmarks.calibration POP909 [--songs N] [--json]`.

POP909 is the folder of the beat-aligned corpus, which holds no reserved song. Piano and melody of every n-th song, with
its own chord labels and with labels made coarser, stand beside the reference table that was measured on 85 other songs
of the corpus with other labels; so do block chords. Human music and blocks within a few per cent of it: the metrics
may be used. Exit code 1 where a figure lies further off than `--tolerance`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from model_training.data.chord_tables import ChordTableError, chord_tables
from music_core.harmony.lane import ChordLane
from music_core.metrics import FEATURES, feature_vector, segment_at, segments_of
from music_core.midi_file import read_midi
from music_core.rules import block_chords
from music_core.score import TICKS_PER_QUARTER, Score, Track, without_overlaps

# Means over 752 segments of 85 songs: human, block chords. The chord labels there are coarser than the corpus's own.
REFERENCE = {
    "notes_a_bar": (13.6, 15.3),
    "polyphony": (2.83, 7.17),
    "pitch_class_entropy": (2.67, 2.70),
    "scale_share": (0.982, 0.978),
    "out_of_key": (0.022, 0.024),
    "groove_adjacent": (0.854, 0.980),
    "distinct_rhythms": (0.67, 0.23),
    "chord_tone_onsets": (0.930, 1.0),
    "bass_on_chord": (0.971, 1.0),
    "bass_on_bass": (0.889, 1.0),
    "chord_coverage": (0.911, 1.0),
    "consonance": (0.584, 0.554),
    "chord_distance": (0.464, 0.147),
}
# These depend on how fine the labels are; the reference's are met by leaving out a fifth of the chords of two beats.
BY_LABELS = ("chord_tone_onsets", "bass_on_chord", "bass_on_bass", "chord_coverage", "chord_distance")
LEFT_OUT, SHORT_TICKS = 0.2, 2 * TICKS_PER_QUARTER
# A share near 0, and one that moves in eighths, are compared on the scale of shares.
_SCALE = {"out_of_key": 1.0, "distinct_rhythms": 1.0}

Columns = dict[str, dict[str, float]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; exit code 1 where a figure is too far off, 2 where the corpus cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration", description=__doc__)
    parser.add_argument("corpus", type=Path, help="the folder of POP909, beat-aligned")
    parser.add_argument("--songs", type=int, default=85, help="how many songs, spread over the corpus (default: 85)")
    parser.add_argument("--tolerance", type=float, default=0.06, help="largest relative difference (default: 0.06)")
    parser.add_argument("--json", action="store_true", help="print the columns as JSON")
    options = parser.parse_args(arguments)
    try:
        columns = measured(songs(options.corpus, options.songs))
    except (OSError, ValueError, ChordTableError) as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(columns, indent=2) if options.json else table(columns))
    far = too_far(columns, options.tolerance)
    print(f"Further off than {options.tolerance:.0%}: {', '.join(far) or 'nothing'}.", file=sys.stderr)
    return 1 if far else 0


def songs(folder: Path, count: int) -> Iterator[Score]:
    """So many songs, spread over the corpus: melody and piano (without the counter-melody), and the chords."""
    lanes = chord_tables(folder)
    names = sorted(lanes)
    if not names:
        raise ValueError(f"{folder} holds no chords_beats.tsv; give the folder of the beat-aligned POP909.")
    for name in names[:: max(1, len(names) // count)][:count]:
        yield _song(read_midi(folder / "midi_beat_aligned" / name), lanes[name])


def _song(score: Score, lane: ChordLane) -> Score:
    """Piano notes that begin with the same pitch as the melody are the melody's."""
    tracks = {track.name: track for track in score.tracks}
    melody, piano = tracks["MELODY"], tracks["PIANO"]
    sung = {(note.start_tick, note.pitch) for note in melody.notes}
    notes = without_overlaps(note for note in piano.notes if (note.start_tick, note.pitch) not in sung)
    parts = (replace(melody, role="melody"), Track("Piano", notes, role="keys"))
    return replace(score, tracks=parts, chords=lane)


def coarser(lane: ChordLane, rng: np.random.Generator) -> ChordLane:
    """The lane without a fifth of its chords of at most two beats: what was before them holds on."""
    ends = [*(change.tick for change in lane[1:]), 1 << 30]
    short = np.array([end - change.tick <= SHORT_TICKS for change, end in zip(lane, ends, strict=True)], np.bool_)
    dropped = short & (rng.random(len(lane)) < LEFT_OUT)
    return tuple(change for i, change in enumerate(lane) if not (i and dropped[i]))


def measured(scores: Iterator[Score]) -> Columns:
    """The mean of each feature over all segments: human, human with coarser labels, block chords."""
    rng = np.random.default_rng(0)
    rows: dict[str, list[np.ndarray[tuple[int], np.dtype[np.float64]]]] = {"human": [], "coarser": [], "blocks": []}
    for score in scores:
        rough = replace(score, chords=coarser(score.chords, rng))
        blocks = block_chords(score)
        for segment in segments_of(score):
            at = segment.start_tick
            rows["human"].append(feature_vector(segment))
            rows["coarser"].append(feature_vector(segment_at(rough, at)))
            rows["blocks"].append(feature_vector(segment_at(blocks, at)))
    if not rows["human"]:
        raise ValueError("There are no eight bars of 4/4 in these songs; give the folder of the beat-aligned POP909.")
    means = {name: np.nanmean(np.stack(vectors), axis=0).tolist() for name, vectors in rows.items()}
    columns = {name: dict(zip(FEATURES, values, strict=True)) for name, values in means.items()}
    return columns | {"segments": {"count": float(len(rows["human"]))}}


def too_far(columns: Columns, tolerance: float) -> list[str]:
    """The figures further from the reference than the tolerance, relative to it."""
    far = []
    for name, (human, blocks) in REFERENCE.items():
        own = columns["coarser" if name in BY_LABELS else "human"][name]
        for what, value, reference in (("human", own, human), ("blocks", columns["blocks"][name], blocks)):
            if abs(value - reference) > tolerance * _SCALE.get(name, abs(reference)):
                far.append(f"{name} of {what} ({value:.3f} for {reference:.3f})")
    return far


def table(columns: Columns) -> str:
    """The columns beside the reference, as a Markdown table."""
    lines = [f"{columns['segments']['count']:.0f} segments of eight bars", ""]
    lines += ["| | reference human | human | coarser labels | reference blocks | blocks |", "|---|---|---|---|---|---|"]
    for name in FEATURES:
        human, blocks = (f"{value:.3f}" for value in REFERENCE[name]) if name in REFERENCE else ("", "")
        own = [f"{columns[column][name]:.3f}" for column in ("human", "coarser", "blocks")]
        lines.append(f"| {name} | {human} | {own[0]} | {own[1]} | {blocks} | {own[2]} |")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
