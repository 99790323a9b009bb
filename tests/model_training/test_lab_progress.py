"""Time in words, and the expected time from real steps."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model_training.lab.board import NoBoard, open_board
from model_training.lab.progress import Progress, expected_time
from model_training.lab.words import duration, figures_in_words, settings_in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 second"),
        (40, "40 seconds"),
        (100, "2 minutes"),
        (3600, "1 hour"),
        (3900, "1 hour 5 minutes"),
        (3570, "1 hour"),
        (90_000, "1 day 1 hour"),
        (7_200 * 24, "2 days"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_figures_are_read_as_words() -> None:
    assert figures_in_words({"valid_loss": 1.23456, "pitch": 40.0}) == "valid loss 1.23, pitch 40"


def test_settings_are_listed_with_their_tables() -> None:
    config = {"epochs": 4, "learning_rate": 3e-4, "programs": (), "model": {"betas": [0.5, 0.9]}, "stop_metric": ""}
    assert dict(settings_in_words(config)) == {
        "epochs": "4", "learning_rate": "0.0003", "programs": "–", "model.betas": "0.5, 0.9", "stop_metric": "–"
    }  # fmt: skip


class Slow:
    """A run of 100 steps on a made-up clock: a step takes one second, from step 50 on three."""

    def __init__(self) -> None:
        self.step, self.now = 0, 0.0
        self.total_steps, self.steps_an_epoch = 100, 10
        self.weights = np.zeros(2)
        self.network: Any = None

    def advance(self) -> dict[str, float]:
        self.now += 1.0 if self.step < 50 else 3.0
        self.step += 1
        self.weights += 1
        return {}

    def state(self) -> dict[str, Any]:
        return {"step": self.step, "weights": self.weights}

    def restore(self, state: dict[str, Any]) -> None:
        self.step, self.weights = state["step"], state["weights"]


def test_the_expected_time_knows_that_later_steps_are_dearer() -> None:
    run = Slow()
    run.step = 7
    expected = expected_time(run, budget_s=1e9, clock=lambda: run.now)
    assert 150 < expected.seconds < 250  # 50 steps of one second and 50 of three
    assert expected.low <= expected.seconds <= expected.high
    assert expected.timed == 15
    assert run.step == 7 and (run.weights == 0).all()  # put back as it was
    assert str(expected).startswith("about 4 minutes") or str(expected).startswith("about 3 minutes")


def test_the_expected_time_keeps_to_its_budget() -> None:
    run = Slow()
    expected = expected_time(run, budget_s=3.0, clock=lambda: run.now)
    assert expected.timed <= 4
    assert expected.seconds == 100


def test_the_bar_says_the_time_left_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(done=10, total=40, shown=True) as bar:
        bar.start_t -= 10
        bar.last_print_t -= 10
        for _ in range(10):
            bar.update(1)
        bar.refresh()
        assert bar.format_dict["left"].endswith("left")
        bar.say("epoch 2: pitch 3")
        bar.update(20)
        assert bar.format_dict["left"] == "nearly done"
    told = capsys.readouterr().err
    assert "epoch 2: pitch 3" in told and "seconds left" in told
    lines = told.splitlines()
    assert "\r" not in told and "epoch 2: pitch 3" in lines, "in a log every word has a line"
    assert len([line for line in lines if line.endswith(" left")]) == 1


def test_a_hidden_bar_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(done=0, total=4, shown=False) as bar:
        bar.update(2)
        bar.say("hello")
    assert capsys.readouterr().err == ""


def test_the_board_holds_what_was_measured(tmp_path: Path) -> None:
    pytest.importorskip("tensorboardX")
    from PIL import Image

    said: list[str] = []
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png")
    board = open_board(tmp_path, said.append)
    board.figures("stages", {"step": 20, "epoch": 1, "in_key": 0.875})
    board.image("samples/one", tmp_path / "a.png", 20)
    board.text("warnings", "All is well.", 20)
    board.close()
    (events,) = (tmp_path / "board").iterdir()
    data = events.read_bytes()
    assert said == []
    assert all(word in data for word in (b"stages/in_key", b"samples/one", b"All is well.", b"PNG"))
    assert b"stages/epoch" not in data


def test_without_tensorboardx_a_sentence_and_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def absent(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("tensorboardX"):
            raise ImportError(name)
        return imported(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", absent)
    said: list[str] = []
    board = open_board(tmp_path, said.append)
    assert isinstance(board, NoBoard) and len(said) == 1 and "tensorboardX" in said[0]
    board.figures("steps", {"step": 1})
    board.close()
    assert not (tmp_path / "board").exists()
