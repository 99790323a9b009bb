"""Where things lie: conversions and their inverses, zoom that keeps its place, lines that keep apart."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.ui.piano_roll.coords import (
    LEFT_MARGIN_PX,
    MAX_PIXELS_PER_TICK,
    MIN_PIXELS_PER_TICK,
    PITCHES,
    PitchScale,
    TimeScale,
    grid_lines,
    grid_step,
    named_rows,
    snapped,
    snapped_down,
)
from music_core.score import Metre

scales = st.builds(TimeScale, st.floats(MIN_PIXELS_PER_TICK, MAX_PIXELS_PER_TICK), st.floats(0, 1e6))
pitch_scales = st.builds(PitchScale, st.floats(4, 36), st.floats(0, 300))


@given(scales, st.floats(0, 1e6))
def test_x_and_tick_are_inverse(scale: TimeScale, tick: float) -> None:
    assert scale.tick(scale.x(tick)) == pytest.approx(tick, abs=1e-3)


@given(scales, st.floats(0.2, 5), st.floats(0, 2000))
def test_zooming_keeps_the_tick_under_the_pointer(scale: TimeScale, factor: float, x: float) -> None:
    zoomed = scale.zoomed(factor, x)
    assert MIN_PIXELS_PER_TICK <= zoomed.pixels_per_tick <= MAX_PIXELS_PER_TICK
    if zoomed.x(0) < LEFT_MARGIN_PX - 1e-6:  # not stopped by the beginning
        assert zoomed.tick(x) == pytest.approx(scale.tick(x), rel=1e-6, abs=1e-2)


@given(scales, st.floats(-1e7, 1e7))
def test_scrolling_stops_at_the_margin(scale: TimeScale, by_px: float) -> None:
    assert scale.scrolled(by_px).x(0) <= LEFT_MARGIN_PX + 1e-6


@given(st.integers(480, 2_000_000), st.floats(100, 4000))
def test_a_fitted_piece_is_wholly_seen(end_tick: int, width: float) -> None:
    scale = TimeScale().fitted(end_tick, width)
    if scale.pixels_per_tick > MIN_PIXELS_PER_TICK:
        assert 0 <= scale.x(0) <= scale.x(end_tick) <= width


@given(scales, st.floats(0, 1e6), st.floats(200, 3000))
def test_following_brings_the_playhead_into_view(scale: TimeScale, tick: float, width: float) -> None:
    assert -1e-6 <= scale.followed(tick, width).x(tick) <= width


def test_following_leaves_the_page_alone_while_the_playhead_is_on_it() -> None:
    scale = TimeScale(0.1, 1000)
    assert scale.followed(3000, 800) is scale


@given(pitch_scales, st.integers(0, 127), st.floats(0.01, 0.99))
def test_y_and_pitch_are_inverse(scale: PitchScale, pitch: int, share: float) -> None:
    assert scale.pitch(scale.y(pitch) + share * scale.row_px) == pitch


@given(pitch_scales, st.floats(-5000, 5000), st.floats(50, 400))
def test_pitch_scrolling_stays_within_the_rows(scale: PitchScale, by_px: float, height: float) -> None:
    moved = scale.scrolled(by_px, height)
    assert moved.y(127) <= 1e-6
    assert moved.y(0) + moved.row_px >= min(height, PITCHES * moved.row_px) - 1e-6


@given(st.integers(21, 100), st.integers(0, 24), st.floats(120, 900))
def test_centring_shows_the_middle_of_the_range(low: int, span: int, height: float) -> None:
    scale = PitchScale().centred(low, low + span, height)
    middle = scale.y((2 * low + span) // 2)
    assert -scale.row_px <= middle <= height


@given(scales, st.sampled_from([Metre(0), Metre(0, 3, 4), Metre(0, 6, 8)]))
def test_grid_lines_never_crowd(scale: TimeScale, metre: Metre) -> None:
    assert grid_step(scale, metre, 120) * scale.pixels_per_tick >= 11 - 1e-6


def test_grid_lines_tell_bars_from_beats_and_divisions() -> None:
    lines = dict(grid_lines((Metre(0, 3, 4),), TimeScale(0.2, 0.0), 400, 240))
    assert [tick for tick, weight in lines.items() if weight == 2][:2] == [0, 1440]
    assert {tick for tick, weight in lines.items() if weight == 1} >= {480, 960}
    assert lines[240] == 0


def test_far_out_only_some_bar_lines_are_left() -> None:
    ticks = [tick for tick, _ in grid_lines((Metre(0),), TimeScale(0.001, 0.0), 1000, 120)]
    assert all(weight == 2 for _, weight in grid_lines((Metre(0),), TimeScale(0.001, 0.0), 1000, 120))
    assert min(b - a for a, b in pairwise(ticks)) * 0.001 >= 11


@pytest.mark.parametrize(
    ("tick", "nearest", "before"), [(0, 0, 0), (59, 0, 0), (61, 120, 0), (119, 120, 0), (-5, 0, 0)]
)
def test_snapping(tick: int, nearest: int, before: int) -> None:
    assert snapped(tick, 120) == nearest
    assert snapped_down(tick, 120) == before


def test_names_of_rows_never_touch_and_what_is_played_comes_first() -> None:
    assert named_rows(range(35, 60), {36, 38, 42}, 7.5) == (36, 38, 42, 40, 44, 46, 48, 50, 52, 54, 56, 58)
    assert named_rows([36, 37, 38], {37}, 7.5) == (37,)
    assert named_rows([36, 37, 38], {37}, 12.0) == (37, 36, 38)
