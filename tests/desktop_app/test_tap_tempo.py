"""A tempo from taps."""

from __future__ import annotations

import pytest

from desktop_app.tap_tempo import TapTempo


def tapped(*times_s: float) -> float | None:
    taps, bpm = TapTempo(), None
    for time_s in times_s:
        bpm = taps.tap(time_s)
    return bpm


def test_two_taps_are_a_tempo_and_more_are_a_steadier_one() -> None:
    assert tapped(0.0) is None
    assert tapped(0.0, 0.5) == pytest.approx(120)
    assert tapped(0.0, 0.52, 0.99, 1.51, 2.0) == pytest.approx(120)


def test_a_pause_or_another_speed_begins_anew() -> None:
    assert tapped(0.0, 0.5, 1.0, 10.0) is None
    assert tapped(0.0, 0.5, 1.0, 1.5, 10.0, 11.0) == pytest.approx(60)
    assert tapped(0.0, 0.5, 1.0, 1.5, 2.5, 3.5, 4.5) == pytest.approx(60)


def test_only_the_last_taps_count() -> None:
    times_s = [i * 0.6 for i in range(40)]
    drifted = [*times_s, *(times_s[-1] + 0.5 * (i + 1) for i in range(9))]
    assert tapped(*drifted) == pytest.approx(120, rel=0.03)
