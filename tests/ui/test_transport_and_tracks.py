"""Transport, track strips and the keyboard's own buttons, judged by session, score and sound."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtTest import QTest

from desktop_app.audio.levels import FLOOR_DB, GROUPS, Levels
from desktop_app.audio.scheduler import assign_channels
from desktop_app.audio.synth import AUDITION_CHANNEL
from desktop_app.devices.port_listener import DeviceStatus
from desktop_app.key_names import key_text, short_key_text
from desktop_app.language import speak
from desktop_app.settings import load_settings
from desktop_app.ui.panels.learn import LearnDialog
from desktop_app.ui.piano_roll.lanes import LANE_HEIGHT, LOWEST_LANE, lane_height
from music_core.performance import ControlMessage, NoteMessage
from music_core.score import KeySignature, Score, Track
from music_core.theory import key_name
from tests.ui.conftest import Desk

LEFT = Qt.MouseButton.LeftButton


def click(widget: object) -> None:
    QTest.mouseClick(widget, LEFT)  # type: ignore[call-overload]


def test_play_moves_the_playhead_and_lights_the_keys(desk: Desk) -> None:
    desk.session.set_loop((0, 960))  # round and round in the first note, however late anyone looks
    transport = desk.window.transport
    click(transport.play)
    assert desk.session.is_playing
    assert transport.play.accessibleName() == "Stop"
    desk.wait(lambda: desk.window.arrangement.axis.playhead_tick > 200)
    desk.wait(lambda: desk.window.piano.keyboard._sounding == {66: "amber"})
    assert transport.position.text().startswith("1.")
    click(transport.play)
    assert not desk.session.is_playing
    assert desk.window.piano.keyboard._sounding == {}
    assert desk.session.position_tick() > 0
    click(transport.to_start)
    assert transport.position.text() == "1.1.000"
    assert transport.time.text() == "0:00.0"


def test_space_enter_and_escape(desk: Desk) -> None:
    roll = desk.window.arrangement.roll
    desk.session.seek(1920)
    QTest.keyClick(roll, Qt.Key.Key_Space)
    assert desk.session.is_playing
    QTest.keyClick(roll, Qt.Key.Key_Space)
    assert not desk.session.is_playing
    QTest.keyClick(roll, Qt.Key.Key_Return)
    assert desk.session.position_tick() == 0


def test_escape_twice_silences_everything(desk: Desk) -> None:
    roll = desk.window.arrangement.roll
    desk.running.hub.send(NoteMessage(0.0, 60, 90))
    assert desk.synth.sounding
    QTest.keyClick(roll, Qt.Key.Key_Escape)
    QTest.keyClick(roll, Qt.Key.Key_Escape)
    assert not desk.synth.sounding
    assert desk.window.messages.status.text() == "Everything is silent."


def test_tempo_can_be_dragged_and_typed(desk: Desk) -> None:
    tempo = desk.window.transport.tempo
    edit = tempo.lineEdit()
    before = tempo.value()
    QTest.mousePress(edit, LEFT, pos=QPoint(10, 10))
    QTest.mouseMove(edit, QPoint(10, -20))
    QTest.mouseRelease(edit, LEFT, pos=QPoint(10, -20))
    assert tempo.value() == before + 10
    assert round(desk.session.score.bpm) == before + 10
    QTest.mouseDClick(edit, LEFT, pos=QPoint(10, 10))
    QTest.keyClicks(tempo, "72")
    QTest.keyClick(tempo, Qt.Key.Key_Return)
    assert round(desk.session.score.bpm) == 72
    assert not tempo.hasFocus()


def test_metre_and_key_are_chosen(desk: Desk) -> None:
    transport = desk.window.transport
    transport.metre.setCurrentIndex(transport.metre.findText("3/4"))
    transport.metre.activated.emit(transport.metre.currentIndex())
    assert (desk.session.score.metres[0].numerator, desk.session.score.metres[0].denominator) == (3, 4)
    transport.key.setCurrentIndex(transport.key.findText("B min"))
    transport.key.activated.emit(transport.key.currentIndex())
    assert (desk.session.score.keys[0].fifths, desk.session.score.keys[0].minor) == (2, True)
    desk.session.undo()
    desk.session.undo()
    assert transport.metre.currentText() == "4/4"
    assert transport.key.currentText() == "D maj"


def test_loop_metronome_and_count_in(desk: Desk) -> None:
    transport = desk.window.transport
    click(transport.loop)
    assert desk.session.loop == (0, desk.window.arrangement.axis.end_tick)
    click(transport.loop)
    assert desk.session.loop is None
    desk.window.arrangement.editor.choose(frozenset(desk.session.score.tracks[0].notes[5:7]))
    click(transport.loop)
    assert desk.session.loop == (1920, 3840)
    click(transport.metronome)
    assert desk.session.metronome
    assert desk.session.count_in == 1
    click(transport.count_in)
    assert desk.session.count_in == 0


def test_recording_by_keys_writes_the_melody(desk: Desk) -> None:
    desk.session.new()
    desk.session.set_count_in(0)
    roll = desk.window.arrangement.roll
    QTest.keyClick(roll, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert desk.session.is_recording
    assert desk.window.transport.record.isChecked()
    desk.wait(lambda: desk.session.position_tick() > 100)
    QTest.keyPress(roll, Qt.Key.Key_Z)
    desk.wait(lambda: [note.pitch for note in desk.window.arrangement.roll._take] == [60])
    desk.qtbot.wait(150)
    QTest.keyRelease(roll, Qt.Key.Key_Z)
    click(desk.window.transport.record)
    assert not desk.session.is_recording
    (melody,) = desk.session.score.tracks
    assert [note.pitch for note in melody.notes] == [60]
    assert len(desk.session.recorded) == 1
    assert desk.window.arrangement.roll._take == ()


def test_a_strip_acts_on_its_track_and_follows_it(desk: Desk) -> None:
    desk.session.edit("Two", Score((Track("One", role="melody"), Track("Two", program=40, role="bass"))))
    one, two = desk.window.arrangement.strips.strips
    click(two.mute)
    click(one.solo)
    two.volume.setValue(33)
    two.pan.setValue(100)
    tracks = desk.session.score.tracks
    assert (tracks[1].muted, tracks[0].soloed, tracks[1].volume, tracks[1].pan) == (True, True, 33, 100)
    assert two.instrument.currentText() == "Violin"
    box = one.instrument
    box.setCurrentIndex(box.findText("Flute"))
    box.activated.emit(box.currentIndex())
    assert desk.session.score.tracks[0].program == 73
    QTest.mouseClick(two, LEFT, pos=QPoint(5, 40))
    assert desk.session.selected_track == 1
    assert desk.window.arrangement.tools.title.text() == "Two"
    desk.session.change_mix(1, volume=90, muted=False)
    assert two.volume.value() == 90
    assert not two.mute.isChecked()


def test_tracks_are_added_and_deleted(desk: Desk) -> None:
    desk.window.actions_table["add_track"].trigger()
    assert [track.name for track in desk.session.score.tracks] == ["Melody", "Track 2"]
    assert desk.session.selected_track == 1
    desk.window.actions_table["delete_track"].trigger()
    desk.window.actions_table["delete_track"].trigger()
    assert desk.session.score.tracks == ()
    desk.window.actions_table["delete_track"].trigger()
    desk.window.actions_table["add_track"].trigger()
    assert desk.session.score.tracks[0].role == "melody"


def test_a_track_is_renamed_by_a_double_click(desk: Desk) -> None:
    (strip,) = desk.window.arrangement.strips.strips
    QTest.mouseDClick(strip.name, LEFT)
    strip.name.selectAll()
    QTest.keyClicks(strip.name, "Joy")
    QTest.keyClick(strip.name, Qt.Key.Key_Return)
    assert desk.session.score.tracks[0].name == "Joy"
    assert desk.live_notes() == []


def test_live_notes_sound_with_the_selected_tracks_instrument(desk: Desk) -> None:
    desk.session.set_instrument(0, 73)
    desk.wait(lambda: desk.synth.programs.get(112) == (73, 0, False))
    desk.running.hub.send(NoteMessage(0.0, 64, 81))
    assert desk.live_notes() == [(64, 81)]
    (event,) = [event for _, event in desk.synth.notes_on(112)]
    assert desk.synth.programs[event.channel] == (73, 0, False)


@pytest.mark.parametrize(("controller", "playing", "recording"), [(105, True, False), (107, True, True)])
def test_the_keyboards_own_buttons_act(desk: Desk, controller: int, playing: bool, recording: bool) -> None:
    desk.session.set_count_in(0)
    desk.running.hub.send(ControlMessage(0.0, controller, 127))
    desk.wait(lambda: desk.session.is_playing)
    assert (desk.session.is_playing, desk.session.is_recording) == (playing, recording)
    desk.running.hub.send(ControlMessage(0.0, 106, 127))
    desk.wait(lambda: not desk.session.is_playing)


def test_the_keyboards_knobs_mix(desk: Desk) -> None:
    desk.session.edit(
        "Three", Score((Track("One", role="melody"), Track("Two", role="alto"), Track("Three", role="bass")))
    )
    for controller, value in ((21, 50), (22, 60), (23, 70), (10, 10), (91, 99), (7, 64)):
        desk.running.hub.send(ControlMessage(0.0, controller, value))
    desk.wait(lambda: desk.session.settings.master_gain != 1.0)
    tracks = desk.session.score.tracks
    assert [track.volume for track in tracks] == [100, 50, 60]
    assert (tracks[0].pan, tracks[0].reverb) == (10, 99)
    assert desk.session.settings.master_gain == pytest.approx(64 / 127)


def test_a_button_is_learned_by_pressing_it(desk: Desk) -> None:
    desk.window.actions_table["learn"].trigger()
    (dialog,) = [widget for widget in desk.window.findChildren(LearnDialog) if widget.isVisible()]
    dialog.table.selectRow(0)
    desk.running.hub.send(ControlMessage(0.0, 1, 60))  # the modulation wheel is no button
    desk.running.hub.send(ControlMessage(0.0, 44, 127))
    desk.wait(lambda: dialog.table.item(0, 1).text() == "44")
    assert not desk.session.is_playing
    dialog.close()
    desk.running.hub.send(ControlMessage(0.0, 105, 127))  # the old button has nothing to do any more
    desk.running.hub.send(ControlMessage(0.0, 44, 127))
    desk.wait(lambda: desk.session.is_playing)
    assert desk.session.settings.controls["play"] == 44


def test_the_input_light_tells_device_and_last_note(desk: Desk) -> None:
    light = desk.window.transport.input_light
    desk.session.device_changed(DeviceStatus("connected", "AKM322", "AKM322 is connected."))
    assert light.name.text() == "AKM322"
    assert light.lamp.state == "on"
    desk.running.hub.send(NoteMessage(0.0, 60, 87))
    desk.wait(lambda: "C4" in light.detail.text() and "87" in light.detail.text())
    desk.session.device_changed(DeviceStatus("busy", "AKM322", "«AKM322» is used by another program."))
    assert desk.window.messages.bar.act.text() == "Retry"
    desk.session.device_changed(DeviceStatus("connected", "AKM322", "AKM322 is connected."))
    assert not desk.window.messages.bar.isVisible()


def test_a_click_in_the_lanes_selects_and_a_double_click_seeks(desk: Desk) -> None:
    desk.session.edit("Two", Score((Track("One", role="melody"), Track("Two", role="bass"))))
    lanes = desk.window.arrangement.lanes
    QTest.mouseClick(lanes, LEFT, pos=QPoint(100, 60))
    assert desk.session.selected_track == 1
    x = desk.window.arrangement.axis.scale.x(480)
    QTest.mouseDClick(lanes, LEFT, pos=QPointF(x, 20).toPoint())
    assert desk.session.position_tick() == 480


def test_beside_the_mixer_in_a_small_window_a_band_is_seen_whole(desk: Desk) -> None:
    window, strips, lanes = desk.window, desk.window.arrangement.strips, desk.window.arrangement.lanes
    notes = desk.session.score.tracks[0].notes
    band = tuple(Track(role.title(), notes, role=role) for role in ("melody", "bass", "keys", "strings", "drums"))
    desk.session.edit("Band", Score(band))
    window.resize(1024, 700)
    desk.wait(lambda: window.size() == QSize(1024, 700) and len(strips.strips) == 5)
    assert all(strip.height() == LANE_HEIGHT and strip.instrument.isVisible() for strip in strips.strips)
    window.actions_table["mixer"].trigger()
    desk.wait(lambda: strips.strips[-1].geometry().bottom() < strips.height())
    low = strips.strips[0].height()
    assert LOWEST_LANE <= low < LANE_HEIGHT
    for strip in strips.strips:
        assert strip.mute.isVisible()
        assert not strip.instrument.isVisible()
        for part in (strip.name, strip.writing, strip.mute, strip.solo, strip.meter):
            assert strip.rect().contains(part.geometry())
    assert lanes.lane_at(4.5 * low) == 4
    QTest.mouseClick(lanes, LEFT, pos=QPoint(40, round(4.5 * low)))
    assert desk.session.selected_track == 4
    window.actions_table["mixer"].trigger()
    desk.wait(lambda: all(strip.height() == LANE_HEIGHT and strip.volume.isVisible() for strip in strips.strips))


@pytest.mark.parametrize(
    ("room_px", "tracks", "lane_px"),
    [(250, 5, 50), (150, 5, 30), (196, 5, 39), (60, 5, 30), (150, 2, 50), (200, 12, 40)],
)
def test_lanes_are_low_only_where_room_lacks(room_px: int, tracks: int, lane_px: int) -> None:
    assert lane_height(room_px, tracks) == lane_px


def test_quantise_uses_the_rolls_grid_and_strength(desk: Desk) -> None:
    score = desk.session.score
    melody = score.tracks[0]
    loose = type(melody)(
        "Melody", tuple(type(n)(n.start_tick + 31, n.pitch, 300, 90) for n in melody.notes), role="melody"
    )
    desk.session.edit("Loose", score.with_track(0, loose))
    click(desk.window.arrangement.tools.quantise)
    assert all(note.start_tick % 120 == 0 for note in desk.session.score.tracks[0].notes)


def test_a_track_s_meter_shows_its_own_sound(desk: Desk) -> None:
    score = desk.session.score
    desk.session.edit("Two", score.with_tracks(*score.tracks, Track("Bass", (), role="bass")))
    one, two = desk.window.arrangement.strips.strips
    assert one.meter.isVisible()
    groups = [(0.0, 0.0)] * GROUPS
    groups[assign_channels(desk.session.score.tracks)[1]] = (0.5, 0.25)
    clock = desk.window.transport.meter_clock
    clock._read = lambda: Levels((0.5, 0.25), tuple(groups))
    desk.wait(lambda: two.meter.peak == (0.5, 0.25))
    assert one.meter.peak == (0.0, 0.0)
    two.meter.describe()
    assert two.meter.accessibleName() == "Level of track 2, Bass"
    assert two.meter.accessibleDescription() == "-6 dB"
    clock._read = Levels
    desk.wait(lambda: two.meter.peak == (0.0, 0.0))
    assert [level for level, _ in two.meter._held] == [FLOOR_DB, FLOOR_DB]


def test_an_instrument_is_heard_from_the_strip(desk: Desk) -> None:
    desk.window.arrangement.strips.strips[0].instrument.audition_asked.emit(40, False)
    desk.wait(lambda: desk.synth.notes_on(AUDITION_CHANNEL))
    assert desk.synth._programs[AUDITION_CHANNEL][0] == 40


def test_note_names_follow_middle_c_everywhere_and_after_a_restart(desk: Desk) -> None:
    window = desk.window
    window.actions_table["note_list"].trigger()
    table = window.arrangement.roll_panel.list.table
    names = [table.data(table.index(0, 1)), window.piano.range.text()]
    assert names == ["F♯4", "F3–C6"]
    keys = [window.piano.keyboard.grab().toImage(), window.arrangement.keys.grab().toImage()]
    assert "F♯4" in str(table.data(table.index(0, 0), Qt.ItemDataRole.AccessibleTextRole))
    window.actions_table["middle_c3"].trigger()
    assert [table.data(table.index(0, 1)), window.piano.range.text()] == ["F♯3", "F2–C5"]
    assert keys[0] != window.piano.keyboard.grab().toImage()
    assert keys[1] != window.arrangement.keys.grab().toImage()
    desk.running.hub.send(NoteMessage(0.0, 60, 90))
    desk.wait(lambda: "C3" in window.transport.input_light.accessibleDescription())
    before = desk.session.score.tracks[0].notes[0].pitch
    assert table.setData(table.index(0, 1), "G3")
    assert desk.session.score.tracks[0].notes[0].pitch == before + 1
    assert [window.actions_table[f"middle_c{octave}"].isChecked() for octave in (3, 4, 5)] == [True, False, False]
    desk.running.keeper.flush()
    assert load_settings(desk.running.keeper._path).middle_c == "C3"


@pytest.mark.parametrize(("code", "text"), [("de", "D-Dur"), ("es", "re mayor"), ("en", "D maj")])
def test_keys_are_named_in_the_language_spoken(code: str, text: str) -> None:
    speak(code)
    try:
        assert short_key_text(KeySignature(0, 2)) == text
    finally:
        speak("en")


def test_every_key_has_its_name() -> None:
    for fifths in range(-7, 8):
        for minor in (False, True):
            assert key_text(KeySignature(0, fifths, minor)) == key_name(KeySignature(0, fifths, minor))
