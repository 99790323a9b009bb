from __future__ import annotations

import pytest

from desktop_app.decibels import gain_of, pan_text, typed_volume, volume_of, volume_text


def test_faders_are_read_and_typed_in_decibels() -> None:
    assert [volume_text(volume) for volume in (127, 100, 64, 1, 0)] == ["0.0", "−4.2", "−11.9", "−84.2", "−∞"]
    for volume in range(128):
        assert typed_volume(volume_text(volume)) == pytest.approx(volume, abs=1)


@pytest.mark.parametrize(
    ("text", "volume"),
    [("-6", 90), ("−6,0 dB", 90), ("+3", 127), ("-inf", 0), ("-200", 0), ("loud", None), ("nan", None)],
)
def test_what_people_type(text: str, volume: int | None) -> None:
    assert typed_volume(text) == volume


def test_the_master_falls_as_a_track_does() -> None:
    assert gain_of(127) == 1.0 and gain_of(0) == 0.0
    assert [volume_of(gain_of(volume)) for volume in range(128)] == list(range(128))
    assert volume_of(2.0) == 127


def test_pan_is_written_as_musicians_do() -> None:
    assert [pan_text(pan) for pan in (0, 64, 127, 32)] == ["L50", "C", "R50", "L25"]
