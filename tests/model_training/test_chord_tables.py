"""Chords written beside the files of a corpus reach their songs, whatever moves the songs on the way."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from model_training.data.chord_tables import ChordTableError, chord_tables
from model_training.data.manifest_csv import rows_for
from model_training.data.reading import UnfitError
from model_training.data.shards import ShardReader, ShardWriter
from model_training.data.song import to_score
from model_training.data.tasks import Delivery, Wishes, to_song
from music_core.harmony.chord import Chord
from music_core.score import ChordChange
from tests.model_training.music_files import midi_bytes, tune

HARTE = "file\tonset_quarter\tduration_quarter\tchord\n"
SYMBOLS = "file\tonset_quarter\tduration_quarter\tsymbol\n"
LANE = (ChordChange(0, None), ChordChange(480, Chord(0)), ChordChange(1920, Chord(7, "min7", 10)))


def corpus_folder(folder: Path, table: str, index: str = "") -> Path:
    (folder / "set").mkdir()
    (folder / "set" / "chords.tsv").write_text(table, encoding="utf-8")
    (folder / "MANIFEST.csv").write_text("file,melody_track\nset/midi/one.mid,0\n", encoding="utf-8")
    if index:
        (folder / "set" / "index.csv").write_text(index, encoding="utf-8")
    return folder / "MANIFEST.csv"


def test_equal_neighbours_are_one_chord(tmp_path: Path) -> None:
    lines = ["one.mid\t0\t1\tN", "one.mid\t1\t1\tC:maj", "one.mid\t2\t2\tC:maj", "one.mid\t4\t1\tG:min7/b3"]
    (tmp_path / "chords_beats.tsv").write_text(HARTE + "\n".join(lines), encoding="utf-8")
    assert chord_tables(tmp_path) == {"one.mid": LANE}


def test_symbols_are_read_and_a_gap_is_no_chord(tmp_path: Path) -> None:
    (tmp_path / "chords.tsv").write_text(SYMBOLS + "a.mid\t0\t1\tAm7\na.mid\t3\t1\tBb/D\n", encoding="utf-8")
    want = (ChordChange(0, Chord(9, "min7")), ChordChange(480, None), ChordChange(1440, Chord(10, "maj", 2)))
    assert chord_tables(tmp_path)["a.mid"] == want


@pytest.mark.parametrize("line", ["a.mid\tx\t1\tC", "a.mid\t-1\t1\tC", "a.mid\tinf\t1\tC", "a.mid\tnan\t1\tC"])
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "chords.tsv").write_text(SYMBOLS + line, encoding="utf-8")
    with pytest.raises(ChordTableError, match="line 2"):
        chord_tables(tmp_path)


def test_a_folder_without_a_table_has_no_chords(tmp_path: Path) -> None:
    assert chord_tables(tmp_path) == {}


def test_the_chords_reach_the_song_and_move_with_its_notes(tmp_path: Path) -> None:
    rows = rows_for(corpus_folder(tmp_path, SYMBOLS + "one.mid\t4\t4\tC\none.mid\t8\t4\tG7\n"))
    late = midi_bytes([(at + 1920, pitch, length, loud) for at, pitch, length, loud in tune(1)], bass=False)
    song = to_song(Delivery("set/midi/one.mid", 1, late, "", rows["set/midi/one.mid"]), Wishes())
    # The empty first bar goes, and the chords with it.
    assert song.chords == (ChordChange(0, Chord(0)), ChordChange(1920, Chord(7, "7")))
    assert to_score(song).chords == song.chords


def test_a_file_with_wrong_beats_is_left_out(tmp_path: Path) -> None:
    index = "file,melody_dev_beat16\none.mid,0.3\n"
    rows = rows_for(corpus_folder(tmp_path, SYMBOLS + "one.mid\t4\t4\tC\n", index))
    with pytest.raises(UnfitError, match="of a 16th off"):
        to_song(Delivery("set/midi/one.mid", 1, midi_bytes(tune(1)), "", rows["set/midi/one.mid"]), Wishes())


def test_shards_keep_chords() -> None:
    song = to_song(Delivery("one.mid", 1, midi_bytes(tune(1))), Wishes())
    writer = ShardWriter()
    for lane in (LANE, ()):
        writer.add(replace(song, chords=lane))
    assert [one.chords for one in ShardReader(pa.BufferReader(writer.finish()))] == [LANE, ()]


def test_shards_from_before_there_were_chords_still_load() -> None:
    song = to_song(Delivery("one.mid", 1, midi_bytes(tune(1))), Wishes())
    new = ShardWriter()
    new.add(replace(song, chords=LANE))
    batch, metadata = pa.ipc.open_file(pa.BufferReader(new.finish())).get_batch_with_custom_metadata(0)
    header = {name: value for name, value in json.loads(metadata[b"song"]).items() if name != "chords"}
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch, custom_metadata={"song": json.dumps(header)})
    (old,) = ShardReader(pa.BufferReader(sink.getvalue()))
    assert (old.name, old.chords) == ("one.mid", ())
