from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.history import History
from music_core.score import Score


def score(title: str) -> Score:
    return Score(title=title)


def test_undo_and_redo_walk_through_the_steps() -> None:
    history = History(score("a"))
    history.push("b", score("b"))
    history.push("c", score("c"))
    assert (history.undo_label, history.redo_label) == ("c", "")
    assert history.undo().title == "b"
    assert history.undo().title == "a"
    assert history.undo().title == "a"
    assert (history.can_undo, history.redo_label) == (False, "b")
    assert history.redo().title == "b"


def test_a_new_step_forgets_what_was_undone() -> None:
    history = History(score("a"))
    history.push("b", score("b"))
    history.undo()
    history.push("c", score("c"))
    assert not history.can_redo
    assert history.undo().title == "a"


def test_one_gesture_is_one_step_under_its_first_label() -> None:
    history = History(score("a"))
    history.push("first", score("b"), "tempo")
    history.push("second", score("c"), "tempo")
    assert history.undo_label == "first"
    assert history.undo().title == "a"
    assert history.redo().title == "c"


def test_seal_and_undo_end_a_gesture() -> None:
    history = History(score("a"))
    history.push("b", score("b"), "tempo")
    history.seal()
    history.push("c", score("c"), "tempo")
    assert history.undo().title == "b"
    history.push("d", score("d"), "tempo")
    assert history.undo().title == "b"


def test_the_oldest_steps_go_beyond_the_limit() -> None:
    history = History(score("0"), limit=2)
    for title in "123":
        history.push(title, score(title))
    assert [history.undo().title for _ in range(3)] == ["2", "1", "1"]


@settings(max_examples=15)
@given(st.lists(st.sampled_from(["push", "undo", "redo"]), max_size=40))
def test_it_is_a_list_with_a_place_in_it(actions: list[str]) -> None:
    history, steps, place = History(score("0")), ["0"], 0
    for number, action in enumerate(actions, 1):
        if action == "push":
            steps, place = [*steps[: place + 1], str(number)], place + 1
            history.push("", score(str(number)))
        elif action == "undo":
            place = max(0, place - 1)
            history.undo()
        else:
            place = min(len(steps) - 1, place + 1)
            history.redo()
        assert history.score.title == steps[place]
        assert (history.can_undo, history.can_redo) == (place > 0, place < len(steps) - 1)
