"""The library at the left of the window: searched, starred, tagged, heard and opened as a user would."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.app import FIRST_MELODY
from desktop_app.library.project import Project, Take
from desktop_app.library.shelf.entry import Entry
from desktop_app.preview import LOUDNESS, quiet_beginning
from desktop_app.ui.library.hover import REST_MS
from desktop_app.ui.library.rows import EntryRow
from music_core.score import ControlChange, Metre, Note, Score, Tempo, Track
from tests.ui.conftest import Desk

LEFT = Qt.MouseButton.LeftButton


def titles(desk: Desk) -> list[str]:
    return [entry.title for entry in desk.window.library.rows.entries]


def entry(desk: Desk, key: str) -> Entry | None:
    return next((one for one in desk.window.library.rows.entries if one.key == key), None)


def place_of(desk: Desk, key: str, x: int = 40) -> QPoint:
    library = desk.window.library
    index = library.rows.index_of(key)
    assert index.isValid(), key
    library.list.scrollTo(index)
    return QPoint(x, library.list.visualRect(index).center().y())


def click(desk: Desk, key: str, x: int = 40) -> None:
    viewport = desk.window.library.list.viewport()
    QTest.mouseClick(viewport, LEFT, pos=place_of(desk, key, x))


def hover(desk: Desk, place: QPoint) -> None:
    viewport = desk.window.library.list.viewport()
    at = QPointF(place)
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, at, viewport.mapToGlobal(at), none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, event)


def saved(desk: Desk, name: str) -> Path:
    """A piece in the user's folder, with a take, saved by the window."""
    path = desk.window.files._projects / f"{name}.tutti"
    bass = Track("Bass", (Note(0, 36, 960),), role="bass", generated_by="pop")
    take = Take((bass,), "pop", 7)
    score = Score((Track("Melody", (Note(0, 72, 480), Note(480, 74, 480)), role="melody"),), title=name)
    desk.running.store.save(Project(name, score, (take,)), path)
    desk.running.shelf.refresh()
    desk.wait(lambda: entry(desk, f"piece:{path}"))
    return path


def test_melodies_and_models_are_there_and_empty_sections_say_what_goes_there(desk: Desk) -> None:
    desk.wait(lambda: "Greensleeves" in titles(desk))
    rows = desk.window.library.rows
    texts = [rows.index(i).data() for i in range(rows.rowCount())]
    assert [text for text in texts if text in ("Recent", "Melodies", "My pieces", "Takes", "Models")] == [
        "Melodies", "My pieces", "Takes", "Models",
    ]  # fmt: skip
    assert "What you save appears here (Ctrl+S)." in texts
    assert desk.session.settings.preview_on_hover


def test_another_melody_loads_with_a_click_unless_unsaved_work_says_no(desk: Desk) -> None:
    library = desk.window.library
    library.search.setText("green")
    desk.wait(lambda: titles(desk) == ["Greensleeves"])
    click(desk, "melody:greensleeves")
    assert desk.session.project_name == "Greensleeves"
    desk.session.set_tempo(93)
    library.search.setText("ode joy")
    desk.wait(lambda: titles(desk) == ["Ode to Joy"])
    click(desk, f"melody:{FIRST_MELODY}")
    assert desk.session.project_name == "Greensleeves"
    library.search.setText("no such tune")
    desk.wait(library.nothing.isVisible)
    QTest.mouseClick(library.nothing, LEFT)
    assert library.search.text() == ""
    desk.wait(lambda: "Ode to Joy" in titles(desk))
    assert titles(desk)[0] == "Greensleeves", "the newest of the recent ones"


def test_stars_and_tags_are_kept_in_the_users_own_file(desk: Desk) -> None:
    library = desk.window.library
    desk.wait(lambda: "Greensleeves" in titles(desk))
    click(desk, "melody:greensleeves", library.list.viewport().width() - 8)
    desk.wait(lambda: entry(desk, "melody:greensleeves").marks.starred)
    assert desk.session.project_name == "Ode to Joy", "a click on the star opens nothing"
    QTest.mouseClick(library.starred, LEFT)
    desk.wait(lambda: titles(desk) == ["Greensleeves"])
    menu = library.menu_for(entry(desk, "melody:greensleeves"))
    next(action for action in menu.actions() if action.text() == "Tags…").trigger()
    assert library.facts.isVisible()
    assert "public domain" in library.facts.text.text()
    QTest.keyClicks(library.facts.tags, "Folk song, slow")
    QTest.keyClick(library.facts.tags, Qt.Key.Key_Return)
    QTest.mouseClick(library.starred, LEFT)
    library.search.setText("#folk")
    desk.wait(lambda: titles(desk) == ["Greensleeves"] and entry(desk, "melody:greensleeves").marks.tags)
    marks = desk.running.window.files._projects.parent / "library" / "marks.json"
    kept = json.loads(marks.read_text(encoding="utf-8"))["marks"]["melody:greensleeves"]
    assert kept == {"starred": True, "tags": ["Folk-song", "slow"], "opened_at": 0.0}


def test_a_saved_piece_and_its_take_are_listed_and_opened(desk: Desk) -> None:
    path = saved(desk, "Harbour")
    click(desk, f"take:{path}#0")
    assert (desk.session.path, desk.session.chosen_take) == (path, 0)
    assert [track.name for track in desk.session.score.tracks] == ["Melody", "Bass"]
    desk.session.save()
    desk.wait(lambda: titles(desk)[0] == "Harbour")
    assert desk.window.library.list.currentIndex().data() == "Harbour"
    assert dict(entry(desk, f"take:{path}#0").about)["Seed"] == "7"
    menu = desk.window.library.menu_for(entry(desk, f"take:{path}#0"))
    next(action for action in menu.actions() if action.text() == "Give it a star").trigger()
    assert desk.session.takes[0].starred
    desk.session.save()
    desk.wait(lambda: entry(desk, f"take:{path}#0").marks.starred)


def test_a_model_is_chosen_and_a_section_closed(desk: Desk) -> None:
    model = desk.window.generate_panel.model
    desk.wait(lambda: entry(desk, f"model:{model.id}"))
    click(desk, f"model:{model.id}")
    assert desk.window.generate_panel.model == model
    rows = desk.window.library.rows
    heading = next(rows.index(i) for i in range(rows.rowCount()) if rows.index(i).data() == "Melodies")
    desk.window.library.list.scrollTo(heading)
    place = desk.window.library.list.visualRect(heading).center()
    QTest.mouseClick(desk.window.library.list.viewport(), LEFT, pos=place)
    desk.wait(lambda: "Greensleeves" not in titles(desk))
    assert desk.session.settings.library_closed == ("melody",)


def test_resting_on_a_melody_plays_it_quietly_and_leaving_stops_it(desk: Desk) -> None:
    desk.wait(lambda: "Greensleeves" in titles(desk))
    hover(desk, place_of(desk, "melody:greensleeves"))
    desk.wait(lambda: desk.running.preview.heard is not None)
    desk.wait(lambda: desk.running.player.is_playing)
    assert not desk.session.is_playing
    assert desk.session.project_name == "Ode to Joy"
    QApplication.sendEvent(desk.window.library.list.viewport(), QEvent(QEvent.Type.Leave))
    assert not desk.running.player.is_playing
    assert desk.running.preview.heard is None


def test_the_switch_keeps_the_library_silent_and_so_does_playing(desk: Desk) -> None:
    library = desk.window.library
    desk.wait(lambda: "Greensleeves" in titles(desk))
    QTest.mouseClick(library.previews, LEFT)
    assert not desk.session.settings.preview_on_hover
    hover(desk, place_of(desk, "melody:greensleeves"))
    desk.qtbot.wait(REST_MS + 60)
    assert not desk.running.player.is_playing
    QTest.mouseClick(library.previews, LEFT)
    desk.session.play()
    library.menu_for(entry(desk, "melody:greensleeves")).actions()[1].trigger()
    assert desk.running.preview.heard is None
    assert desk.session.is_playing


def test_playing_takes_over_from_a_preview(desk: Desk) -> None:
    desk.wait(lambda: "Greensleeves" in titles(desk))
    desk.window.library.menu_for(entry(desk, "melody:greensleeves")).actions()[1].trigger()
    desk.wait(lambda: desk.running.player.is_playing)
    desk.session.play()
    assert desk.running.preview.heard is None
    QApplication.sendEvent(desk.window.library.list.viewport(), QEvent(QEvent.Type.Leave))
    assert desk.running.player.is_playing, "leaving the list does not stop the piece"
    assert desk.session.is_playing


def test_a_preview_begins_where_the_notes_do_and_is_softer() -> None:
    notes = tuple(Note(1920 * bar, 60, 4000) for bar in range(2, 14))
    track = Track("Low", notes, volume=100, controls=(ControlChange(0, 64, 127), ControlChange(40_000, 1, 5)))
    score = Score((track,), tempos=(Tempo(0), Tempo(3840, 400_000)), metres=(Metre(0),))
    heard = quiet_beginning(score)
    assert [note.start_tick for note in heard.tracks[0].notes] == [1920 * bar for bar in range(8)]
    assert heard.end_tick == 8 * 1920
    assert heard.tracks[0].volume == round(100 * LOUDNESS)
    assert heard.tempos == (Tempo(0, 400_000),)
    assert quiet_beginning(Score()).end_tick == 0


@pytest.mark.parametrize("name", ["list", "search", "starred", "previews", "about"])
def test_every_control_has_a_name_and_is_reached_by_tab(desk: Desk, name: str) -> None:
    control = getattr(desk.window.library, name)
    assert control.accessibleName()
    assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_rows_read_aloud_say_star_and_tags() -> None:
    from desktop_app.library.shelf.catalogue import Found
    from desktop_app.library.shelf.entry import Marks, Query
    from desktop_app.ui.library.rows import LibraryRows

    rows = LibraryRows()
    one = Entry("melody:x", "melody", "Air", "Somebody", marks=Marks(True, ("slow",)))
    rows.show_found(Found(Query("air"), (one,)), frozenset({"melody"}))
    assert isinstance(rows.row_at(rows.index(1)), EntryRow), "what a search finds is shown in a closed section too"
    assert rows.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == "Air, Somebody, starred, #slow"
    rows.show_found(Found(Query(), (replace(one, marks=Marks()),)), frozenset({"melody"}))
    assert rows.entries == ()
    assert "closed" in rows.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
