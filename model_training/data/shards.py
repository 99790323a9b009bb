"""Shards: many songs in one compressed Arrow file, a record batch each, so that one song is read without the rest.

The columns of a batch are the notes of all parts, part after part; start ticks are differences within a part (a third
of the bytes of plain ticks under zstd). All else about a song is JSON in the batch's own metadata.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from model_training.data.song import DURATION, PITCH, START, VELOCITY, NoteTable, Part, Song
from music_core.harmony.chord import Chord
from music_core.score import ChordChange, Metre

SCHEMA = pa.schema(
    [("start_step", pa.int32()), ("pitch", pa.uint8()), ("duration", pa.int32()), ("velocity", pa.uint8())]
)
# Far beyond any piece of music; a damaged or hostile file must not fill the memory.
MAX_NOTES = 1_000_000
_TEXTS = ("name", "source", "corpus", "genre", "licence", "tier", "melody_by")


class ShardWriter:
    """Collects songs in memory, already compressed, until `finish` gives the file's bytes."""

    def __init__(self) -> None:
        self._sink = pa.BufferOutputStream()
        options = pa.ipc.IpcWriteOptions(compression="zstd", use_threads=False)
        self._writer = pa.ipc.new_file(self._sink, SCHEMA, options=options)
        self.songs = 0

    @property
    def size(self) -> int:
        """Bytes so far."""
        return int(self._sink.tell())

    def add(self, song: Song) -> int:
        """Append a song and return its row."""
        batch, header = _record(song)
        self._writer.write_batch(batch, custom_metadata={"song": json.dumps(header, ensure_ascii=False)})
        self.songs += 1
        return self.songs - 1

    def finish(self) -> pa.Buffer:
        """The whole file; nothing can be added after."""
        self._writer.close()
        return self._sink.getvalue()


class ShardReader:
    """Songs of one shard by row, each decompressed when it is asked for."""

    def __init__(self, file: pa.NativeFile) -> None:
        self._reader = pa.ipc.open_file(file, options=pa.ipc.IpcReadOptions(use_threads=False))

    def __len__(self) -> int:
        return int(self._reader.num_record_batches)

    def song(self, row: int) -> Song:
        """The song in a row; raises ValueError where the record is not one."""
        if not 0 <= row < len(self):
            raise ValueError(f"it has no row {row}")
        batch, metadata = self._reader.get_batch_with_custom_metadata(row)
        if batch.schema != SCHEMA or batch.num_rows > MAX_NOTES:
            raise ValueError(f"row {row} holds no notes of a song")
        batch.validate(full=True)
        return _song(batch, json.loads(metadata[b"song"]))

    def __iter__(self) -> Iterator[Song]:
        return (self.song(row) for row in range(len(self)))


def _record(song: Song) -> tuple[pa.RecordBatch, dict[str, Any]]:
    tables = [part.notes for part in song.parts]
    notes = np.concatenate([*tables, np.zeros((0, 4), np.int32)])
    steps = np.concatenate([*(np.diff(table[:, START], prepend=0) for table in tables), np.zeros(0, np.int32)])
    columns = [
        pa.array(steps.astype(np.int32)),
        pa.array(notes[:, PITCH].astype(np.uint8)),
        pa.array(np.ascontiguousarray(notes[:, DURATION])),
        pa.array(notes[:, VELOCITY].astype(np.uint8)),
    ]
    header: dict[str, Any] = {name: getattr(song, name) for name in _TEXTS}
    header["parts"] = [[part.role, part.program, len(part.notes)] for part in song.parts]
    header["metres"] = [[metre.tick, metre.numerator, metre.denominator] for metre in song.metres]
    header["chords"] = [_told(change) for change in song.chords]
    header |= {"bpm": song.bpm, "tonic": song.tonic, "minor": song.minor}
    return pa.record_batch(columns, schema=SCHEMA), header


def _song(batch: pa.RecordBatch, header: dict[str, Any]) -> Song:
    notes = np.stack([column.to_numpy().astype(np.int32) for column in batch.columns], axis=1)
    counts = [int(count) for _, _, count in header["parts"]]
    if sum(counts) != len(notes) or min(counts, default=0) < 0:
        raise ValueError("its parts and its notes do not agree")
    tables: list[NoteTable] = np.split(notes, np.cumsum(counts)[:-1]) if counts else []
    parts = []
    for (role, program, _), table in zip(header["parts"], tables, strict=True):
        table[:, START] = np.cumsum(table[:, START], dtype=np.int64)
        _check(table)
        parts.append(Part(str(role), int(program), table))
    return Song(
        **{name: str(header[name]) for name in _TEXTS},
        parts=tuple(parts),
        metres=tuple(Metre(int(tick), int(top), int(bottom)) for tick, top, bottom in header["metres"]),
        bpm=float(header["bpm"]),
        tonic=int(header["tonic"]),
        minor=bool(header["minor"]),
        chords=tuple(map(_change, header.get("chords", ()))),  # shards of old have none
    )


def _told(change: ChordChange) -> list[int | str]:
    chord = change.chord
    return [change.tick, chord.root, chord.quality, chord.bass] if chord else [change.tick]


def _change(told: list[Any]) -> ChordChange:
    tick, *chord = told
    return ChordChange(int(tick), Chord(int(chord[0]), str(chord[1]), int(chord[2])) if chord else None)


def _check(table: NoteTable) -> None:
    """Raises ValueError where a value is none that music_core's notes may have."""
    if len(table) and (
        (np.diff(table[:, START]) < 0).any()
        or table[:, START].min() < 0
        or table[:, DURATION].min() < 1
        or table[:, PITCH].max() > 127
        or not 1 <= table[:, VELOCITY].min() <= table[:, VELOCITY].max() <= 127
    ):
        raise ValueError("its notes are out of range")
