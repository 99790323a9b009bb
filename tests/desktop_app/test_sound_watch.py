"""A sound output that goes away, and comes back by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from desktop_app.audio.drivers import OutputChoice
from desktop_app.audio.recording_synth import RecordingSynth
from desktop_app.audio.switch_synth import SwitchSynth
from desktop_app.audio.synth import NullSynth, Synth
from desktop_app.sound_output import SoundOutput
from desktop_app.sound_watch import SoundWatch
from tests.desktop_app.playing import Clock
from tests.waiting import until


@dataclass(frozen=True)
class Opened:
    synth: Synth
    driver: str = "jack"
    sentence: str = "Sound through JACK."

    @property
    def is_silent(self) -> bool:
        return self.driver == "none"


class Pluggable(RecordingSynth):
    """A synth whose device can be pulled out: then its clock stands."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.frozen_s: float | None = None

    def now_s(self) -> float:
        return super().now_s() if self.frozen_s is None else self.frozen_s

    def pull(self) -> None:
        self.frozen_s = super().now_s()


class Room:
    """An output, its watch, and a cable to pull."""

    def __init__(self) -> None:
        self.clock = Clock(50.0)
        self.plugged = True
        self.asked: list[OutputChoice] = []
        self.synths: list[Pluggable] = []
        self.told: list[tuple[str, str, bool, str]] = []
        self.switch = SwitchSynth(NullSynth(self.clock))
        self.output = SoundOutput(
            self.switch,
            self.open,
            {"jack": "JACK", "none": "none"}.__getitem__,
            lambda *report: self.told.append(report),
            lambda sentence: None,
        )
        self.used_s = 0.0
        self.watch = SoundWatch(self.switch, self.output, self.clock, lambda: self.used_s)

    def open(self, _font, choice: OutputChoice, _loaded) -> Opened:
        self.asked.append(choice)
        if not self.plugged:
            return Opened(NullSynth(self.clock), "none", "No sound output could be opened.")
        self.synths.append(Pluggable(self.clock))
        return Opened(self.synths[-1])

    def look(self, seconds: float) -> None:
        """Let time pass under the watch's eyes."""
        for _ in range(round(seconds / 0.1)):
            self.clock.advance(0.1)
            self.watch.step()
            assert until(lambda: self.output.is_ready)


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room()
    made.output.start(None)
    assert until(lambda: made.output.is_ready)
    yield made
    made.output.close()


def test_a_lost_output_falls_silent_and_comes_back(room: Room) -> None:
    room.switch.program(0, 40)
    room.look(3)
    assert room.told == [("JACK", "Sound through JACK.", False, "")]
    room.plugged = False
    room.synths[0].pull()
    before_s = room.switch.now_s()
    room.look(9)
    assert room.told[1:] == [("No sound", "The sound output «JACK» was lost. It comes back by itself.", True, "")]
    assert room.synths[0].closed
    assert len(room.asked) > 2
    assert room.switch.now_s() > before_s + 5  # time went on, and a recording with it
    room.plugged = True
    room.look(4)
    assert room.told[-1] == ("JACK", "Sound through JACK.", False, "")
    assert room.synths[-1].programs == {0: (40, 0, False)}
    room.switch.note_on(0, 60, 90)
    assert room.synths[-1].sounding == {(0, 60)}


def test_a_studio_that_began_without_an_output_finds_one(room: Room) -> None:
    room.plugged = False
    room.output.choose(OutputChoice("alsa", "hw:1", 128))
    assert until(lambda: room.output.is_ready)
    room.look(8)
    assert [report[2] for report in room.told] == [False, True]
    room.plugged = True
    room.look(4)
    assert not room.told[-1][2]
    assert set(room.asked[1:]) == {OutputChoice("alsa", "hw:1", 128)}


def test_vitals_are_of_the_last_second(room: Room) -> None:
    room.look(1)
    room.used_s += 0.5
    room.look(1.2)
    assert 0 < room.watch.vitals.cpu <= 0.5
    assert replace(room.watch.vitals, cpu=0.0).drop_outs == 0
