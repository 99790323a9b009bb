"""Copies planted by hand are found wherever they lie, and nothing else is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from music_core.metrics.copies import Passages, copy_figures
from music_core.metrics.lines import lines_of, windows_of
from music_core.metrics.nearest import SimilarityIndex
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Metre, Note, Score, Track

BAR = 4 * Q
MELODY = Track("Melody", tuple(Note(i * Q, 84, Q) for i in range(16)), role="melody")


def quarters(*pitches: int, start: int = 0) -> tuple[Note, ...]:
    return tuple(Note((start + i) * Q, p, Q) for i, p in enumerate(pitches))


def song(*notes: Note, is_drum: bool = False) -> Score:
    return Score((MELODY, Track("Drums" if is_drum else "Keys", notes, is_drum=is_drum)))


# Four bars that resemble each other in nothing: steps, leaps, a broken chord, a turn.
ONE = (60, 62, 64, 65, 72, 60, 71, 61, 60, 64, 67, 72, 66, 65, 64, 65)
CORPUS = Passages([("first", song(*quarters(48, 48, 50, 53))), ("second", song(*quarters(*ONE)))])


def test_a_transposed_copy_is_found_at_its_place() -> None:
    copy = song(*quarters(*(p - 5 for p in ONE[4:12]), start=8))  # bars 2 and 3 of the song, as bars 3 and 4
    assert CORPUS.copied(copy, 1) == (2, 2)
    assert CORPUS.copied(copy, 2) == (1, 2)  # bars 3-4; the rest and bar 3 are none
    assert CORPUS.copied(copy, 4) == (0, 1)
    assert CORPUS.longest_copy(copy) == 2
    assert CORPUS.nearest(copy) == ("second", 2, 1.0, 2, "Keys", "Keys", 3)


def test_a_song_copies_itself_whole() -> None:
    whole = song(*quarters(*ONE))
    assert [CORPUS.copied(whole, bars) for bars in (1, 2, 4)] == [(4, 4), (3, 3), (1, 1)]
    assert CORPUS.longest_copy(whole) == 4
    assert CORPUS.similarity_index(whole) == 1.0


def test_one_other_interval_or_length_is_no_verbatim_copy() -> None:
    other = (*quarters(60, 62, 64), Note(3 * Q, 66, Q))
    shorter = (*quarters(60, 62, 64), Note(3 * Q, 65, Q // 2))
    assert CORPUS.copied(song(*other), 1) == (0, 1)
    assert CORPUS.copied(song(*shorter), 1) == (0, 1)
    assert CORPUS.copied(song(*quarters(60, 62, 64, 65)), 1) == (1, 1)


def test_a_note_that_reaches_over_the_bar_line_is_cut_there() -> None:
    held = (*quarters(60, 62, 64), Note(3 * Q, 65, 3 * Q))
    assert CORPUS.copied(song(*held), 1) == (1, 1)  # the second bar has no onset of its own


def test_the_given_melody_is_not_searched_for_but_searched_in() -> None:
    fourths = Passages([("tune", Score((Track("Melody", quarters(60, 65, 60, 65), role="melody"),)))])
    assert fourths.copied(song(*quarters(48, 53, 48, 53)), 1) == (1, 1)
    assert fourths.copied(Score((Track("Melody", quarters(60, 65, 60, 65), role="melody"),)), 1) == (0, 0)


def test_bars_with_one_onset_hold_nothing_to_copy() -> None:
    chord = song(Note(0, 60, BAR), Note(0, 64, BAR))
    assert Passages([("same", chord)]).copied(chord, 1) == (0, 0)
    assert math.isnan(CORPUS.copied_share([chord], 1))
    assert math.isnan(CORPUS.similarity_index(chord))
    assert CORPUS.nearest(chord) is None


def test_similarity_is_f1_at_the_best_transposition() -> None:
    # Bar 1 of the song a third higher with its last note changed: 3 of 4 on both sides, 2 * 3 / 8.
    changed = song(*quarters(64, 66, 68, 80))
    corpus = Passages([("scale", Score((Track("M", quarters(60, 62, 64, 65), role="melody"),)))])
    assert corpus.similarity_index(changed, bars=1) == 0.75
    # One note more, three of five and three of four: 2 * 3 / 9.
    more = song(*quarters(64, 66, 68, 80), Note(Q // 2, 50, Q // 2))
    assert corpus.similarity_index(more, bars=1) == pytest.approx(6 / 9)


def test_lengths_have_no_say_in_similarity() -> None:
    short = song(*(Note(n.start_tick, n.pitch, Q // 4) for n in quarters(*ONE)))
    assert CORPUS.copied(short, 1) == (0, 4)
    assert CORPUS.similarity_index(short) == 1.0


def test_drums_are_held_against_drums_untransposed_and_without_lengths() -> None:
    beat = tuple(Note(i * Q, 36 if i % 2 == 0 else 38, 30) for i in range(4))
    corpus = Passages([("beat", song(*beat, is_drum=True))])
    longer = tuple(Note(n.start_tick, n.pitch, Q) for n in beat)
    toms = tuple(Note(n.start_tick, n.pitch + 5, 30) for n in beat)
    assert corpus.copied(song(*longer, is_drum=True), 1) == (1, 1)
    assert corpus.copied(song(*toms, is_drum=True), 1) == (0, 1)
    assert corpus.copied(song(*beat), 1) == (0, 1)  # the same notes on a piano
    assert corpus.similarity_index(song(*beat), bars=1) == 0.0


def test_bars_of_another_length_are_no_copies() -> None:
    waltz = Score((MELODY, Track("Keys", quarters(60, 62, 64))), metres=(Metre(0, 3, 4),))
    three = song(*quarters(60, 62, 64))
    assert Passages([("waltz", waltz)]).copied(three, 1) == (0, 1)


def test_together_asks_for_the_whole_texture() -> None:
    def two(upper: int, lower: int) -> Score:
        keys, bass = quarters(*(p + upper for p in ONE[:4])), quarters(*(p + lower for p in ONE[4:8]))
        return Score((MELODY, Track("Keys", keys), Track("Bass", bass)))

    corpus, parts = Passages([("two", two(0, -24))], together=True), Passages([("two", two(0, -24))])
    assert corpus.copied(two(3, -21), 1) == (1, 1)
    assert corpus.copied(two(3, -22), 1) == (0, 1)  # each part is a copy, but not both together
    assert parts.copied(two(3, -22), 1) == (2, 2)


def test_a_copy_around_a_rest_is_found_whole() -> None:
    # Three, none and three onsets: no two bars of it have onsets enough to count.
    split = song(*quarters(60, 67, 61), *quarters(70, 60, 69, start=8))
    assert Passages([("split", split)]).longest_copy(split) == 3


def test_an_empty_corpus_holds_no_copies() -> None:
    nothing = Passages([])
    assert nothing.longest_copy(song(*quarters(*ONE))) == 0
    assert nothing.similarity_index(song(*quarters(*ONE))) == 0.0


@given(st.lists(st.tuples(st.integers(0, 63), st.integers(40, 80)), min_size=1, max_size=40))
def test_the_index_finds_what_comparing_all_windows_finds(cells: list[tuple[int, int]]) -> None:
    notes = [Note(step * 120, pitch, 120) for step, pitch in cells]
    lines = lines_of(song(*quarters(*ONE)), melody=True)
    index = SimilarityIndex(lines, 2)
    for window in windows_of(lines_of(song(*notes))[0], 2):
        mine = {(int(o), int(p)) for o, p, _ in window.notes}
        best = 0.0
        for line in lines:
            for other in windows_of(line, 2):
                theirs = {(int(o), int(p)) for o, p, _ in other.notes}
                for by in range(-12, 13):
                    shared = len({(o, p + by) for o, p in mine} & theirs)
                    best = max(best, 2 * shared / (len(mine) + len(theirs)))
        assert index.best(window)[0] == pytest.approx(best)


@given(st.integers(-12, 12))
def test_a_transposed_song_is_as_similar_as_can_be(shift: int) -> None:
    assert CORPUS.similarity_index(song(*quarters(*(p + shift for p in ONE)))) == 1.0


def test_the_figures_of_several_scores_pool_their_windows() -> None:
    # Four bars of which all are copies, and four of which one is: 5 of 8; of pairs of bars 3 of 6; of four 1 of 2.
    half = song(*quarters(*ONE[:4], *(90, 40) * 6))
    figures = copy_figures(CORPUS, [song(*quarters(*ONE)), half])
    assert (figures["copied_1"], figures["copied_2"], figures["copied_4"]) == (5 / 8, 3 / 6, 1 / 2)
    assert figures["longest_copy"] == 4
    assert 0.5 < figures["similarity"] < 1.0


def test_silence_has_no_figures_but_no_copy_either() -> None:
    figures = copy_figures(CORPUS, [song()])
    assert figures.pop("longest_copy") == 0
    assert all(math.isnan(value) for value in figures.values())


def test_chance_is_far_from_a_copy() -> None:
    rng = np.random.default_rng(0)
    noise = song(*quarters(*(int(p) for p in rng.integers(40, 80, 16))))
    assert CORPUS.similarity_index(noise) < 0.7
    assert CORPUS.longest_copy(noise) == 0
