"""Opening the sound away from the GUI thread, and telling what came of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop_app.audio.recording_synth import RecordingSynth
from desktop_app.audio.switch_synth import SwitchSynth
from desktop_app.audio.synth import NullSynth, Synth
from desktop_app.sound_output import SoundOutput
from tests.desktop_app.playing import Clock
from tests.waiting import until

FONT = Path("/fonts/Grand.sf2")


@dataclass(frozen=True)
class Opened:
    synth: Synth
    driver: str = "pulseaudio"
    sentence: str = "Sound through Pulse."
    is_silent: bool = False


class FontSynth(RecordingSynth):
    """A synth that can change its SoundFont, unless the file is called Broken."""

    def load_soundfont(self, path: Path, done: Callable[[str], None]) -> None:
        done("«Broken.sf2» cannot be read." if path.stem == "Broken" else "")


class Told:
    """What the output reported and complained of."""

    def __init__(self) -> None:
        self.reports: list[tuple[str, str, bool, str]] = []
        self.complaints: list[str] = []

    def report(self, driver: str, sentence: str, is_silent: bool, font: str) -> None:
        self.reports.append((driver, sentence, is_silent, font))


def output(told: Told, opened: Callable[[], Opened], switch: SwitchSynth | None = None) -> SoundOutput:
    return SoundOutput(
        switch or SwitchSynth(),
        lambda _font, _driver, _loaded: opened(),
        {"pulseaudio": "Pulse", "none": "none"}.__getitem__,
        told.report,
        told.complaints.append,
    )


def test_starting_returns_before_the_output_is_open() -> None:
    told, gate, switch, synth = Told(), threading.Event(), SwitchSynth(), RecordingSynth(Clock())

    def open_slowly() -> Opened:
        gate.wait(20)
        return Opened(synth)

    sound = output(told, open_slowly, switch)
    sound.start(FONT)
    assert not sound.is_ready
    assert told.reports == []
    gate.set()
    assert until(lambda: sound.is_ready)
    assert told.reports == [("Pulse", "Sound through Pulse.", False, "Grand")]
    switch.note_on(0, 60, 90)
    assert synth.sounding == {(0, 60)}
    sound.close()
    assert not synth.sounding
    assert synth.closed


def test_silence_and_failure_are_told() -> None:
    told = Told()
    sound = output(told, lambda: Opened(NullSynth(), "none", "No sound output could be opened.", True))
    sound.start(FONT)
    assert until(lambda: sound.is_ready)
    assert told.reports[-1] == ("No sound", "No sound output could be opened.", True, "")

    def fail() -> Opened:
        raise OSError("made to fail")

    broken = output(told, fail)
    broken.start(FONT)
    assert until(lambda: broken.is_ready)
    assert told.reports[-1][2]
    broken.choose_soundfont(FONT)
    assert told.complaints == ["There is no sound output that could play a SoundFont."]


def test_a_soundfont_is_changed_and_an_unreadable_one_leaves_the_old() -> None:
    told = Told()
    sound = output(told, lambda: Opened(FontSynth(Clock())))
    sound.start(FONT)
    assert until(lambda: sound.is_ready)
    sound.choose_soundfont(Path("/fonts/Other.sf3"))
    assert told.reports[-1][3] == "Other"
    sound.choose_soundfont(Path("/fonts/Broken.sf2"))
    assert told.complaints == ["«Broken.sf2» cannot be read."]
    assert told.reports[-1][3] == "Other"


def test_retry_opens_again_but_not_twice_at_once() -> None:
    told, count, gate = Told(), [], threading.Event()

    def open_counted() -> Opened:
        count.append(1)
        gate.wait(20)
        return Opened(NullSynth(), "none", "Nothing.", True)

    sound = output(told, open_counted)
    sound.start(None)
    sound.retry()  # still opening
    gate.set()
    assert until(lambda: sound.is_ready)
    sound.retry()
    assert until(lambda: sound.is_ready and len(count) == 2)
