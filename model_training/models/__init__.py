"""The networks, their losses, and the table of techniques."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model_training.technique import Technique


def techniques() -> Mapping[str, Technique]:
    """Every way of making music that a config can name."""
    from model_training.models.arranger_technique import TECHNIQUE as ARRANGER
    from model_training.models.harmoniser_technique import TECHNIQUE as HARMONISER
    from model_training.models.musegan_technique import TECHNIQUE as MUSEGAN
    from model_training.models.reference_technique import TECHNIQUE as REFERENCE
    from model_training.models.unet_gan_technique import TECHNIQUE as UNET_GAN

    rows = (UNET_GAN, REFERENCE, MUSEGAN, ARRANGER, HARMONISER)
    return {row.name: row for row in rows}


def technique_of(name: str) -> Technique:
    """The technique with this name; KeyError lists the valid ones."""
    table = techniques()
    if name not in table:
        raise KeyError(f"There is no technique {name!r}; there are {', '.join(table)}.")
    return table[name]
