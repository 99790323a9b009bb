"""A prepared corpus on disk: plain arrays, memory-mapped, with the encoding that they were made in.

A folder with `spec.json` and one `.npy` per field. All pieces lie one after the other along the step axis.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_training.data.chorales import VOICES, Piece
from model_training.data.split import SPLITS, assign_splits, tune_groups
from music_core.decoding.voices import line_to_voice, pulse_of
from music_core.score import TICKS_PER_QUARTER
from music_core.theory import find_key

ENCODING = "voices-v1"
_FIELDS = ("pitch", "onset", "beat", "bar")


class WrongSpecError(ValueError):
    """The folder holds no prepared corpus that this training can read; one sentence."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What the arrays mean; training refuses a corpus whose encoding is not its own."""

    encoding: str
    corpus: str
    licence_tier: str
    steps_per_quarter: int
    voices: tuple[str, ...]
    names: tuple[str, ...]
    starts: tuple[int, ...]
    splits: tuple[str, ...]
    tonics: tuple[int, ...]
    minors: tuple[bool, ...]
    seed: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """A prepared corpus: pitch (voices, steps) with -1 for rests, onset (voices, steps), beat and bar (steps,)."""

    spec: Spec
    pitch: NDArray[np.int16]
    onset: NDArray[np.bool_]
    beat: NDArray[np.bool_]
    bar: NDArray[np.bool_]

    def pieces(self, split: str) -> tuple[int, ...]:
        """Numbers of the pieces of one split."""
        return tuple(i for i, s in enumerate(self.spec.splits) if s == split)

    def span(self, piece: int) -> tuple[int, int]:
        """First step of a piece and the step after its last."""
        return self.spec.starts[piece], self.spec.starts[piece + 1]


def prepare(pieces: Sequence[Piece], corpus: str, tier: str, seed: int, steps_per_quarter: int = 4) -> Corpus:
    """Raster pieces, find their keys from the melody alone (as the app must) and split them by tune."""
    step_ticks = TICKS_PER_QUARTER // steps_per_quarter
    columns: dict[str, list[NDArray[np.generic]]] = {field: [] for field in _FIELDS}
    starts, keys = [0], []
    for piece in pieces:
        steps = -(-piece.score.end_tick // step_ticks)
        voices = [line_to_voice(track.notes, steps, step_ticks) for track in piece.score.tracks]
        pulse = pulse_of(piece.score.metres, steps, step_ticks)
        columns["pitch"].append(np.stack([voice.pitch for voice in voices]).astype(np.int16))
        columns["onset"].append(np.stack([voice.onset for voice in voices]))
        columns["beat"].append(pulse.beat)
        columns["bar"].append(pulse.bar)
        keys.append(find_key(piece.score.tracks[0].notes))
        starts.append(starts[-1] + steps)
    names = tuple(piece.name for piece in pieces)
    groups = tune_groups([piece.score.tracks[0].notes for piece in pieces])
    spec = Spec(
        ENCODING, corpus, tier, steps_per_quarter, VOICES, names, tuple(starts), assign_splits(names, groups, seed),
        tuple(key.tonic_pitch_class for key in keys), tuple(key.minor for key in keys), seed,
    )  # fmt: skip
    joined = {field: np.concatenate(columns[field], axis=-1) for field in _FIELDS}
    return Corpus(spec, **joined)


def save(corpus: Corpus, folder: Path) -> None:
    """Write a corpus; the spec comes last, so that a killed run leaves no folder that looks whole."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "spec.json").unlink(missing_ok=True)
    for field in _FIELDS:
        np.save(folder / f"{field}.npy", getattr(corpus, field), allow_pickle=False)
    (folder / "spec.json").write_text(json.dumps(asdict(corpus.spec), indent=1) + "\n", encoding="utf-8")


def load(folder: Path) -> Corpus:
    """Open a prepared corpus, memory-mapped. Raises WrongSpecError with a sentence that says what to do."""
    try:
        data = json.loads((folder / "spec.json").read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        raise WrongSpecError(f"{folder} holds no prepared corpus; run `tutti-train prepare` first.") from None
    if not isinstance(data, dict) or data.get("encoding") != ENCODING:
        raise WrongSpecError(f"{folder} was prepared for another encoding than {ENCODING}; prepare it again.")
    try:
        spec = _spec_from(data)
        arrays = {field: np.load(folder / f"{field}.npy", mmap_mode="r", allow_pickle=False) for field in _FIELDS}
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise WrongSpecError(f"{folder} is damaged ({error}); prepare it again.") from None
    return Corpus(spec, **arrays)


def _spec_from(data: dict[str, Any]) -> Spec:
    """The spec from JSON; raises KeyError, TypeError or ValueError where a field is missing or wrong."""
    spec = Spec(
        encoding=str(data["encoding"]),
        corpus=str(data["corpus"]),
        licence_tier=str(data["licence_tier"]),
        steps_per_quarter=int(data["steps_per_quarter"]),
        voices=tuple(map(str, data["voices"])),
        names=tuple(map(str, data["names"])),
        starts=tuple(map(int, data["starts"])),
        splits=tuple(map(str, data["splits"])),
        tonics=tuple(map(int, data["tonics"])),
        minors=tuple(map(bool, data["minors"])),
        seed=int(data["seed"]),
    )
    if any(split not in SPLITS for split in spec.splits):
        raise ValueError(f"it names a split that is not one of {', '.join(SPLITS)}")
    return spec
