"""How each kind of model writes music: the table of techniques that this app can honour."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # listing models needs none of this, and numpy takes a tenth of a second to load
    from music_core.decoding.predictor import Cancelled, Predictor, Progress
    from music_core.decoding.redo import Redo
    from music_core.manifest import Manifest
    from music_core.melody import MelodyLine
    from music_core.score import Score, Track


class Technique(Protocol):
    """Writes the parts of one take under a melody, from high to low."""

    def __call__(
        self,
        predictor: Predictor,
        manifest: Manifest,
        score: Score,
        melody: MelodyLine,
        *,
        seed: int,
        options: Mapping[str, float],
        progress: Progress,
        cancelled: Cancelled,
    ) -> tuple[Track, ...]:
        """The generated tracks, in the score's own ticks."""


class Rewriter(Protocol):
    """Writes several takes as one batch, and can also write some parts, bars or shares anew and keep the rest."""

    def __call__(
        self,
        predictor: Predictor,
        manifest: Manifest,
        scores: Sequence[Score],
        melody: MelodyLine,
        *,
        seeds: Sequence[int],
        options: Mapping[str, float],
        progress: Progress,
        cancelled: Cancelled,
        redo: Redo,
    ) -> tuple[tuple[Track, ...], ...]:
        """The tracks of each seed's take; what was to stay of them is as it was."""


class WholePieces(Protocol):
    """Writes a piece of its own, melody first; `options` may say how long."""

    def __call__(
        self,
        predictor: Predictor,
        manifest: Manifest,
        *,
        seed: int,
        bpm: float,
        options: Mapping[str, float],
        progress: Progress,
        cancelled: Cancelled,
    ) -> Score:
        """The piece in 4/4."""


def _arranger() -> Rewriter:
    from music_core.decoding.arranger.arrange import arrange_takes

    return arrange_takes


def _unet_gan() -> Technique:
    from music_core.decoding.gan import arrange

    return arrange


def _musegan() -> Technique:
    from music_core.decoding.musegan import arrange

    return arrange


def _reference() -> Technique:
    from music_core.decoding.reference import arrange

    return arrange


# Each is loaded when it is first asked to write.
TECHNIQUES: Mapping[str, Callable[[], Technique]] = {
    "musegan": _musegan,
    "unet-gan": _unet_gan,
    "unet-gan-reference": _reference,
}


def _musegan_from_scratch() -> WholePieces:
    from music_core.decoding.musegan import from_scratch

    return from_scratch


# Models that other models ask; nobody chooses them in the Generate menu.
WITHOUT_PARTS = ("harmoniser",)

# For models that need no melody (`Manifest.needs_melody`).
WHOLE_PIECES: Mapping[str, Callable[[], WholePieces]] = {"musegan": _musegan_from_scratch}

# Those that can keep parts.
REWRITERS: Mapping[str, Callable[[], Rewriter]] = {"arranger": _arranger}
