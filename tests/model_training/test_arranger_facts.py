"""What a passage must be for its wishes to be lent to a whole piece."""

from __future__ import annotations

import numpy as np

from model_training.models.arranger_facts import share_heard
from music_core.decoding.arranger.lanes import rows_to_lanes


def test_a_part_is_heard_in_the_bars_that_its_notes_sound_in() -> None:
    def heard(*notes: tuple[int, int, int]) -> float:
        return share_heard(*rows_to_lanes(np.array(notes, np.int64).reshape(-1, 3), 64), 4)

    assert heard() == 0.0
    assert heard((0, 60, 4)) == 0.25
    assert heard((0, 60, 4), (8, 64, 2)) == 0.25  # twice in one bar
    assert heard((12, 60, 8)) == 0.5  # held over the bar line
    assert heard((0, 60, 16), (20, 60, 1), (33, 55, 1), (63, 60, 1)) == 1.0
