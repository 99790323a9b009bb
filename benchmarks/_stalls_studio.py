"""The other process of `benchmarks.stalls`: the real studio at work, with a watchdog on its GUI thread.

Its argument is a folder to work in; it prints one line of JSON, a row a scenario.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from benchmarks._first_minute_studio import wait
from benchmarks._stalls_watch import Watchdog, figures
from benchmarks.roll_speed import long_song
from desktop_app.app import RunningStudio, build, thread_habits
from desktop_app.exports.order import ExportOrder
from desktop_app.library.project import Project
from desktop_app.paths import app_paths
from music_core.midi_file import write_midi
from music_core.performance import NoteMessage
from music_core.score import Note, Score, Track

MODEL = "pop"
NOTES = 50_000
_IDLE_S = 5.0
_RECORD_S = 10.0
_SETTLE_S = 1.0
_FILE_BYTES = 1_000_000
_TUNE = (64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 64, 62, 62, 60)


def melody(bars: int) -> Score:
    """Quarter notes for so many bars."""
    notes = tuple(Note(i * 480, _TUNE[i % len(_TUNE)], 470, 90) for i in range(bars * 4))
    return Score((Track("Melody", notes, role="melody"),))


def big_midi(folder: Path) -> Path:
    """A MIDI file of a megabyte or a little more."""
    path, notes = folder / "big.mid", NOTES
    while not path.exists() or path.stat().st_size < _FILE_BYTES:
        write_midi(long_song(notes), path)
        notes = notes * 5 // 4
    return path


@dataclass(frozen=True)
class Scenarios:
    """What a musician does, each until it is over; every one begins with an idle window."""

    studio: RunningStudio
    folder: Path

    def idle(self) -> None:
        """Nothing at all."""
        self.rest(_IDLE_S)

    def record(self) -> None:
        """Ten seconds of two hands, a chord and a run each half second, then Stop."""
        session, hub = self.studio.session, self.studio.hub
        session.change_settings(count_in_bars=0)
        session.set_count_in(0)
        session.record()
        ended = threading.Event()

        def play() -> None:
            until_s, beat = time.perf_counter() + _RECORD_S, 0
            while time.perf_counter() < until_s:
                for pitch in (48, 55, 60 + beat % 12):
                    hub.send(NoteMessage(time.perf_counter(), pitch, 90))
                time.sleep(0.07)
                for pitch in (48, 55, 60 + beat % 12):
                    hub.send(NoteMessage(time.perf_counter(), pitch, 0))
                time.sleep(0.03)
                beat += 1
            ended.set()

        threading.Thread(target=play, daemon=True).start()
        wait(ended.is_set)
        session.stop()
        self.rest(_SETTLE_S)

    def generate(self, bars: int) -> None:
        """Three takes; the first of them begins to play."""
        session = self.studio.session
        before = len(session.takes)
        session.generate(MODEL, 7, 3)
        wait(lambda: not session.is_generating)
        if len(session.takes) <= before:
            raise RuntimeError(f"{MODEL} wrote nothing for {bars} bars")
        self.rest(_SETTLE_S)
        session.stop()

    def save(self) -> None:
        """Save, edit, autosave, edit, save again."""
        session = self.studio.session
        session.save(self.folder / "big.tutti")
        wait(lambda: not session.is_dirty)
        session.set_tempo(100)
        self.rest(_SETTLE_S)
        session.autosave()
        self._job_over(lambda: any(self.folder.rglob("recovery/*.tutti")))
        session.set_tempo(110)
        session.save()
        wait(lambda: not session.is_dirty)

    def render(self) -> None:
        """A WAV of a song of two minutes."""
        order = ExportOrder(self.folder, "song", ("wav",))
        self.studio.outlets.exports.export(self.studio.session.score, order)
        wait(lambda: not self.studio.outlets.exports.is_running)
        if not order.file("wav").is_file():
            raise RuntimeError("Nothing was rendered.")

    def open_midi(self) -> None:
        """Import a file of a megabyte."""
        self._open(self.folder / "big.mid")

    def open_project(self) -> None:
        """Open the project of 50,000 notes that was saved."""
        self._open(self.folder / "big.tutti")

    def play(self) -> None:
        """The long song plays, the playhead moves."""
        self.studio.session.play()
        self.rest(_IDLE_S)
        self.studio.session.stop()

    def _open(self, path: Path) -> None:
        before = self.studio.session.score
        self.studio.window.files.open_path(path)
        wait(lambda: self.studio.session.score is not before)
        self.rest(_SETTLE_S)

    def _job_over(self, condition: Callable[[], object]) -> None:
        wait(condition)
        self.rest(_SETTLE_S)

    def rest(self, seconds: float) -> None:
        """Let the studio do as it likes."""
        until_s = time.monotonic() + seconds
        wait(lambda: time.monotonic() > until_s)


def run(folder: Path, wanted: tuple[str, ...]) -> list[dict[str, Any]]:
    """Every scenario's figures."""
    thread_habits()
    qt = QApplication(["tutti"])
    studio = build(qt, app_paths(folder / "home"))
    studio.window.resize(1280, 800)
    studio.window.show()
    studio.start()
    wait(lambda: studio.sound.is_ready)
    session, does = studio.session, Scenarios(studio, folder)
    session.change_settings(autosave_s=0)
    steps: dict[str, tuple[Score | None, Callable[[], None]]] = {
        "idle": (None, does.idle),
        "recording 10 s, 30 notes a second": (melody(8), does.record),
        f"generating 3 takes with {MODEL}, 8 bars": (melody(8), lambda: does.generate(8)),
        f"generating 3 takes with {MODEL}, 32 bars": (melody(32), lambda: does.generate(32)),
        "rendering a WAV": (melody(60), does.render),
        "saving and autosaving 50,000 notes": (long_song(NOTES), does.save),
        "playing 50,000 notes": (long_song(NOTES), does.play),
        "opening a MIDI file of 1 MB": (None, does.open_midi),
        "opening a project of 50,000 notes": (None, does.open_project),
    }
    rows = []
    for name, (score, act) in steps.items():
        if wanted and not any(word in name for word in wanted):
            continue
        if act == does.open_midi:
            big_midi(folder)
        if act == does.open_project:
            studio.store.save(Project("big", long_song(NOTES)), folder / "big.tutti")
        session.new()
        if score is not None:
            session.edit("Benchmark", score)
        does.rest(_SETTLE_S * 2)
        watchdog = Watchdog()
        act()
        watchdog.close()
        rows.append({"while": name, **figures(watchdog.take())})
    studio.shutdown()
    return rows


def main() -> None:
    """Run in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="tutti-stalls-") as folder:
        print(json.dumps(run(Path(folder), tuple(sys.argv[1:]))), flush=True)
    # The C threads of the sound are of no further interest.
    os._exit(0)


if __name__ == "__main__":
    main()
