from __future__ import annotations

import pytest

from desktop_app.edits import pickup_ticks, with_instrument, with_key, with_metre, with_tempo
from music_core.score import KeySignature, Metre, Score, Tempo, Track


def test_later_tempos_keep_their_proportion() -> None:
    score = Score(tempos=(Tempo(0, 500_000), Tempo(960, 1_000_000)))
    assert with_tempo(score, 60).tempos == (Tempo(0, 1_000_000), Tempo(960, 2_000_000))


def test_the_tempo_stays_within_what_can_be_played() -> None:
    assert with_tempo(Score(), 0.001).bpm == pytest.approx(20)
    assert with_tempo(Score(), 5000).bpm == pytest.approx(300)


def test_the_metre_keeps_a_pickup_bar() -> None:
    pickup = Score(metres=(Metre(0, 1, 4), Metre(480, 4, 4)))
    assert with_metre(pickup, 3, 4).metres == (Metre(0, 1, 4), Metre(480, 3, 4))
    assert with_metre(Score(), 6, 8).metres == (Metre(0, 6, 8),)
    changing = Score(metres=(Metre(0, 4, 4), Metre(1920, 3, 4)))
    assert with_metre(changing, 2, 4).metres == (Metre(0, 2, 4),)
    assert (pickup_ticks(pickup), pickup_ticks(changing)) == (480, 0)


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 4), (4, 3), (33, 4), (4, 0)])
def test_an_impossible_metre_is_refused(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="is not a metre"):
        with_metre(Score(), numerator, denominator)


def test_key_and_instrument() -> None:
    assert with_key(Score(), -3, True).keys == (KeySignature(0, -3, True),)
    with pytest.raises(ValueError, match="seven"):
        with_key(Score(), 8, False)
    score = with_instrument(Score((Track("A"), Track("B"))), 1, 40, 2)
    assert [(track.program, track.bank) for track in score.tracks] == [(0, 0), (40, 2)]
    with pytest.raises(ValueError, match="instrument"):
        with_instrument(score, 0, 128)
