from __future__ import annotations

from desktop_app.devices.held_keys import HeldKeys
from tests.desktop_app.playing import played


def release_after(text: str):
    held = HeldKeys()
    for message in played(text):
        held.follow(message)
    return held.release(9.0)


def test_what_is_down_is_let_go() -> None:
    assert release_after("+60 +64 -60 p127 m30 b500") == played("@9 -64 p0 m0 b0")


def test_what_was_let_go_is_left_alone() -> None:
    assert release_after("+60 -60 p127 p0 b500 b0 m1 m0") == []


def test_all_notes_off_counts_as_letting_go() -> None:
    assert release_after("+60 +61 c123=0") == []


def test_knobs_stay_where_they_are() -> None:
    assert release_after("c7=90 c21=12 c11=100 c105=127") == []


def test_letting_go_is_done_once() -> None:
    held = HeldKeys()
    for message in played("+60"):
        held.follow(message)
    assert held.any_key
    held.release(1.0)
    assert held.release(2.0) == []
    assert not held.any_key
