"""The index of a corpus: an entry for each song, as one compressed Arrow file, read a block at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, islice
from typing import Any, overload

import pyarrow as pa

from model_training.data.split import SPLITS


@dataclass(frozen=True, slots=True)
class Entry:
    """One song of a corpus without its notes: songs with a common tune share `group`; `sha256` is the file's."""

    name: str
    source: str
    corpus: str
    genre: str
    licence: str
    tier: str
    split: str
    group: int
    bars: int
    end_tick: int
    metre: str
    tonic: int
    minor: bool
    melody_by: str
    roles: tuple[str, ...]
    shard: int
    row: int
    sha256: str


_TEXT = ("name", "source", "corpus", "genre", "licence", "tier", "split", "metre", "melody_by", "sha256")
_NUMBER = ("group", "bars", "end_tick", "tonic", "shard", "row")
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in _TEXT),
        *((name, pa.int64()) for name in _NUMBER),
        ("minor", pa.bool_()),
        ("roles", pa.list_(pa.string())),
    ]
)
_BLOCK = 1024


class Entries(Sequence[Entry]):
    """Entries in a file, made when asked for: a million songs take no more memory than their file."""

    def __init__(self, file: pa.NativeFile) -> None:
        self._table = pa.ipc.open_file(file).read_all()
        if self._table.schema != SCHEMA:
            raise ValueError("its index has other columns")
        self._table.validate(full=True)
        unknown = set(self._table.column("split").unique().to_pylist()) - set(SPLITS)
        if unknown:
            raise ValueError(f"it names a split that is not one of {', '.join(SPLITS)}")

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def __iter__(self) -> Iterator[Entry]:
        blocks = (self._table.slice(at, _BLOCK) for at in range(0, len(self), _BLOCK))
        return chain.from_iterable(map(_entry, block.to_pylist()) for block in blocks)

    @overload
    def __getitem__(self, index: int) -> Entry: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Entry, ...]: ...

    def __getitem__(self, index: int | slice) -> Entry | tuple[Entry, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        if not -len(self) <= index < len(self):
            raise IndexError(f"There is no song {index}; the corpus has {len(self)}.")
        return _entry(self._table.slice(index % len(self), 1).to_pylist()[0])


def write_entries(entries: Iterable[Entry]) -> pa.Buffer:
    """The index file's bytes."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd", use_threads=False)
    with pa.ipc.new_file(sink, SCHEMA, options=options) as writer:
        iterator = iter(entries)
        while block := [asdict(entry) for entry in islice(iterator, _BLOCK)]:
            writer.write_table(pa.Table.from_pylist(block, schema=SCHEMA))
    return sink.getvalue()


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(**{**row, "roles": tuple(row["roles"])})
