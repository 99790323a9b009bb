"""Files a second and peak memory of preparing a corpus: `python -m benchmarks.ingest DATA... [--files N] [--jobs N]`.

DATA are folders of MIDI files, which are copied under new names until there are N of them; all notes of a second copy
are a semitone higher, so that it is no copy to drop. Beside the figure stand the floor, which is reading the bytes,
and the plain alternative, a loop with mido in one process.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import mido
import numpy as np

SAMPLE = 300


def copied(data: Sequence[Path], folder: Path, files: int) -> int:
    """Fill a folder with `files` MIDI files, each one unlike the others; how many of them are originals."""
    originals = sorted(path for place in data for path in place.rglob("*.mid*") if path.is_file())
    rng = np.random.default_rng(1)
    originals = [originals[i] for i in rng.permutation(len(originals))]
    for number, path in enumerate(islice(cycle(originals), files)):
        target = folder / f"{number // 1000:03}" / f"{number:06}.mid"
        target.parent.mkdir(exist_ok=True)
        again = number // len(originals)
        target.write_bytes(path.read_bytes() if not again else _moved(path, again))
    return min(files, len(originals))


def _moved(path: Path, semitones: int) -> bytes:
    """The file with its pitches moved up, but for the drums'."""
    import symusic

    score: Any = symusic.Score(str(path))
    for track in score.tracks:
        # A sound effect may sit on the highest key.
        if not track.is_drum and max((note.pitch for note in track.notes), default=0) + semitones <= 127:
            track.shift_pitch(semitones, inplace=True)
    return bytes(score.dumps_midi())


def floor(folder: Path) -> float:
    """Seconds to read the bytes of all files."""
    begin = time.perf_counter()
    for path in _files(folder):
        path.read_bytes()
    return time.perf_counter() - begin


def with_mido(folder: Path) -> float:
    """Seconds a file in a plain loop that only gathers the notes: none is checked, no melody found, nothing written."""
    rng = np.random.default_rng(2)
    everything = list(_files(folder))
    chosen = [everything[i] for i in rng.choice(len(everything), min(SAMPLE, len(everything)), replace=False)]
    begin = time.perf_counter()
    for path in chosen:
        try:
            file = mido.MidiFile(path)
        except (OSError, ValueError, EOFError, KeyError, IndexError):
            continue
        for track in file.tracks:
            at, notes = 0, []
            for message in track:
                at += message.time
                if message.type == "note_on":
                    notes.append((at, message.note, message.velocity))
    return (time.perf_counter() - begin) / len(chosen)


def _files(folder: Path) -> Iterator[Path]:
    return iter(sorted(folder.rglob("*.mid")))


def prepared(folder: Path, out: Path, jobs: int) -> tuple[float, float, int, str]:
    """Seconds, seconds of processor time, most kilobytes of all its processes, and what the command said first."""
    command = [sys.executable, "-m", "model_training.cli", "prepare", str(folder), "--out", str(out)]
    begin, used = time.perf_counter(), _processor_seconds()
    program = subprocess.Popen(
        [*command, "--jobs", str(jobs)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    peak = 0
    while program.poll() is None:
        peak = max(peak, _memory_kb(program.pid))
        time.sleep(0.2)
    seconds = time.perf_counter() - begin
    said, complaint = program.communicate()
    if program.returncode:
        raise RuntimeError(complaint)
    return seconds, _processor_seconds() - used, peak, said.splitlines()[0]


def _processor_seconds() -> float:
    """What ended processes that this one started, and theirs, have used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _memory_kb(pid: int) -> int:
    """Resident memory of a process and of all that it started, in kilobytes; pages that they share count each time."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue  # it ended just now
        if pid in (int(lines["Pid"]), int(lines["PPid"])):
            total += int(lines.get("VmRSS", "0 kB").split()[0])
    return total


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "files"
        folder.mkdir()
        originals = copied(options.data, folder, options.files)
        size = sum(path.stat().st_size for path in _files(folder))
        bare = floor(folder)
        plain = with_mido(folder) * options.files
        seconds, used, peak, said = prepared(folder, Path(place) / "out", options.jobs)
        written = sum(path.stat().st_size for path in (Path(place) / "out").iterdir())
    found = {
        "files": options.files, "originals": originals, "megabytes": size / 1e6, "jobs": options.jobs,
        "seconds": seconds, "processor_seconds": used, "files_a_second": options.files / seconds,
        "peak_megabytes": peak / 1024,
        "written_megabytes": written / 1e6, "floor_seconds": bare, "mido_loop_seconds": plain, "said": said,
    }  # fmt: skip
    if options.json:
        print(json.dumps(found))
        return
    print(f"{options.files} files ({originals} of them originals), {size / 1e6:.0f} MB, {options.jobs} jobs")
    print(
        f"prepare: {seconds:.0f} s ({used:.0f} s of processor time), {options.files / seconds:.0f} files a second, "
        f"at most {peak / 1024:.0f} MB in all processes together"
    )
    print(f"  {said}; {written / 1e6:.0f} MB written")
    print(f"floor, reading the bytes: {bare:.1f} s; a loop with mido, notes only: {plain:.0f} s")


if __name__ == "__main__":
    main()
