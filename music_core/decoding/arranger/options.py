"""What the user can say to the arranger, as wishes and temperatures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import REST, STRUCK, TOKEN, UNKNOWN
from music_core.decoding.arranger.features import BINS
from music_core.decoding.arranger.lanes import LOW_PITCH
from music_core.decoding.arranger.model_data import ModelData
from music_core.decoding.arranger.sections import by_slot, sections
from music_core.decoding.arranger.sheet import Sheet
from music_core.decoding.arranger.tacet import lent_rests, shortened
from music_core.decoding.arranger.taste import Taste
from music_core.decoding.arranger.wishes import BUSY
from music_core.decoding.noise import philox
from music_core.manifest import Manifest

_PUSH, _ENERGY_PUSH, _BUILD_PUSH = 1.2, 0.5, 1.0  # nats at the ends of a part's slider, and of those for all parts
_COMPLETE = 1.0  # nats, so that chords are heard whole as often as people's (decision 0041)
_OUT_OF_REACH = 0.25  # nats a semitone, so that keys stay in their register (decision 0042)
WILD_OPTION, ENERGY_OPTION, BUSY_OPTION, HUMAN_OPTION = "wild", "energy", "busy_{role}", "human"
RESTS_OPTION, BUILD_OPTION = "rests", "build"


def wishes_for(
    data: ModelData, manifest: Manifest, sheet: Sheet, pace: float, options: Mapping[str, float], seed: int
) -> NDArray[np.int8]:
    """Wishes drawn from real music with a melody as busy, then moved as the user wishes; int8 (parts + 1, wishes).

    `pace` is in beats a minute.
    """
    wishes = data.drawn(*melody_traits(sheet.melody), pace, philox(seed, manifest.id, (0, 0, 1)))
    energy = manifest.option(ENERGY_OPTION, options)
    for part, numbers in zip(manifest.parts, data.tracks, strict=True):
        busy = manifest.option(BUSY_OPTION.format(role=part.role), options)
        for number in numbers or (data.parts,):
            bins = data.bins(number, BUSY)
            wishes[number, BUSY] = leaned(leaned(int(wishes[number, BUSY]), busy, bins), energy, bins)
    return wishes


def pushes_for(data: ModelData, manifest: Manifest, options: Mapping[str, float]) -> tuple[float, ...]:
    """Nats by which sliders make each part's onsets likelier, the drums' last: wishes alone move some parts too little,
    and the less the fewer of them a genre's songs have."""
    push = [0.0] * (data.parts + 1)
    energy = 2 * manifest.option(ENERGY_OPTION, options) - 1
    for part, numbers in zip(manifest.parts, data.tracks, strict=True):
        busy = manifest.option(BUSY_OPTION.format(role=part.role), options)
        for number in numbers or (data.parts,):
            push[number] += _reach(data, number) * (_PUSH * (2 * busy - 1) + _ENERGY_PUSH * energy)
    return tuple(push)


def swell_for(
    data: ModelData, manifest: Manifest, sheet: Sheet, options: Mapping[str, float]
) -> NDArray[np.float32] | None:
    """Nats by which onsets become likelier from section to section, float32 (parts + 1, slots); None for nowhere.

    They are the negative at the beginning of what they are at the end.
    """
    build = building(manifest, options)
    if not build:
        return None
    count = len(sections(sheet.bars))
    rise = np.linspace(-1, 1, count) if count > 1 else np.zeros(count)
    reach = np.array([_reach(data, number) for number in range(data.parts + 1)])
    return by_slot(sheet.bars, (_BUILD_PUSH * build * rise[:, None] * reach).astype(np.float32))


def building(manifest: Manifest, options: Mapping[str, float]) -> float:
    """How far the music is to build up, 1, or to wind down, -1; 0 in bundles without that slider."""
    known = any(option.name == BUILD_OPTION for option in manifest.options)
    return manifest.option(BUILD_OPTION, options) if known else 0.0


def _reach(data: ModelData, number: int) -> float:
    """How much farther a part is pushed the fewer bins of wishes its songs have: those move it the less."""
    return float((BINS / max(1, len(data.bins(number, BUSY)))) ** 0.5)


def rests_for(
    data: ModelData, manifest: Manifest, sheet: Sheet, options: Mapping[str, float], seed: int
) -> NDArray[np.bool_]:
    """Where each part rests, bool (parts + 1, slots): as in a real song, or less where the user wishes so.

    The less of it is asked for, or the more a slider is above its middle that asks for more of a part, the earlier the
    part comes in.
    """
    resting = np.zeros((data.parts + 1, sheet.slots), np.bool_)
    kept = np.full(data.parts + 1, manifest.option(RESTS_OPTION, options) if data.rests else 0.0)
    if not kept.any():
        return resting
    kept *= min(1.0, 2 - 2 * manifest.option(ENERGY_OPTION, options))
    for part, numbers in zip(manifest.parts, data.tracks, strict=True):
        busy = manifest.option(BUSY_OPTION.format(role=part.role), options)
        kept[list(numbers) or [-1]] *= min(1.0, 2 - 2 * busy)
    rests = lent_rests(data.rests, len(sections(sheet.bars)), philox(seed, manifest.id, (0, 0, 6)))
    return by_slot(sheet.bars, shortened(rests, kept))


def melody_traits(melody: NDArray[np.int8]) -> tuple[float, float]:
    """Notes a quarter from the first to the last of a melody int8 (T, 72), and their mean pitch."""
    struck = np.argwhere(melody == STRUCK)
    if not len(struck):
        return 0.0, 0.0
    sounding = np.flatnonzero((melody != REST).any(axis=-1))
    quarters = (sounding[-1] - sounding[0] + 1) / TOKEN
    return len(struck) / quarters, float(struck[:, 1].mean()) + LOW_PITCH


def leaned(bin_: int, towards: float, bins: Sequence[int] = range(BINS)) -> int:
    """A bin moved towards the lowest (0) or the highest (1) of those that occur, in rising order; 0.5 leaves it.

    A bin that no song has says nothing to the network: all of a jazz bass's are the first or the last.
    """
    lean = 2 * towards - 1
    if lean == 0 or not bins:
        return bin_
    most = len(bins) - 1
    start = most / 2 if bin_ == UNKNOWN else min(range(len(bins)), key=lambda n: abs(bins[n] - bin_))
    return bins[round(start + abs(lean) * ((most if lean > 0 else 0) - start))]


def taste_for(wild: float, *, held: bool = False, drums: bool = False, lines: bool = False) -> Taste:
    """Temperatures from safe (0) over the usual (0.5) to wild (1), for voices that are held, for bands with drums and
    for networks that are shown each note's neighbours (`lines`).

    Chords of a choir bear no foreign note; a band keeps to its groove from bar to bar (decision 0018); lines
    are drawn as warmly as leaves them within the key (decision 0034).
    """
    usual, factor = Taste(held=held), 0.5 + wild
    if held:
        # Colder, as what may not go parallel would else be drawn from what is left, clashes and all.
        usual = replace(usual, pitches=0.3, lengths=0.7)
    if lines:
        usual = replace(usual, pitches=0.6, bass=0.7, complete=_COMPLETE)
    if drums:
        # Fewer steps, as the drums take some before the others: parts are as near to people's (decision 0035).
        usual = replace(usual, rhythm=1.0, drums=1.0, rhythm_steps=6, pitch_steps=9, reach=_OUT_OF_REACH)
    return replace(
        usual, rhythm=usual.rhythm * factor, drums=usual.drums * factor, pitches=usual.pitches * factor,
        bass=usual.bass * factor, lengths=usual.lengths * factor,
    )  # fmt: skip
