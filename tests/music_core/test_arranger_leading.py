"""Led voices: no parallel fifths or octaves with what is known, into a note and out of it, and never stuck."""

from __future__ import annotations

import numpy as np
import pytest

from music_core.decoding.arranger.context import SOUNDS, STRUCK
from music_core.decoding.arranger.lanes import LOW_PITCH, PITCHES
from music_core.decoding.arranger.leading import drawn_in_turn

C3, D3, E3, G3, A3, C4, D4, G4, A4, C5, D5 = (
    pitch - LOW_PITCH for pitch in (48, 50, 52, 55, 57, 60, 62, 67, 69, 72, 74)
)


def sung(*pitches: int) -> np.ndarray:
    """A melody of notes of two slots each, int8 (1, T, 72)."""
    melody = np.zeros((1, 2 * len(pitches), PITCHES), np.int8)
    for number, pitch in enumerate(pitches):
        melody[0, 2 * number, pitch], melody[0, 2 * number + 1, pitch] = STRUCK, SOUNDS
    return melody


def drawn(
    melody: np.ndarray, parts: list[list[int | None]], liked: list[list[list[int]]], known: bool = True
) -> list[list[int]]:
    """What parts of notes of two slots become: None is drawn, by what is `liked` there, the best first."""
    slots = melody.shape[1]
    counts = np.zeros((1, len(parts), slots), np.int8)
    onsets = np.zeros((1, len(parts), slots, PITCHES), np.bool_)
    scores = np.full(onsets.shape, -9.0)
    now = np.zeros(counts.shape, np.bool_)
    counts[..., ::2] = 1
    for part, notes in enumerate(parts):
        for number, pitch in enumerate(notes):
            if pitch is None:
                now[0, part, 2 * number] = True
                wishes = liked[part][number]
                scores[0, part, 2 * number, wishes] = -np.arange(len(wishes))
            elif known:
                onsets[0, part, 2 * number, pitch] = True
    found = onsets | drawn_in_turn(scores, now, melody, counts, onsets)
    return [found[0, part, ::2].argmax(axis=-1).tolist() for part in range(len(parts))]


def test_an_octave_is_not_followed_by_an_octave() -> None:
    assert drawn(sung(C5, D5), [[C4, None]], [[[], [D4, G3]]]) == [[C4, G3]]


def test_nor_a_fifth_by_a_twelfth() -> None:
    melody = sung(G4, A4)
    assert drawn(melody, [[C4, None]], [[[], [D4, E3]]]) == [[C4, E3]]
    # The same fifths in contrary motion are allowed.
    assert drawn(melody, [[C4, None]], [[[], [D3, E3]]]) == [[C4, D3]]


def test_a_fourth_between_the_same_notes_is_no_fifth() -> None:
    assert drawn(sung(C5, D5), [[G4, None]], [[[], [A4, D4]]]) == [[G4, A4]]


def test_the_move_out_of_a_note_counts_as_well() -> None:
    assert drawn(sung(C5, D5), [[None, D4]], [[[C4, A3], []]]) == [[A3, D4]]


def test_a_note_that_stays_and_a_melody_that_stays_make_no_parallel() -> None:
    assert drawn(sung(C5, C5), [[C4, None]], [[[], [C3, D4]]]) == [[C4, C3]]
    assert drawn(sung(C5, D5), [[C4, None]], [[[], [C4, D4]]]) == [[C4, C4]]


def test_parts_that_are_drawn_together_heed_each_other() -> None:
    still = sung(C5, C5)
    liked = [[[], [A4]], [[], [D4, C3]]]
    assert drawn(still, [[G4, None], [C4, None]], liked) == [[G4, A4], [C4, C3]]
    both = drawn(still, [[None, None], [None, None]], [[[G4], [A4]], [[C4], [D4, C3]]])
    assert both == [[G4, A4], [C4, C3]]


def test_notes_beyond_held_ones_are_compared_where_both_move() -> None:
    """The lower part's note is held over a melody note; only its own steps matter."""
    melody = sung(C5, G4, A4)
    slots = melody.shape[1]
    counts = np.zeros((1, 1, slots), np.int8)
    counts[0, 0, [0, 4]] = 1
    onsets = np.zeros((1, 1, slots, PITCHES), np.bool_)
    onsets[0, 0, 0, C4] = True
    scores = np.zeros(onsets.shape)
    scores[0, 0, 4, D4] = 1.0
    now = np.zeros(counts.shape, np.bool_)
    now[0, 0, 4] = True
    # G over C goes to A over D: a fifth to a fifth, although C began under another note.
    assert not drawn_in_turn(scores, now, melody, counts, onsets)[0, 0, 4, D4]


def test_where_every_pitch_makes_a_parallel_the_likeliest_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "music_core.decoding.arranger.leading._parallel", lambda _lines, n, *_: np.ones((len(n), PITCHES), np.bool_)
    )
    assert drawn(sung(C5, D5), [[C4, None]], [[[], [D4, G3]]]) == [[C4, D4]]


def test_silence_is_nothing_to_be_parallel_to() -> None:
    melody = np.zeros((1, 4, PITCHES), np.int8)
    assert drawn(melody, [[C4, None]], [[[], [D4]]]) == [[C4, D4]]


def test_a_batch_is_led_as_each_alone() -> None:
    rng = np.random.default_rng(2)
    melody = np.concatenate([sung(*rng.integers(36, 52, 16)) for _ in range(3)])
    counts = np.broadcast_to(np.arange(32) % 2 == 0, (3, 3, 32)).astype(np.int8)
    onsets = np.zeros((3, 3, 32, PITCHES), np.bool_)
    scores = rng.standard_normal(onsets.shape)
    now = (counts > 0) & (rng.random(counts.shape) < 0.5)
    together = drawn_in_turn(scores, now, melody, counts, onsets)
    assert (together.sum(axis=-1) == now).all()
    for n in range(3):
        one = slice(n, n + 1)
        assert np.array_equal(
            together[one], drawn_in_turn(scores[one], now[one], melody[one], counts[one], onsets[one])
        )
