"""Basses: which parts they are, lessons that are theirs alone; and a network that goes on from another one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from model_training.models.arranger import Arranger, Shape
from model_training.models.arranger_masks import task_of
from model_training.models.arranger_training import basses_of
from music_core.decoding.arranger.context import NO_ROOT
from music_core.decoding.arranger.lanes import PITCHES, empty
from music_core.decoding.arranger.neighbours import WIDTH, neighbours
from music_core.decoding.arranger.state import MASKED, PITCHED, known

pytestmark = pytest.mark.torch

SMALL = Shape(2, False, 1, width=32, slot=32, layers=1, heads=2)


@pytest.mark.parametrize(
    ("parts", "basses"),
    [
        (("bass|keys:lowest", "guitar|keys"), (0,)),
        (("keys:rest", "keys:lowest"), (1,)),
        (("winds", "strings"), ()),
    ],
)
def test_a_bass_is_called_so_or_is_the_lowest_of_an_instrument(parts: tuple[str, ...], basses: tuple[int, ...]) -> None:
    assert basses_of(parts) == basses


def test_in_its_turn_the_bass_alone_is_found_and_nobody_else_is_heard() -> None:
    lanes = empty(2, 32, (64,))
    lanes.onsets[:, 0, ::4, 12] = True
    lanes.onsets[:, 1, ::4, 40:43] = True
    task = task_of(lanes, np.ones((64, 3), np.bool_), np.random.default_rng(0), (0,), 1.0)
    turn, pitched = task.bass, task.state.stage == PITCHED
    assert turn.any() and not turn[~pitched].any()
    assert not task.pitches[turn, 1].any() and task.pitches[turn, 0].any(axis=(1, 2)).all()
    alone = ~task.state.onsets[turn, 1].any(axis=(1, 2))
    assert alone.any() and (alone | task.state.onsets[turn, 1, ::4].any(axis=-1).any(axis=-1)).all()  # or was given
    without = task_of(lanes, np.ones((64, 3), np.bool_), np.random.default_rng(0))
    assert not without.bass.any() and without.pitches[:, 1].any()


def test_neighbours_are_the_notes_on_both_sides_above_the_slots_own_root() -> None:
    lanes = empty(1, 12, (1,))
    for slot, pitch in ((0, 24), (4, 31), (8, 26)):
        lanes.onsets[0, 0, slot, pitch] = True
    root = np.where(np.arange(12) < 8, 7, 2).astype(np.int8)[None]
    state = known(lanes, PITCHED)
    seen = neighbours(state, root)[0, :, 0]
    before, after = seen[:, : WIDTH // 2], seen[:, WIDTH // 2 :]
    assert not before[0].any() and not after[8].any()  # nothing before the first, nothing after the last
    assert before[4, :12].argmax() == (24 - 7) % 12 and after[4, :12].argmax() == (26 - 7) % 12
    assert before[8, :12].argmax() == (31 - 2) % 12
    assert before[4, 12] == pytest.approx(25 / PITCHES) and after[4, 12] == pytest.approx(27 / PITCHES)
    assert before[6, :12].argmax() == 0  # a slot without an onset has neighbours too: G over G
    unknown = replace(state, onsets=state.onsets & (np.arange(12) != 4)[None, None, :, None])
    seen = neighbours(unknown, root)[0, :, 0]
    assert not seen[0, WIDTH // 2 :].any() and not seen[8, : WIDTH // 2].any()  # it begins there; what, nobody knows
    hidden = replace(state, counts=np.full_like(state.counts, MASKED))
    assert not neighbours(hidden, np.full_like(root, NO_ROOT + 1)).any()


def test_a_network_begins_with_what_another_learned_and_new_features_have_no_say_yet() -> None:
    old, new = Arranger(SMALL).eval(), Arranger(replace(SMALL, lines=True, intervals=True)).eval()
    new.begin_with(old.state_dict())
    rng = torch.Generator().manual_seed(0)
    narrow, wide = (network.slot[0].in_features for network in (old, new))
    slots = torch.randn((1, 8, 4, wide), generator=rng)
    tokens = torch.randn((1, 8, old.token.in_features), generator=rng)
    root = torch.zeros((1, 32))
    for one, other in zip(old(slots[..., :narrow], tokens, root), new(slots, tokens, root), strict=True):
        assert torch.allclose(one, other, atol=1e-5)
    with pytest.raises(ValueError, match="copy its run's"):
        Arranger(replace(SMALL, width=64)).begin_with(old.state_dict())
    with pytest.raises(ValueError, match="copy its run's"):
        Arranger(SMALL).begin_with(new.state_dict())


def test_an_interval_that_is_learned_at_one_pitch_holds_at_every_other() -> None:
    network = Arranger(replace(SMALL, lines=True, intervals=True)).eval()
    assert network.intervals is not None
    slots = torch.zeros((1, 2, 4, network.slot[0].in_features))
    tokens, root = torch.zeros((1, 2, network.token.in_features)), torch.zeros((1, 8))

    def answered(pitch: int) -> torch.Tensor:
        """Of the first part's pitches where the note before is known."""
        seen = slots.clone()
        seen[0, 1, 2, WIDTH // 2 - 1 - SMALL.parts * WIDTH] = (pitch + 1) / PITCHES
        answer: torch.Tensor = network(seen, tokens, root)[1][0, 0, 6]
        return answer

    with torch.no_grad():
        before = [answered(pitch) for pitch in (20, 41)]
        network.intervals.nats[0, PITCHES - 1 + 2] = 0.5  # a tone up from the note before
        risen = [answered(pitch) - was for pitch, was in zip((20, 41), before, strict=True)]
    for pitch, rise in zip((20, 41), risen, strict=True):
        assert rise.argmax() == pitch + 2
        assert rise[pitch + 2] > 1
        assert rise.abs().sum() == pytest.approx(float(rise[pitch + 2]), abs=1e-4)
