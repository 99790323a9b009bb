"""Whether generated bands are sound: `python -m benchmarks.validity --out FOLDER [--count N] [--processes N]`.

Takes of every shipped band under short random melodies: pieces of the sample melodies, cut, transposed and barred
anew in 2/4, 3/4, 4/4 and 6/8, some under random chords, all with random options and seeds, made as the studio makes
them. Counted are overlaps, notes out of range, stuck notes and empty tracks (`music_core.metrics.soundness`), and
requests that failed. Each case follows from its number alone; what was done is kept in FOLDER, and the same command
goes on from there. `--case N` writes one case's takes as MIDI, to look into.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.generation.composer import Composer, Request
from desktop_app.generation.registry import Registry
from desktop_app.generation.techniques import REWRITERS
from desktop_app.library.melodies import load_sample, sample_melodies
from desktop_app.paths import app_paths
from music_core.adapters import open_onnx
from music_core.harmony.chord import QUALITIES, Chord
from music_core.manifest import Manifest, OptionSpec
from music_core.metrics import total_faults
from music_core.midi_file import write_midi
from music_core.score import TICKS_PER_QUARTER, ChordChange, Metre, Score

METRES = ((2, 4), (3, 4), (4, 4), (6, 8))
BARS = (2, 3, 4)
TAKES = (1, 4)
FAILED = "failed"
_LOWEST, _HIGHEST = 36, 96  # of melodies


def main(arguments: Sequence[str] | None = None) -> int:
    """Generate and report; exit code 1 where anything was wrong, 2 without a band."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.validity", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for what was done so far")
    parser.add_argument("--count", type=int, default=10_000, help="generations (takes) altogether")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--minutes", type=float, default=0.0, help="stop after so long; 0 goes on to the end")
    parser.add_argument("--models", nargs="*", default=[], help="ids; default: every band that is shipped")
    parser.add_argument("--case", type=int, help="write the takes of this case alone, as MIDI files")
    options = parser.parse_args(arguments)
    bands = bands_of(Registry(app_paths().models), options.models)
    if not bands:
        print("There is no band to try.", file=sys.stderr)
        return 2
    options.out.mkdir(parents=True, exist_ok=True)
    names = [band.id for band in bands]
    if options.case is not None:
        return _one(options.case, names, options.out)
    started, before = time.monotonic(), done(options.out, names)
    workers = [
        multiprocessing.get_context("spawn").Process(
            target=work, args=(number, options.processes, names, options.count, options.minutes, options.out)
        )
        for number in range(options.processes)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    after = done(options.out, names)
    made, seconds = _takes(after.values()) - _takes(before.values()), time.monotonic() - started
    print(report(after, options.count))
    print(f"\nThis time: {made} in {seconds:.0f} s, {made / max(seconds, 1e-9):.1f} a second.")
    broken = any(worker.exitcode for worker in workers) or any(any(row["faults"].values()) for row in after.values())
    return 1 if broken else 0


def bands_of(registry: Registry, wanted: Sequence[str] = ()) -> tuple[Manifest, ...]:
    """The shipped bands, or those that are named."""
    models = (registry.get(name) for name in wanted) if wanted else registry.models()
    return tuple(manifest for manifest in models if manifest.technique in REWRITERS)


def work(number: int, processes: int, names: Sequence[str], count: int, minutes: float, folder: Path) -> None:
    """One process's share of the cases; a line for each goes into a file of its own, the moment it is done."""
    composer, known, started = _composer(), _manifests(names), time.monotonic()
    finished, cases = done(folder, names), cases_for(count)
    with (folder / f"cases-{number}-{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
        for case in range(number, cases, processes):
            if minutes and time.monotonic() - started > 60 * minutes:
                break
            if case not in finished:
                row = tried(composer, request_of(case, known, names))
                file.write(json.dumps({"case": case, "bands": list(names), **row}) + "\n")
                file.flush()


def tried(composer: Composer, request: Request) -> dict[str, Any]:
    """How many takes a request gave, and their faults; a request that raised has failed, and says how."""
    try:
        takes = composer.arrange(request)
    except Exception as error:  # whatever it is, it is what a user would meet
        what = f"{type(error).__name__}: {error}"
        return {"model": request.model_id, "takes": request.takes, "faults": {FAILED: request.takes}, "why": what}
    faults = total_faults([take.score for take in takes])
    return {"model": request.model_id, "takes": len(takes), "faults": faults}


def cases_for(count: int) -> int:
    """How many cases hold so many takes."""
    takes = case = 0
    while takes < count:
        takes += _takes_of(case)
        case += 1
    return case


def request_of(case: int, bands: Mapping[str, Manifest], names: Sequence[str]) -> Request:
    """The request with this number."""
    band = bands[names[case % len(names)]]
    rng = np.random.default_rng((20_261, case))
    score = melody_of(rng)
    options = {option.name: _place(option, rng) for option in band.options}
    seed = int(rng.integers(2**63))
    return Request(score, band.id, min(seed, 2**63 - 1), takes=_takes_of(case), options=options)


def melody_of(rng: np.random.Generator) -> Score:
    """Two to four bars from anywhere in a sample melody, in a metre of any kind, at any height."""
    tunes = sample_melodies()
    score = load_sample(tunes[int(rng.integers(len(tunes)))].id)
    numerator, denominator = METRES[int(rng.integers(len(METRES)))]
    bar = 4 * TICKS_PER_QUARTER * numerator // denominator
    length = bar * int(rng.choice(BARS))
    line = score.tracks[0]
    # From one of its notes on, sometimes with a rest or in the middle of a beat.
    start = line.notes[int(rng.integers(len(line.notes)))].start_tick - int(rng.choice((0, 0, 0, 120, 480, bar)))
    inside = [n for n in line.notes if 0 <= n.start_tick - start < length]
    pitches = [n.pitch for n in inside]
    up = int(rng.integers(_LOWEST - min(pitches), _HIGHEST - max(pitches) + 1))
    if rng.random() < 0.7:  # mostly where people sing
        up = int(rng.integers(-6, 7))
    notes = tuple(
        replace(
            n, start_tick=n.start_tick - start, pitch=n.pitch + up,
            duration_ticks=min(n.duration_ticks, start + length - n.start_tick),
        )
        for n in inside
    )  # fmt: skip
    return replace(
        score, tracks=(replace(line, notes=notes),), metres=(Metre(0, numerator, denominator),), keys=(), markers=(),
        chords=_chords(length, bar // 2, rng) if rng.random() < 0.25 else (),
    )  # fmt: skip


def done(folder: Path, names: Sequence[str]) -> dict[int, dict[str, Any]]:
    """What was done of the same bands, by case; a last line that was cut off counts as not done."""
    rows: dict[int, dict[str, Any]] = {}
    for path in sorted(folder.glob("cases-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                row = json.loads(line)
            except json.JSONDecodeError:
                continue
            if row["bands"] == list(names):
                rows[row["case"]] = row
    return rows


def report(rows: Mapping[int, Mapping[str, Any]], count: int) -> str:
    """A table by model with all that was found, and how much of what was asked for was run."""
    kinds = ("overlaps", "out_of_range", "stuck", "empty_tracks", FAILED)
    lines = [f"{_takes(rows.values())} generations of {count} asked for, {len(rows)} requests.", ""]
    lines += ["| | generations | " + " | ".join(kinds) + " |", "|---|" + "---:|" * (len(kinds) + 1)]
    for model in (*sorted({row["model"] for row in rows.values()}), "all"):
        own = [row for row in rows.values() if model in (row["model"], "all")]
        faults: Counter[str] = Counter()
        for row in own:
            faults.update(row["faults"])
        lines.append(f"| {model} | {_takes(own)} | " + " | ".join(str(faults[kind]) for kind in kinds) + " |")
    wrong = [(case, row) for case, row in sorted(rows.items()) if any(row["faults"].values())]
    lines += [f"case {case} ({row['model']}): {row['faults']} {row.get('why', '')}" for case, row in wrong[:20]]
    return "\n".join(lines)


def _takes(rows: Iterable[Mapping[str, Any]]) -> int:
    return sum(row["takes"] for row in rows)


def _takes_of(case: int) -> int:
    return TAKES[case // 7 % len(TAKES)]


def _place(option: OptionSpec, rng: np.random.Generator) -> float:
    places = (option.default, option.low, option.high, float(rng.uniform(option.low, option.high)))
    return float(places[int(rng.integers(len(places)))])


def _chords(length: int, unit: int, rng: np.random.Generator) -> tuple[ChordChange, ...]:
    """Chords of any kind, half a bar or more each, locked as if a person had written them."""
    ticks = [0, *(tick for tick in range(unit, length, unit) if rng.random() < 0.6)]
    kinds = list(QUALITIES)
    return tuple(
        ChordChange(tick, Chord(int(rng.integers(12)), kinds[int(rng.integers(len(kinds)))]), locked=True)
        for tick in ticks
    )


def _manifests(names: Sequence[str]) -> dict[str, Manifest]:
    registry = Registry(app_paths().models)
    return {name: registry.get(name) for name in names}


def _composer() -> Composer:
    return Composer(Registry(app_paths().models), open_onnx)


def _one(case: int, names: Sequence[str], folder: Path) -> int:
    """Write the takes of one case and say what is wrong with each."""
    request = request_of(case, _manifests(names), names)
    print(f"case {case}: {request.model_id}, seed {request.seed}, options {request.options}")
    for number, take in enumerate(_composer().arrange(request)):
        path = folder / f"case-{case}-take-{number}.mid"
        write_midi(take.score, path)
        print(f"{path}: {total_faults([take.score])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
