"""Choosing takes: what is unsound or off its chords does not pass, and the chosen ones are far apart."""

from __future__ import annotations

from dataclasses import replace

from music_core.decoding.choosing import apart, chord_tone_share, chosen, passes
from music_core.harmony.chord import Chord
from music_core.score import ChordChange, Note, Score, Track

MELODY = Track("Tune", tuple(Note(480 * n, 72, 480) for n in range(8)), role="melody")


def take(*pitches: int) -> Score:
    notes = tuple(Note(480 * n, pitch, 480) for n, pitch in enumerate(pitches))
    return Score((MELODY, Track("Keys", notes, role="keys", generated_by="m")), chords=(ChordChange(0, Chord(0)),))


def test_notes_of_the_chord_pass_and_others_do_not() -> None:
    assert chord_tone_share(take(60, 64, 67, 62), take(60, 64, 67, 62).tracks) == 0.75
    assert passes(take(60, 64, 67, 62), "m")
    assert not passes(take(61, 63, 66, 60), "m")


def test_an_empty_or_overlapping_part_does_not_pass_but_somebody_elses_may_be_anything() -> None:
    assert not passes(take(), "m")
    overlapping = (Note(0, 60, 960), Note(480, 60, 480))
    score = take(60)
    assert not passes(score.with_track(1, replace(score.tracks[1], notes=overlapping)), "m")
    assert passes(score.with_track(1, replace(score.tracks[1], notes=overlapping, generated_by="")), "m")


def test_the_most_different_are_chosen_with_the_first() -> None:
    near, alike, far = take(60, 64, 67, 64), take(60, 64, 67, 67), take(48, 52, 55, 52)
    assert apart(near, near) == 0.0
    assert apart(near, far) == 1.0
    assert chosen([near, alike, near, far], 2) == (0, 3)
    assert chosen([near, alike, near, far], 3) == (0, 1, 3)
    assert chosen([near], 3) == (0,)
    assert chosen([], 2) == ()
