"""The ways to record as commands and as the record button's menu; again; step input."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton

from desktop_app.events import SettingsChanged, TransportChanged
from desktop_app.language import tr
from desktop_app.step_input import StepInput
from desktop_app.ui.recording.take_bar import TakeBar

if TYPE_CHECKING:
    from desktop_app.ui.actions import Actions
    from desktop_app.ui.main_window import MainWindow
    from desktop_app.ui.studio import Studio

MODES = {"record_replace": "replace", "record_overdub": "overdub", "record_free": "free"}
_MENU = (*MODES, "", "record_first_note", "", "record_again", "step_input")
_ARROW_PX = 10


class RecordCommands:
    """Its commands are a part of the window's table."""

    def __init__(self, window: MainWindow, studio: Studio) -> None:
        self._window = window
        self._session = studio.session
        self.bar = TakeBar(studio)
        self.bar.again_asked.connect(self.again)
        self.steps = StepInput(studio.session, studio.events, lambda: window.arrangement.tools.snap_ticks)
        self._actions: Actions | None = None
        self.steps.on_changed = self._show_steps
        studio.events.subscribe(SettingsChanged, lambda _event: self._check())
        studio.events.subscribe(TransportChanged, self._transport)

    def table(self) -> dict[str, Callable[[], object]]:
        """The handlers of its commands."""
        return {
            **{name: partial(self._session.change_settings, record_mode=mode) for name, mode in MODES.items()},
            "record_first_note": self._flip_first_note,
            "record_again": self.again,
            "step_input": lambda: self.steps.set_on(not self.steps.is_on),
            "step_rest": self.steps.rest,
            "step_back": self.steps.back,
        }

    def follow(self, actions: Actions) -> None:
        """Show in the menu what is on, and give the record button its menu."""
        self._actions = actions
        button = self._window.transport.record
        menu = QMenu(button)
        for name in _MENU:
            if name:
                menu.addAction(actions[name])
            else:
                menu.addSeparator()
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        button.setFixedWidth(button.width() + _ARROW_PX)
        button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        button.customContextMenuRequested.connect(lambda _at: button.showMenu())
        self._check()

    def again(self) -> None:
        """Record the latest take again, in its place."""
        if self._session.is_recording:
            self._session.stop()
        if self._session.recorded:
            self._session.recordings.again()
        else:
            self._session.record()

    def _flip_first_note(self) -> None:
        self._session.change_settings(record_on_first_note=not self._session.settings.record_on_first_note)

    def _transport(self, event: TransportChanged) -> None:
        if event.is_recording:
            self.steps.set_on(False)
            if not event.is_playing:
                self._window.messages.tell(tr("Play when you are ready: recording begins with your first note."))

    def _check(self) -> None:
        if self._actions is None:
            return
        settings = self._session.settings
        for name, mode in MODES.items():
            self._actions.check(name, settings.record_mode == mode)
        self._actions.check("record_first_note", settings.record_on_first_note)
        self._actions.check("step_input", self.steps.is_on)
        tips = {
            "replace": tr("Record into the melody (Ctrl+R)"),
            "overdub": tr("Record on top of the melody (Ctrl+R)"),
            "free": tr("Record without a click; tempo and bars are found from your playing (Ctrl+R)"),
        }
        self._window.transport.record.setToolTip(tips[settings.record_mode])

    def _show_steps(self) -> None:
        self._check()
        if self.steps.is_on:
            sentence = tr("Step input: each note or chord fills the next step. Ctrl+Alt+Right leaves one empty.")
        else:
            sentence = tr("Step input is off.")
        self._window.messages.tell(sentence)
