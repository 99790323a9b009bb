"""What a passage must be for its wishes to be lent to a whole piece, and who rests in the songs that say so."""

from __future__ import annotations

import numpy as np

from model_training.data.arranger_rates import rates_of
from model_training.data.arranger_rests import heard_bars, lenders, rests_of
from model_training.data.arranger_songs import LaidSong
from model_training.data.arranger_windows import ArrangerWindows
from model_training.models.arranger_facts import share_heard
from music_core.decoding.arranger.grid import Grid
from music_core.decoding.arranger.lanes import NOTHING, Lanes, rows_to_lanes
from music_core.decoding.arranger.sheet import bars_of, sheet_of
from music_core.decoding.arranger.steadying import AT_CHANGES, ELSEWHERE
from music_core.decoding.arranger.wishes import BUSY
from music_core.harmony.chord import Chord
from music_core.score import ChordChange, Metre


def test_a_part_is_heard_in_the_bars_that_its_notes_sound_in() -> None:
    def heard(*notes: tuple[int, int, int]) -> float:
        return share_heard(*rows_to_lanes(np.array(notes, np.int64).reshape(-1, 3), 64), 4)

    assert heard() == 0.0
    assert heard((0, 60, 4)) == 0.25
    assert heard((0, 60, 4), (8, 64, 2)) == 0.25  # twice in one bar
    assert heard((12, 60, 8)) == 0.5  # held over the bar line
    assert heard((0, 60, 16), (20, 60, 1), (33, 55, 1), (63, 60, 1)) == 1.0


def test_who_rests_is_told_by_sections_in_which_a_melody_and_somebody_else_are_heard() -> None:
    slots = 20 * 16
    melody = np.array([(16 * bar, 72, 16) for bar in range(16)])  # no melody in the last section
    phrases = [(start, start + 4) for start in range(0, 20, 4)]
    sheet = sheet_of(melody, (), bars_of((Metre(0),), 20 * 1920, 0, phrases), Grid(), 0)
    onsets, lengths = np.zeros((3, slots, 72), np.bool_), np.full((3, slots, 3), NOTHING, np.int8)
    playing = {0: range(12), 1: (4, 5, 9, 15)}  # the bass in three sections; keys in half of one, a bar of two
    for part, bars in playing.items():
        rows = np.array([(16 * bar, 48, 16) for bar in bars])
        onsets[part], lengths[part] = rows_to_lanes(rows, slots)
    hits = np.zeros((slots, 9), np.int8)
    hits[64:, 0] = 3
    present = np.array([True, True, False, True])
    song = LaidSong("x", 0, sheet, Lanes(onsets, lengths, hits), present)
    assert heard_bars(song).sum(axis=1).tolist() == [12, 4, 0, 16]
    all_four = np.ones(4, np.bool_)
    # Nobody but the drums is heard in the fourth section, the fifth has no melody: neither is lent.
    assert rests_of(song, all_four).tolist() == [[False, True, False, True], [False] * 4, [False, True, False, False]]
    assert rests_of(song, all_four, (0,)).tolist() == [[False] * 4]  # there the keys play too
    keys = np.array([False, True, False, False])
    assert rests_of(song, keys).tolist() == [[False] * 4]
    assert lenders([song], all_four, (), 1, 9) == ()  # it lacks a part
    played = np.array([True, True, False, True])
    assert lenders([song], played, (), 2, 9) == ()  # too few songs
    assert [rests.tolist() for rests in lenders([song] * 3, played, (), 2, 2)] == [rests_of(song, played).tolist()] * 2
    assert lenders([song], played, (0,), 0, 9) == ()  # one section says nothing of when


def test_rates_are_the_shares_of_slots_that_begin_a_note_where_the_harmony_changes_and_elsewhere() -> None:
    slots = 8 * 16
    chords = [ChordChange(0, Chord(0)), ChordChange(1920, Chord(7)), ChordChange(3840, Chord(5))]
    melody = np.array([(16 * bar, 72, 16) for bar in range(8)])
    sheet = sheet_of(melody, chords, bars_of((Metre(0),), 8 * 1920, 0, [(0, 8)]), Grid(), 0)
    onsets, lengths = np.zeros((2, slots, 72), np.bool_), np.full((2, slots, 3), NOTHING, np.int8)
    onsets[0], lengths[0] = rows_to_lanes(np.array([(16, 48, 4), (64, 48, 4), (70, 48, 4)]), slots)
    lanes = Lanes(onsets, lengths, np.zeros((slots, 9), np.int8))
    windows = ArrangerWindows([LaidSong("x", 0, sheet, lanes, np.array([True, False, False]))])
    rates = rates_of(windows, range(len(windows.windows)))
    bin_ = int(windows.at(windows.windows[:1], np.zeros(1, np.int64)).context.wishes[0, 0, BUSY])
    assert (rates[AT_CHANGES, 0, bin_], rates[ELSEWHERE, 0, bin_]) == (1 / 3, 2 / 125)
    assert np.isnan(rates).sum() == rates.size - 2
