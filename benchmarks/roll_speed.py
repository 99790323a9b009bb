"""How quick the piano roll is among very many notes: `python -m benchmarks.roll_speed [--notes N] [--rounds N] [--json]`.

The real window, offscreen, at 1280x800, with the notes over ten tracks of a long song. A frame is what Qt asks of roll,
arrangement, velocity lane, ruler and chord lane after the view moved. Beside each figure stands the naive way in the same
widget size: a rectangle for each note on every frame, and edits that sort and check all notes of a track. Times are of
the processor (the clock's beside them on request), as another program's work is not the roll's.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.note_edits.edited import Edited
from desktop_app.note_edits.shapes import moved
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.piano_roll.painting import note_rectangle
from music_core.score import Note, Score, Track, without_overlaps

TARGETS_MS = {"whole song, p50": 8.0, "pan, p50": 2.0, "zoom sweep, p95": 10.0, "edit, p50": 16.0}
_TRACKS = 10
_BARS = 400


def long_song(notes: int, tracks: int = _TRACKS, seed: int = 1) -> Score:
    """So many notes, evenly over the tracks, in 400 bars."""
    draw = random.Random(seed)
    parts = []
    for number in range(tracks):
        count = notes // tracks
        step = _BARS * 1920 // count
        pitches = [36 + number * 4 + draw.randrange(12) for _ in range(count)]
        own = (Note(i * step, p, max(1, step - 2), 40 + draw.randrange(80)) for i, p in enumerate(pitches))
        role = "melody" if number == 0 else "other"
        parts.append(Track(f"Part {number + 1}", tuple(own), role=role))
    return Score(tuple(parts))


class Stopwatch:
    """Collects milliseconds, of the processor and by the clock."""

    def __init__(self) -> None:
        self.busy: list[float] = []
        self.wall: list[float] = []

    def time(self, act: Callable[[], object]) -> None:
        """Run and note the time."""
        wall, busy = time.perf_counter(), time.thread_time()
        act()
        self.busy.append((time.thread_time() - busy) * 1000)
        self.wall.append((time.perf_counter() - wall) * 1000)

    def at(self, share: float, wall: bool = False) -> float:
        """The time that so many of the rounds took at most."""
        values = sorted(self.wall if wall else self.busy)
        return values[min(len(values) - 1, int(share * len(values)))]


def drawn_parts(window: MainWindow) -> list[QWidget]:
    """What is drawn along time."""
    centre = window.arrangement
    return [centre.roll, centre.lanes, centre.roll_panel.velocities, centre.ruler, centre.chords]


def frame(window: MainWindow) -> Callable[[], None]:
    """Paints all of them as Qt does for a frame, into pictures that are kept."""
    parts = drawn_parts(window)
    pictures = [QPixmap(part.size()) for part in parts]

    def paint() -> None:
        for part, picture in zip(parts, pictures, strict=True):
            part.render(picture, sourceRegion=QRect(0, 0, part.width(), part.height()))

    return paint


def naive_frame(window: MainWindow) -> Callable[[], None]:
    """A rectangle for each note in the roll, none left out."""
    roll, axis, content = window.arrangement.roll, window.arrangement.axis, window.arrangement.content
    picture = QPixmap(roll.size())
    colour = QColor("#88aaff")

    def paint() -> None:
        painter = QPainter(picture)
        for track in content.score.tracks:
            for note in track.notes:
                painter.fillRect(note_rectangle(note, axis.scale, roll.pitch), colour)
        painter.end()

    return paint


def naive_edit(score: Score) -> Score:
    """One note moved by exchanging all of a track's notes and mending overlaps throughout."""
    track = score.tracks[0]
    old = track.notes[len(track.notes) // 2]
    notes = without_overlaps(replace(note, pitch=note.pitch + 1) if note == old else note for note in track.notes)
    return score.with_track(0, replace(track, notes=tuple(sorted(notes))))


def measure(window: MainWindow, notes: int, rounds: int) -> dict[str, Any]:
    """All figures, in milliseconds of the processor."""
    arrangement, session = window.arrangement, window.session
    session.edit("Song", long_song(notes))
    axis, paint, naive = arrangement.axis, frame(window), naive_frame(window)
    watches = {name: Stopwatch() for name in ("whole", "pan", "zoom", "edit", "naive frame", "naive edit", "all")}
    arrangement.fit()
    paint()
    for _ in range(rounds):
        arrangement.roll.redraw()
        arrangement.lanes.redraw()
        arrangement.roll_panel.velocities.redraw()
        watches["whole"].time(paint)
    watches["naive frame"].time(naive)
    _zoom_and_pan(window, paint, watches, rounds)
    arrangement.fit()
    for number in range(rounds):
        _edit_one(window, watches["edit"], paint, number)
    watches["naive edit"].time(lambda: naive_edit(session.score))
    own = session.score.tracks[0].notes
    watches["all"].time(lambda: moved(Edited(own, frozenset(own)), 120, 1))
    return {
        "notes": notes,
        "whole song, p50": watches["whole"].at(0.5),
        "whole song, a rectangle for each note": watches["naive frame"].at(0.5),
        "pan, p50": watches["pan"].at(0.5),
        "zoom sweep, p95": watches["zoom"].at(0.95),
        "edit, p50": watches["edit"].at(0.5),
        "edit by sorting and checking all": watches["naive edit"].at(0.5),
        f"all {len(own)} notes of a track moved, no frame": watches["all"].at(0.5),
    }


def _zoom_and_pan(
    window: MainWindow, paint: Callable[[], None], watches: dict[str, Stopwatch], rounds: int
) -> None:
    axis = window.arrangement.axis
    for factor in (1.15, 1 / 1.15):
        for _ in range(rounds):
            axis.set_scale(axis.scale.zoomed(factor, axis.width_px / 2))
            watches["zoom"].time(paint)
    axis.set_scale(axis.scale.zoomed(4.0, 0))
    paint()
    for _ in range(rounds):
        axis.set_scale(axis.scale.scrolled(24))
        watches["pan"].time(paint)


def _edit_one(window: MainWindow, watch: Stopwatch, paint: Callable[[], None], number: int) -> None:
    """A note chosen and moved by a semitone, to the frame that shows it."""
    editor, commands = window.arrangement.editor, window.arrangement.notes
    notes = editor.notes()
    editor.choose(frozenset({notes[(number * 37 + 11) % len(notes)]}))

    def edit() -> None:
        commands.transpose(1 if number % 2 else -1)
        paint()

    watch.time(edit)


def build_window(folder: Path) -> Any:
    """The studio without a sound card, its window at its usual size."""
    from desktop_app import app
    from desktop_app.audio.synth import NullSynth
    from desktop_app.paths import app_paths, resources_folder
    from tests.ui.conftest import NoPorts, OpenedSound

    qt = QApplication.instance() or QApplication([])
    paths = replace(app_paths(folder), resources=resources_folder())
    running = app.build(qt, paths, open_sound=lambda *_: OpenedSound(NullSynth()), port_source=NoPorts())
    running.window.show()
    for _ in range(20):
        qt.processEvents()
    return running


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        running = build_window(Path(folder))
        figures = measure(running.window, options.notes, options.rounds)
        running.shutdown()
        if options.json:
            print(json.dumps(figures, indent=2))
        for name, value in () if options.json else figures.items():
            target = f"   (at most {TARGETS_MS[name]:g})" if name in TARGETS_MS else ""
            print(f"{name:55s} {value:10.2f}{target}")


if __name__ == "__main__":
    main()
