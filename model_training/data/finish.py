"""The end of preparing a corpus: copies dropped, tunes grouped, songs split, the index and the report written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from sys import intern
from typing import Any, overload

from model_training.data import duplicates
from model_training.data.corpus import Shard, write_spec
from model_training.data.index import Entry
from model_training.data.journal import Journal
from model_training.data.shards import ShardReader
from model_training.data.song import NoteTable
from model_training.data.split import SPLITS, assign_splits
from model_training.data.store import Folder
from model_training.data.tasks import Fact, Key
from music_core.theory import key_from_tonic, key_name

REPORT_FILE = "report.jsonl"
# One tune to learn from, one that tells when to stop, one to test on.
FEWEST_TUNES = 3


class NothingKeptError(ValueError):
    """The files give no corpus; one sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a corpus turned out: songs kept, files refused by reason, songs by split."""

    kept: int
    refused: Mapping[str, int]
    splits: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A song that may enter the corpus; some 800 bytes, which is all of a song that is held here."""

    entry: Entry
    music: str
    split_hint: str
    duplicate_of: str


class MelodyLines(Sequence[NoteTable]):
    """The melodies of songs, (n, 4) each, read from their shards when they are asked for."""

    def __init__(self, folder: Folder, shards: Sequence[Shard], entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._reader = lru_cache(maxsize=16)(lambda shard: ShardReader(folder.map(shards[shard].file)))

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> NoteTable: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[NoteTable]: ...

    def __getitem__(self, index: int | slice) -> NoteTable | Sequence[NoteTable]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        entry = self._entries[index]
        return self._reader(entry.shard).song(entry.row).parts[0].notes


def finish(
    folder: Folder, journal: Journal, files: set[Key], *, title: str, seed: int, filters: Mapping[str, Any]
) -> Outcome:
    """Make a corpus of what the journal's pages tell of these files; raises NothingKeptError."""
    shards, songs, refused = _gathered(journal, files)
    songs = _without_copies(songs, refused)
    write_report(folder, [], refused)
    _check_there_is_music(folder, songs, refused)
    groups = _groups(songs, MelodyLines(folder, shards, [song.entry for song in songs]))
    if len(set(groups)) < FEWEST_TUNES:
        raise NothingKeptError(_too_few(len(songs), len(set(groups))))
    splits = _splits(songs, groups, seed)
    entries = [
        replace(song.entry, group=group, split=split) for song, group, split in zip(songs, groups, splits, strict=True)
    ]
    write_report(folder, entries, refused)
    write_spec(folder, title, seed, entries, shards, filters)
    journal.remove()
    kinds = Counter(map(kind_of, refused.values()))
    return Outcome(len(entries), kinds, {split: splits.count(split) for split in SPLITS})


def kind_of(reason: str) -> str:
    """What files refused for the same kind of reason share: what stands before its colon."""
    return reason.partition(":")[0]


def _gathered(journal: Journal, files: set[Key]) -> tuple[tuple[Shard, ...], list[_Kept], dict[str, str]]:
    """Shards, kept songs in the order of their names, and why each other file was refused."""
    shards: list[Shard] = []
    songs: dict[str, _Kept] = {}
    refused: dict[str, str] = {}
    for page in journal.pages():
        facts = [fact for fact in page.facts if fact.key in files]
        for fact in facts:
            if fact.entry is None:
                refused[fact.name] = intern(fact.reason)
            else:
                songs[fact.name] = _kept(fact, len(shards))
        if page.shard and any(fact.entry for fact in facts):
            shards.append(page.shard)
    return tuple(shards), [songs[name] for name in sorted(songs)], refused


def _kept(fact: Fact, shard: int) -> _Kept:
    # Interned: most songs of a corpus share their licence, metre and the like.
    fields: dict[str, Any] = {
        name: intern(value) if isinstance(value, str) else value for name, value in (fact.entry or {}).items()
    }
    fields |= {"shard": shard, "roles": tuple(map(intern, fields["roles"]))}
    return _Kept(Entry(**fields), fact.music, fact.split_hint, fact.duplicate_of)


def _without_copies(songs: list[_Kept], refused: dict[str, str]) -> list[_Kept]:
    """The songs whose notes are not another's; of copies the first stays."""
    first: dict[str, str] = {}
    for song in songs:
        original = first.setdefault(song.music, song.entry.name)
        if original != song.entry.name:
            refused[song.entry.name] = f"the same notes as another file: {original}"
    return [song for song in songs if song.entry.name not in refused]


def _check_there_is_music(folder: Folder, songs: Sequence[_Kept], refused: Mapping[str, str]) -> None:
    if songs:
        return
    (reason, files), *_ = Counter(map(kind_of, refused.values())).most_common(1)
    if all(reason.startswith("no melody") for reason in refused.values()):
        raise NothingKeptError(
            f"None of the {len(refused)} files has a melody; add files in which one track plays it, or mark the track "
            "in a MANIFEST.csv."
        )
    raise NothingKeptError(
        f"None of the {len(refused)} files can be used; {files} of them: {reason}. "
        f"{REPORT_FILE} in {folder.url} has the reason for each."
    )


def _too_few(songs: int, tunes: int) -> str:
    what = (
        "Only one song is left" if songs == 1 else f"The {songs} songs that are left are only {tunes} different tune(s)"
    )
    return (
        f"{what}, and a corpus needs at least {FEWEST_TUNES} tunes: one to learn from, one that tells when to stop and "
        "one to test on; add more songs."
    )


def _groups(songs: Sequence[_Kept], lines: MelodyLines) -> tuple[int, ...]:
    """A number for each song that it shares with all that have its tune, by ear or by what a manifest says."""
    groups = duplicates.groups(lines)
    number = {song.entry.name: i for i, song in enumerate(songs)}
    joined = {group: group for group in groups}

    def root(group: int) -> int:
        while joined[group] != group:
            group = joined[group]
        return group

    for i, song in enumerate(songs):
        original = number.get(song.duplicate_of, i)
        joined[root(groups[i])] = root(groups[original])
    return tuple(root(group) for group in groups)


def _splits(songs: Sequence[_Kept], groups: Sequence[int], seed: int) -> tuple[str, ...]:
    """The split of each song; a tune whose songs all carry the same hint in their manifest goes where that says."""
    splits = assign_splits([song.entry.name for song in songs], groups, seed)
    hints: dict[int, set[str]] = {}
    for song, group in zip(songs, groups, strict=True):
        hints.setdefault(group, set()).add(song.split_hint)
    sure = {group: next(iter(said)) for group, said in hints.items() if len(said) == 1 and said != {""}}
    return tuple(sure.get(group, split) for group, split in zip(groups, splits, strict=True))


def write_report(folder: Folder, entries: Sequence[Entry], refused: Mapping[str, str]) -> None:
    """A line of JSON for each file, kept or not, in the order of their names."""
    lines = {entry.name: _told(entry) for entry in entries}
    lines |= {name: {"name": name, "kept": False, "reason": reason} for name, reason in refused.items()}
    folder.write(REPORT_FILE, "".join(json.dumps(lines[name]) + "\n" for name in sorted(lines)).encode())


def _told(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.name, "kept": True, "reason": "", "bars": entry.bars, "metre": entry.metre,
        "roles": entry.roles, "key": key_name(key_from_tonic(entry.tonic, entry.minor)), "group": entry.group,
        "split": entry.split, "genre": entry.genre, "tier": entry.tier, "melody_by": entry.melody_by,
    }  # fmt: skip


def read_report(folder: Folder) -> Iterator[dict[str, Any]]:
    """The lines of a corpus's report; raises FileNotFoundError where there is none."""
    return map(json.loads, folder.read(REPORT_FILE).splitlines())
