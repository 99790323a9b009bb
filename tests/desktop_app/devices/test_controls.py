from __future__ import annotations

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.devices.controls import ControlAction, ControlMap
from music_core.performance import BendMessage, ControlMessage, NoteMessage


def control(controller: int, value: int = 127) -> ControlMessage:
    return ControlMessage(0.0, controller, value)


@pytest.mark.parametrize(
    ("controller", "action"),
    [
        (105, ControlAction.PLAY),
        (106, ControlAction.STOP),
        (107, ControlAction.RECORD),
        (7, ControlAction.VOLUME),
        (10, ControlAction.PAN),
        (21, ControlAction.MIXER_1),
        (22, ControlAction.MIXER_2),
        (23, ControlAction.MIXER_3),
        (91, ControlAction.REVERB),
    ],
)
def test_the_akm322_works_without_any_set_up(controller, action) -> None:
    assert ControlMap().action_for(control(controller, 100)) == (action, 100)


@pytest.mark.parametrize("controller", [105, 106, 107])
def test_buttons_act_when_pressed_only(controller) -> None:
    assert ControlMap().action_for(control(controller, 0)) is None
    assert ControlMap().action_for(control(controller, 1)) is not None


def test_knobs_go_down_to_zero() -> None:
    assert ControlMap().action_for(control(7, 0)) == (ControlAction.VOLUME, 0)


@pytest.mark.parametrize("message", [NoteMessage(0.0, 105, 127), BendMessage(0.0, 7), control(64), control(1)])
def test_playing_is_no_action(message) -> None:
    assert ControlMap().action_for(message) is None


def test_a_learned_button_leaves_its_old_controller_and_takes_a_new_one() -> None:
    learned = ControlMap().learn(ControlAction.PLAY, 21)
    assert learned.action_for(control(21)) == (ControlAction.PLAY, 127)
    assert learned.action_for(control(105)) is None
    assert learned.controller_of(ControlAction.PLAY) == 21
    assert learned.controller_of(ControlAction.MIXER_1) is None
    assert ControlMap().controller_of(ControlAction.PLAY) == 105, "the default stays what it was"


def test_learning_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="128"):
        ControlMap().learn(ControlAction.PLAY, 128)


@given(st.lists(st.tuples(st.sampled_from(ControlAction), st.integers(0, 127)), max_size=12))
def test_what_was_learned_survives_saving(lessons) -> None:
    learned = ControlMap()
    for action, controller in lessons:
        learned = learned.learn(action, controller)
    again = ControlMap.from_dict(json.loads(json.dumps(learned.to_dict())))
    assert dict(again.actions) == dict(learned.actions)


def test_damaged_settings_lose_only_what_is_damaged(caplog) -> None:
    with caplog.at_level(logging.WARNING):
        loaded = ControlMap.from_dict({"play": 5, "dance": 6, "stop": "seven", "record": 400})
    assert dict(loaded.actions) == {5: ControlAction.PLAY}
    assert len(caplog.records) == 3
