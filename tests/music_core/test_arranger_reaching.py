"""Pitches out of reach of a part's own notes before and after are less likely, and no others."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from music_core.decoding.arranger.lanes import LOW_PITCH, PITCHES
from music_core.decoding.arranger.reaching import reaching

LOGITS = np.zeros((1, 2, 64, PITCHES), np.float32)


def _onsets(*notes: tuple[int, int, int]) -> NDArray[np.bool_]:
    onsets = np.zeros(LOGITS.shape, np.bool_)
    for part, slot, pitch in notes:
        onsets[0, part, slot, pitch - LOW_PITCH] = True
    return onsets


def test_beyond_a_hands_reach_of_both_neighbours_every_semitone_costs() -> None:
    told = reaching(LOGITS, _onsets((0, 0, 60), (0, 8, 64)), 0.5)[0, 0, 4]
    at = {pitch: float(told[pitch - LOW_PITCH]) for pitch in (51, 50, 60, 73, 74, 84)}
    assert at == pytest.approx({51: 0, 50: -0.5, 60: 0, 73: 0, 74: -0.5, 84: -5.5})


def test_in_a_chord_its_own_notes_count_and_no_others() -> None:
    told = reaching(LOGITS, _onsets((0, 0, 60), (0, 4, 84)), 0.5)[0, 0]
    assert told[4, 90 - LOW_PITCH] == 0
    assert told[4, 66 - LOW_PITCH] == pytest.approx(-4.5)  # in reach of the note before, but not of the chord
    assert told[2, 72 - LOW_PITCH] == pytest.approx(-1.5)  # twelve from either


def test_where_the_part_has_no_note_near_nothing_is_out_of_reach() -> None:
    told = reaching(LOGITS, _onsets((0, 0, 60)), 0.5)
    assert not told[0, 1].any()  # the other part
    assert told[0, 0, 16].any()
    assert not told[0, 0, 17:].any()  # more than a bar away


def test_nothing_is_asked_nothing_is_moved() -> None:
    assert reaching(LOGITS, _onsets((0, 0, 60)), 0.0) is LOGITS
    assert reaching(LOGITS, _onsets((0, 0, 60)), 0.5).dtype == np.float32
