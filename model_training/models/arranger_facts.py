"""What an arranger's bundle says beside its graph, measured on the training songs: wishes to lend, and habits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_training.config import Config
from model_training.data.arranger_rates import rates_of
from model_training.data.arranger_rests import lenders, sounding
from model_training.data.arranger_windows import ArrangerWindows
from model_training.data.corpus import Corpus
from model_training.models.arranger_training import basses_of, genre_numbers, windows_of
from model_training.settings import ArrangerSettings
from music_core.decoding.arranger.model_data import ModelData, to_plain
from music_core.decoding.arranger.options import melody_traits
from music_core.decoding.arranger.wishes import binned

_ROWS = 192  # of wishes that a bundle carries, and as many of drummers
_SONGS = 96  # whose rests a bundle carries
_MEASURED = 1000  # windows tell how much of a part returns
_MELODIC = 0.75  # of a window's bars have melody, for its wishes to be carried
_FEWEST_FULL = 10  # songs with every part, for no others to lend wishes


def facts_of(config: Config, corpus: Corpus, tracks: tuple[tuple[int, ...], ...]) -> Mapping[str, Any]:
    """Which parts there are, and wishes and habits of the genre's own songs and drummers."""
    settings: ArrangerSettings = config.model
    windows = windows_of(config, corpus, "train")
    genre = genre_numbers(settings.genres).get(config.genre, 0)
    rng = np.random.default_rng(0)
    numbers = [n for n, window in enumerate(windows.windows) if windows.songs[window.song].genre == genre]
    own = rng.permutation(_lenders(windows, [n for n in numbers if exemplary(windows, n, settings.heard)]))
    alone = [n for n in numbers if windows.songs[windows.windows[n].song].pace > 0]
    drummers = rng.permutation(np.array(alone, np.int64))
    habit = np.array(settings.habit) if settings.habit else _habit(windows, own[:_MEASURED].tolist())
    if len(drummers) and not settings.habit:
        habit[-1] = _habit(windows, drummers[:_MEASURED].tolist())[-1]
    rates = rates_of(windows, own.tolist()) if settings.lines else None
    own, drummers = own[:_ROWS], drummers[:_ROWS]
    traits = np.array([melody_traits(windows.melody(windows.windows[n])) for n in own.tolist()]).reshape(-1, 2).T
    # Drummers rest in 3 of 100 sections, and a take whose drums stop is heard as one that was cut.
    played = np.isin(np.arange(len(settings.parts) + 1), [n for track in tracks for n in track])
    songs = [song for song in windows.songs if song.genre == genre and not song.pace]
    return to_plain(
        ModelData(
            len(settings.parts), settings.drums, len(settings.genres), genre, tracks,
            binned(windows.values[own], windows.edges[genre]), traits[0], traits[1], habit,
            binned(windows.values[drummers], windows.edges[genre])[:, -1],
            np.array([windows.songs[windows.windows[n].song].pace for n in drummers.tolist()], float),
            held=settings.held, basses=basses_of(settings.parts) if settings.bass_first else (), lines=settings.lines,
            fills=settings.fills, levels=settings.levels, legato=settings.legato, emphasis=settings.emphasis,
            rests=lenders(songs, played, basses_of(settings.parts), _FEWEST_FULL, _SONGS) if settings.rests else (),
            rates=rates, varied=settings.varied, riffs=settings.riffs, paired=settings.paired,
        )
    )  # fmt: skip


def exemplary(windows: ArrangerWindows, number: int, heard: Sequence[float] = ()) -> bool:
    """Whether a window may lend its wishes: a melody in most of its bars, and every part of the song playing.

    Each sounds in its share `heard` of the bars, (parts,) or empty for any: what a window wishes is wished for a whole
    piece, and who pauses in one passage would hardly play at all. In an orchestra that is how brass and timpani play.
    """
    window = windows.windows[number]
    song = windows.songs[window.song]
    melody = windows.melody(window)
    bars = np.array_split(melody.any(axis=-1), window.end - window.first)
    playing = ~np.isnan(windows.values[number, :, 0])
    if sum(bool(bar.any()) for bar in bars) < _MELODIC * len(bars) or not (playing | ~song.present).all():
        return False
    if not any(heard):
        return True
    lanes = windows.at([window], np.zeros(1, np.int64)).lanes
    parts = np.flatnonzero(song.present[:-1]).tolist()
    return all(share_heard(lanes.onsets[0, part], lanes.lengths[0, part], len(bars)) >= heard[part] for part in parts)


def share_heard(onsets: NDArray[np.bool_], lengths: NDArray[np.int8], bars: int) -> float:
    """The share of a window's bars in which a part sounds, from its lanes bool (T, 72) and int8 (T, 3)."""
    return float(np.mean([bar.any() for bar in np.array_split(sounding(onsets, lengths), bars)]))


def _lenders(windows: ArrangerWindows, numbers: Sequence[int]) -> NDArray[np.int64]:
    """Of these windows those of songs with every pitched part, where there are enough such songs: a quartet's strings
    do what in an orchestra the winds do."""
    full = [n for n in numbers if windows.songs[windows.windows[n].song].present[:-1].all()]
    enough = len({windows.windows[n].song for n in full}) >= _FEWEST_FULL
    return np.array(full if enough else numbers, np.int64)


def _habit(windows: ArrangerWindows, numbers: Sequence[int]) -> NDArray[np.float64]:
    """The share of their onsets that neighbouring bars of each part have in common (Jaccard), float (parts + 1,)."""
    found: list[list[float]] = [[] for _ in range(windows.songs[0].lanes.onsets.shape[0] + 1)]
    for number in numbers:
        window = windows.windows[number]
        lanes = windows.at([window], np.zeros(1, np.int64)).lanes
        rows = [*(lanes.onsets[0].any(axis=-1)), (lanes.hits[0] > 0)]
        for part, row in enumerate(rows):
            bars = row.reshape(window.end - window.first, -1)
            common, either = (bars[1:] & bars[:-1]).sum(axis=1), (bars[1:] | bars[:-1]).sum(axis=1)
            found[part].extend((common[either > 0] / either[either > 0]).tolist())
    return np.array([float(np.mean(shares)) if shares else 0.0 for shares in found])
