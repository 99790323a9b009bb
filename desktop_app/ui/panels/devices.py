"""The input and output lights: what is connected, what came in last, and where the sound goes."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QMenu, QSizePolicy

from desktop_app.events import DeviceChanged, DeviceReport, LiveNote
from desktop_app.language import tr
from desktop_app.ui import icons
from desktop_app.ui.midi_out_menu import add_midi_out_menu
from desktop_app.ui.studio import OutputChanged, Studio
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets import ClickFrame, Figures, Lamp
from music_core.performance import ControlMessage, NoteMessage
from music_core.theory import pitch_name

_FLASH_MS = 120


class _Light(ClickFrame):
    """A lamp with an icon, a name and a line below; a click opens a menu of choices."""

    def __init__(self, theme: Theme, icon: str, label: str) -> None:
        super().__init__()
        self._theme = theme
        self._icon_name = icon
        self._texts = ("", "", "")
        self._narrow = False
        self.setAccessibleName(label)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.lamp = Lamp(theme)
        self.icon = Figures(12, tr("{light} icon", light=label))
        self.name = Figures(12, tr("{light} name", light=label))
        self.detail = Figures(11, tr("{light} detail", light=label), bold=False)
        self.detail.setObjectName("dim")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(1)
        grid.addWidget(self.icon, 0, 0, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.name, 0, 1)
        grid.addWidget(self.lamp, 0, 2, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.detail, 1, 1, 1, 2)
        theme.changed.connect(self.recolour)
        self.recolour()

    def set_icon_name(self, name: str) -> None:
        """Show another icon."""
        self._icon_name = name
        self.recolour()

    def recolour(self) -> None:
        """Take the colours of the appearance in force."""
        self.icon.setPixmap(icons.pixmap(self._icon_name, self._theme.palette.text_dim, 22))

    def set_narrow(self, narrow: bool) -> None:
        """Take less room, or as much as there is."""
        if narrow != self._narrow:
            self._narrow = narrow
            self.icon.setVisible(not narrow)
            self.set_texts(*self._texts)

    def set_texts(self, name: str, detail: str, tip: str) -> None:
        """Name above, detail below, both shortened to fit."""
        self._texts = (name, detail, tip)
        elide, room = Qt.TextElideMode.ElideRight, 98 if self._narrow else 130
        self.name.setText(self.name.fontMetrics().elidedText(name, elide, room - 16))
        self.detail.setText(self.detail.fontMetrics().elidedText(detail, elide, room))
        self.setToolTip(tip)
        self.setAccessibleDescription(f"{name}. {detail}")


class InputLight(_Light):
    """Which keyboard is connected and the last note it sent."""

    def __init__(self, studio: Studio, theme: Theme) -> None:
        super().__init__(theme, "midi", tr("MIDI input"))
        self._studio = studio
        self._last = ""
        self._status: DeviceReport | None = studio.session.device
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_FLASH_MS)
        self._timer.timeout.connect(lambda: self.lamp.flash(False))
        self.clicked.connect(self._open_menu)
        studio.events.subscribe(LiveNote, self._show_message)
        studio.events.subscribe(DeviceChanged, lambda event: self._show_status(event.status))
        self._show()

    def _show_status(self, status: DeviceReport) -> None:
        self._status = status
        self._show()

    def _show_message(self, event: LiveNote) -> None:
        message = event.message
        if isinstance(message, NoteMessage) and message.velocity:
            note = pitch_name(message.pitch, middle_octave=self._studio.session.settings.middle_octave)
            self._last = tr("{note}  vel {velocity}", note=note, velocity=message.velocity)
        elif isinstance(message, ControlMessage):
            self._last = tr("control {number}: {value}", number=message.controller, value=message.value)
        else:
            return
        self.lamp.flash(True)
        self._timer.start()
        self._show()

    def _show(self) -> None:
        status = self._status
        connected = status is not None and status.state == "connected"
        self.lamp.set_state("on" if connected else "warning" if status and status.state == "busy" else "off")
        name = status.port if connected and status else tr("Computer keys")
        detail = self._last or (tr("Play a note") if connected else tr("No MIDI keyboard"))
        tip = status.sentence if status else tr("Looking for a MIDI keyboard")
        self.set_texts(name, detail, "\n".join((tip, tr("Click to choose an input."))))

    def _open_menu(self) -> None:
        menu = QMenu(self)
        names = self._studio.inputs.names()
        current = self._status.port if self._status else ""
        _add_choice(menu, tr("The first keyboard found"), False, lambda: self._studio.inputs.choose(None))
        for name in names:
            _add_choice(menu, name, name == current, lambda _on=False, port=name: self._studio.inputs.choose(port))
        if not names:
            menu.addAction(tr("No MIDI input was found")).setEnabled(False)
        menu.addSeparator()
        menu.addAction(tr("Look again"), self._studio.inputs.retry)
        menu.exec(self.mapToGlobal(self.rect().bottomLeft()))


class OutputLight(_Light):
    """Where the sound goes, and with which SoundFont."""

    file_asked = Signal()
    sound_check_asked = Signal()

    def __init__(self, studio: Studio, theme: Theme) -> None:
        super().__init__(theme, "speaker", tr("Sound output"))
        self._studio = studio
        self._soundfont = ""
        self.clicked.connect(self._open_menu)
        self.set_texts(tr("Opening…"), tr("sound output"), tr("The sound output is being opened."))
        studio.events.subscribe(OutputChanged, self._show)

    def _show(self, event: OutputChanged) -> None:
        self._soundfont = event.soundfont
        self.lamp.set_state("bad" if event.is_silent else "on")
        self.set_icon_name("speaker_off" if event.is_silent else "speaker")
        detail = event.soundfont or (tr("playing in silence") if event.is_silent else tr("no SoundFont"))
        self.set_texts(event.driver, detail, "\n".join((event.sentence, tr("Click to choose a SoundFont."))))

    def _open_menu(self) -> None:
        menu = QMenu(self)
        found = self._studio.soundfonts.found()
        menu.addAction(tr("SoundFont")).setEnabled(False)
        for path in found:
            _add_choice(
                menu,
                path.stem,
                path.stem == self._soundfont,
                lambda _on=False, chosen=path: self._studio.soundfonts.choose(chosen),
            )
        if not found:
            menu.addAction(tr("None was found on this computer")).setEnabled(False)
        menu.addSeparator()
        menu.addAction(tr("Choose a file…"), self.file_asked.emit)
        menu.addAction(tr("Look for outputs again"), self._studio.retry_sound)
        menu.addSeparator()
        add_midi_out_menu(menu, self._studio.outlets.midi_out)
        menu.addAction(tr("Sound check…"), self.sound_check_asked.emit)
        menu.exec(self.mapToGlobal(self.rect().bottomLeft()))


def _add_choice(menu: QMenu, text: str, chosen: bool, act: object) -> QAction:
    action = menu.addAction(text)
    action.setCheckable(True)
    action.setChecked(chosen)
    action.triggered.connect(act)
    return action
