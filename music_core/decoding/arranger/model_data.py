"""What an arranger's bundle says beside its graph: parts, genres, and the wishes that real music would have had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import UNKNOWN
from music_core.decoding.arranger.features import BINS, WISHES
from music_core.decoding.arranger.lanes import LEVELS
from music_core.decoding.arranger.state import STAGES
from music_core.decoding.arranger.tacet import Rests

_NEAREST = 24  # windows with a melody as busy and as high as the user's, of which one lends its wishes
_NEAREST_TEMPOS = 96  # windows of drummers at tempos like the user's, of which one lends the drums' wishes
_HEIGHT = 8.0  # semitones that count as much as one note a quarter more or less
_FEW = 0.02  # share of the songs' windows: fewer have taught a network nothing
_OPEN = "-"
_MOST_NATS = 5.0
_MOST_PARTS = 62  # that one number says the rests of
_FIRST_WISHES = 4  # of each part in bundles that do not say how many


@dataclass(frozen=True, slots=True, eq=False)
class ModelData:
    """`tracks` lists for each of the bundle's parts the network's parts that make it up (empty for drums).

    `parts` is how many the network has besides drums; `rows` int8 (n, parts + 1, wishes) are wishes measured on the
    genre's songs, and `busyness` float (n,) how many melody notes a quarter they were found under, `heights` float (n,)
    these notes' mean pitch at home; `phrased` says that the network knows where phrases begin and end, `held` that
    every part is a voice that never rests; `habit` float (parts + 1,) is the share of their onsets that neighbouring
    bars of a part have in common, the drums' last. `drummers` int8 (m, wishes) are the drums' wishes in recordings of
    drummers alone and `paces` float (m,) the recordings' beats a minute; without any, the drums' wishes are the rows'.
    `basses` are the parts whose pitches come first; `lines` says that the network is shown each note's neighbours;
    `fills` is the share of phrases' ends at which the drums fill;
    `levels` has nats by which hits of each level, soft to hard, are likelier than the network says,
    `legato` nats for each doubling of the length of each part's notes; `emphasis` is how much beyond its genre each of
    the STAGES is drawn; `rests` say who rests in each section of some songs;
    of the quarters of bars that return a share `varied` is new in each part, the drums' last, and `riffs` is how far
    the others are drawn by what the network says of all of them, `paired` the share of takes in which they are two bars
    long (the drums' last); `rates` float (2, parts, bins) are the shares of slots in which people begin notes by
    how busy they are wished, where the harmony changes and elsewhere, nan where no song says.
    """

    parts: int
    drums: bool
    genres: int
    genre: int
    tracks: tuple[tuple[int, ...], ...]
    rows: NDArray[np.int8]
    busyness: NDArray[np.float64]
    heights: NDArray[np.float64]
    habit: NDArray[np.float64]
    drummers: NDArray[np.int8]
    paces: NDArray[np.float64]
    phrased: bool = True
    held: bool = False
    basses: tuple[int, ...] = ()
    lines: bool = False
    fills: float = 0.0
    levels: tuple[float, ...] = ()
    legato: tuple[float, ...] = ()
    emphasis: tuple[float, ...] = ()
    rests: tuple[Rests, ...] = ()
    varied: tuple[float, ...] = ()
    riffs: tuple[float, ...] = ()
    paired: tuple[float, ...] = ()
    rates: NDArray[np.float64] | None = None

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which of the network's parts the bundle plays, bool (parts + 1,), the drums last."""
        played = {part for track in self.tracks for part in track}
        drums = self.drums and any(not track for track in self.tracks)
        return np.array([part in played for part in range(self.parts)] + [drums], np.bool_)

    def bins(self, part: int, wish: int) -> list[int]:
        """The bins of a part's wish (the drums last) that more than a few of those who lend wishes have, in order."""
        lenders = self.drummers if part == self.parts and len(self.drummers) else self.rows[:, part]
        found = np.bincount(lenders[lenders[:, wish] != UNKNOWN, wish], minlength=BINS)
        return np.flatnonzero(found > found.sum() * _FEW).tolist()

    def drawn(self, busyness: float, height: float, pace: float, rng: np.random.Generator) -> NDArray[np.int8]:
        """The wishes of a random window among those with a melody as busy and as high, int8 (parts + 1, wishes).

        The drums' are a drummer's at about as many beats a minute, `pace`. Nothing is wished of who does not play, as
        in training.
        """
        wishes = np.full((self.parts + 1, self.rows.shape[-1]), UNKNOWN, np.int8)
        if len(self.rows):
            apart = np.abs(self.busyness - busyness) + np.abs(self.heights - height) / _HEIGHT
            wishes[:] = self.rows[_one_of_nearest(apart, _NEAREST, rng)]
        if len(self.drummers):
            apart = np.abs(np.log(self.paces / pace))
            wishes[-1] = self.drummers[_one_of_nearest(apart, _NEAREST_TEMPOS, rng)]
        wishes[~self.present] = UNKNOWN
        return wishes


def to_plain(data: ModelData) -> dict[str, Any]:
    """Plain data for the manifest; a row of wishes is a word of digits."""
    return {
        "parts": data.parts, "drums": data.drums, "genres": data.genres, "genre": data.genre,
        "tracks": [list(track) for track in data.tracks], "wished": data.rows.shape[-1],
        "wishes": [_word(row) for row in data.rows],
        "drummers": [_word(row) for row in data.drummers], "paces": [round(float(value)) for value in data.paces],
        "phrased": data.phrased, "held": data.held, "basses": list(data.basses), "lines": data.lines,
        "fills": data.fills, "levels": list(data.levels),
        "legato": list(data.legato), "emphasis": list(data.emphasis),
        "rests": [_who(song) for song in data.rests],
        "varied": list(data.varied), "riffs": list(data.riffs), "paired": list(data.paired),
        "rates": [] if data.rates is None else [[_rounded(row) for row in rows] for rows in data.rates],
        "habit": [round(float(value), 2) for value in data.habit],
        "busyness": [round(float(value), 2) for value in data.busyness],
        "heights": [round(float(value), 1) for value in data.heights],
    }  # fmt: skip


def from_plain(data: Mapping[str, Any]) -> ModelData:
    """The inverse of `to_plain`; raises ValueError where the data is not an arranger's."""
    try:
        parts, words, wished = int(data["parts"]), list(data["wishes"]), int(data.get("wished", _FIRST_WISHES))
        if not 1 <= wished <= WISHES:  # before arrays are made as wide as a stranger says
            raise ValueError(f"{wished} wishes of a part")
        rows = np.array([_row(word, (parts + 1) * wished) for word in words], np.int8).reshape(-1, parts + 1, wished)
        drummers = np.array([_row(word, wished) for word in data.get("drummers", ())], np.int8).reshape(-1, wished)
        paces = np.array(data.get("paces", ()), float)
        tracks = tuple(tuple(int(part) for part in track) for track in data["tracks"])
        basses = tuple(int(part) for part in data.get("basses", ()))
        if any(not 0 <= part < parts for track in (*tracks, basses) for part in track) or not len(
            data["busyness"]
        ) == len(data["heights"]) == len(words):
            raise ValueError("numbers that do not fit together")
        if paces.shape != drummers.shape[:1] or not (paces > 0).all():
            raise ValueError("drummers without a tempo")
        return ModelData(
            parts, bool(data["drums"]), int(data["genres"]), int(data["genre"]), tracks, rows,
            np.array(data["busyness"], float), np.array(data["heights"], float),
            _habit(data.get("habit"), parts), drummers, paces, bool(data.get("phrased", False)),
            bool(data.get("held", False)), basses, bool(data.get("lines", False)),
            _share(data.get("fills", 0)), _numbers(data.get("levels", ()), LEVELS - 1, "levels of drum hits"),
            _numbers(data.get("legato", ()), parts, "legato of the parts"),
            _numbers(data.get("emphasis", ()), STAGES, "emphasis of the stages"),
            tuple(_rests(word, parts) for word in data.get("rests", ())),
            _shares(data.get("varied", ()), parts + 1, "shares of quarters"),
            _shares(data.get("riffs", ()), parts, "shares of riffs"),
            _shares(data.get("paired", ()), parts + 1, "shares of takes"),
            _rates(data.get("rates", ()), parts),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ValueError(f"The arranger's data in the manifest is damaged ({error}).") from None


def _one_of_nearest(apart: NDArray[np.float64], most: int, rng: np.random.Generator) -> int:
    return int(rng.choice(np.argsort(apart, kind="stable")[:most]))


def _word(row: NDArray[np.int8]) -> str:
    return "".join(_OPEN if value == UNKNOWN else str(value) for value in row.ravel())


def _row(word: str, size: int) -> Sequence[int]:
    row = [UNKNOWN if digit == _OPEN else int(digit) for digit in word]
    if len(row) != size or max(row) >= BINS:
        raise ValueError(f"a row of wishes {word!r}")
    return row


def _who(song: Rests) -> str:
    """One number for each section, in which part n counts 2 ** n."""
    return " ".join(map(str, (song @ (1 << np.arange(song.shape[1]))).tolist()))


def _rests(word: str, parts: int) -> Rests:
    numbers = [int(number) for number in str(word).split()]
    if not numbers or not all(0 <= number < 1 << min(parts + 1, _MOST_PARTS) for number in numbers):
        raise ValueError(f"rests {word!r:.60}")
    return np.asarray(np.array(numbers)[:, None] >> np.arange(parts + 1) & 1 == 1)


def _rounded(row: NDArray[np.float64]) -> list[float | None]:
    return [None if np.isnan(value) else round(value, 3) for value in row.tolist()]


def _rates(tables: Any, parts: int) -> NDArray[np.float64] | None:
    """None in bundles that do not say."""
    if not len(tables):
        return None
    rates = np.array([[[np.nan if v is None else _share(v) for v in row] for row in rows] for rows in tables])
    if rates.shape != (2, parts, BINS):
        raise ValueError("rates that do not fit the parts")
    return rates


def _share(value: Any) -> float:
    share = float(value)
    if not 0 <= share <= 1:
        raise ValueError(f"{value!r} is no share")
    return share


def _numbers(values: Any, count: int, what: str) -> tuple[float, ...]:
    """So many numbers of a reasonable size, or none."""
    numbers = tuple(float(value) for value in values)
    if len(numbers) not in (0, count) or not all(abs(value) <= _MOST_NATS for value in numbers):
        raise ValueError(f"{values!r:.60} are no {what}")
    return numbers


def _shares(values: Any, count: int, what: str) -> tuple[float, ...]:
    return tuple(_share(value) for value in _numbers(values, count, what))


def _habit(values: Any, parts: int) -> NDArray[np.float64]:
    """None in bundles that were made before it was measured: nothing returns."""
    habit = np.zeros(parts + 1) if values is None else np.array(values, float)
    if habit.shape != (parts + 1,) or not ((habit >= 0) & (habit <= 1)).all():
        raise ValueError("habits that are no shares of the parts")
    return habit
