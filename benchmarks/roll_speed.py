"""How quick the piano roll is among very many notes: `python -m benchmarks.roll_speed [--notes N] [--rounds N]`.

The real window, offscreen, at 1280x800, the notes over ten tracks of a song of 400 bars. A frame is the roll's; below
it stands the same for all that is drawn along time: roll, arrangement, velocity lane, ruler and chord lane. Beside them
the naive way: a rectangle for each note in every frame, an edit that looks at all notes of its track. Milliseconds of
the processor, as another program's work is not the roll's (`--wall` for the clock's).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app import app
from desktop_app.audio.synth import NullSynth
from desktop_app.devices.port_choice import Port
from desktop_app.devices.rtmidi_ports import OpenPort
from desktop_app.note_edits.edited import Edited
from desktop_app.note_edits.shapes import moved
from desktop_app.paths import app_paths, resources_folder
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.piano_roll.painting import note_rectangle
from music_core.score import Note, Score, Track, without_overlaps

TARGETS_MS = {
    "whole song, p50": 8.0,
    "pan, p50": 2.0,
    "zoom sweep, p95": 10.0,
    "edit, p50": 16.0,
}
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


def drawn_parts(window: MainWindow) -> Sequence[QWidget]:
    """What is drawn along time."""
    centre = window.arrangement
    return [centre.roll, centre.lanes, centre.roll_panel.velocities, centre.ruler, centre.chords]


def frame(parts: Sequence[QWidget]) -> Callable[[], None]:
    """Paints them as Qt does for a frame, into pictures that are kept."""
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


def measure(window: MainWindow, notes: int, rounds: int, wall: bool = False) -> dict[str, float]:
    """All figures, in milliseconds."""
    window.session.edit("Song", long_song(notes))
    arrangement, session = window.arrangement, window.session
    figures: dict[str, float] = {"notes": notes}
    for suffix, parts in (("", (arrangement.roll,)), (", all that is drawn", drawn_parts(window))):
        watches = _frames(window, frame(parts), rounds)
        figures |= {
            f"whole song, p50{suffix}": watches[0].at(0.5, wall),
            f"pan, p50{suffix}": watches[1].at(0.5, wall),
            f"zoom sweep, p95{suffix}": watches[2].at(0.95, wall),
        }
    arrangement.fit()
    edits, paint = Stopwatch(), frame((arrangement.roll,))
    for number in range(rounds):
        _edit_one(window, edits, paint, number)
    naive, naive_one, every = Stopwatch(), Stopwatch(), Stopwatch()
    naive.time(naive_frame(window))
    naive_one.time(lambda: naive_edit(session.score))
    own = session.score.tracks[0].notes
    every.time(lambda: moved(Edited(own, frozenset(own)), 120, 1))
    return figures | {
        "edit, p50": edits.at(0.5, wall),
        "naive: a rectangle for each note, whole song or pan": naive.at(0.5, wall),
        "naive: an edit that looks at all of its track, no frame": naive_one.at(0.5, wall),
        f"all {len(own)} notes of a track moved, no frame": every.at(0.5, wall),
    }


def _frames(window: MainWindow, paint: Callable[[], None], rounds: int) -> tuple[Stopwatch, Stopwatch, Stopwatch]:
    """The whole song drawn anew; scrolled by 24 pixels a frame; zoomed in step by step and out again."""
    arrangement, axis = window.arrangement, window.arrangement.axis
    whole, pan, zoom = Stopwatch(), Stopwatch(), Stopwatch()
    arrangement.fit()
    paint()
    for _ in range(rounds):
        arrangement.roll.redraw()
        arrangement.lanes.redraw()
        arrangement.roll_panel.velocities.redraw()
        whole.time(paint)
    for factor in (1.15, 1 / 1.15):
        for _ in range(rounds):
            axis.set_scale(axis.scale.zoomed(factor, axis.width_px / 2))
            zoom.time(paint)
    axis.set_scale(axis.scale.zoomed(4.0, 0))
    paint()
    for _ in range(rounds):
        axis.set_scale(axis.scale.scrolled(24))
        pan.time(paint)
    return whole, pan, zoom


def _edit_one(window: MainWindow, watch: Stopwatch, paint: Callable[[], None], number: int) -> None:
    """A note chosen and moved by a semitone, to the frame that shows it."""
    editor, commands = window.arrangement.editor, window.arrangement.notes
    notes = editor.notes()
    editor.choose(frozenset({notes[(number * 37 + 11) % len(notes)]}))

    def edit() -> None:
        commands.transpose(1 if number % 2 else -1)
        paint()

    watch.time(edit)


class NoPorts:
    """A computer without any MIDI input."""

    def ports(self) -> list[Port]:
        """None."""
        return []

    def open(self, port: Port) -> OpenPort:
        """There is none to open."""
        raise OSError(f"There is no port {port}.")

    def close(self) -> None:
        """Nothing to close."""


@dataclass(frozen=True)
class NoSound:
    """A sound output that nobody hears."""

    synth: NullSynth
    driver: str = "none"
    sentence: str = "No sound."
    is_silent: bool = True


def build_window(folder: Path) -> app.RunningStudio:
    """The studio without a sound card, its window at its usual size."""
    qt = QApplication.instance() or QApplication([])
    assert isinstance(qt, QApplication)
    paths = replace(app_paths(folder), resources=resources_folder())
    running = app.build(qt, paths, open_sound=lambda *_: NoSound(NullSynth()), port_source=NoPorts())
    running.window.show()
    for _ in range(20):
        qt.processEvents()
    return running


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--wall", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        running = build_window(Path(folder))
        figures = measure(running.window, options.notes, options.rounds, options.wall)
        running.shutdown()
        if options.json:
            print(json.dumps(figures, indent=2))
        for name, value in () if options.json else figures.items():
            target = f"   (at most {TARGETS_MS[name]:g})" if name in TARGETS_MS else ""
            print(f"{name:55s} {value:10.2f}{target}")


if __name__ == "__main__":
    main()
