"""Retrieval moves what it finds onto the chords asked for; drums compare with drummers."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from model_training.proof.drums import FIGURES, compared, recorded
from model_training.proof.retrieval import donors_of, on_chord, retrieved
from music_core.harmony.chord import Chord
from music_core.metrics.drums import bar_groove, drum_windows, own_beat, straight_hits
from music_core.midi_file import write_midi
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import ChordChange, Note, Score, Track

BAR = 4 * Q
C, F, AM = Chord(0), Chord(5), Chord(9, "min")


def song(chords: tuple[Chord, ...], *, steps: int = 4, bars: int = 8) -> Score:
    """A melody of `steps` notes a bar over one chord a bar, each chord broken from its root up."""
    melody = tuple(Note(i * BAR // steps, 72, BAR // steps) for i in range(bars * steps))
    lane = tuple(ChordChange(bar * BAR, chords[bar % len(chords)]) for bar in range(bars))
    keys, drums = [], []
    for bar in range(bars):
        root = 48 + chords[bar % len(chords)].root
        third = 3 if chords[bar % len(chords)].quality == "min" else 4
        keys += [Note(bar * BAR + i * Q, root + up, Q) for i, up in enumerate((0, third, 7, 12))]
        drums += [Note(bar * BAR + i * Q, 36 if i % 2 == 0 else 38, 60) for i in range(4)]
    tracks = (
        Track("Melody", melody, role="melody"), Track("Keys", tuple(keys), role="keys"),
        Track("Drums", tuple(drums), role="drums", is_drum=True),
    )  # fmt: skip
    return Score(tracks, chords=lane)


def test_notes_move_to_the_same_degree_of_the_other_chord() -> None:
    assert [on_chord(pitch, 0, C, AM) for pitch in (48, 52, 55)] == [45, 48, 52]
    assert on_chord(50, 0, C, F) == 55  # a second above the root, five up
    assert on_chord(52, 5, C, F) == 57
    assert on_chord(52, 3, None, F) == 55
    assert on_chord(52, 0, Chord(0, "maj", 4), Chord(5, "maj", 9)) == 57  # bass to bass
    assert on_chord(127, 6, C, C) <= 127


def test_the_same_song_in_another_key_is_its_own_donor() -> None:
    own = song((C, AM, F, Chord(7)))
    asked = song((Chord(2), Chord(11, "min"), Chord(7), Chord(9)))
    donors = donors_of([song((C,), steps=16), own])
    hits = [retrieved(donors, asked, seed) for seed in range(12)]
    wanted = {(note.start_tick, note.pitch) for note in asked.tracks[1].notes}
    found = [{(note.start_tick, note.pitch) for note in score.tracks[1].notes} for score in hits]
    assert max(len(one & wanted) / len(wanted) for one in found) == 1.0
    assert hits[0].tracks[0] == asked.tracks[0]
    assert [track.role for track in hits[0].tracks] == ["melody", "keys", "drums"]
    assert {note.pitch for note in hits[0].tracks[2].notes} == {36, 38}  # drums are not moved
    assert hits[0] == retrieved(donors, asked, 0)


def test_a_corpus_without_passages_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="no four bars of 4/4"):
        donors_of([song((C,), bars=2)])


def test_hits_belong_to_what_they_are_nearest() -> None:
    early_and_late = np.array([0, 118, 245, 470])
    assert straight_hits(early_and_late) == 1.0
    assert straight_hits(np.array([0, 155, 325, 480])) == 0.5
    assert np.isnan(straight_hits(np.zeros(0, np.int64)))


def test_a_player_ahead_of_the_clock_keeps_his_own_beat() -> None:
    written = np.arange(0, 4 * Q, Q // 4) + 4 * Q  # sixteenths
    ahead = written - 25
    assert own_beat(written) == 0.0
    assert own_beat(ahead) == -25.0
    # Of every beat's four sixteenths the last is nearer to the triplet before it.
    assert straight_hits(ahead) == 0.75
    assert straight_hits(ahead + 25) == 1.0
    # Swung off-beats tell nothing about where the beat is, and neither does silence.
    swung = np.sort(np.concatenate([np.arange(4) * Q + 10, np.arange(4) * Q + 2 * Q // 3]))
    assert own_beat(swung) == 10.0
    assert own_beat(np.zeros(0, np.int64)) == 0.0


def test_drummers_ahead_are_compared_by_their_own_beat_too() -> None:
    def drummer(ahead: int) -> Score:
        hits = tuple(Note(step * Q // 4 - ahead, 42, 60, 80) for step in range(1, 60))
        return Score(tracks=(Track("drums", hits, is_drum=True, role="drums"),))

    moved = [drummer(ahead) for ahead in (0, 25, 25, 25)]
    together = [drummer(0)] * 4
    figures = compared(moved, together)
    assert figures["DP"] < 0.5
    assert figures["DP, own beat"] == pytest.approx(1.0)


def test_groove_of_two_bars_by_hand() -> None:
    # The second bar lacks one hit and has another: 2 of 16 steps differ.
    assert bar_groove(np.array([0, Q, BAR, BAR + 2 * Q]), 2) == pytest.approx(14 / 16)
    assert bar_groove(np.array([10, BAR - 10]), 2) == 1.0  # early by ten ticks is the next bar line's


def test_windows_are_four_bars_and_take_early_hits() -> None:
    hits = (
        Note(0, 36, 60, 90),
        Note(4 * BAR - 10, 38, 60, 70),
        Note(7 * BAR, 36, 60, 50),
        Note(8 * BAR - 70, 36, 60, 40),
    )
    windows = list(drum_windows(Score((Track("Drums", hits, is_drum=True, role="drums"),))))
    assert [ticks.tolist() for ticks, _ in windows] == [[0], [0, 3 * BAR, 4 * BAR - 70]]
    assert [velocities.tolist() for _, velocities in windows] == [[90], [70, 50, 40]]


def test_recordings_are_read_by_their_index(tmp_path: Path) -> None:
    (tmp_path / "midi").mkdir()
    kinds = [("a.mid", "validation", "beat", "4/4", "rock"), ("b.mid", "validation", "fill", "4/4", "rock"),
             ("c.mid", "train", "beat", "4/4", "rock"), ("d.mid", "validation", "beat", "6/8", "rock"),
             ("e.mid", "validation", "beat", "4/4", "jazz/swing")]  # fmt: skip
    with (tmp_path / "index.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "split", "beat_type", "time_signature", "genre"))
        writer.writerows(kinds)
    for number, (name, *_) in enumerate(kinds):
        kit = song((C,)).tracks[2]
        write_midi(Score((kit,), title=str(number)), tmp_path / "midi" / name)
    assert len(recorded(tmp_path)) == 2
    assert len(recorded(tmp_path, genre="jazz")) == 1
    same = compared(recorded(tmp_path), recorded(tmp_path, "train"))
    assert same == dict.fromkeys(FIGURES, 1.0)
    assert np.isnan(compared([Score()], recorded(tmp_path))["DP"])
