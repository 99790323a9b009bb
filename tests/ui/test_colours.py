"""Text can be read and notes can be told apart, light and dark."""

from __future__ import annotations

from itertools import pairwise

import pytest

from desktop_app.ui.colours import (
    DARK,
    LIGHT,
    Palette,
    contrast,
    hue,
    hue_name,
    mix,
    readable,
    to_hex,
    to_rgb,
    velocity_ramp,
)
from music_core.score import ROLES

PALETTES = pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
HUES = ("amber", "coral", "teal", "violet", "blue", "rose", "green", "slate")


@PALETTES
@pytest.mark.parametrize("ground", ["window", "panel", "raised", "hover", "sunken"])
def test_text_reads_on_every_ground(palette: Palette, ground: str) -> None:
    for text in ("text", "text_dim"):
        assert contrast(to_rgb(getattr(palette, text)), to_rgb(getattr(palette, ground))) >= 4.5, text


@PALETTES
def test_the_main_button_and_the_signs_read(palette: Palette) -> None:
    assert contrast(to_rgb(palette.on_accent), to_rgb(palette.accent)) >= 4.5
    for sign in ("record", "ok", "warning", "accent"):
        assert contrast(to_rgb(getattr(palette, sign)), to_rgb(palette.panel)) >= 3, sign


@PALETTES
@pytest.mark.parametrize("name", HUES)
def test_louder_notes_stand_out_more(palette: Palette, name: str) -> None:
    ground = to_rgb(palette.sunken)
    strength = [contrast(colour, ground) for colour in velocity_ramp(name, palette)]
    assert strength[100] >= 2.5
    assert all(later >= earlier - 0.02 for earlier, later in pairwise(strength))
    assert strength[110] > 1.5 * strength[20]


@PALETTES
def test_ghosts_stay_behind_the_softest_note_of_the_selected_track(palette: Palette) -> None:
    ground = to_rgb(palette.sunken)
    loud_ghost = contrast(velocity_ramp("teal", palette, ghost=True)[127], ground)
    assert 1.1 < loud_ghost < contrast(velocity_ramp("teal", palette)[80], ground)


def test_every_role_has_a_hue_and_the_first_roles_differ() -> None:
    assert all(hue(hue_name(role, 0), DARK) for role in ROLES)
    four_parts = {hue_name(role, index) for index, role in enumerate(("melody", "alto", "tenor", "bass"))}
    assert len(four_parts) == 4
    assert len({hue_name("other", index) for index in range(8)}) == 8


def test_hex_and_back() -> None:
    assert to_hex(to_rgb("#12abff")) == "#12abff"
    assert contrast((255, 255, 255), (0, 0, 0)) == pytest.approx(21)


@PALETTES
@pytest.mark.parametrize("key", ["key_white", "key_black"])
def test_letters_on_a_lit_key_read_in_every_hue(palette: Palette, key: str) -> None:
    for name in HUES:
        for share in (0.0, 0.7, 0.92, 1.0):
            ground = mix(to_rgb(getattr(palette, key)), hue(name, palette), share)
            assert contrast(readable(ground), ground) >= 4.5, (name, share)
