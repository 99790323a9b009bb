"""The benchmark's files are always the same and about as large as asked, and every way has its row."""

from __future__ import annotations

from pathlib import Path

from benchmarks import opening
from desktop_app.library.importing import import_file


def test_the_files_are_the_same_every_time_and_sound(tmp_path: Path) -> None:
    for suffix, made in ((".mid", opening.midi_of), (".musicxml", opening.musicxml_of)):
        data = made(0.1)
        assert data == made(0.1)
        assert 90_000 < len(data) < 115_000
        path = tmp_path / f"long{suffix}"
        path.write_bytes(data)
        read = import_file(path)
        assert read.lost == ()
        assert all(track.notes for track in read.score.tracks)


def test_every_way_has_its_row(tmp_path: Path) -> None:
    midi, musicxml = tmp_path / "long.mid", tmp_path / "long.musicxml"
    midi.write_bytes(opening.midi_of(0.01))
    musicxml.write_bytes(opening.musicxml_of(0.01))
    times = opening.rounds(midi, musicxml, 2)
    rows = opening.summed_up(times)
    assert [row["name"] for row in rows if row["kind"] == "MIDI"][:2] == [opening.OURS, "mido, to messages"]
    assert all(0 < row["wall_p50"] <= row["wall_p95"] for row in rows)
    text = opening.table({"bytes": {"MIDI": 10_000, "MusicXML": 10_000}, "notes": 1234, "rows": rows})
    assert len(text.splitlines()) == len(rows) + 2
    assert len({len(line) for line in text.splitlines()[1:]}) == 1


def test_percentiles_are_those_of_the_sorted_times() -> None:
    times = [float(n) for n in range(20, 0, -1)]
    assert (opening.percentile(times, 0.5), opening.percentile(times, 0.95)) == (11.0, 20.0)
