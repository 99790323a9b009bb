"""A session whose surroundings obey the test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop_app.devices.recorder import Recorder
from desktop_app.events import EventBus
from desktop_app.library.store import Store
from desktop_app.session import Session
from desktop_app.settings import Settings
from music_core.score import Metre, Note, Score, Track
from tests.desktop_app.fakes import DoublingComposer, FakePlayer, HeldJobs
from tests.desktop_app.playing import Clock, played


@dataclass
class Studio:
    """A session and all that it was given."""

    session: Session
    events: EventBus
    clock: Clock
    player: FakePlayer
    recorder: Recorder
    composer: DoublingComposer
    jobs: HeldJobs
    store: Store

    def play_keys(self, text: str) -> None:
        """Let the recorder hear keys at times counted from tick 0 as the player gives it out."""
        for message in played(text, self.player.origin_s):
            self.clock.now_s = max(self.clock.now_s, message.time_s)
            self.recorder.feed(message)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    events, clock, jobs = EventBus(), Clock(), HeldJobs()
    player, composer = FakePlayer(clock), DoublingComposer()
    recorder, store = Recorder(clock), Store(tmp_path / "recovery")
    session = Session(player, recorder, composer, jobs, store, events, Settings(), clock)
    return Studio(session, events, clock, player, recorder, composer, jobs, store)


@pytest.fixture
def tune() -> Score:
    """Two bars of quarters."""
    notes = tuple(Note(480 * i, pitch, 480, 90) for i, pitch in enumerate((60, 62, 64, 65, 67, 65, 64, 62)))
    return Score((Track("Melody", notes, role="melody"),), metres=(Metre(0, 4, 4),), title="Up and down")
