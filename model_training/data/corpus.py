"""A prepared corpus: songs in compressed, memory-mapped shards, with what they are, their licences and their splits.

A folder (or a URL that fsspec knows) holds `spec.json`, the index of songs `songs-*.arrow` and the shards
`shard-*.arrow`, each named by its hash. `spec.json` is written last and replaces its forerunner in one step: a run that
is killed leaves the older corpus whole, or none.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from model_training.data.index import Entries, write_entries
from model_training.data.index import Entry as Entry
from model_training.data.shards import ShardReader, ShardWriter
from model_training.data.song import Song
from model_training.data.split import SPLITS
from model_training.data.store import Folder, digest
from music_core.score import bar_lines

ENCODING = "songs-v1"
SPEC_FILE = "spec.json"
SHARD_BYTES = 8_000_000
_FILE = re.compile(r"(shard|songs)-[0-9a-f]{16}\.arrow")


class WrongSpecError(ValueError):
    """The folder holds no prepared corpus that this training can read; one sentence."""


@dataclass(frozen=True, slots=True)
class Shard:
    """A file of songs and its hash."""

    file: str
    sha256: str
    songs: int


@dataclass(frozen=True, slots=True)
class Spec:
    """What a corpus is: its songs, where they lie, what was asked for (`filters`), and songs by licence."""

    encoding: str
    title: str
    seed: int
    entries: Sequence[Entry]
    shards: tuple[Shard, ...]
    filters: Mapping[str, Any]
    licences: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """Songs by number; `read` fetches one song's notes."""

    spec: Spec
    read: Callable[[Entry], Song]

    def __len__(self) -> int:
        return len(self.spec.entries)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all songs, in their order."""
        return tuple(entry.name for entry in self.spec.entries)

    def songs(self, split: str) -> tuple[int, ...]:
        """Numbers of the songs of one split."""
        if split not in SPLITS:
            raise ValueError(f"There is no split {split!r}; known: {', '.join(SPLITS)}.")
        return tuple(i for i, entry in enumerate(self.spec.entries) if entry.split == split)

    def song(self, index: int) -> Song:
        """One song; raises WrongSpecError where its shard is damaged."""
        return self.read(self.spec.entries[index])


@dataclass(frozen=True, slots=True)
class Member:
    """A song on its way into a corpus: its tune's group, its split, and the hash of the file that it came from."""

    song: Song
    group: int
    split: str
    sha256: str = ""


def entry_of(member: Member, shard: int, row: int) -> Entry:
    """The index entry of a song that lies in a row of a shard."""
    song = member.song
    return Entry(
        song.name, song.source, song.corpus, song.genre, song.licence, song.tier, member.split, member.group,
        bars_of(song), song.end_tick, main_metre(song), song.tonic, song.minor, song.melody_by,
        tuple(part.role for part in song.parts), shard, row, member.sha256,
    )  # fmt: skip


def bars_of(song: Song) -> int:
    """Bars from the first to the one in which the last note ends; a pickup counts as one."""
    return len(bar_lines(song.metres, song.end_tick)) - 1


def main_metre(song: Song) -> str:
    """The metre that most of the song's time is in, as `3/4`."""
    time: Counter[str] = Counter()
    ends = [metre.tick for metre in song.metres[1:]] + [max(song.end_tick, song.metres[-1].tick + 1)]
    for metre, end in zip(song.metres, ends, strict=True):
        time[f"{metre.numerator}/{metre.denominator}"] += end - metre.tick
    return time.most_common(1)[0][0]


def corpus_of(songs: Sequence[Song], splits: Sequence[str], title: str = "test") -> Corpus:
    """A corpus in memory, every song a tune of its own; for small uses."""
    members = [Member(song, i, split) for i, (song, split) in enumerate(zip(songs, splits, strict=True))]
    entries = tuple(entry_of(member, 0, row) for row, member in enumerate(members))
    licences = Counter(entry.licence or "unknown" for entry in entries)
    return Corpus(Spec(ENCODING, title, 0, entries, (), {}, dict(licences)), lambda entry: songs[entry.row])


def save_corpus(
    members: Iterable[Member], place: Path | str, *, title: str, seed: int, filters: Mapping[str, Any] | None = None
) -> None:
    """Write songs as a corpus, one after the other; memory holds one shard. An older corpus there goes at the end."""
    folder = Folder.at(place)
    shards: list[Shard] = []
    entries: list[Entry] = []
    writer = ShardWriter()
    for member in members:
        entries.append(entry_of(member, len(shards), writer.add(member.song)))
        if writer.size >= SHARD_BYTES:
            shards.append(write_shard(folder, writer))
            writer = ShardWriter()
    if writer.songs:
        shards.append(write_shard(folder, writer))
    write_spec(folder, title, seed, entries, tuple(shards), filters or {})


def write_shard(folder: Folder, writer: ShardWriter) -> Shard:
    """Write what a writer holds under a name made of its hash."""
    data = writer.finish()
    sha256 = digest(data)
    shard = Shard(f"shard-{sha256[:16]}.arrow", sha256, writer.songs)
    folder.write(shard.file, data)
    return shard


def write_spec(
    folder: Folder,
    title: str,
    seed: int,
    entries: Iterable[Entry],
    shards: Sequence[Shard],
    filters: Mapping[str, Any],
) -> None:
    """Write the index and, last of all, the spec; then remove the files of the corpus that lay there before."""
    licences: Counter[str] = Counter()

    def counted() -> Iterator[Entry]:
        for entry in entries:
            licences[entry.licence or "unknown"] += 1
            yield entry

    data = write_entries(counted())
    index = Shard(f"songs-{digest(data)[:16]}.arrow", digest(data), licences.total())
    folder.write(index.file, data)
    spec = {
        "encoding": ENCODING, "title": title, "seed": seed, "filters": dict(filters),
        "licences": dict(sorted(licences.items())), "index": asdict(index), "shards": [asdict(s) for s in shards],
    }  # fmt: skip
    folder.write(SPEC_FILE, (json.dumps(spec, indent=1, ensure_ascii=False) + "\n").encode())
    current = {index.file, *(shard.file for shard in shards)}
    for name in folder.names(".arrow"):
        if name not in current and _FILE.fullmatch(name):
            folder.remove(name)


def load_corpus(place: Path | str) -> Corpus:
    """Open a prepared corpus at a path or URL; raises WrongSpecError with a sentence that says what to do."""
    folder = Folder.at(place)
    try:
        data = json.loads(folder.read(SPEC_FILE))
    except (OSError, ValueError):
        raise WrongSpecError(f"{place} holds no prepared corpus; run `tutti-train prepare` first.") from None
    if not isinstance(data, dict) or data.get("encoding") != ENCODING:
        raise WrongSpecError(f"{place} was prepared for another encoding than {ENCODING}; prepare it again.")
    try:
        spec = _spec_from(data, folder)
    except (KeyError, TypeError, ValueError, AttributeError, OSError, pa.ArrowException) as error:
        raise _damaged(place, error) from None

    @lru_cache(maxsize=16)
    def shard_reader(shard: int) -> ShardReader:
        return ShardReader(_checked(folder, spec.shards[shard].file, spec.shards[shard].sha256))

    def read(entry: Entry) -> Song:
        try:
            return shard_reader(entry.shard).song(entry.row)
        except (LookupError, TypeError, ValueError, OSError, pa.ArrowException) as error:
            raise _damaged(place, error) from None

    return Corpus(spec, read)


def _damaged(place: Path | str, error: Exception) -> WrongSpecError:
    what = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
    return WrongSpecError(f"{place} is damaged ({what}); prepare it again.")


def _checked(folder: Folder, name: str, sha256: str) -> pa.NativeFile:
    """A file of the corpus, opened; raises ValueError where its bytes are not the ones that the spec names."""
    file = folder.map(name)
    if digest(file.read_buffer()) != sha256:
        raise ValueError(f"{name} is not the file that was written")
    file.seek(0)
    return file


def _spec_from(data: dict[str, Any], folder: Folder) -> Spec:
    """The spec from JSON and the index beside it; raises what it meets where one of them is damaged."""
    index, *shards = (
        Shard(str(item["file"]), str(item["sha256"]), int(item["songs"])) for item in (data["index"], *data["shards"])
    )
    for shard in (index, *shards):
        if not _FILE.fullmatch(shard.file):
            raise ValueError(f"it names a file {shard.file!r}")
    return Spec(
        encoding=str(data["encoding"]),
        title=str(data["title"]),
        seed=int(data["seed"]),
        entries=Entries(_checked(folder, index.file, index.sha256)),
        shards=tuple(shards),
        filters=dict(data["filters"]),
        licences={str(name): int(count) for name, count in data["licences"].items()},
    )
