"""What a band needs around its network: chords before it writes, and a performance of what it wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from desktop_app.paths import resources_folder
from music_core.decoding.arranger.options import HUMAN_OPTION, WILD_OPTION
from music_core.decoding.arranger.tracks import LEVEL_EDGES, beside
from music_core.decoding.harmoniser import harmonise, model_data
from music_core.decoding.predictor import Predictor
from music_core.decoding.redo import ANEW, Redo
from music_core.harmony.lane import all_locked
from music_core.manifest import Manifest
from music_core.melody import MelodyLine
from music_core.performing.perform import perform
from music_core.performing.stage import staged
from music_core.performing.tables import Tables, read_tables
from music_core.score import Score


def prepare(finder: Manifest) -> None:
    """Read the tables of chords and of playing, which stay read."""
    model_data(finder)
    _tables()


def with_chords(
    predictor: Predictor, finder: Manifest, band: Manifest, score: Score, melody: MelodyLine,
    *, seed: int, options: Mapping[str, float], redo: Redo,
) -> Score:  # fmt: skip
    """The score with chords from start to end: those that a person gave stay, and all of them where parts stay."""
    given = all_locked(score.chords) if redo != ANEW else score.chords
    found = harmonise(
        predictor, finder, score, melody, genre=band.genre, seed=seed, wildness=chord_wildness(band, options),
        locked=given,
    )  # fmt: skip
    if redo != ANEW and score.chords:  # what was found before is no more a person's than it was
        marks = {change.tick: change.locked for change in score.chords}
        found = tuple(replace(change, locked=marks.get(change.tick, False)) for change in found)
    return replace(score, chords=found)


def chord_wildness(band: Manifest, options: Mapping[str, float]) -> float:
    """How freely chords are drawn, 0..1: at 0, up to the middle of Safe to wild, every seed finds the same ones."""
    return max(0.0, 2 * band.option(WILD_OPTION, options) - 1)


def performed(
    before: Score, written: Score, band: Manifest, *, seed: int, options: Mapping[str, float], redo: Redo,
    whole: bool = True,
) -> Score:  # fmt: skip
    """The written score, its melody first, as people would play it; with a redo, what was there `before` stays.

    Without an ending where the writing was stopped and the score is not `whole`.
    """
    human = band.option(HUMAN_OPTION, options)
    if redo == ANEW:
        return staged(
            written, 0, genre=band.genre, tables=_tables(), humanise=human, seed=seed, drum_bins=LEVEL_EDGES,
            whole=whole,
        )  # fmt: skip
    old = {(track.role, track.is_drum): frozenset(track.notes) for track in before.tracks}
    stays = [old.get((track.role, track.is_drum), frozenset()) for track in written.tracks[1:]]
    fresh = (
        replace(track, notes=tuple(note for note in track.notes if note not in there))
        for track, there in zip(written.tracks[1:], stays, strict=True)
    )
    played = perform(
        written.with_tracks(written.tracks[0], *fresh), genre=band.genre, tables=_tables(), humanise=human, seed=seed,
        drum_bins=LEVEL_EDGES,
    )  # fmt: skip
    joined = (
        replace(track, notes=beside((note for note in track.notes if note in there), new.notes))
        for track, there, new in zip(written.tracks[1:], stays, played.tracks[1:], strict=True)
    )
    return written.with_tracks(written.tracks[0], *joined)


@lru_cache(maxsize=1)
def _tables() -> Tables:
    return read_tables(resources_folder() / "performance")
