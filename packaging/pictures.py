"""Takes the pictures of the studio in `docs/images`: `python packaging/pictures.py [FOLDER] [--size 1280x800]`.

The real window without a display: a sample melody, a band from a shipped model, a free take. Each region is cut out of
the window, light and dark. Where sound can be played the pictures show it; `--jack` starts a JACK server that plays to
nobody, for a computer without a sound card.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the studio is beside this folder, which is no package
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["LANGUAGE"] = "en"

from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.roll_speed import NoPorts
from desktop_app import app
from desktop_app.library.shelf.entry import Entry
from desktop_app.paths import app_paths
from music_core.performance import NoteMessage
from tests.jack_server import jack_server

_FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
_PATIENCE_S = 90.0
_CALM_FRAMES = 1024  # a period that a busy computer keeps up with
_CLOSER = 2.8
THEMES = ("light", "dark")
# A free take of a tune that everybody knows, as unevenly as a beginner plays: pitches, beats, force, seconds.
_TUNE = (64, 62, 60, 62, 64, 64, 64, 62, 62, 62, 64, 67, 67, 64, 62, 60, 62, 64, 64, 64, 64, 62, 62, 64, 62, 60)
_LASTS = (1, 1, 1, 1, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4)
_FORCES = (100, 72, 86, 72)
_BEATS_S = (0.46, 0.5, 0.43, 0.48, 0.45, 0.52, 0.47)


class Photographer:
    """Leads the studio through its regions and keeps a picture of each."""

    def __init__(self, qt: QApplication, running: app.RunningStudio, folder: Path) -> None:
        self._qt, self._running, self._folder = qt, running, folder
        self._window, self._session = running.window, running.session

    def wait(self, condition: Callable[[], object], least_s: float = 0.0) -> None:
        """Let the studio work until the condition holds."""
        began_s = time.monotonic()
        while time.monotonic() - began_s < least_s or not condition():
            if time.monotonic() - began_s > _PATIENCE_S:
                raise TimeoutError("The studio did not get there.")
            self._qt.processEvents()
            time.sleep(0.005)

    def rest(self, seconds: float = 0.3) -> None:
        """Let everything be laid out and drawn."""
        self.wait(lambda: True, seconds)

    def prepare(self) -> None:
        """A saved piece with three takes, the second starred, the bass chosen, bars looped."""
        self.wait(lambda: self._running.sound.is_ready)
        self._window.generate_panel.generate()
        self.wait(lambda: len(self._session.takes) > 2 and not self._session.is_generating)
        self._session.stop()
        self._session.star_take(1)
        self._session.save(self._running.window.files._projects / "An evening's work.tutti")
        self._running.shelf.star(self._melody("Greensleeves"), True)
        self._session.select_track(1)
        self._session.set_loop((0, 4 * 1920))
        self._session.seek(2 * 1920)
        self.rest(8.5)  # sentences in the status line have passed by then

    def take_all(self, theme: str) -> None:
        """A picture of every region in one appearance."""
        window, centre = self._window, self._window.arrangement
        window.shell.set_appearance(theme)
        self.rest()
        self._running.sound.retry()  # drop-outs are counted from here on: until now the computer was busy
        self.wait(lambda: self._running.sound.is_ready, 0.5)
        self._session.play()
        self.rest(2.5)  # so that meters stand and keys are lit
        self._keep(theme, "studio", window)
        for name, first, last in (
            ("transport", window.transport, window.transport),
            ("tracks", centre.strips, centre.lanes),
            ("generate", window.generate_panel, window.generate_panel),
            ("library", window.library, window.library),
            ("piano", window.bottom, window.bottom),
        ):
            self._keep(theme, name, window, first, last)
        centre.axis.set_scale(centre.axis.scale.zoomed(_CLOSER, 0))
        self.rest()
        self._keep(theme, "chord-lane", window, centre.chords, centre.ruler)
        self._keep(theme, "piano-roll", window, centre.roll_panel, centre.roll_panel)
        centre.fit()
        window.bottom.show_page(1)
        self.rest()
        self._keep(theme, "mixer", window, window.bottom, window.bottom)
        window.bottom.show_page(0)
        self._session.stop()
        self._take_dialogs(theme)

    def take_recording(self) -> None:
        """A free take and the bar that asks what to do with it."""
        self._session.new()
        self._session.change_settings(record_mode="free")
        self._session.record()
        starts = itertools.accumulate(_LASTS, initial=0)
        for beat_s, pitch, beats, start in zip(itertools.cycle(_BEATS_S), _TUNE, _LASTS, starts, strict=False):
            lasts_s = beat_s * beats
            self._running.hub.send(NoteMessage(time.perf_counter(), pitch, _FORCES[start % 4]))
            self.rest(lasts_s * 0.8)
            self._running.hub.send(NoteMessage(time.perf_counter(), pitch, 0))
            self.rest(lasts_s * 0.2)
        self._session.stop()
        self.wait(self._window.record_commands.bar.isVisible, 9.0)
        self._window.arrangement.fit()
        for theme in THEMES:
            self._window.shell.set_appearance(theme)
            self.rest()
            self._keep(theme, "recording-bar", self._window)

    def _take_dialogs(self, theme: str) -> None:
        window, shell = self._window, self._window.shell
        window.export.open()
        assert window.export.dialog is not None
        self._keep_and_close(theme, "export", window.export.dialog)
        window.actions_table["sound_check"].trigger()
        self.rest(1.5)  # it measures for a second
        self._running.window._studio.sound.test_tone()
        self._keep_and_close(theme, "sound-check", window.transport_commands._page)
        shell.open_palette()
        assert shell._palette is not None
        shell._palette.field.setText("note")
        self._keep_and_close(theme, "palette", shell._palette)
        sheet = shell.open_sheet()
        self._keep_and_close(theme, "shortcuts", sheet)

    def _melody(self, title: str) -> Entry:
        rows = self._window.library.rows
        self.wait(lambda: rows.entries)
        return next(entry for entry in rows.entries if entry.title == title)

    def _keep_and_close(self, theme: str, name: str, dialog: QWidget | None, seconds: float = 0.3) -> None:
        assert dialog is not None
        self.rest(seconds)
        self._keep(theme, name, dialog)
        dialog.close()
        self.rest(0.1)

    def _keep(
        self, theme: str, name: str, window: QWidget, first: QWidget | None = None, last: QWidget | None = None
    ) -> None:
        """Save what lies between the corners of two widgets, or all of the window."""
        picture, ratio = window.grab().toImage(), window.devicePixelRatio()
        if first is not None and last is not None:
            corner = first.mapTo(window, QPoint())
            end = last.mapTo(window, QPoint(last.width(), last.height()))
            place = QRectF(QPointF(corner) * ratio, QPointF(end) * ratio).toRect()
            picture = picture.copy(place)
        path = self._folder / f"{name}-{theme}.png"
        picture.save(str(path))
        _make_small(path)


def _make_small(path: Path) -> None:
    """Few colours are enough for a user interface; without Pillow the file stays larger."""
    try:
        from PIL import Image
    except ImportError:
        return
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=_FOLDER)
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--jack", action="store_true", help="play into a JACK server of its own, which nobody hears")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    width, height = map(int, options.size.split("x"))
    with tempfile.TemporaryDirectory() as home, jack_server(_CALM_FRAMES) if options.jack else nullcontext():
        qt = QApplication([])
        paths = replace(app_paths(Path(home)), exports=Path("Music", "Tutti", "Exports"))  # it is to be read in one
        running = app.build(qt, paths, port_source=NoPorts())
        running.window.resize(width, height)
        running.window.show()
        running.start()
        photographer = Photographer(qt, running, options.folder)
        photographer.prepare()
        for theme in THEMES:
            photographer.take_all(theme)
        photographer.take_recording()
        running.shutdown()


if __name__ == "__main__":
    main()
