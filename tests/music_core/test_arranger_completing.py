"""Tones that a chord lacks are likelier, and only those, and only where the chord is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from music_core.decoding.arranger.completing import completing, lacking
from music_core.decoding.arranger.lanes import LOW_PITCH, PITCHES
from music_core.harmony.chord import Chord
from music_core.score import ChordChange
from tests.arranger_network import two_bars

C, E, F, G, A = 0, 4, 5, 7, 9


def _onsets(*notes: tuple[int, int, int]) -> np.ndarray:
    onsets = np.zeros((1, 2, 32, PITCHES), np.bool_)
    for part, slot, pitch in notes:
        onsets[0, part, slot, pitch - LOW_PITCH] = True
    return onsets


def test_a_tone_is_lacking_where_no_part_begins_it_while_the_chord_lasts() -> None:
    context = two_bars(ChordChange(0, Chord(C)), ChordChange(1920, Chord(F)))
    missing = lacking(context, _onsets((0, 0, 48), (1, 12, 67), (1, 16, 64)))
    assert [np.flatnonzero(missing[0, slot]).tolist() for slot in (0, 15)] == [[E], [E]]
    assert np.flatnonzero(missing[0, 16]).tolist() == [C, F, A]  # the E is none of its tones


def test_the_pitches_of_lacking_tones_are_likelier_in_all_octaves_and_parts() -> None:
    context = two_bars(ChordChange(0, Chord(C)))
    logits = np.zeros((1, 2, 32, PITCHES), np.float32)
    told = completing(logits, context, _onsets((0, 0, 48), (1, 12, 67)), 1.5)
    raised = np.flatnonzero(told[0, 1, 20])
    assert set((raised + LOW_PITCH) % 12) == {E}
    assert len(raised) == PITCHES // 12
    assert (told[told != 0] == 1.5).all()
    assert told.dtype == np.float32


def test_nothing_is_lacking_where_nobody_said_what_the_chord_is_or_nothing_is_asked() -> None:
    context = two_bars(ChordChange(0, Chord(C)))
    logits = np.zeros((1, 2, 32, PITCHES), np.float32)
    assert completing(logits, context, _onsets(), 0.0) is logits
    nobody = replace(context, known=np.zeros((1, 32), np.bool_))
    assert not completing(logits, nobody, _onsets(), 1.0).any()
