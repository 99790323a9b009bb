"""Tempo by tapping, meters of real sound, what the sound costs, silence, and the Sound check page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop_app import app
from desktop_app.audio import fluid_synth
from desktop_app.audio.drivers import OutputChoice
from desktop_app.audio.fluid_bindings import FluidBindings
from desktop_app.audio.level_twin import LevelTwin
from desktop_app.audio.levels import to_amplitude, to_db
from desktop_app.audio.recording_synth import RecordingSynth
from desktop_app.audio.synth import AUDITION_CHANNEL
from desktop_app.paths import AppPaths
from desktop_app.ui.transport.meter import Meter
from desktop_app.ui.transport.sound_check import SoundCheckPage
from music_core.performance import NoteMessage
from music_core.soundfonts import find_soundfont
from tests.ui.conftest import Desk, NoOutputs, NoPorts, finish

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


def test_the_tempo_is_tapped(desk: Desk) -> None:
    transport = desk.window.transport
    now_s = [50.0]
    transport.tap._clock = lambda: now_s[0]
    for _ in range(5):
        QTest.mouseClick(transport.tap, LEFT)
        now_s[0] += 0.625
    assert transport.tempo.value() == 96
    assert desk.session.score.bpm == pytest.approx(96, abs=0.01)
    desk.session.undo()
    assert desk.session.score.bpm == pytest.approx(112, abs=0.01)  # all taps are one step


def test_a_tempo_with_a_tenth_is_shown_and_typed(desk: Desk) -> None:
    tempo = desk.window.transport.tempo
    assert tempo.text() == "112"
    QTest.mouseDClick(tempo.lineEdit(), LEFT, pos=QPoint(10, 10))
    QTest.keyClicks(tempo, f"92{tempo.locale().decimalPoint()}5")
    QTest.keyClick(tempo, Qt.Key.Key_Return)
    assert desk.session.score.bpm == pytest.approx(92.5, abs=0.01)
    assert tempo.text() == f"92{tempo.locale().decimalPoint()}5"


def test_another_tempo_is_heard_while_playing(desk: Desk) -> None:
    tempo = desk.window.transport.tempo
    desk.session.set_tempo(60)
    QTest.mouseClick(desk.window.transport.play, LEFT)
    desk.wait(lambda: len(desk.synth.notes_on(0)) >= 2)
    slow_s = desk.synth.notes_on(0)[1][0] - desk.synth.notes_on(0)[0][0]
    before = len(desk.synth.notes_on(0))
    tempo.setValue(240)
    desk.wait(lambda: len(desk.synth.notes_on(0)) >= before + 4)
    times_s = [at_s for at_s, _ in desk.synth.notes_on(0)]
    fast_s = times_s[-1] - times_s[-2]
    desk.session.stop()
    assert slow_s == pytest.approx(1.0, abs=0.02)
    assert fast_s == pytest.approx(0.25, abs=0.02)


def test_the_silence_button_and_its_key(desk: Desk) -> None:
    for act in (
        lambda: QTest.mouseClick(desk.window.transport.panic, LEFT),
        lambda: QTest.keyClick(desk.window.arrangement.roll, Qt.Key.Key_Period, CTRL),
    ):
        desk.running.hub.send(NoteMessage(0.0, 60, 90))
        assert desk.synth.sounding
        act()
        assert not desk.synth.sounding


def test_metronome_and_count_in_are_chosen_from_their_menus(desk: Desk) -> None:
    transport, menu = desk.window.transport, QMenu()
    transport.fill_count_in_menu(menu)
    next(action for action in menu.actions() if action.text() == "2 bars of clicks").trigger()
    assert desk.session.count_in == 2
    assert "2 bars" in transport.count_in.toolTip()
    clicks = QMenu()
    transport.fill_metronome_menu(clicks)
    clicks.actions()[1].trigger()
    assert not desk.session.settings.click_while_recording


@dataclass
class Outputs:
    """Outputs that can be asked for, with a twin that really renders."""

    synth: RecordingSynth
    asked: list[OutputChoice] = field(default_factory=list)

    def open(self, font: Path | None, choice: OutputChoice, _loaded: object) -> object:
        self.asked.append(choice)
        bindings = FluidBindings(fluid_synth._load_library())
        bindings.hush()
        twin = LevelTwin(bindings)
        twin.load_soundfont(font)
        twin.synth.wait_for_soundfont(30)
        return fluid_synth.OpenedSynth(RecordingSynth(time.perf_counter), "jack", "Sound through JACK.", twin)


@pytest.fixture
def sounding(qapp: QApplication, qtbot: QtBot, paths: AppPaths) -> Iterator[tuple[app.RunningStudio, Outputs]]:
    """The studio with real levels."""
    if find_soundfont(None) is None:
        pytest.skip("no SoundFont is installed")
    try:
        fluid_synth._load_library()
    except ImportError:
        pytest.skip("FluidSynth is not installed")
    outputs = Outputs(RecordingSynth(time.perf_counter))
    running = app.build(qapp, paths, open_sound=outputs.open, port_source=NoPorts(), output_source=NoOutputs())
    running.window.show()
    running.start()
    qtbot.waitUntil(lambda: running.sound.is_ready, timeout=20_000)
    yield running, outputs
    finish(qapp, running)


def test_the_meter_shows_how_loud_the_sound_is(sounding, qtbot: QtBot) -> None:
    running, _ = sounding
    meter, vitals = running.window.transport.meter, running.window.transport.vitals
    meter.describe()
    assert meter.accessibleDescription() == "silent"
    QTest.mouseClick(running.window.transport.play, LEFT)
    qtbot.waitUntil(lambda: to_db(max(meter.peak)) > -30, timeout=20_000)
    meter.describe()
    assert meter.accessibleDescription().endswith("dB")
    image = meter.grab().toImage()
    low, high = (image.pixelColor(2, y).name() for y in (image.height() - 3, 1))
    assert (low, high) == (running.theme.palette.ok, running.theme.palette.line_soft)
    running.session.stop()
    qtbot.waitUntil(lambda: max(meter.peak) == 0.0, timeout=20_000)
    qtbot.waitUntil(lambda: running.watch.vitals.cpu > 0, timeout=20_000)
    vitals.refresh()
    assert vitals.processor.text().startswith("CPU ")
    assert "drop-out" in vitals.toolTip()


def test_an_overload_stays_lit_until_it_is_clicked(desk: Desk) -> None:
    meter = Meter(desk.running.theme, "Level")
    meter.show_peak((1.2, 0.1))
    meter.show_peak((0.0, 0.0))
    meter.describe()
    assert meter.overloaded
    assert "too loud" in meter.accessibleDescription()
    red = desk.running.theme.palette.record
    meter.resize(12, 38)
    assert meter.grab().toImage().pixelColor(2, 0).name() == red
    QTest.mouseClick(meter, LEFT)
    assert not meter.overloaded
    assert meter.grab().toImage().pixelColor(2, 0).name() != red


def test_a_meter_is_painted_where_a_pixel_changes(desk: Desk) -> None:
    meter = Meter(desk.running.theme, "Level")
    meter.resize(12, 38)
    meter.grab()  # tells it its size
    meter.show_peak((0.5, 0.5))
    drawn = meter._drawn
    meter.show_peak((0.5 * to_amplitude(-0.2), 0.5 * to_amplitude(-0.2)))
    assert meter._drawn is drawn
    meter.show_peak((0.5 * to_amplitude(-3.0), 0.5))
    assert meter._drawn[1] == drawn[1] - 2
    assert meter._drawn[2:] == drawn[2:]


def test_what_moves_while_music_plays_paints_its_whole_ground(desk: Desk) -> None:
    """So that nothing below it is painted anew with it."""
    transport, centre = desk.window.transport, desk.window.arrangement
    strip = centre.strips.strips[0]
    figures, meters = (transport.position, transport.time), (transport.meter, strip.meter)
    for part in (*figures, *meters, centre.roll, centre.ruler, centre.lanes):
        assert part.testAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        picture = QImage(part.size(), QImage.Format.Format_RGB32)
        picture.fill(QColor("#ff00ff"))
        part.render(picture, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
        left = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
        assert "#ff00ff" not in left, part


def test_the_sound_check_page(sounding, qtbot: QtBot) -> None:
    running, outputs = sounding
    window = running.window
    QTest.mouseClick(window.transport.vitals, LEFT)
    (page,) = [widget for widget in window.findChildren(SoundCheckPage) if widget.isVisible()]
    qtbot.waitUntil(lambda: page.driver.count() >= 1 and page.latency.text().startswith("A key sounds"), timeout=20_000)
    page.buffer.setCurrentIndex(page.buffer.findData(512))
    page.buffer.activated.emit(page.buffer.currentIndex())
    qtbot.waitUntil(lambda: len(outputs.asked) == 2 and running.sound.is_ready, timeout=20_000)
    assert outputs.asked[-1].period_frames == 512
    assert running.session.settings.audio_period == 512
    opened = running.sound.synth
    assert isinstance(opened, RecordingSynth)
    QTest.mouseClick(page.tone, LEFT)
    qtbot.waitUntil(lambda: len(opened.notes_on(AUDITION_CHANNEL)) == 3, timeout=20_000)
    qtbot.waitUntil(lambda: page.state.text() == "Sound through JACK.", timeout=20_000)
    page.close()
