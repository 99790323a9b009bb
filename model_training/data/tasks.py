"""One task of preparing a corpus: some files become a shard and a page of the journal, wherever the task runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from model_training.data.arrange import arrange
from model_training.data.corpus import Member, Shard, bars_of, entry_of, main_metre, write_shard
from model_training.data.manifest_csv import TIERS, Row
from model_training.data.reading import UnfitError, read_song
from model_training.data.repair import repair
from model_training.data.shards import ShardWriter
from model_training.data.song import Song, notes_of
from model_training.data.store import Folder, digest
from music_core.theory import find_key


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a corpus shall hold; genre, tier and corpus choose among files that name theirs, and mark the rest."""

    genre: str = ""
    tier: str = ""
    metre: str = ""
    min_bars: int = 1
    corpus: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file on its way into a task: its bytes, or the reason why it was not opened, and its row in a manifest."""

    name: str
    size: int
    data: bytes
    reason: str = ""
    row: Row | None = None


Key = tuple[str, int, str]  # what tells whether a file need not be read again: its name, its size, what was told of it


@dataclass(frozen=True, slots=True)
class Fact:
    """What became of one file; a song that is kept has the fields of its Entry, and `music`, a hash of its notes.

    `told` is a hash of its row in a manifest when it was read, empty where it had none.
    """

    name: str
    size: int
    reason: str
    entry: dict[str, Any] | None = None
    music: str = ""
    split_hint: str = ""
    duplicate_of: str = ""
    told: str = ""

    @property
    def key(self) -> Key:
        """The file as it was when it was read."""
        return self.name, self.size, self.told


def told(row: Row | None) -> str:
    """A hash of everything that a manifest says of a file."""
    return "" if row is None else digest(repr(row).encode())[:16]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the journal: the facts of one task, and the shard that holds its songs in their order."""

    shard: Shard | None
    facts: tuple[Fact, ...]

    def to_bytes(self) -> bytes:
        """JSON lines: the shard, then a line a file."""
        lines = [asdict(self.shard) if self.shard else None, *map(asdict, self.facts)]
        return "".join(json.dumps(line) + "\n" for line in lines).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Page:
        """The inverse of `to_bytes`; raises ValueError or TypeError where the page is damaged."""
        shard, *facts = map(json.loads, data.splitlines())
        return cls(Shard(**shard) if shard else None, tuple(Fact(**fact) for fact in facts))


def do_task(deliveries: Sequence[Delivery], wishes: Wishes, folder: Folder, journal: Folder) -> tuple[int, int]:
    """Read files, write their songs as a shard and then the page that tells of it; how many were kept and refused."""
    writer = ShardWriter()
    facts = [_fact(delivery, wishes, writer) for delivery in deliveries]
    shard = write_shard(folder, writer) if writer.songs else None
    data = Page(shard, tuple(facts)).to_bytes()
    journal.write(f"page-{digest(data)[:24]}.jsonl", data)
    return writer.songs, len(facts) - writer.songs


def _fact(delivery: Delivery, wishes: Wishes, writer: ShardWriter) -> Fact:
    try:
        if delivery.reason:
            raise UnfitError(delivery.reason)
        song = to_song(delivery, wishes)
    except UnfitError as error:
        return Fact(delivery.name, delivery.size, str(error), told=told(delivery.row))
    row = delivery.row or Row(delivery.name)
    entry = asdict(entry_of(Member(song, 0, "train", digest(delivery.data)), 0, writer.add(song)))
    hint, copied = row.split_hint, row.duplicate_of
    return Fact(delivery.name, delivery.size, "", entry, _music(song), hint, copied, told(delivery.row))


def to_song(delivery: Delivery, wishes: Wishes) -> Song:
    """A file's bytes as a song; raises UnfitError where it is broken or not what was wished for."""
    row = delivery.row or Row(delivery.name)
    genre, tier = row.genre or wishes.genre, row.tier or wishes.tier
    # A filter that needs no look at the notes comes first.
    if wishes.genre and genre != wishes.genre:
        raise UnfitError(f"not {wishes.genre}: its genre is {genre}")
    if wishes.tier and TIERS.index(tier) > TIERS.index(wishes.tier):
        raise UnfitError(f"not {wishes.tier}: its licence is {tier}")
    if row.fault:
        raise UnfitError(row.fault)
    raw = read_song(delivery.name, delivery.data)
    raw = repair(replace(raw, chords=row.chords) if row.chords else raw, delivery.row)
    parts, melody_by = arrange(raw.tracks, delivery.row)
    key = find_key(notes_of(parts[0]))
    song = Song(
        name=delivery.name,
        source=delivery.name,
        corpus=row.corpus or wishes.corpus,
        genre=genre,
        licence=row.licence,
        tier=tier,
        parts=parts,
        metres=raw.metres,
        bpm=raw.tempos[0][1],
        tonic=key.tonic_pitch_class,
        minor=key.minor,
        melody_by=melody_by,
        chords=raw.chords,
    )
    if bars_of(song) < wishes.min_bars:
        raise UnfitError(f"fewer than {wishes.min_bars} bars")
    if wishes.metre and main_metre(song) != wishes.metre:
        raise UnfitError(f"not in {wishes.metre}: it is in {main_metre(song)}")
    return song


def _music(song: Song) -> str:
    """A hash that songs with the same notes share, whatever their files are called and say."""
    music = hashlib.sha256()
    for part in song.parts:
        music.update(part.role.encode() + part.notes[:, :3].tobytes())
    return music.hexdigest()
