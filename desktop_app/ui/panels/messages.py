"""Where the studio's words go: the status line for what passes, the notice bar for what must be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QMainWindow, QSizePolicy

from desktop_app.events import DeviceChanged, JobEnded, JobProgress, Notice, TransportChanged
from desktop_app.language import mark, tr
from desktop_app.ui.panels.notices import NoticeBar
from desktop_app.ui.shortcuts.key_map import key_map, shown
from desktop_app.ui.studio import OutputChanged, Studio
from desktop_app.ui.theme import Theme

READY = mark("Ready. {play} plays, {record} records, {generate} generates.")
CHOOSE_OUTPUT = mark("Choose output…")
RECORDING = mark("Recording. Play your melody; {record} or {stop} ends it.")
_STAYS_MS = 8000
_GENERATE = "generate"  # the Generate panel shows that one itself
_QUIET_JOBS = ("autosave", _GENERATE)


class Messages:
    """Listens to notices, devices and jobs."""

    def __init__(
        self, window: QMainWindow, studio: Studio, theme: Theme, actions: Mapping[str, Callable[[], object]]
    ) -> None:
        self.bar = NoticeBar(theme, actions)
        self.status = QLabel()
        self.status.setAccessibleName(tr("Status"))
        self.status.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.status.setIndent(8)
        window.statusBar().addWidget(self.status, 1)
        window.statusBar().setSizeGripEnabled(False)
        self._session = studio.session
        self._passing = ""
        self._hint = ""
        self._silence: Notice | None = None
        self._busy: Notice | None = None
        self._timer = QTimer(window)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_STAYS_MS)
        self._timer.timeout.connect(self._pass)
        studio.events.subscribe(Notice, self._notice)
        studio.events.subscribe(OutputChanged, self._output)
        studio.events.subscribe(DeviceChanged, self._device)
        studio.events.subscribe(JobProgress, self._job)
        studio.events.subscribe(JobEnded, self._job_ended)
        studio.events.subscribe(TransportChanged, self._transport)
        self._show()

    def tell(self, sentence: str) -> None:
        """Something worth a glance; it passes by itself."""
        self._passing = sentence
        self._timer.start()
        self._show()

    def hint(self, text: str) -> None:
        """About what is under the pointer; empty when nothing is."""
        self._hint = text
        self._show()

    def _notice(self, notice: Notice) -> None:
        if notice.level == "info" and not notice.action:
            self.tell(notice.sentence)
        else:
            self.bar.add(notice)

    def _output(self, event: OutputChanged) -> None:
        if self._silence is not None:
            self.bar.remove(self._silence)
            self._silence = None
        if event.is_silent or not event.soundfont:
            action = CHOOSE_OUTPUT if event.is_silent else mark("Choose a SoundFont…")
            self._silence = Notice("warning", event.sentence, action)
            self.bar.add(self._silence)
        else:
            self.tell(f"{event.sentence} {self._resting()}")

    def _device(self, event: DeviceChanged) -> None:
        if self._busy is not None:
            self.bar.remove(self._busy)
            self._busy = None
        if event.status.state == "busy":
            self._busy = Notice("warning", event.status.sentence, mark("Retry"))
            self.bar.add(self._busy)
        elif event.status.sentence:
            self.tell(event.status.sentence)

    def _transport(self, event: TransportChanged) -> None:
        if event.is_recording:
            self._passing = ""
        self._show()

    def _job(self, event: JobProgress) -> None:
        if event.job not in _QUIET_JOBS:
            self.tell(f"{event.sentence}  {event.fraction:.0%}")

    def _job_ended(self, event: JobEnded) -> None:
        if event.outcome == "cancelled" and event.job != _GENERATE:
            self.tell(tr("Cancelled. No file was changed."))

    def _pass(self) -> None:
        self._passing = ""
        self._show()

    def _show(self) -> None:
        self.status.setText(self._hint or self._passing or self._resting())

    def _resting(self) -> str:
        """What there is to do, with the keys as they are now."""
        table = key_map(self._session.settings.keys).table()
        keys = {name: shown(table[name][0]) if table[name] else "–" for name in ("play", "record", "generate", "stop")}
        if self._session.is_recording:
            return tr(RECORDING, record=keys["record"], stop=keys["stop"])
        return tr(READY, play=keys["play"], record=keys["record"], generate=keys["generate"])
