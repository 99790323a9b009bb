"""Trouble is named when it comes, and only then."""

from __future__ import annotations

import math
from typing import Any

import pytest

from model_training.lab.figures import Floors, UnknownFigureError, badness, best_stage, gap
from model_training.lab.watch import Finding, History, early_stop, is_best, news, watch

FLOORS = Floors(
    data={"in_key": 0.9, "clash": 0.1, "empty_bars_bass": 0.05},
    shuffled={"in_key": 0.7, "clash": 0.4},
    silence={"in_key": 0.0, "clash": 0.0},
)


def stages(*rows: dict[str, float]) -> list[dict[str, float]]:
    return [{"step": 10 * (i + 1), "epoch": i + 1, **row} for i, row in enumerate(rows)]


def kinds(steps: list[dict[str, float]] | None = None, of: list[dict[str, float]] | None = None) -> list[str]:
    return [finding.kind for finding in watch(History(steps or [], of or [], FLOORS))]


def test_a_healthy_run_raises_nothing() -> None:
    healthy = stages(
        *({"diversity": 0.4, "empty_bars_bass": 0.1, "valid_loss": 2 - i / 10, "train_loss": 2 - i / 9, "copied": 0.01}
          for i in range(6))
    )  # fmt: skip
    distances = [{"step": i, "distance": 3.0 - i / 20} for i in range(40)]
    assert kinds(distances, healthy) == []


def test_a_loss_that_is_no_number_is_named() -> None:
    (finding,) = watch(History([{"step": 7, "pitch": math.nan}]))
    assert finding.kind == "nan" and finding.step == 7
    assert "pitch" in finding.sentence and "learning rate" in finding.sentence


@pytest.mark.parametrize(
    ("values", "collapsed"),
    [
        ((0.4, 0.3, 0.12), True),
        ((0.4, 0.3, 0.15), False),
        ((0.01, 0.01), False),  # perhaps it has not learned to use them yet
        ((0.01, 0.01, 0.01), True),
        ((0.01, 0.01, 0.2), False),
    ],
)
def test_noises_that_all_give_the_same_are_a_collapse(values: tuple[float, ...], collapsed: bool) -> None:
    assert kinds(of=stages(*({"diversity": value} for value in values))) == (["collapse"] if collapsed else [])


def test_a_part_that_falls_silent_is_named_by_its_role() -> None:
    rows = stages({"empty_bars_bass": 0.3}, {"empty_bars_bass": 0.95})
    (finding,) = watch(History(stages=rows, floors=FLOORS))
    assert finding.kind == "silent bass" and "95%" in finding.sentence and "5%" in finding.sentence
    assert "has fallen silent" in finding.sentence


def test_a_network_may_begin_with_silence_but_not_stay_there() -> None:
    silent = [{"empty_bars_bass": 1.0}] * 3
    assert watch(History(stages=stages(*silent[:2]), floors=FLOORS)) == ()
    (finding,) = watch(History(stages=stages(*silent), floors=FLOORS))
    assert "silent in all 3 stages" in finding.sentence


def test_a_part_that_is_mostly_silent_in_the_data_may_be_silent() -> None:
    floors = Floors(data={"empty_bars_drums": 0.8})
    rows = stages({"empty_bars_drums": 0.7}, {"empty_bars_drums": 0.95})
    assert watch(History(stages=rows, floors=floors)) == ()


@pytest.mark.parametrize(
    ("distances", "kind"),
    [
        ([2.0] * 20 + [0.01] * 10, "critic dead"),
        ([0.005] * 20, "critic dead"),
        ([2.0] * 20 + [900.0] * 6, "critic wild"),
        ([2.0] * 20 + [-900.0] * 6, "critic wild"),
        ([2.0 - i / 20 for i in range(30)], None),
        ([0.001] * 8, None),  # too early to say
    ],
)
def test_the_critics_distance(distances: list[float], kind: str | None) -> None:
    rows = [{"step": float(i), "distance": d} for i, d in enumerate(distances)]
    assert kinds(rows) == ([kind] if kind else [])


def test_learning_by_heart_is_a_worse_validation_while_training_improves() -> None:
    rows = [(2.0, 2.0), (1.5, 1.6), (1.2, 1.7), (1.0, 1.9)]
    history = [{"train_loss": train, "valid_loss": valid} for train, valid in rows]
    (finding,) = watch(History(stages=stages(*history)))
    assert finding.kind == "overfitting"
    assert "epoch 2" in finding.sentence and "1.600 to 1.900" in finding.sentence
    assert kinds(of=stages(*history[:3])) == []  # one worse stage is chance
    both_worse = [{"train_loss": 2 + i, "valid_loss": 2.0 + i} for i in range(5)]
    assert kinds(of=stages(*both_worse)) == []


@pytest.mark.parametrize(
    ("distances", "named"),
    [
        ([(8.0, 7.0), (8.0, 3.9), (8.0, 3.0)], True),
        ([(8.0, 7.0), (8.0, 3.9), (8.0, 4.1)], False),  # it came back
        ([(8.0, 7.0), (8.0, 7.0), (8.0, 3.0)], False),  # one stage is chance
        ([(8.0, -1.0), (8.0, -2.0)], True),
        ([(0.001, 0.0)] * 4, False),  # a critic that tells nothing apart knows nothing by heart
        ([(8.0, math.nan)] * 3, False),
    ],
)
def test_a_critic_that_knows_its_songs_by_heart_is_named(distances: list[tuple[float, float]], named: bool) -> None:
    rows = stages(*({"train_distance": train, "valid_distance": valid} for train, valid in distances))
    found = watch(History(stages=rows))
    assert [finding.kind for finding in found] == (["critic by heart"] if named else [])
    assert all(f"held-out songs by {distances[-1][1]:.3g}" in finding.sentence for finding in found)


def test_copies_above_what_unseen_songs_share_are_named() -> None:
    assert kinds(of=stages({"copied": 0.02}, {"copied": 0.3})) == ["copies"]
    assert kinds(of=stages({"copied": 0.3}, {"copied": 0.2})) == []  # falling: no news
    floors = Floors(data={"copied": 0.2})
    assert watch(History(stages=stages({"copied": 0.3}), floors=floors)) == ()


def test_the_same_trouble_is_told_once_until_it_has_gone() -> None:
    one, two = Finding("collapse", 1, "a"), Finding("collapse", 2, "b")
    assert news([], [one]) == (one,)
    assert news([one], [two]) == ()
    assert news([], [two]) == (two,)


def test_early_stop_waits_for_its_patience() -> None:
    values = [0.5, 0.85, 0.8, 0.7]
    rows = stages(*({"in_key": value} for value in values))
    assert early_stop(History(stages=rows, floors=FLOORS), "in_key", 3) is None
    stop = early_stop(History(stages=rows, floors=FLOORS), "in_key", 2)
    assert stop is not None and "no better for 2 stages" in stop.sentence and "epoch 2" in stop.sentence
    assert early_stop(History(stages=rows, floors=FLOORS), "", 1) is None


def test_a_metric_may_lie_too_high_as_well_as_too_low() -> None:
    assert badness({"in_key": 1.0}, "in_key", FLOORS) == pytest.approx(badness({"in_key": 0.8}, "in_key", FLOORS))
    assert badness({"diversity": 0.4}, "diversity", FLOORS) < badness({"diversity": 0.1}, "diversity", FLOORS)
    assert badness({"valid_loss": math.nan}, "valid_loss", FLOORS) == math.inf
    assert best_stage(stages({"clash": 0.0}, {"clash": 0.12}, {"clash": 0.4}), "clash", FLOORS) == 1


@pytest.mark.parametrize("row", [{"in_key": 1.0}, {"odd": 1.0}])
def test_an_unknown_metric_names_the_known_ones(row: dict[str, Any]) -> None:
    with pytest.raises(UnknownFigureError, match="'odd'"):
        badness(row, "odd", FLOORS)


def test_the_newest_stage_is_best_only_when_it_is() -> None:
    rows = stages({"valid_loss": 2.0}, {"valid_loss": 1.0}, {"valid_loss": 1.5})
    assert is_best(History(stages=rows[:2]), "valid_loss")
    assert not is_best(History(stages=rows), "valid_loss")
    assert not is_best(History(stages=[rows[1], rows[1]]), "valid_loss")  # the first of equals
    assert not is_best(History(stages=stages({"valid_loss": math.nan})), "valid_loss")


def test_the_gap_is_nothing_for_the_data_and_large_for_nonsense() -> None:
    assert gap(FLOORS.data, FLOORS) == 0.0
    assert gap(FLOORS.shuffled, FLOORS) > 0.5
    assert gap(FLOORS.silence, FLOORS) > 0.5
    assert math.isnan(gap({"other": 1.0}, FLOORS))


def test_silence_passes_a_metric_that_it_fulfils_better_than_shuffled_voices() -> None:
    assert FLOORS.passed_by_silence("clash")
    assert not FLOORS.passed_by_silence("in_key")
    assert not FLOORS.passed_by_silence("unknown")
