"""Chords heard in written music, and the habits that are counted from chords."""

from __future__ import annotations

import numpy as np
import pytest

from music_core.analysis.beats import beat_grid
from music_core.harmony.chord import Chord
from music_core.harmony.infer import infer_chords
from music_core.harmony.lane import beat_chords, moved
from music_core.harmony.priors import Counts, Priors, PriorsError, priors_from_json, priors_to_json
from music_core.harmony.rules import rule_chords
from music_core.harmony.symbols import chord_from_symbol
from music_core.harmony.vocabulary import STATES, state_of, states_of
from music_core.melody import find_melody
from music_core.metrics.agreement import agreeing, root_agreement
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import ChordChange, Metre, Note, Score, Track


def blocks(symbols: str, melody: tuple[Note, ...] = ()) -> Score:
    """A chord for each half bar, bass below, under a melody."""
    notes = []
    for number, symbol in enumerate(symbols.split()):
        chord = chord_from_symbol(symbol)
        if chord is None:
            continue
        above = [48 + (pitch - chord.bass) % 12 + chord.bass for pitch in chord.pitch_classes]
        notes += [Note(number * 2 * Q, pitch, 2 * Q) for pitch in {36 + chord.bass, *above}]
    keys = Track("Keys", tuple(notes), role="keys")
    return Score((Track("Melody", melody, role="melody"), keys))


def heard(score: Score, count: int) -> list[Chord | None]:
    return list(beat_chords(infer_chords(score), [number * 2 * Q for number in range(count)]))


@pytest.mark.parametrize(
    "symbols",
    ["C F G7 C", "Am Dm7 G7 Cmaj7", "C/E F C/G G", "Eb Bb/D Cm Ab", "Bdim E7 Am Am", "Csus4 C F#m7b5 B7"],
)
def test_plain_chords_are_heard(symbols: str) -> None:
    wanted = [chord_from_symbol(symbol) for symbol in symbols.split()]
    assert heard(blocks(symbols), len(wanted)) == wanted


def test_a_passing_melody_changes_no_chord() -> None:
    melody = tuple(Note(i * Q // 2, pitch, Q // 2) for i, pitch in enumerate((72, 74, 76, 77, 79, 77, 76, 74)))
    assert heard(blocks("C C", melody), 2) == [Chord(0), Chord(0)]


def test_silence_has_no_chord_and_drums_are_not_heard() -> None:
    assert infer_chords(Score((Track("Drums", (Note(0, 38, Q),), is_drum=True, role="drums"),))) == ()
    score = blocks("C N.C. N.C. N.C. N.C. N.C. F F")
    # A chord may last to the end of its bar.
    assert heard(score, 8) == [Chord(0), Chord(0), None, None, None, None, Chord(5), Chord(5)]


def counted(symbols: str) -> Counts:
    path = np.repeat(states_of([chord_from_symbol(symbol) for symbol in symbols.split()]), 4)
    counts = Counts()
    counts.add(path, beat_grid((Metre(0),), len(path) * Q), np.arange(len(path)) % 16 == 15)
    return counts


def test_habits_follow_what_was_counted() -> None:
    priors = Priors({"pop": counted("C G Am F " * 8), "jazz": counted("Dm7 G7 Cmaj7 Cmaj7 " * 8)})
    pop, jazz = priors.habits("pop"), priors.habits("jazz")
    g7, c, am, g = (state_of(chord_from_symbol(one)) for one in ("G7", "C", "Am", "G"))
    cmaj7 = state_of(chord_from_symbol("Cmaj7"))
    assert pop.moves[g].argmax() == am
    assert jazz.moves[g7].argmax() == cmaj7
    assert np.allclose(np.exp(pop.moves).sum(axis=1), 1.0)
    assert np.isneginf(np.diag(pop.moves)).all()
    # What a move tells beyond its chord: C after G is no news where C comes after everything.
    assert pop.gains[g, am] > 0 and pop.gains.min() >= -4
    # What was seen in another key is likelier than what was never seen.
    a7, dmaj7, dmin = (state_of(chord_from_symbol(one)) for one in ("A7", "Dmaj7", "Dm(maj7)"))
    assert jazz.moves[a7, dmaj7] > jazz.moves[a7, dmin]
    # Chords change on the first beat and last four.
    assert pop.change[3, 0, 3] > 0 > pop.change[3, 1].max()
    assert pop.beats.argmax() in (c, am, g, state_of(chord_from_symbol("F")))
    assert pop.first.shape == (STATES,)


def test_unknown_beats_are_not_counted() -> None:
    counts = Counts()
    counts.add(np.array([-1, 1, 1, -1, 22]), beat_grid((Metre(0, 5, 4),), 1), np.zeros(5, np.bool_))
    assert counts.beats.sum() == 3 and counts.moves.sum() == 0 and counts.rhythm.sum() == 1


def test_a_genre_nobody_counted_does_as_all_do() -> None:
    priors = Priors({"pop": counted("C G Am F " * 8)})
    folk = priors.habits("folk")
    g, am = state_of(Chord(7)), state_of(Chord(9, "min"))
    assert folk.moves[g].argmax() == am


def test_habits_survive_being_written() -> None:
    priors = Priors({"pop": counted("C G Am F "), "jazz": counted("Dm7 G7 Cmaj7 ")})
    again = priors_from_json(priors_to_json(priors))
    assert again.genres == priors.genres
    assert np.allclose(again.habits("pop").moves[1:, 1:], priors.habits("pop").moves[1:, 1:])
    assert np.allclose(again.habits("jazz").change, priors.habits("jazz").change)


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"format":"x"}', '{"format":"chord-priors-v1","genres":{"a":{}}}',
     '{"format":"chord-priors-v1","genres":{"a":{"moves":[[999,0,1]]}}}',
     '{"format":"chord-priors-v1","genres":{"a":{"moves":[[1,0,-1]]}}}'],
)  # fmt: skip
def test_a_damaged_table_is_refused(text: str) -> None:
    with pytest.raises(PriorsError, match="damaged"):
        priors_from_json(text)


def test_rules_find_the_chords_of_a_plain_tune() -> None:
    pitches = (60, 64, 67, 64, 65, 69, 72, 69, 67, 71, 74, 71, 72, 67, 64, 60)
    notes = tuple(Note(i * Q, pitch, Q) for i, pitch in enumerate(pitches))
    score = Score((Track("Melody", notes, role="melody"),))
    lane = rule_chords(score, find_melody(score, 0))
    assert beat_chords(lane, [0, 4 * Q, 8 * Q, 12 * Q]) == (Chord(0), Chord(5), Chord(7), Chord(0))
    higher = score.with_tracks(Track("Melody", tuple(Note(n.start_tick, n.pitch + 3, Q) for n in notes), role="melody"))
    assert rule_chords(higher, find_melody(higher, 0)) == moved(lane, 3)


def test_agreement_counts_roots_and_thirds_where_there_is_a_reference() -> None:
    ours = (ChordChange(0, Chord(0, "maj7")), ChordChange(2 * Q, Chord(9, "min")), ChordChange(4 * Q, Chord(7)))
    theirs = (ChordChange(0, Chord(0)), ChordChange(3 * Q, Chord(7, "sus4")), ChordChange(4 * Q, Chord(7, "7", 11)))
    ticks = [i * Q for i in range(5)]
    assert agreeing(ours, theirs, ticks).tolist() == [1, 1, 0, -1, 1]
    assert root_agreement(ours, theirs, ticks) == 0.75
    assert np.isnan(root_agreement(ours, (), ticks))
