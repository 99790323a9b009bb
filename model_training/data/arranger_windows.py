"""Batches of the arranger's windows: eight bars of a song with all that is given of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from model_training.data.arranger_songs import LaidSong
from music_core.decoding.arranger.context import NO_ROOT, Context, stacked
from music_core.decoding.arranger.features import WISHES
from music_core.decoding.arranger.lanes import PITCHES, Lanes
from music_core.decoding.arranger.sheet import cut
from music_core.decoding.arranger.wishes import binned, edges_of, measured

BARS = 8  # of a window, or what a short song has
_FEWEST_BARS = 4

_Cell = TypeVar("_Cell", np.int8, np.bool_)


@dataclass(frozen=True, slots=True)
class Window:
    """Bars [first, end) of a song."""

    song: int
    first: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Windows of equal length: what is given of them, and what people wrote."""

    context: Context
    lanes: Lanes


class ArrangerWindows:
    """Draws windows; those of a batch have the same number of slots. The same generator state gives the same batches.

    `weights` say how often each genre is drawn; none draw all windows alike. A window of a song with every pitched part
    is `full_songs` times as likely as another of its genre. The first `wishes` of all are
    wished. `edges` are those of their bins in each genre, float64 (genres, parts + 1, wishes, 7), so that a busy bass
    of rock is not a pop bass's: None measures them on these windows. `genres` is how many there are; 0 counts them.
    """

    def __init__(
        self,
        songs: Sequence[LaidSong],
        weights: Sequence[float] = (),
        edges: NDArray[np.float64] | None = None,
        *,
        spread: int = 0,
        full_songs: float = 1.0,
        wishes: int = WISHES,
        genres: int = 0,
    ) -> None:
        if not songs:
            raise ValueError("No song has a melody and one of the parts; name other tracks, or prepare more songs.")
        self.songs = tuple(songs)
        self._spread = spread
        found = [window for index in range(len(songs)) for window in _windows(index, songs[index])]
        if not found:
            raise ValueError(f"No song has {_FEWEST_BARS} bars of the same metre with a melody; prepare more songs.")
        values = np.concatenate([self._values(window) for window in found])[..., :wishes]
        kinds = np.array([songs[window.song].genre for window in found])
        self.edges = _edges(values, kinds, genres or int(kinds.max()) + 1) if edges is None else edges
        self.values = values
        self.windows = tuple(found)
        self._wishes = dict(zip(found, binned(values, self.edges[kinds]), strict=True))
        self._groups: dict[int, list[Window]] = defaultdict(list)
        for window in found:
            self._groups[self._slots(window)].append(window)
        self._lengths = sorted(self._groups)
        chance = _chances([songs[window.song] for window in found], weights, full_songs)
        shares = {n: np.array([chance[_kind(songs[w.song])] for w in self._groups[n]]) for n in self._lengths}
        totals = np.array([shares[n].sum() for n in self._lengths])
        self._chances = totals / totals.sum()
        self._shares = {n: share / share.sum() for n, share in shares.items()}

    def draw(self, size: int, rng: np.random.Generator) -> Batch:
        """A batch of one length, some of it in other keys than home."""
        length = self._lengths[int(rng.choice(len(self._lengths), p=self._chances))]
        group = self._groups[length]
        chosen = rng.choice(len(group), size, p=self._shares[length])
        shifts = rng.integers(-self._spread, self._spread + 1, size)
        return self.at([group[int(i)] for i in chosen], shifts)

    def at(self, windows: Sequence[Window], shifts: NDArray[np.int64]) -> Batch:
        """These windows, each so many semitones from home."""
        contexts, onsets, lengths, hits = [], [], [], []
        for window, shift in zip(windows, shifts.tolist(), strict=True):
            song, here = self.songs[window.song], self._here(window)
            wishes = self._wishes[window]
            context = cut(song.sheet, window.first, window.end, song.genre, wishes, song.present)
            contexts.append(_moved(context, shift))
            onsets.append(_shifted(song.lanes.onsets[:, here], shift))
            lengths.append(song.lanes.lengths[:, here])
            hits.append(song.lanes.hits[here])
        return Batch(stacked(contexts), Lanes(np.stack(onsets), np.stack(lengths), np.stack(hits)))

    def melody(self, window: Window) -> NDArray[np.int8]:
        """The window's melody, int8 (T, 72) of REST, SOUNDS, STRUCK."""
        return self.songs[window.song].sheet.melody[self._here(window)]

    def _here(self, window: Window) -> slice:
        bars = self.songs[window.song].sheet.bars
        return slice(bars[window.first].start, bars[window.end - 1].span.stop)

    def _slots(self, window: Window) -> int:
        here = self._here(window)
        return int(here.stop - here.start)

    def _values(self, window: Window) -> NDArray[np.float64]:
        lanes, here = self.songs[window.song].lanes, self._here(window)
        values = measured(Lanes(lanes.onsets[None, :, here], lanes.lengths[None, :, here], lanes.hits[None, here]))
        values[0, ~self.songs[window.song].present] = np.nan
        return values


def _edges(values: NDArray[np.float64], kinds: NDArray[np.int64], genres: int) -> NDArray[np.float64]:
    """Each genre's own edges, float64 (genres, parts + 1, wishes, 7), of values (n, parts + 1, wishes) and `kinds`."""
    return np.stack([edges_of(values[kinds == genre]) for genre in range(genres)])


def _kind(song: LaidSong) -> tuple[int, bool]:
    """A song's genre, and whether it has every pitched part."""
    return song.genre, bool(song.present[:-1].all())


def _chances(songs: Sequence[LaidSong], weights: Sequence[float], full_songs: float) -> dict[tuple[int, bool], float]:
    """How likely one window of each kind of song is, when its genre's windows together are drawn by its weight.

    `songs` has each window's.
    """
    counts = Counter(map(_kind, songs))
    likely = {kind: full_songs if kind[1] else 1.0 for kind in counts}
    if not weights:
        return likely
    totals: dict[int, float] = defaultdict(float)
    for (genre, full), count in counts.items():
        totals[genre] += count * likely[genre, full]
    return {(genre, full): weights[genre] * likely[genre, full] / totals[genre] for genre, full in counts}


def _windows(index: int, song: LaidSong) -> list[Window]:
    """Every run of up to eight bars of one length from every second bar on, in which something sounds."""
    bars = song.sheet.bars
    found = []
    for first in range(0, max(1, len(bars) - _FEWEST_BARS), 2):
        end = first + 1
        while end < min(len(bars), first + BARS) and bars[end].slots == bars[first].slots:
            end += 1
        here = slice(bars[first].start, bars[end - 1].span.stop)
        sounds = song.lanes.onsets[:, here].any() or song.lanes.hits[here].any()
        if end - first >= _FEWEST_BARS and sounds and (end - first == BARS or len(bars) < BARS):
            found.append(Window(index, first, end))
    return found


def _moved(context: Context, shift: int) -> Context:
    """The context so many semitones higher; what leaves the range is folded in."""
    if not shift:
        return context
    melody = _shifted(context.melody, shift)
    root, bass = (
        np.where(row == NO_ROOT, NO_ROOT, (row + shift) % 12).astype(np.int8) for row in (context.root, context.bass)
    )
    return replace(context, melody=melody, root=root, bass=bass, tones=np.roll(context.tones, shift, axis=-1))


def _shifted(cells: NDArray[_Cell], shift: int) -> NDArray[_Cell]:
    """Pitches (the last axis) moved; those beyond an edge go an octave back, where they do not hide another."""
    if not shift:
        return cells
    moved = np.zeros_like(cells)
    if shift > 0:
        moved[..., shift:] = cells[..., :-shift]
        edge = slice(PITCHES - 12, PITCHES - 12 + shift)
        moved[..., edge] = np.maximum(moved[..., edge], cells[..., -shift:])
    else:
        moved[..., :shift] = cells[..., -shift:]
        edge = slice(12 + shift, 12)
        moved[..., edge] = np.maximum(moved[..., edge], cells[..., :-shift])
    return moved
