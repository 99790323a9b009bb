"""What a prepared corpus is like: what was kept and why not, how long, in which keys, how full, and whose it is."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_training.data.corpus import Corpus, WrongSpecError
from model_training.data.finish import REPORT_FILE, kind_of, read_report
from model_training.data.index import Entry
from model_training.data.song import PITCH, ROLES, START, Part, Song
from model_training.data.split import SPLITS
from model_training.data.store import Folder
from music_core.score import bar_lines

# Songs whose notes are looked at; more of them do not change a median.
MOST_READ = 1000
DRAWN = 5
BARS = (8, 16, 32, 64, 128)  # where one class of lengths ends and the next begins

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Files left out for one kind of reason: each file's name with its own reason."""

    kind: str
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RoleFigures:
    """One role over the songs that were read: notes a bar where it plays (tenth, half, nine tenths of the songs).

    `empty` is the share of bars in which it is silent, `lowest` and `highest` the MIDI pitches between which nine
    tenths of its notes lie (0..127).
    """

    role: str
    songs: int
    notes_a_bar: tuple[float, float, float]
    empty: float
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class SplitFigures:
    """How much music one split holds."""

    split: str
    songs: int
    tunes: int
    bars: int


@dataclass(frozen=True, slots=True, eq=False)
class Health:
    """A prepared corpus in figures; `refused` is None where no report says what became of the files."""

    title: str
    entries: Sequence[Entry]
    filters: Mapping[str, Any]
    refused: tuple[Refusal, ...] | None
    splits: tuple[SplitFigures, ...]
    counts: Mapping[str, Counts]
    roles: tuple[RoleFigures, ...]
    repeated: tuple[tuple[str, ...], ...]
    read: int
    drawn: tuple[int, ...]

    @property
    def left_out(self) -> int:
        """Files that are not in the corpus."""
        return sum(len(refusal.files) for refusal in self.refused or ())

    @property
    def tunes(self) -> int:
        """Different tunes."""
        return len({entry.group for entry in self.entries})

    @property
    def bars(self) -> int:
        """Bars of all songs."""
        return sum(entry.bars for entry in self.entries)


def health_of(corpus: Corpus, folder: Folder | None = None) -> Health:
    """Count a corpus, with the report in its folder; raises WrongSpecError where that or a shard is damaged."""
    entries = corpus.spec.entries
    some = _spread(len(entries), MOST_READ)
    return Health(
        title=corpus.spec.title,
        entries=entries,
        filters=corpus.spec.filters,
        refused=_refusals(folder) if folder else None,
        splits=tuple(_split(split, [entry for entry in entries if entry.split == split]) for split in SPLITS),
        counts=_counts(entries),
        roles=_roles(corpus.song(i) for i in some),
        repeated=_repeated(entries),
        read=len(some),
        drawn=_drawn(entries),
    )


def _refusals(folder: Folder) -> tuple[Refusal, ...] | None:
    kinds: dict[str, list[tuple[str, str]]] = defaultdict(list)
    try:
        for line in read_report(folder):
            if not line["kept"]:
                kinds[kind_of(str(line["reason"]))].append((str(line["name"]), str(line["reason"])))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise WrongSpecError(f"{REPORT_FILE} in {folder.url} is damaged; prepare the corpus again.") from None
    common = sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Refusal(kind, tuple(files)) for kind, files in common)


def _split(split: str, entries: Sequence[Entry]) -> SplitFigures:
    tunes = {entry.group for entry in entries}
    return SplitFigures(split, len(entries), len(tunes), sum(entry.bars for entry in entries))


def _counts(entries: Iterable[Entry]) -> dict[str, Counts]:
    """Songs by length, metre and so on; the commonest first, lengths and keys in their own order."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    lengths = dict.fromkeys(length_names(), 0)
    keys = {(tonic, minor): 0 for minor in (False, True) for tonic in range(12)}
    for entry in entries:
        lengths[length_names()[int(np.searchsorted(BARS, entry.bars, side="right"))]] += 1
        keys[entry.tonic % 12, entry.minor] += 1
        for name in ("metre", "genre", "licence", "tier", "corpus", "melody_by"):
            found[name][getattr(entry, name) or "unknown"] += 1
        found["parts"][str(len(entry.roles))] += 1
        found["role"].update(entry.roles)
    counts = {name: tuple(sorted(counter.items(), key=lambda c: (-c[1], c[0]))) for name, counter in found.items()}
    counts["parts"] = tuple(sorted(found["parts"].items(), key=lambda item: int(item[0])))
    counts["length"] = tuple(lengths.items())
    counts["major"] = tuple((str(tonic), keys[tonic, False]) for tonic in range(12))
    counts["minor"] = tuple((str(tonic), keys[tonic, True]) for tonic in range(12))
    return counts


def length_names() -> tuple[str, ...]:
    """The classes of lengths in bars, as `8–15`."""
    middle = (f"{low}–{high - 1}" for low, high in pairwise(BARS))
    return (f"under {BARS[0]}", *middle, f"{BARS[-1]} and more")


def _roles(songs: Iterable[Song]) -> tuple[RoleFigures, ...]:
    notes_a_bar: dict[str, list[float]] = defaultdict(list)
    empty: dict[str, list[float]] = defaultdict(list)
    pitches: dict[str, Counter[int]] = defaultdict(Counter)
    for song in songs:
        lines = np.array(bar_lines(song.metres, song.end_tick))
        for part in song.parts:
            counts = bar_counts(part, lines)
            if counts.any():
                notes_a_bar[part.role].append(float(counts[counts > 0].mean()))
                empty[part.role].append(float(np.mean(counts == 0)))
                pitches[part.role].update(part.notes[:, PITCH].tolist())
    figures = []
    for role in (role for role in ROLES if notes_a_bar[role]):
        few, middle, many = np.quantile(notes_a_bar[role], (0.1, 0.5, 0.9)).tolist()
        silent, span = float(np.mean(empty[role])), _middle_of(pitches[role])
        figures.append(RoleFigures(role, len(notes_a_bar[role]), (few, middle, many), silent, *span))
    return tuple(figures)


def bar_counts(part: Part, lines: NDArray[np.int64]) -> NDArray[np.int64]:
    """Notes that begin in each bar; `lines` are the ticks of the bar lines, the last one included."""
    at = np.searchsorted(lines, part.notes[:, START], side="right") - 1
    return np.bincount(np.clip(at, 0, len(lines) - 2), minlength=len(lines) - 1)


def _middle_of(pitches: Counter[int]) -> tuple[int, int]:
    """The pitches between which nine tenths of the notes lie."""
    every = np.array(sorted(pitches.items()))
    shares = np.cumsum(every[:, 1]) / every[:, 1].sum()
    low, high = np.searchsorted(shares, (0.05, 0.95))
    return int(every[low, 0]), int(every[min(high, len(every) - 1), 0])


def _repeated(entries: Sequence[Entry]) -> tuple[tuple[str, ...], ...]:
    """The names of songs that share a tune, the commonest tune first."""
    tunes: dict[int, list[str]] = defaultdict(list)
    for entry in entries:
        tunes[entry.group].append(entry.name)
    return tuple(sorted((tuple(names) for names in tunes.values() if len(names) > 1), key=lambda n: (-len(n), n)))


def _drawn(entries: Sequence[Entry]) -> tuple[int, ...]:
    """A few songs of different tunes, those with the most roles first among the ones that a hash picks."""
    order = sorted(range(len(entries)), key=lambda i: hashlib.sha256(entries[i].name.encode()).digest())
    seen: set[int] = set()
    chosen = []
    for i in order:
        if entries[i].group not in seen:
            seen.add(entries[i].group)
            chosen.append(i)
        if len(chosen) == 4 * DRAWN:
            break
    return tuple(sorted(chosen, key=lambda i: (-len(entries[i].roles), chosen.index(i)))[:DRAWN])


def _spread(count: int, most: int) -> list[int]:
    """Numbers from 0 below `count`, at most so many, evenly spread."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int)).tolist() if count else []
