from __future__ import annotations

import random

import pytest

from desktop_app.audio.sample_clock import SampleClock


def watch(
    clock: SampleClock, seconds: float, *, burst_s: float, drift: float = 0.0, start_s: float = 0.0, offset_s=7.0
):
    """Glance every 10 ms or so at a synth that renders in bursts; yields the error of the estimate at each glance."""
    dice = random.Random(1)
    at_s = start_s
    while at_s < start_s + seconds:
        true_s = at_s * (1 + drift) + offset_s
        clock.observe(at_s, true_s // burst_s * burst_s)
        yield clock.synth_s(at_s) - true_s
        at_s += 0.01 * dice.uniform(0.5, 1.5)


@pytest.mark.parametrize("burst_s", [0.00267, 0.0213, 0.085])
def test_bursts_are_smoothed_away(burst_s) -> None:
    clock = SampleClock()
    errors = list(watch(clock, 5.0, burst_s=burst_s))[100:]
    assert max(errors) <= 1e-9, "right after a burst the synth's clock is as far as it gets"
    assert min(errors) > -0.2 * burst_s


def test_two_clocks_that_drift_apart_are_followed() -> None:
    clock = SampleClock()
    errors = list(watch(clock, 60.0, burst_s=0.00267, drift=-1e-4))  # 6 ms in a minute
    assert abs(errors[-1]) < 0.002


def test_there_and_back() -> None:
    clock = SampleClock()
    list(watch(clock, 1.0, burst_s=0.01))
    assert clock.clock_s(clock.synth_s(1.05)) == pytest.approx(1.05)


def test_it_does_not_run_on_when_the_sound_stands_still() -> None:
    clock = SampleClock()
    list(watch(clock, 1.0, burst_s=0.01))
    for i in range(500):
        clock.observe(1.0 + i * 0.01, 8.0)
    assert clock.synth_s(6.0) < 8.3


def test_it_finds_its_way_again_after_a_standstill() -> None:
    clock = SampleClock()
    list(watch(clock, 1.0, burst_s=0.01))
    errors = list(watch(clock, 5.0, burst_s=0.01, start_s=4.0, offset_s=4.0))  # three seconds were lost
    assert abs(errors[-1]) < 0.005
