"""What the Sound check page asks for, done away from the GUI thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import TypeVar

from desktop_app.audio.check_tone import sound_tone
from desktop_app.audio.drivers import OutputChoice
from desktop_app.audio.output_measure import MeasuredOutput, measure_output
from desktop_app.audio.switch_synth import SwitchSynth
from desktop_app.session import Session
from desktop_app.settings import Settings
from desktop_app.sound_output import SoundOutput

T = TypeVar("T")
Outputs = Mapping[str, tuple[str, ...]]

_log = logging.getLogger(__name__)


class SoundCheck:
    """Lists outputs, takes one and keeps it in the settings, sounds a tone, measures. Answers come by `post`."""

    def __init__(
        self,
        switch: SwitchSynth,
        output: SoundOutput,
        session: Session,
        list_outputs: Callable[[], Outputs],
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        self._switch = switch
        self._output = output
        self._session = session
        self._list_outputs = list_outputs
        self._post = post

    def outputs(self, answer: Callable[[Outputs], None]) -> None:
        """Every driver with its devices; asking the drivers may take a moment."""
        self._later("list-outputs", self._list_outputs, answer)

    def choose(self, choice: OutputChoice) -> None:
        """Sound through this from now on, and the next time."""
        self._output.choose(choice)
        self._session.change_settings(
            audio_driver=choice.driver, audio_device=choice.device, audio_period=choice.period_frames
        )

    def test_tone(self) -> None:
        """Left, right, both."""
        self._later("test-tone", lambda: sound_tone(self._switch), lambda _nothing: None)

    def measure(self, answer: Callable[[MeasuredOutput | None], None]) -> None:
        """Watch the output for a second; None where nothing sounds."""

        def work() -> MeasuredOutput | None:
            return None if self._output.is_silent else measure_output(self._switch)

        self._later("measure-sound", work, answer)

    def _later(self, name: str, work: Callable[[], T], answer: Callable[[T], None]) -> None:
        def run() -> None:
            try:
                result = work()
            except Exception:
                _log.exception("The sound check failed at %s", name)
                return
            self._post(lambda: answer(result))

        threading.Thread(target=run, name=name, daemon=True).start()


def saved_choice(settings: Settings) -> OutputChoice:
    """The output that was chosen the last time."""
    return OutputChoice(settings.audio_driver, settings.audio_device, settings.audio_period)
