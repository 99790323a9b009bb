"""The Sound check page: where the sound goes, how large its buffer is, a tone to hear, and what was measured."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.audio.drivers import PERIODS_FRAMES, OutputChoice, title
from desktop_app.audio.output_measure import MeasuredOutput
from desktop_app.language import tr
from desktop_app.ui.studio import OutputChanged, Studio
from desktop_app.ui.theme import Theme
from desktop_app.ui.transport.meter import Meter
from desktop_app.ui.widgets import QuietCombo, plain_label

_RATE_KHZ = 48
_MEASURE_AFTER_MS = 600
_REFRESH_MS = 50


class SoundCheckPage(QDialog):
    """Stays open beside the work. What is chosen is heard at once and kept."""

    def __init__(self, parent: QWidget, studio: Studio, theme: Theme, sentence: str) -> None:
        super().__init__(parent)
        self._sound = studio.sound
        self._outputs: Mapping[str, tuple[str, ...]] = {}
        self.setWindowTitle(tr("Sound check"))
        self.setMinimumWidth(460)
        self._make_choices()
        self._make_results(theme, sentence)
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._show_now)
        studio.events.subscribe(OutputChanged, self._output_changed)

    def open_page(self) -> None:
        """Show it with what there is now, and measure."""
        self._sound.outputs(self._show_outputs)
        self.show()
        self.raise_()
        self._timer.start(_REFRESH_MS)
        self.measure()

    def measure(self) -> None:
        """Watch the output for a second."""
        self.latency.setText(tr("Measuring…"))
        self.again.setEnabled(False)
        self._sound.measure(self._show_measured)

    def hideEvent(self, event: object) -> None:
        del event
        self._timer.stop()

    def _make_choices(self) -> None:
        self.driver = QuietCombo(tr("Driver"))
        self.device = QuietCombo(tr("Device"))
        self.buffer = QuietCombo(tr("Buffer"))
        self.driver.setToolTip(tr("The way to the sound card. JACK is listed while its server runs."))
        self.buffer.setToolTip(
            tr("Smaller answers sooner; larger forgives a busy computer. JACK has a buffer of its own.")
        )
        self.buffer.addItem(tr("As the driver wants"), 0)
        for frames in PERIODS_FRAMES:
            self.buffer.addItem(
                tr("{frames} frames ({time} ms)", frames=frames, time=f"{frames / _RATE_KHZ:.1f}"), frames
            )
        self.driver.activated.connect(lambda _index: self._driver_chosen())
        self.device.activated.connect(lambda _index: self._choose())
        self.buffer.activated.connect(lambda _index: self._choose())

    def _make_results(self, theme: Theme, sentence: str) -> None:
        self.state = plain_label(sentence, "dim")
        self.state.setWordWrap(True)
        self.tone = QPushButton(tr("Play a test tone"))
        self.tone.setToolTip(tr("An A on the left, on the right, and in the middle"))
        self.tone.clicked.connect(self._sound.test_tone)
        self.again = QPushButton(tr("Measure again"))
        self.again.clicked.connect(self.measure)
        self.meter = Meter(theme, tr("Level of everything"), upright=False, thickness=6)
        self.latency = QLabel()
        self.latency.setAccessibleName(tr("Measured latency"))
        self.latency.setWordWrap(True)
        # A form gives wrapped text one line only, unless it is told.
        self.latency.setMinimumHeight(2 * self.latency.fontMetrics().lineSpacing() + 2)
        self.latency.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.gaps = QLabel()
        self.gaps.setAccessibleName(tr("Drop-outs"))
        self.load = QLabel()
        self.load.setAccessibleName(tr("Load"))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.setHorizontalSpacing(18)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("Driver"), self.driver)
        form.addRow(tr("Device"), self.device)
        form.addRow(tr("Buffer"), self.buffer)
        form.addRow("", self.state)
        form.addRow(tr("Level"), self.meter)
        form.addRow(tr("Latency"), self.latency)
        form.addRow(tr("Drop-outs"), self.gaps)
        form.addRow(tr("Load"), self.load)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addWidget(self.tone)
        buttons.addWidget(self.again)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(18)
        column.addLayout(form)
        column.addLayout(buttons)

    def _show_outputs(self, outputs: Mapping[str, tuple[str, ...]]) -> None:
        self._outputs = outputs
        choice = self._sound.choice()
        self.driver.clear()
        self.driver.addItem(tr("The best there is"), "")
        for name in outputs:
            self.driver.addItem(title(name), name)
        self.driver.setCurrentIndex(max(0, self.driver.findData(choice.driver)))
        self._show_devices(choice.device)
        self.buffer.setCurrentIndex(max(0, self.buffer.findData(choice.period_frames)))

    def _show_devices(self, chosen: str) -> None:
        names = self._outputs.get(self.driver.currentData() or "", ())
        self.device.clear()
        self.device.addItem(tr("The system's own"), "")
        for name in names:
            self.device.addItem(name, name)
        self.device.setCurrentIndex(max(0, self.device.findData(chosen)))
        self.device.setEnabled(bool(names))

    def _driver_chosen(self) -> None:
        self._show_devices("")
        self._choose()

    def _choose(self) -> None:
        driver, device, frames = (box.currentData() for box in (self.driver, self.device, self.buffer))
        self._sound.choose(OutputChoice(driver or "", device or "", frames or 0))

    def _output_changed(self, event: OutputChanged) -> None:
        self.state.setText(event.sentence)
        if self.isVisible():
            QTimer.singleShot(_MEASURE_AFTER_MS, self, self.measure)

    def _show_measured(self, measured: MeasuredOutput | None) -> None:
        self.again.setEnabled(True)
        if measured is None:
            self.latency.setText(tr("Nothing to measure: no sound is asked for."))
            return
        self.latency.setText(
            tr(
                "A key sounds after {usual} ms, {worst} ms at most ({burst} ms are rendered at a time).",
                usual=f"{1000 * measured.usual_s:.0f}",
                worst=f"{1000 * measured.worst_s:.0f}",
                burst=f"{1000 * measured.burst_s:.0f}",
            )
        )

    def _show_now(self) -> None:
        vitals = self._sound.vitals()
        self.meter.show_peak(self._sound.levels().master)
        if vitals.drop_outs:
            gaps = tr("{count}, {lost} ms of sound lost", count=vitals.drop_outs, lost=round(1000 * vitals.lost_s))
        else:
            gaps = tr("None since the output was opened")
        self.gaps.setText(gaps)
        self.load.setText(
            tr(
                "{voices} voices take {share} % of the time for sound",
                voices=vitals.voices,
                share=round(100 * vitals.rendering),
            )
        )
