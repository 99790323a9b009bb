"""Computer keys as piano keys: one filter before whatever gets the keys, so that letters never fight shortcuts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QWindow
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from desktop_app.ui.held_notes import HeldNotes

_LETTERS = "ZSXDCVGBHNJMQ2W3ER5T6Y7UI9O0P"
# Offsets of `_LETTERS`, for the rare keyboard event without a scan code (some remote desktops).
_OFFSETS = (*range(12), *range(12, 29))
_RECONCILE_MS = 250
_PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier

_WATCHED = frozenset(
    {
        QEvent.Type.ShortcutOverride,
        QEvent.Type.KeyPress,
        QEvent.Type.KeyRelease,
        QEvent.Type.WindowDeactivate,
        QEvent.Type.Show,
        QEvent.Type.FocusIn,
    }
)

KeyOffset = Callable[[int, str], int | None]


class TypingPiano(QObject):
    """While it is on, letters and digits play notes; only Ctrl, Alt, function keys, Space and Esc stay shortcuts.

    Notes end when keys come up, and also when a popup, a dialog or another window takes the keys away.

    It stands before the windows and the widgets that get keys, and before the whole program only while a note is held:
    otherwise each of the many events of every widget would wait for Python, which a worker may be using.
    """

    switched = Signal(bool)
    caps_changed = Signal()

    def __init__(self, held: HeldNotes, key_offset: KeyOffset, system: str = sys.platform) -> None:
        super().__init__()
        self._held = held
        self._key_offset = key_offset
        self._system = system
        self._on = False
        self._switch_keys = frozenset({int(Qt.Key.Key_K)})
        self.velocity = 90
        self.base_pitch = 60
        self.caps: dict[int, str] = local_caps(QGuiApplication.inputMethod().locale().name())
        self._timer = QTimer(self)
        self._timer.setInterval(_RECONCILE_MS)
        self._timer.timeout.connect(self._reconcile)
        _application().applicationStateChanged.connect(self._application_state)

    def listen(self, window: QWidget) -> None:
        """Stand before a window from now on, and before every window and widget that is given the keys later."""
        window.installEventFilter(self)
        application = _application()
        application.focusChanged.connect(self._stand_before)
        application.focusWindowChanged.connect(self._stand_before_window)
        self._held.watch(self._hold)

    def close(self) -> None:
        """Hear nothing more."""
        application = _application()
        application.focusChanged.disconnect(self._stand_before)
        application.focusWindowChanged.disconnect(self._stand_before_window)
        application.removeEventFilter(self)

    @property
    def is_on(self) -> bool:
        """Whether letters play."""
        return self._on

    def set_on(self, on: bool) -> None:
        """Turn the typing piano on or off; what it holds is released."""
        if on != self._on:
            self._on = on
            self.release_keys()
            self.switched.emit(on)

    def set_switch_keys(self, keys: Iterable[str]) -> None:
        """The letters that turn it on and off: they stay shortcuts and play nothing."""
        letters = (QKeySequence(key).toString() for key in keys)
        self._switch_keys = frozenset(ord(letter) for letter in letters if len(letter) == 1)  # Qt.Key of a letter

    def release_keys(self) -> None:
        """Every computer key up."""
        for source in self._held.sources:
            if isinstance(source, tuple) and source[0] == "key":
                self._held.release(source)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in _WATCHED:  # nearly all leave here
            return False
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._plays(event) or self._swallows(event) or _belongs_to_focus(event):
                event.accept()  # Qt then sends it as a key press and no shortcut fires
                return True
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._press(event)
        elif kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            return self._release(event)
        elif kind == QEvent.Type.WindowDeactivate or (kind == QEvent.Type.Show and _takes_keys(watched)):
            self._held.release_all()
        elif kind == QEvent.Type.FocusIn and is_text_field(watched):
            self.release_keys()
        return False

    def _stand_before(self, _before: QWidget | None, focus: QWidget | None) -> None:
        if focus is not None:
            focus.installEventFilter(self)

    def _stand_before_window(self, _focus: QWindow | None) -> None:
        self._stand_before(None, QApplication.activeWindow())

    def _hold(self, anything: bool) -> None:
        """While a note is held, whatever opens anywhere must end it."""
        if anything:
            _application().installEventFilter(self)
        else:
            _application().removeEventFilter(self)

    def _plays(self, event: QKeyEvent) -> bool:
        return self._may_play(event) and event.key() not in self._switch_keys and self._offset(event) is not None

    def _swallows(self, event: QKeyEvent) -> bool:
        """Letters and digits beside the piano's keys are no shortcuts either while it is on, except its switch."""
        text = event.text()
        return self._may_play(event) and event.key() not in self._switch_keys and len(text) == 1 and text.isalnum()

    def _may_play(self, event: QKeyEvent) -> bool:
        return (
            self._on
            and not event.modifiers() & ~_PLAIN
            and QApplication.activePopupWidget() is None
            and QApplication.activeModalWidget() is None
            and not is_text_field(QApplication.focusWidget())
        )

    def _press(self, event: QKeyEvent) -> bool:
        if not self._plays(event):
            return self._swallows(event)
        if event.isAutoRepeat():
            return True
        offset = self._offset(event)
        if offset is not None:
            self._learn_cap(offset, event)
            self._held.press(_source(event), self.base_pitch + offset, self.velocity)
            self._timer.start()
        return True

    def _release(self, event: QKeyEvent) -> bool:
        if event.isAutoRepeat():
            return self._plays(event)
        # A key that went down as a note must come up as one, whatever has happened in between.
        return self._held.release(_source(event))

    def _offset(self, event: QKeyEvent) -> int | None:
        code = event.nativeVirtualKey() if self._system == "darwin" else event.nativeScanCode()
        if code or self._system == "darwin":
            return self._key_offset(int(code), self._system)
        letter = event.text().upper()
        return _OFFSETS[_LETTERS.index(letter)] if letter and letter in _LETTERS else None

    def _learn_cap(self, offset: int, event: QKeyEvent) -> None:
        cap = event.text().upper()
        if cap and cap.isprintable() and not event.modifiers() and self.caps.get(offset) != cap:
            self.caps[offset] = cap
            self.caps_changed.emit()

    def _application_state(self, state: Qt.ApplicationState) -> None:
        if state != Qt.ApplicationState.ApplicationActive:
            self._held.release_all()

    def _reconcile(self) -> None:
        """Some systems swallow a key-up: nothing may sound on while the keys belong to someone else."""
        if QApplication.activePopupWidget() or QApplication.activeModalWidget():
            self._held.release_all()
        if not self._held.sources:
            self._timer.stop()


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application


def local_caps(locale_name: str) -> dict[int, str]:
    """What is printed on the keys by offset: a first guess from the locale, mended by what is typed."""
    caps = dict(zip(_OFFSETS, _LETTERS, strict=True))
    language = locale_name.split("_")[0]
    if language in ("de", "cs", "hu", "sk", "sl", "hr"):
        caps[0], caps[21] = "Y", "Z"
    elif language == "fr":
        caps[0], caps[12], caps[14] = "W", "A", "Z"
        caps.update({13: "É", 15: '"', 18: "(", 20: "-", 22: "È", 25: "Ç", 27: "À"})
        caps[11] = ","
    return caps


def _source(event: QKeyEvent) -> tuple[str, int, int]:
    code = int(event.nativeScanCode()) or int(event.nativeVirtualKey())
    return ("key", code, 0 if code else int(event.key()))


def _belongs_to_focus(event: QKeyEvent) -> bool:
    """Enter in a field or list, Space and Enter on a button reached by Tab (clicked buttons take no focus)."""
    if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return False
    focus = QApplication.focusWidget()
    if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return isinstance(focus, (QAbstractButton, QAbstractItemView, QComboBox)) or is_text_field(focus)
    return event.key() == Qt.Key.Key_Space and isinstance(focus, (QAbstractButton, QComboBox))


def is_text_field(widget: QObject | None) -> bool:
    """Whether letters typed there are text."""
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    if isinstance(widget, QKeySequenceEdit):
        return True
    if isinstance(widget, QAbstractSpinBox):
        return not widget.isReadOnly()
    if isinstance(widget, (QLineEdit, QPlainTextEdit, QTextEdit)):
        return not widget.isReadOnly()
    return False


def _takes_keys(widget: QObject) -> bool:
    """A popup or a dialog: from its showing on, key-ups may never reach the window."""
    if not isinstance(widget, QWidget) or not widget.isWindow():
        return False
    return widget.windowType() in (Qt.WindowType.Popup, Qt.WindowType.Dialog) or widget.isModal()
