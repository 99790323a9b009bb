"""The Mixer tab, judged by the score, the settings and what the synth was told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop_app.audio.levels import GROUPS, Levels
from desktop_app.audio.scheduler import assign_channels
from desktop_app.audio.synth import AUDITION_CHANNEL
from desktop_app.ui.bottom import MIXER, PIANO
from desktop_app.ui.studio import OutputChanged
from music_core.score import Note, Score, Track
from tests.ui.conftest import Desk

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def mixer(desk: Desk) -> Desk:
    """Two tracks and the open mixer."""
    notes = (Note(0, 60, 480), Note(480, 64, 480))
    desk.session.edit("Two", Score((Track("One", notes, role="melody"), Track("Two", notes, program=33, role="bass"))))
    desk.window.actions_table["mixer"].trigger()
    desk.wait(lambda: len(desk.window.mixer.strips) == 2)
    return desk


def test_the_tabs_turn_by_click_and_by_key(desk: Desk) -> None:
    bottom, roll = desk.window.bottom, desk.window.arrangement.roll
    assert bottom.page == PIANO
    QTest.mouseClick(bottom.bar, LEFT, pos=bottom.bar.tabRect(MIXER).center())
    assert bottom.page == MIXER and desk.window.mixer.isVisible() and not desk.window.piano.isVisible()
    assert desk.window.actions_table["mixer"].isChecked()
    QTest.keyClick(roll, Qt.Key.Key_3, CTRL)
    assert desk.window.piano.isVisible()
    QTest.keyClick(roll, Qt.Key.Key_3, CTRL)
    assert bottom.page is None and not desk.window.piano.isVisible()
    QTest.mouseClick(bottom.bar, LEFT, pos=bottom.bar.tabRect(PIANO).center())
    assert bottom.page == PIANO


def test_the_chosen_track_stays_in_sight_when_the_mixer_takes_its_room(desk: Desk) -> None:
    desk.session.edit("Many", Score(tuple(Track(f"Part {number}") for number in range(6))))
    desk.window.resize(1024, 700)
    desk.session.select_track(5)
    desk.window.bottom.show_page(PIANO)
    desk.window.bottom.show_page(MIXER)
    strip = desk.window.arrangement.strips.strips[5]
    desk.wait(lambda: strip.visibleRegion().boundingRect().height() == strip.height())
    assert desk.window.bottom.page == MIXER


def test_a_fader_speaks_decibels_and_is_heard(mixer: Desk) -> None:
    strip = mixer.window.mixer.strips[1]
    assert strip.level.text() == "−4.2"
    top, foot = QPoint(strip.fader.width() // 2, 2), QPoint(strip.fader.width() // 2, strip.fader.height() - 2)
    QTest.mouseClick(strip.fader, LEFT, pos=top)
    assert (mixer.session.score.tracks[1].volume, strip.level.text()) == (127, "0.0")
    QTest.mouseClick(strip.fader, LEFT, pos=foot)
    assert (mixer.session.score.tracks[1].volume, strip.level.text()) == (0, "−∞")
    QTest.mouseDClick(strip.fader, LEFT, pos=foot)
    assert mixer.session.score.tracks[1].volume == 100
    QTest.mouseDClick(strip.level, LEFT)
    QTest.keyClicks(strip.level, "-12")
    QTest.keyClick(strip.level, Qt.Key.Key_Return)
    assert (mixer.session.score.tracks[1].volume, strip.level.text()) == (64, "−11.9")
    channel = assign_channels(mixer.session.score.tracks)[1]
    mixer.wait(lambda: mixer.running.player and (channel, 7) in _controls(mixer) and _controls(mixer)[channel, 7] == 64)


def test_knobs_and_buttons_act_on_their_track_and_undo_leaves_them(mixer: Desk) -> None:
    one, two = mixer.window.mixer.strips
    two.pan.setValue(20)
    two.reverb.setValue(90)
    two.chorus.setValue(55)
    QTest.mouseClick(two.mute, LEFT)
    QTest.mouseClick(one.solo, LEFT)
    track = mixer.session.score.tracks[1]
    assert (track.pan, track.reverb, track.chorus, track.muted) == (20, 90, 55, True)
    assert mixer.session.score.tracks[0].soloed
    channel = assign_channels(mixer.session.score.tracks)[1]
    mixer.wait(lambda: _controls(mixer).get((channel, 93)) == 55)
    mixer.session.set_tempo(91)
    mixer.session.undo()
    assert mixer.session.score.tracks[1].chorus == 55
    mixer.session.change_mix(1, chorus=0, pan=64, volume=127)
    assert (two.chorus.value(), two.pan.value(), two.level.text()) == (0, 64, "0.0")
    QTest.mouseClick(two, LEFT, pos=QPoint(60, 9))
    assert mixer.session.selected_track == 1


def test_an_instrument_is_searched_heard_and_taken(mixer: Desk) -> None:
    box = mixer.window.mixer.strips[0].instrument
    box.showPopup()
    popup = box.popup
    assert popup is not None
    QTest.keyClicks(popup.search, "sax")
    QTest.keyClick(popup.search, Qt.Key.Key_Down)
    mixer.wait(lambda: mixer.synth.programs.get(AUDITION_CHANNEL) == (65, 0, False))
    mixer.wait(lambda: mixer.synth.notes_on(AUDITION_CHANNEL))
    assert mixer.session.score.tracks[0].program == 0
    QTest.keyClick(popup.search, Qt.Key.Key_Return)
    assert mixer.session.score.tracks[0].program == 65
    assert box.currentText() == "Alto sax"
    mixer.wait(lambda: not any(channel == AUDITION_CHANNEL for channel, _ in mixer.synth.sounding))


def test_escape_keeps_the_old_instrument_and_drums_have_kits(mixer: Desk) -> None:
    score = mixer.session.score
    mixer.session.edit("Drums", score.with_track(1, replace(score.tracks[1], is_drum=True, program=0, role="drums")))
    box = mixer.window.mixer.strips[1].instrument
    box.showPopup()
    assert box.popup is not None
    QTest.keyClicks(box.popup.search, "brush")
    mixer.wait(lambda: mixer.synth.programs.get(AUDITION_CHANNEL) == (40, 0, True))
    box.popup.close()
    assert mixer.session.score.tracks[1].program == 0


def test_the_master_is_a_setting_and_meters_show_what_sounds(mixer: Desk) -> None:
    master = mixer.window.mixer.master
    QTest.mouseDClick(master.level, LEFT)
    QTest.keyClicks(master.level, "-6 dB")
    QTest.keyClick(master.level, Qt.Key.Key_Return)
    assert mixer.session.settings.master_gain == pytest.approx(0.5, abs=0.01)
    assert mixer.synth.gain == mixer.session.settings.master_gain
    channels = assign_channels(mixer.session.score.tracks)
    groups = tuple((0.5, 0.25) if group == channels[1] else (0.0, 0.0) for group in range(GROUPS))
    mixer.running.watch.levels = Levels((0.5, 0.25), groups)
    mixer.window.mixer.show_levels()
    one, two = mixer.window.mixer.strips
    assert two.meter.levels_db == pytest.approx((-6.0, -12.0), abs=0.05)
    assert one.meter.levels_db == (-60.0, -60.0)
    assert master.meter.levels_db == pytest.approx((-6.0, -12.0), abs=0.05)


def test_a_soundfont_is_tried_and_taken_or_given_back(mixer: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fonts = (Path("/fonts/Small.sf2"), Path("/fonts/Large.sf2"))
    loaded: list[Path] = []
    master = mixer.window.mixer.master
    soundfonts = replace(master._studio.soundfonts, found=lambda: fonts, try_out=loaded.append)
    monkeypatch.setattr(master, "_studio", replace(master._studio, soundfonts=soundfonts))
    mixer.running.events.publish(OutputChanged("test", "Sound.", False, "Small"))
    QTest.mouseClick(master.soundfont, LEFT)
    assert master.popup is not None
    QTest.keyClick(master.popup.search, Qt.Key.Key_Down)
    mixer.wait(lambda: loaded == [fonts[1]])
    mixer.running.events.publish(OutputChanged("test", "Sound.", False, "Large"))
    mixer.wait(lambda: mixer.synth.notes_on(AUDITION_CHANNEL))
    master.popup.close()
    assert loaded == [fonts[1], fonts[0]]


def _controls(desk: Desk) -> dict[tuple[int, int], int]:
    """(channel, controller) -> the value last told to the synth."""
    return {
        (event.channel, event.controller): event.value
        for _, event in desk.synth.happened
        if hasattr(event, "controller")
    }
