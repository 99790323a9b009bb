"""The main window: the regions, what connects them, and the clock that moves the playhead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from desktop_app.events import ProjectChanged, ScoreChanged, SettingsChanged, TransportChanged
from desktop_app.generating import SHOW_LINE, TRY_FEWER
from desktop_app.language import mark, tr
from desktop_app.ui import clipboard
from desktop_app.ui.actions import TAKES_WITH_KEYS, Actions
from desktop_app.ui.bottom import MIXER, PIANO, BottomTabs
from desktop_app.ui.commands import OPENED, FileCommands, Questions
from desktop_app.ui.dialogs import Dialogs
from desktop_app.ui.export.commands import ExportCommands
from desktop_app.ui.handlers import Handlers
from desktop_app.ui.held_notes import HeldNotes
from desktop_app.ui.importing.bar import ImportBar
from desktop_app.ui.key_filter import TypingPiano
from desktop_app.ui.library.desk import LibraryDesk
from desktop_app.ui.mixer.panel import MixerPanel, piece_handle
from desktop_app.ui.note_handlers import NoteHandlers
from desktop_app.ui.panels.arrangement import Arrangement
from desktop_app.ui.panels.generate import GeneratePanel
from desktop_app.ui.panels.messages import CHOOSE_OUTPUT, Messages
from desktop_app.ui.panels.piano import PianoPanel
from desktop_app.ui.panels.transport import TransportPanel
from desktop_app.ui.recording.commands import RecordCommands
from desktop_app.ui.shell import Shell
from desktop_app.ui.studio import Studio
from desktop_app.ui.theme import Theme
from desktop_app.ui.transport.commands import TransportCommands

DEFAULT_SIZE = QSize(1280, 800)
SMALLEST_SIZE = QSize(960, 620)
# Narrower than this the library makes room, unless it was asked for.
_LIBRARY_FROM_PX = 1140
_LIBRARY_PX, _GENERATE_PX = 212, 256
_FRAME_MS = 33  # twice as often would cost twice as much, and a line that creeps looks the same


class MainWindow(QMainWindow):
    """Talks to the session and the bus only; `app` gives it both."""

    def __init__(self, studio: Studio, theme: Theme, projects: Path, exports: Path) -> None:
        super().__init__()
        self._studio = studio
        self.session = studio.session
        self.questions: Questions = Dialogs(self)
        self.held = HeldNotes(studio.send_live, studio.clock)
        self.typing = TypingPiano(self.held, studio.key_offset)
        self.typing.velocity = self.session.settings.typing_velocity
        self.gave_up = False
        """Whether the user closed the window on unsaved work, knowingly."""
        self._library_wanted: bool | None = None
        self.files = FileCommands(self.session, lambda: self.questions, projects, exports)
        self.export = ExportCommands(self, studio, lambda: self.questions, exports)
        self._make_panels(studio, theme)
        self.messages = Messages(self, studio, theme, self._notice_actions())
        self.record_commands = RecordCommands(self, studio)
        self.import_bar = ImportBar(self, studio, theme)
        self._lay_out()
        self.shell = Shell(self, studio, theme)
        self.transport_commands = TransportCommands(self, studio, theme)
        self.handlers = Handlers(self, studio)
        self.note_handlers = NoteHandlers(self.arrangement, self.session)
        commands = {**self.handlers.table(), **self.note_handlers.table(), **self.record_commands.table()}
        self.actions_table = Actions(self, commands)
        self._take_keys()
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._show_position)
        self._frame = 0  # meters and figures take turns: half as often is as fast as they can be read
        self._autosave = QTimer(self)
        self._autosave.timeout.connect(self.session.autosave)
        self._connect(studio)
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST_SIZE)
        self.resize(DEFAULT_SIZE)
        self.arrangement.roll.setFocus()

    def library_shown(self, shown: bool) -> None:
        """Show or hide the library, whatever the width."""
        self._library_wanted = shown
        self._place_library()

    def stop_clocks(self) -> None:
        """Nothing moves and nothing is saved by itself any more: the studio ends."""
        self._timer.stop()
        self.transport.stop_clocks()
        self._autosave.stop()
        clipboard.let_go()

    # --- Qt events ---

    def event(self, event: QEvent) -> bool:
        # Whatever is to be painted in the window is painted in here.
        if event.type() is not QEvent.Type.UpdateRequest:
            return super().event(event)
        with self._studio.way.first():
            return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_library()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.files.may_leave():
            event.ignore()
            return
        self.gave_up = True
        self.held.release_all()
        self.stop_clocks()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            # Later: a dialog that opens inside a drop would hold up the program dragged from.
            QTimer.singleShot(0, self, lambda: self.files.open_path(path))

    # --- private ---

    def _make_panels(self, studio: Studio, theme: Theme) -> None:
        self.transport = TransportPanel(studio, theme)
        self.arrangement = Arrangement(studio, self.held, theme)
        self.generate_panel = GeneratePanel(studio, theme)
        self.library_desk = LibraryDesk(
            studio.shelf, studio.preview, self.session, studio.events, self.files, theme, self._choose_model
        )
        self.library = self.library_desk.panel
        self.piano = PianoPanel(studio, self.held, self.typing, theme)
        self.mixer = MixerPanel(studio, theme)
        self.bottom = BottomTabs(self.piano, self.mixer, piece_handle(studio, theme))
        self.library.setFixedWidth(_LIBRARY_PX)
        self.generate_panel.setFixedWidth(_GENERATE_PX)
        self.arrangement.editor.velocity = self.session.settings.typing_velocity

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.library)
        middle.addWidget(self.arrangement, 1)
        middle.addWidget(self.generate_panel)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.transport)
        column.addWidget(self.messages.bar)
        column.addWidget(self.import_bar)
        column.addWidget(self.record_commands.bar)
        column.addLayout(middle, 1)
        column.addWidget(self.bottom)
        self.setCentralWidget(centre)

    def _take_keys(self) -> None:
        for number in range(1, TAKES_WITH_KEYS + 1):
            shortcut = QShortcut(QKeySequence(f"Alt+{number}"), self)
            shortcut.activated.connect(lambda index=number - 1: self.handlers.choose_take(index))

    def _connect(self, studio: Studio) -> None:
        self.transport_commands.connect_panel(self.transport)
        self.transport.output_light.file_asked.connect(self.handlers.choose_soundfont)
        self.mixer.master.file_asked.connect(self.handlers.choose_soundfont)
        self.bottom.export_asked.connect(self.export.open)
        self.bottom.changed.connect(self._show_bottom)
        self._show_bottom()
        self.generate_panel.card_asked.connect(self.handlers.card)
        self.arrangement.strips.redo_asked.connect(self.generate_panel.redo_track)
        self.transport.meter_clock.ticked.connect(self.arrangement.strips.show_levels)
        self.arrangement.strips.fill_asked.connect(self.generate_panel.fill_track)
        self.generate_panel.bars_named.connect(self.arrangement.strips.show_bars)
        self.arrangement.bars.changed.connect(self.generate_panel.mark_area)
        self.generate_panel.name_bars()
        self.note_handlers.follow(self.actions_table)
        self.arrangement.hint.connect(self.messages.hint)
        self.typing.switched.connect(self._typing_switched)
        studio.events.subscribe(TransportChanged, lambda _event: self._show_transport())
        studio.events.subscribe(ProjectChanged, lambda _event: self._show_project())
        studio.events.subscribe(ScoreChanged, lambda _event: self._show_history())
        studio.events.subscribe(SettingsChanged, lambda _event: self._show_settings())
        self.typing.set_on(self.session.settings.typing_piano)
        self.actions_table.check("typing", self.typing.is_on)
        self.shell.follow()
        self.record_commands.follow(self.actions_table)
        self._show_settings()
        self._show_project()
        self._show_transport()
        self._show_history()

    def _notice_actions(self) -> dict[str, Callable[[], object]]:
        return {
            mark("Save as…"): self.files.save_as,
            mark("Generate"): self.generate_panel.generate,
            SHOW_LINE: lambda: self.handlers.show_line(),
            TRY_FEWER: self.session.generate_fewer_bars,
            mark("Retry"): self._studio.inputs.retry,
            mark("Restore"): self._studio.recover,
            CHOOSE_OUTPUT: lambda: self.transport_commands.sound_check(),
            mark("Choose a SoundFont…"): self.transport.output_light.clicked.emit,
        }

    def _choose_model(self, model_id: str) -> None:
        ids = [model.id for model in self._studio.models]
        if model_id in ids:
            self.generate_panel.recipe.choose_model(model_id)
            self.generate_panel.show()

    def _typing_switched(self, on: bool) -> None:
        self.actions_table.check("typing", on)
        self.session.change_settings(typing_piano=on)
        self.messages.tell(
            tr("Computer keys play notes. K turns them off.")
            if on
            else tr("Letters are shortcuts again. K turns the notes on.")
        )

    def _show_transport(self) -> None:
        moving = self.session.is_playing
        if moving and not self._timer.isActive():
            self._timer.start()
        elif not moving:
            self._timer.stop()
            self._show_position()
        self.transport_commands.check(self.actions_table)

    def _show_position(self) -> None:
        tick = self.session.position_tick()
        moving = self.session.is_playing
        self._frame += 1
        if moving and self._frame % 2:
            self.transport.meter_clock.tick()
        else:
            self.transport.show_position(tick)
        self.arrangement.show_position(tick, follow=moving)
        sounding = self.arrangement.heard.at(tick) if moving else {}
        self.arrangement.show_sounding(sounding)
        self.piano.show_sounding(sounding)

    def _show_project(self) -> None:
        self.setWindowTitle(f"{self.session.project_name}[*] – Tutti")
        self.setWindowModified(self.session.is_dirty)

    def _show_history(self) -> None:
        for name, can, label in (
            ("undo", self.session.can_undo, self.session.undo_label),
            ("redo", self.session.can_redo, self.session.redo_label),
        ):
            action = self.actions_table[name]
            action.setEnabled(can)
            action.setText(_step_text(name, label))

    def _show_settings(self) -> None:
        settings = self.session.settings
        self._autosave.stop()
        if settings.autosave_s:
            self._autosave.start(settings.autosave_s * 1000)
        self.arrangement.count_octaves()
        self.piano.count_octaves()

    def _place_library(self) -> None:
        wanted = self._library_wanted
        shown = self.width() >= _LIBRARY_FROM_PX if wanted is None else wanted
        self.library.setVisible(shown)
        self.actions_table.check("library", shown)
        self.actions_table.check("generate_panel", not self.generate_panel.isHidden())

    def _show_bottom(self) -> None:
        self.actions_table.check("piano", self.bottom.page == PIANO)
        self.actions_table.check("mixer", self.bottom.page == MIXER)
        self.arrangement.strips.leave_to_mixer(self.bottom.page == MIXER)


def _dropped(data: QMimeData) -> Path | None:
    """The first file of a drop that the studio can open."""
    paths = (Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    return next((path for path in paths if path.suffix.lower() in OPENED), None)


def _ignore(_result: object) -> None:
    """For commands whose answer nobody waits for."""


def _step_text(name: str, step: str) -> str:
    """Undo or redo, and what."""
    if name == "undo":
        return tr("Undo: {step}", step=tr(step)) if step else tr("Undo")
    return tr("Redo: {step}", step=tr(step)) if step else tr("Redo")
