"""How long a file takes to open: `python -m benchmarks.opening [--megabytes 1] [--rounds N] [--processes N] [--json]`.

A file of 1 MB is made, always the same: a band of twelve that plays chords, runs, drums, pedals and bends for as long
as it takes. Measured is the whole way that the window goes, from the file on the disk to a score with its melody
proposed; beside it what mido and symusic need to read the same file into objects of theirs (neither proposes a melody,
checks limits or keeps what a damaged file still has). Below it the same music as 1 MB of MusicXML, with nothing but the
parser of Python's library beside it. Every process measures every way in turn, so that all share the machine's moods;
the first round of each warms up and is not counted. `busy` is the processor's time, which other programs hardly
lengthen.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from desktop_app.library.importing import import_file
from music_core.midi_file import score_to_bytes
from music_core.score import ControlChange, Note, PitchBend, Score, Tempo, Track

LIMIT_MS = 300.0
OURS = "Tutti, to a score"
_BAR = 1920
_PLAYERS = 12


def band(bars: int, seed: int = 1) -> Score:
    """Twelve players for so many bars: chords with a pedal, runs with bends, basses and drums."""
    draw = random.Random(seed)
    tracks = []
    for player in range(_PLAYERS):
        if player == _PLAYERS - 1:
            tracks.append(Track("Drums", tuple(_drums(bars, draw)), is_drum=True, role="drums"))
        elif player % 3 == 0:
            pedal = tuple(
                ControlChange(bar * _BAR + at, 64, value) for bar in range(bars) for at, value in ((10, 127), (1880, 0))
            )
            notes = tuple(_chords(bars, 48 + player, draw))
            tracks.append(Track(f"Keys {player + 1}", notes, program=player, controls=pedal))
        else:
            bends = tuple(PitchBend(bar * _BAR + 480 + 20 * i, i % 4 * 900) for bar in range(bars) for i in range(5))
            notes = tuple(_run(bars, 50 + 2 * player, draw))
            tracks.append(Track(f"Voice {player + 1}", notes, program=40 + player, bends=bends))
    return Score(tuple(tracks), tempos=(Tempo(0, 480_000),), title="A long evening")


def midi_of(megabytes: float) -> bytes:
    """A MIDI file of about so many megabytes (2% more at most), the same one every time."""
    wanted = round(megabytes * 1_000_000)
    bars = max(4, round(64 * wanted / len(score_to_bytes(band(64)))))
    return score_to_bytes(band(bars))


def musicxml_of(megabytes: float) -> bytes:
    """A MusicXML file of about so many megabytes: four voices in quavers, as notation programs write them."""
    draw = random.Random(2)
    parts, per_part = [], round(megabytes * 1_000_000 / 4)
    for number in range(4):
        measures: list[str] = []
        size = 0
        while size < per_part:
            measures.append(_xml_measure(len(measures) + 1, draw))
            size += len(measures[-1])
        parts.append(f'<part id="P{number + 1}">{"".join(measures)}</part>')
    names = "".join(f'<score-part id="P{n}"><part-name>Voice {n}</part-name></score-part>' for n in range(1, 5))
    text = f'<score-partwise version="4.0"><part-list>{names}</part-list>{"".join(parts)}</score-partwise>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def _xml_measure(number: int, draw: random.Random) -> str:
    first = "<attributes><divisions>2</divisions></attributes>" if number == 1 else ""
    notes = "".join(
        f"<note>\n  <pitch>\n    <step>{draw.choice('CDEFGAB')}</step>\n    <octave>{draw.randrange(3, 6)}</octave>\n"
        "  </pitch>\n  <duration>1</duration>\n  <voice>1</voice>\n  <type>eighth</type>\n  <stem>up</stem>\n</note>\n"
        for _ in range(8)
    )
    return f'<measure number="{number}">\n{first}{notes}</measure>\n'


def _chords(bars: int, root: int, draw: random.Random) -> list[Note]:
    return [
        Note(bar * _BAR + beat * 480 + draw.randrange(12), root + step + bar % 5, 400, draw.randrange(50, 100))
        for bar in range(bars)
        for beat in range(4)
        for step in (0, 4, 7, 12)
    ]


def _run(bars: int, lowest: int, draw: random.Random) -> list[Note]:
    return [
        Note(bar * _BAR + i * 120 + draw.randrange(6), lowest + draw.randrange(18), 110, draw.randrange(50, 110))
        for bar in range(bars)
        for i in range(16)
    ]


def _drums(bars: int, draw: random.Random) -> list[Note]:
    return [
        Note(bar * _BAR + i * 120, pitch, 40, draw.randrange(40, 120))
        for bar in range(bars)
        for i in range(16)
        for pitch in ((42, 36) if i % 4 == 0 else (42,))
    ]


def ways(midi: Path, musicxml: Path) -> dict[str, dict[str, Callable[[], object]]]:
    """What is timed, by file; a library that is not installed is left out."""
    with_midi: dict[str, Callable[[], object]] = {OURS: lambda: import_file(midi)}
    if importlib.util.find_spec("mido"):
        import mido

        with_midi["mido, to messages"] = lambda: mido.MidiFile(midi)
    if importlib.util.find_spec("symusic"):
        import symusic

        with_midi["symusic, to its own score"] = lambda: symusic.Score(midi)
    with_xml = {
        OURS: lambda: import_file(musicxml),
        "ElementTree, to elements": lambda: ElementTree.parse(musicxml),
    }
    return {"MIDI": with_midi, "MusicXML": with_xml}


def rounds(midi: Path, musicxml: Path, count: int) -> list[dict[str, Any]]:
    """Every way once a round, in turn; the first round is not kept."""
    found = []
    for number in range(count + 1):
        for kind, by_name in ways(midi, musicxml).items():
            for name, work in by_name.items():
                wall, busy = time.perf_counter(), time.process_time()
                result = work()
                busy_ms, wall_ms = (time.process_time() - busy) * 1000, (time.perf_counter() - wall) * 1000
                del result
                if number:
                    found.append({"kind": kind, "name": name, "wall": wall_ms, "busy": busy_ms})
    return found


def measured(megabytes: float, processes: int, count: int) -> dict[str, Any]:
    """The sizes of the files and, for each way, the times of all processes."""
    with tempfile.TemporaryDirectory(prefix="tutti-opening-") as folder:
        midi, musicxml = Path(folder) / "long.mid", Path(folder) / "long.musicxml"
        midi.write_bytes(midi_of(megabytes))
        musicxml.write_bytes(musicxml_of(megabytes))
        score = import_file(midi).score
        command = [sys.executable, "-m", "benchmarks.opening", "--child", folder, "--rounds", str(count)]
        times: list[dict[str, Any]] = []
        for _ in range(processes):
            done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
            times += json.loads(done.stdout)
        return {
            "bytes": {"MIDI": midi.stat().st_size, "MusicXML": musicxml.stat().st_size},
            "notes": sum(len(track.notes) for track in score.tracks),
            "rows": summed_up(times),
        }


def summed_up(times: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """p50 and p95 of the clock and of the processor, in milliseconds, a row for each file and way."""
    rows = []
    for kind, name in dict.fromkeys((row["kind"], row["name"]) for row in times):
        here = [row for row in times if (row["kind"], row["name"]) == (kind, name)]
        figures = {
            f"{clock}_{word}": percentile([row[clock] for row in here], share)
            for clock in ("wall", "busy")
            for word, share in (("p50", 0.5), ("p95", 0.95))
        }
        rows.append({"kind": kind, "name": name, **figures})
    return rows


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so great a share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(figures: dict[str, Any]) -> str:
    """The rows as text."""
    sizes = ", ".join(f"{kind} {size / 1e6:.2f} MB" for kind, size in figures["bytes"].items())
    lines = [f"{sizes}; {figures['notes']:,} notes in the MIDI file; wanted: {LIMIT_MS:.0f} ms for 1 MB of MIDI"]
    lines.append(f"{'ms':38s} {'p50':>8s} {'p95':>8s} {'busy p50':>9s} {'busy p95':>9s}")
    for row in figures["rows"]:
        name = f"{row['kind']}: {row['name']}"
        lines.append(
            f"{name:38s} {row['wall_p50']:8.1f} {row['wall_p95']:8.1f} {row['busy_p50']:9.1f} {row['busy_p95']:9.1f}"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; exit code 1 when our MIDI file of 1 MB took more of the processor than the limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.opening", description=__doc__)
    parser.add_argument("--megabytes", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=5, help="rounds in each process (5)")
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child is not None:
        print(json.dumps(rounds(options.child / "long.mid", options.child / "long.musicxml", options.rounds)))
        return 0
    figures = measured(options.megabytes, options.processes, options.rounds)
    print(json.dumps(figures, indent=2) if options.json else table(figures))
    ours = next(row for row in figures["rows"] if row["kind"] == "MIDI" and row["name"] == OURS)
    return int(ours["busy_p50"] > LIMIT_MS * options.megabytes)


if __name__ == "__main__":
    sys.exit(main())
