"""Windows hold what the songs hold: checked against the plain rasteriser, note by note."""

from __future__ import annotations

import numpy as np
import pytest

from model_training.data.corpus import Corpus, corpus_of
from model_training.data.roll_windows import NoWindowsError, RollWindows
from model_training.data.song import Part, Song, part_of
from music_core.roll import HOLD, OFF, ONSET, notes_to_roll
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Metre, Note

BAR = 4 * Q


def song(name: str, *parts: Part, metres: tuple[Metre, ...] = (Metre(0),)) -> Song:
    return Song(name, name, "made up", "test", "CC0", "green", parts, metres, 100.0, 0, False)


def line(role: str, *notes: tuple[int, int, int]) -> Part:
    return part_of(role, 0, tuple(Note(*note) for note in notes))


def corpus(*songs: Song) -> Corpus:
    return corpus_of(songs, ["train"] * len(songs))


def random_part(role: str, rng: np.random.Generator, bars: int) -> Part:
    starts, pitches = rng.integers(0, bars * BAR - Q, 60), rng.integers(50, 60, 60)
    lengths = rng.integers(1, 3 * Q, 60)
    return line(
        role, *zip(starts.tolist(), pitches.tolist(), np.minimum(lengths, bars * BAR - starts).tolist(), strict=True)
    )


@pytest.mark.parametrize("steps_per_quarter", [4, 12])
def test_windows_are_cut_from_the_plain_raster(steps_per_quarter: int) -> None:
    rng = np.random.default_rng(3)
    songs = [song(f"s{i}", random_part("melody", rng, 5), random_part("bass", rng, 5)) for i in range(3)]
    windows = RollWindows(corpus(*songs), "train", ["bass"], bars=2, steps_per_quarter=steps_per_quarter)
    steps = 2 * 4 * steps_per_quarter
    assert windows.count == 3 * 4
    found = windows.at(np.arange(windows.count), np.zeros(windows.count, np.int64))
    step_ticks = Q // steps_per_quarter
    for number, roll in enumerate(found):
        one, bar = songs[number // 4], number % 4
        for track, part in enumerate(one.parts):
            notes = [Note(*row) for row in part.notes.tolist()]
            whole = notes_to_roll(notes, 5 * 4 * steps_per_quarter, step_ticks)
            there = whole[bar * 4 * steps_per_quarter :][:steps]
            at_edge = np.where(there[0] == HOLD, ONSET, there[0])
            assert np.array_equal(roll[track, 0], at_edge)
            assert np.array_equal(roll[track, 1:], there[1:])


def test_the_same_generator_state_draws_the_same_windows() -> None:
    rng = np.random.default_rng(0)
    windows = RollWindows(
        corpus(song("a", random_part("melody", rng, 6))), "train", [], bars=2, steps_per_quarter=4
    )  # fmt: skip
    first = windows.draw(16, np.random.default_rng(5))
    assert first.dtype == np.int8
    assert first.shape == (16, 1, 32, 128)
    assert np.array_equal(first, windows.draw(16, np.random.default_rng(5)))
    assert not np.array_equal(first, windows.draw(16, np.random.default_rng(6)))
    assert set(np.unique(first)) == {OFF, HOLD, ONSET}


def test_drums_stay_where_they_are_when_the_rest_is_moved() -> None:
    one = song("a", line("melody", (0, 60, BAR)), line("drums", (0, 36, BAR)), line("bass", (0, 40, BAR)))
    windows = RollWindows(corpus(one), "train", ["drums", "bass"], bars=1, steps_per_quarter=4)
    moved = windows.at(np.array([0, 0]), np.array([3, -2]))
    for roll, shift in zip(moved, (3, -2), strict=True):
        assert [np.flatnonzero(track[0]).tolist() for track in roll] == [[60 + shift], [36], [40 + shift]]
        assert (roll[1] != OFF).sum() == 1  # a hit is a step long, however long it was written
        assert (roll[0] != OFF).sum() == 16


def test_shifts_stop_where_the_raster_ends() -> None:
    one = song("a", line("melody", (0, 70, BAR)), line("bass", (0, 42, BAR)))
    windows = RollWindows(corpus(one), "train", ["bass"], bars=1, steps_per_quarter=4, low_pitch=40, pitches=32)
    moved = windows.at(np.zeros(3, np.int64), np.array([-6, 5, 1]))
    assert [np.flatnonzero(roll[0, 0]).item() + 40 for roll in moved] == [68, 71, 71]
    assert [np.flatnonzero(roll[1, 0]).item() + 40 for roll in moved] == [40, 43, 43]


def test_only_whole_bars_of_four_with_a_melody_are_windows() -> None:
    # A pickup of one beat, two bars of 4/4, one of 3/4, two of 4/4; the melody is silent in the last two.
    metres = (Metre(0, 1), Metre(Q, 4), Metre(Q + 2 * BAR, 3), Metre(4 * Q + 2 * BAR, 4))
    one = song("a", line("melody", (0, 60, Q + 2 * BAR)), line("bass", (0, 40, 4 * Q + 4 * BAR)), metres=metres)
    assert RollWindows(corpus(one), "train", ["bass"], bars=2, steps_per_quarter=4).count == 1
    assert RollWindows(corpus(one), "train", ["bass"], bars=1, steps_per_quarter=4).count == 2


def test_songs_without_a_role_are_silent_there_or_left_out() -> None:
    full = song("a", line("melody", (0, 60, BAR)), line("bass", (0, 40, BAR)))
    bare = song("b", line("melody", (0, 62, BAR)))
    loose = RollWindows(corpus(full, bare), "train", ["bass"], bars=1, steps_per_quarter=4)
    assert loose.opening_songs == (0, 1)
    assert [(roll[1] != OFF).any() for roll in loose.openings()] == [True, False]
    strict = RollWindows(corpus(full, bare), "train", ["bass"], bars=1, steps_per_quarter=4, every_role=True)
    assert strict.opening_songs == (0,)


def test_openings_are_the_first_windows_in_which_the_melody_sounds() -> None:
    late = song("a", line("melody", (BAR, 60, BAR), (2 * BAR, 62, BAR)))
    windows = RollWindows(corpus(late), "train", [], bars=1, steps_per_quarter=4)
    assert np.flatnonzero(windows.openings()[0, 0, 0]).tolist() == [60]


def test_nothing_that_fits_is_said_in_a_sentence() -> None:
    waltz = song("a", line("melody", (0, 60, 12 * Q)), metres=(Metre(0, 3),))
    with pytest.raises(NoWindowsError, match="no 2 bars of 4/4 in a row"):
        RollWindows(corpus(waltz), "train", [], bars=2, steps_per_quarter=4)
