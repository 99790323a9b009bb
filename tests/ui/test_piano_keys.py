"""The keyboard's shape."""

from __future__ import annotations

import pytest

from desktop_app.ui.piano_keys import LOUDEST, SOFTEST, key_at, lay_out, velocity_at

KEYS = lay_out(53, 32, 950, 120)


def test_32_keys_from_f_to_c_fill_the_width() -> None:
    assert sorted(key.pitch for key in KEYS) == list(range(53, 85))
    whites = [key for key in KEYS if not key.black]
    assert len(whites) == 19
    assert whites[0].x == 0
    assert whites[-1].x + whites[-1].width == pytest.approx(950)


def test_every_key_can_be_hit_and_black_keys_lie_on_top() -> None:
    for key in KEYS:
        low = key.height - 2
        hit = key_at(KEYS, key.x + key.width / 2, 5 if key.black else low)
        assert hit is key
    c_sharp = next(key for key in KEYS if key.pitch == 61)
    above, below = (key_at(KEYS, c_sharp.x + 2, y) for y in (10, 110))
    assert above is c_sharp
    assert below is not None
    assert below.pitch == 60
    assert key_at(KEYS, -1, 10) is None


@pytest.mark.parametrize("black", [False, True])
def test_lower_on_the_key_is_louder(black: bool) -> None:
    key = next(key for key in KEYS if key.black == black)
    strength = [velocity_at(key, share * key.height) for share in (0.0, 0.3, 0.6, 0.95)]
    assert strength == sorted(strength)
    assert strength[0] == SOFTEST
    assert strength[-1] == LOUDEST
