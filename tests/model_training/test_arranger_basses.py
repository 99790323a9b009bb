"""Which of a recipe's parts are basses, whose pitches come first."""

from __future__ import annotations

import pytest

from model_training.models.arranger_facts import basses_of
from model_training.settings import ArrangerSettings


@pytest.mark.parametrize(
    ("parts", "first", "basses"),
    [
        (("bass|keys:lowest", "guitar|keys"), True, (0,)),
        (("keys:rest", "keys:lowest"), True, (1,)),
        (("winds", "strings"), True, ()),
        (("alto", "tenor", "bass"), False, ()),
    ],
)
def test_a_bass_is_called_so_or_is_the_lowest_of_an_instrument(
    parts: tuple[str, ...], first: bool, basses: tuple[int, ...]
) -> None:
    assert basses_of(ArrangerSettings(parts=parts, bass_first=first)) == basses
