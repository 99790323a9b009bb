"""Generate by its visible controls, with a real network in onnxruntime."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.language import speak
from desktop_app.library.project import Wish
from desktop_app.paths import AppPaths
from desktop_app.provenance import wish_text
from music_core.decoding.predictor import FloatArray, Predictor
from music_core.score import Note, Score, Track
from tests.desktop_app.generation.tiny_model import write_whole_piece_bundle
from tests.ui.conftest import Desk, run_studio
from tests.ui.small_model import MODEL_ID

LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def generate(desk: Desk) -> None:
    """Press the button and wait until the takes are there."""
    before = len(desk.session.takes)
    QTest.mouseClick(desk.window.generate_panel.button, LEFT)
    desk.wait(lambda: len(desk.session.takes) > before and not desk.session.is_generating)


def test_generate_puts_a_band_under_the_melody_and_plays_it(desk: Desk) -> None:
    melody = desk.session.score.tracks[0]
    generate(desk)
    tracks = desk.session.score.tracks
    assert [track.name for track in tracks] == ["Melody", "Alto", "Tenor", "Bass"]
    assert tracks[0].notes == melody.notes
    assert all(track.generated_by == MODEL_ID and track.notes for track in tracks[1:])
    assert len(desk.window.arrangement.strips.strips) == 4
    assert desk.session.is_playing
    assert desk.session.undo_label == "Generate"
    desk.wait(lambda: {channel for _, note in desk.synth.notes_on() for channel in [note.channel]} >= {0, 1, 2, 3})
    desk.session.undo()
    assert len(desk.session.score.tracks) == 1
    assert len(desk.window.arrangement.strips.strips) == 1


def test_three_takes_come_as_chips_and_each_can_be_put_back(desk: Desk) -> None:
    panel = desk.window.generate_panel
    assert panel.recipe.take_count() == 3
    generate(desk)
    chips = panel.takes.chips.chips
    assert [chip.text() for chip in chips] == ["A", "B", "C"]
    assert [chip.isChecked() for chip in chips] == [True, False, False]
    first = desk.session.score
    QTest.mouseClick(chips[1], LEFT)
    assert desk.session.chosen_take == 1
    assert desk.session.score.tracks[1].notes != first.tracks[1].notes
    assert "seed 2" in panel.takes.story.text()
    QTest.keyClick(desk.window.arrangement.roll, Qt.Key.Key_1, ALT)
    assert desk.session.score.tracks[1].notes == first.tracks[1].notes
    panel.takes.chips.starred.emit(1, True)
    assert chips[1].text() == "B★"


def test_the_same_seed_gives_the_same_parts_and_the_dice_another_seed(desk: Desk) -> None:
    panel = desk.window.generate_panel
    panel.recipe.seed.setValue(77)
    panel.recipe.counts.setCurrentIndex(0)
    generate(desk)
    first = desk.session.score.tracks[1:]
    generate(desk)
    assert desk.session.score.tracks[1:] == first
    for _ in range(3):  # one chance in a million of rolling the same
        QTest.mouseClick(panel.recipe.dice, LEFT)
        if panel.recipe.seed.value() != 77:
            break
    assert panel.recipe.seed.value() != 77


def test_ctrl_g_generates_and_ctrl_shift_g_takes_a_new_seed(desk: Desk) -> None:
    roll, panel = desk.window.arrangement.roll, desk.window.generate_panel
    QTest.keyClick(roll, Qt.Key.Key_G, CTRL)
    desk.wait(lambda: len(desk.session.takes) == 3)
    assert {take.seed for take in desk.session.takes} == {1, 2, 3}
    QTest.keyClick(roll, Qt.Key.Key_G, CTRL | SHIFT)
    desk.wait(lambda: len(desk.session.takes) == 6)
    assert desk.session.takes[3].seed == panel.recipe.seed.value()


def test_while_it_runs_the_button_cancels_and_nothing_is_changed(desk: Desk) -> None:
    panel = desk.window.generate_panel
    score = desk.session.score
    QTest.mouseClick(panel.button, LEFT)
    assert desk.session.is_generating
    assert panel.button.text() == "Cancel"
    assert panel.progress.isVisible()
    QTest.mouseClick(panel.button, LEFT)
    assert not desk.session.is_generating
    assert panel.button.text() == "Generate"
    assert panel.progress_text.text() == "Cancelled. Nothing was changed."
    desk.qtbot.wait(200)
    assert desk.session.score is score
    assert desk.session.takes == ()


def test_options_come_from_the_manifest_and_show_when_they_differ(desk: Desk) -> None:
    (row,) = desk.window.generate_panel.recipe.options.rows
    assert row.spec.name == "variety"
    assert row.value == 1.0
    assert not row.reset.isVisible()
    row.slider.setValue(0)
    assert row.reset.isVisible()
    generate(desk)
    assert desk.session.takes[0].options == {"variety": 0.0}
    QTest.mouseClick(row.reset, LEFT)
    assert row.value == 1.0


def test_the_card_can_be_read(desk: Desk) -> None:
    QTest.mouseClick(desk.window.generate_panel.recipe.info, LEFT)
    ((title, text),) = desk.answers.shown
    assert title == "Parallel lines"
    assert "Three voices that follow the melody" in text


@pytest.mark.parametrize("code", ["en", "de"])
def test_the_card_says_that_it_is_english_where_the_window_is_not(desk: Desk, code: str) -> None:
    speak(code)
    try:
        desk.window.handlers.card()
    finally:
        speak("en")
    assert ("Modellkarten sind auf Englisch" in desk.answers.shown[-1][1]) == (code == "de")


def test_without_a_melody_it_says_so(desk: Desk) -> None:
    desk.session.new()
    QTest.mouseClick(desk.window.generate_panel.button, LEFT)
    assert "There is no melody yet" in desk.window.messages.bar.sentence.text()
    assert desk.window.generate_panel.button.text() == "Generate"


def test_the_window_answers_while_the_network_runs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The network waits for something that only the event loop does: a window that waited for it would never end."""
    answered = threading.Event()
    waited: list[bool] = []
    load = desk.running.composer.load

    def load_when_answered(model_id: str) -> Predictor:
        waited.append(answered.wait(timeout=10))
        return load(model_id)

    monkeypatch.setattr(desk.running.composer, "load", load_when_answered)
    QTimer.singleShot(20, answered.set)
    generate(desk)
    assert set(waited) == {True}
    assert desk.session.score.tracks[1].notes


@pytest.fixture
def desk_with_both(qapp: QApplication, qtbot: QtBot, paths: AppPaths) -> Iterator[Desk]:
    """With a model of one's own beside the shipped one: it needs no melody."""
    write_whole_piece_bundle(paths.models[-1] / "whole")
    yield from run_studio(qapp, qtbot, paths)


def test_a_whole_piece_comes_out_of_an_empty_one(desk_with_both: Desk) -> None:
    desk, panel = desk_with_both, desk_with_both.window.generate_panel
    assert "under the melody" in panel.button.toolTip()
    desk.session.new()
    panel.recipe.models.setCurrentText("Whole")
    assert "a whole piece" in panel.button.toolTip()
    generate(desk)
    assert [track.role for track in desk.session.score.tracks if track.generated_by] == ["melody", "bass", "drums"]
    assert panel.takes.story.text() == f"Whole, seed {panel.recipe.seed.value()}"
    (length,) = (row for row in panel.recipe.options.rows if row.spec.name == "bars")
    length.slider.setValue(length.slider.value() + 4)
    assert length.slider.toolTip() == "12"
    generate(desk)
    assert desk.session.score.end_tick == 12 * 4 * 480 - 240
    assert panel.takes.story.text().endswith("Length in bars 12")


class TooSmallOnce:
    """A network on a computer whose memory suffices for it the second time only."""

    def __init__(self, network: Predictor) -> None:
        self._network = network
        self._is_full = True

    def run(self, inputs: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        if self._is_full:
            self._is_full = False
            raise MemoryError
        return self._network.run(inputs)


def long_tune(bars: int) -> Score:
    notes = tuple(Note(i * 480, 72 + i % 5, 470, 90) for i in range(4 * bars))
    return Score((Track("Melody", notes, role="melody"),))


def lacking_memory(desk: Desk) -> None:
    """Press Generate on a computer that has not enough for it."""
    composer = desk.running.composer
    network = composer.load(MODEL_ID)
    (graph,) = (path for path, opened in composer._predictors.items() if opened is network)
    composer._predictors[graph] = TooSmallOnce(network)
    QTest.mouseClick(desk.window.generate_panel.button, LEFT)
    desk.wait(lambda: not desk.session.is_generating)


def test_where_memory_does_not_suffice_32_bars_can_be_tried(desk: Desk) -> None:
    desk.session.new()
    desk.session.edit("Long", long_tune(40))
    lacking_memory(desk)
    bar = desk.window.messages.bar
    assert bar.sentence.text() == "The model stopped: not enough memory for 40 bars."
    assert bar.act.text() == "Try 32 bars"
    assert desk.session.takes == ()
    QTest.mouseClick(bar.act, LEFT)
    desk.wait(lambda: len(desk.session.takes) == 3 and not desk.session.is_generating)
    melody, *parts = desk.session.score.tracks
    assert melody.notes == long_tune(40).tracks[0].notes
    assert len(parts) == 3
    assert all(31 * 1920 < part.notes[-1].end_tick <= 32 * 1920 for part in parts)
    assert desk.session.takes[0].wish == Wish(bars=(0, 32))
    assert wish_text(desk.session.takes[0].wish) == "Add a band, up to bar 32"


def test_where_memory_does_not_suffice_for_32_bars_no_more_is_promised(desk: Desk) -> None:
    desk.session.new()
    desk.session.edit("Short", long_tune(32))
    lacking_memory(desk)
    bar = desk.window.messages.bar
    assert bar.sentence.text() == "The model stopped: not enough memory for 32 bars."
    assert not bar.act.isVisible()


def test_of_a_melody_with_chords_it_shows_once_what_the_model_reads(desk: Desk) -> None:
    chords = tuple(Note(i * 480, pitch, 470, 90) for i in range(16) for pitch in (60, 64, 72 + i % 3))
    desk.session.new()
    desk.session.edit("Chords", Score((Track("Melody", chords, role="melody"),)))
    generate(desk)
    bar = desk.window.messages.bar
    assert bar.notices[-1].sentence == "This melody has chords. The model reads the top line."
    QTest.mouseClick(bar.act, LEFT)
    arrangement = desk.window.arrangement
    assert desk.session.selected_track == 0
    assert {note.pitch for note in arrangement.editor.chosen} == {72, 73, 74}
    assert len(arrangement.editor.chosen) == 16
    assert desk.session.score.tracks[0].notes == chords
    generate(desk)
    assert not bar.notices
