"""Which of a recipe's parts are basses, whose pitches come first."""

from __future__ import annotations

import pytest

from model_training.models.arranger_facts import basses_of
from model_training.settings import ArrangerSettings


@pytest.mark.parametrize(
    ("parts", "held", "basses"),
    [
        (("bass|keys:lowest", "guitar|keys"), False, (0,)),
        (("keys:rest", "keys:lowest"), False, (1,)),
        (("winds", "strings"), False, ()),
        (("alto", "tenor", "bass"), True, ()),
    ],
)
def test_a_bass_is_called_so_or_is_the_lowest_of_an_instrument(
    parts: tuple[str, ...], held: bool, basses: tuple[int, ...]
) -> None:
    assert basses_of(ArrangerSettings(parts=parts, held=held)) == basses
