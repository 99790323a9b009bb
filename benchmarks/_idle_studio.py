"""The other process of `benchmarks.idle`: the real studio with a sample loaded, left alone, then playing.

Arguments: seconds, and `silent` for a studio without any SoundFont. It prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks._first_minute_studio import wait
from desktop_app.app import RunningStudio, build, open_fluid, thread_habits
from desktop_app.audio.fluid_engine import FluidSynth
from desktop_app.paths import app_paths
from music_core.score import Note, Score, Track

SPARSE, DENSE = 1, 4  # notes that a part holds at once
_COUNT_EVERY_MS = 100
_SETTLE_S = 6.0
_FONT_S = 60.0
_JACK = "/dev/shm/jack"


def music(seconds: float, notes: int) -> Score:
    """Four parts that hold so many notes each, struck anew every half second.

    A note is two voices of a synth where its sample is stereo, and those that were let go sound on for a while: four
    notes are some 25 voices and never fewer than 16, sixteen notes are a hundred.
    """
    tracks = []
    for number, program in enumerate((0, 25, 48, 33)):
        beats = range(round(seconds * 2) + 40)
        struck = (
            Note(beat * 480, 36 + 12 * number + 3 * note + beat % 3, 478, 80) for beat in beats for note in range(notes)
        )
        tracks.append(Track(f"Part {number + 1}", tuple(struck), program=program, role="other" if number else "melody"))
    return Score(tuple(tracks))


def memory() -> dict[str, float]:
    """Resident and proportional megabytes of this process, from the kernel.

    Without the shared memory of the JACK server, which is locked, and so resident in every client, from the start.
    """
    sizes, mapped = {"Rss:": 0, "Pss:": 0}, ""
    for line in Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines():
        words = line.split()
        if not words[0].endswith(":"):
            mapped = words[5] if len(words) > 5 else ""
        elif words[0] in sizes and not mapped.startswith(_JACK):
            sizes[words[0]] += int(words[1])
    return {"rss_mb": round(sizes["Rss:"] / 1024, 1), "pss_mb": round(sizes["Pss:"] / 1024, 1)}


def busy_percent(seconds: float) -> float:
    """The processor's share of one core, over so long."""
    wall_s, busy_s = time.perf_counter(), time.process_time()
    rest(seconds)
    return round(100 * (time.process_time() - busy_s) / (time.perf_counter() - wall_s), 1)


def run(home: Path, seconds: float, *, silent: bool) -> dict[str, Any]:
    """Start with the sample melody, rest, look; then play and look again."""
    thread_habits()
    qt = QApplication(["tutti"])
    studio = build(qt, app_paths(home), open_sound=lambda font, *more: open_fluid(None if silent else font, *more))
    studio.window.resize(1280, 800)
    studio.window.show()
    studio.start()
    wait(lambda: studio.sound.is_ready)
    synth = studio.sound.synth
    if isinstance(synth, FluidSynth) and not silent:
        synth.wait_for_soundfont(_FONT_S)
    rest(_SETTLE_S)
    rows: dict[str, Any] = {"driver": getattr(studio.sound._opened, "driver", ""), **memory()}
    rows["idle_percent"] = busy_percent(seconds)
    if not silent:
        rows["playing"] = [playing(studio, seconds, notes) for notes in (SPARSE, DENSE)]
    # Politely: jackd dies of clients that vanish, and keeps 100 MB of shared memory and one of its eight places.
    studio.shutdown()
    return rows


def playing(studio: RunningStudio, seconds: float, notes: int) -> dict[str, Any]:
    """The processor's share while parts hold so many notes each; fewest and mean voices by the synth's count."""
    studio.session.edit("Benchmark", music(seconds, notes))
    studio.session.to_start()
    studio.session.play()
    rest(2.0)
    counted: list[int] = []
    timer = QTimer()
    timer.timeout.connect(lambda: counted.append(getattr(studio.sound.synth, "voices", 0)))
    timer.start(_COUNT_EVERY_MS)
    percent = busy_percent(seconds)
    timer.stop()
    row = {"percent": percent, "was_playing": studio.session.is_playing, **memory()}
    studio.session.stop()
    return row | {"fewest": min(counted), "voices": round(sum(counted) / len(counted))}


def rest(seconds: float) -> None:
    """Let the studio do as it likes."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def main() -> None:
    """Run in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="tutti-idle-") as folder:
        print(json.dumps(run(Path(folder), float(sys.argv[1]), silent="silent" in sys.argv)), flush=True)
    # The C threads of the sound are of no further interest.
    os._exit(0)


if __name__ == "__main__":
    main()
