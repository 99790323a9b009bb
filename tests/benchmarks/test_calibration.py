"""The calibration's own arithmetic, and its one command on a corpus of one song."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.calibration import REFERENCE, coarser, main, too_far
from music_core.harmony.chord import Chord
from music_core.midi_file import write_midi
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import ChordChange, Note, Score, Track


def test_figures_are_compared_with_the_reference_one_by_one() -> None:
    human = {name: values[0] for name, values in REFERENCE.items()}
    blocks = {name: values[1] for name, values in REFERENCE.items()}
    columns = {"human": human, "coarser": human, "blocks": blocks}
    assert too_far(columns, 0.01) == []
    assert too_far({**columns, "blocks": {**blocks, "polyphony": 7.17 * 1.02}}, 0.01) == [
        "polyphony of blocks (7.313 for 7.170)"
    ]
    assert len(too_far({**columns, "coarser": {**human, "chord_tone_onsets": 0.8}}, 0.05)) == 1


def test_coarser_labels_lack_a_fifth_of_the_short_chords() -> None:
    lane = tuple(ChordChange(i * 2 * Q, Chord(i % 12)) for i in range(2000))
    left = coarser(lane, np.random.default_rng(1))
    assert len(left) / len(lane) == pytest.approx(0.8, abs=0.03)
    assert set(left) <= set(lane)
    long = tuple(ChordChange(i * 4 * Q, Chord(i % 12)) for i in range(50))
    assert coarser(long, np.random.default_rng(1)) == long


def test_one_command_prints_the_table_and_tells_what_is_off(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bars = range(8)
    melody = Track("MELODY", tuple(Note(bar * 4 * Q, 72, Q) for bar in bars))
    piano = Track("PIANO", tuple(Note(bar * 4 * Q, 48, Q) for bar in bars))
    (tmp_path / "midi_beat_aligned").mkdir()
    write_midi(Score((melody, piano)), tmp_path / "midi_beat_aligned" / "1.mid")
    (tmp_path / "chords_beats.tsv").write_text("file\tonset_quarter\tduration_quarter\tchord\n1.mid\t0\t32\tC:maj\n")
    assert main([str(tmp_path)]) == 1
    captured = capsys.readouterr()
    assert "1 segments of eight bars" in captured.out
    assert "| notes_a_bar | 13.600 | 1.000 |" in captured.out
    assert "notes_a_bar of human" in captured.err


def test_a_folder_without_chords_is_refused_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "holds no chords_beats.tsv" in capsys.readouterr().err
