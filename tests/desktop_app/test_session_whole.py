"""The session with the real player, jobs, composer and store: from a sample melody to an exported file."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_app.audio.player import Player
from desktop_app.audio.synth import NullSynth
from desktop_app.devices.recorder import Recorder
from desktop_app.events import EventBus, JobEnded, Notice, TransportChanged
from desktop_app.generation.bandleader import Bandleader
from desktop_app.generation.composer import Composer
from desktop_app.generation.registry import Registry
from desktop_app.jobs import Jobs
from desktop_app.library.store import Store
from desktop_app.session import Session
from desktop_app.settings import Settings
from music_core.adapters import open_onnx
from music_core.midi_file import normalised, read_midi
from music_core.performance import NoteMessage
from music_core.score import Metre, Note, Score, Track
from tests.desktop_app.fakes import Listener
from tests.desktop_app.generation.tiny_model import write_bundle


class Whole:
    """A session among real parts, and the loop that stands for the window's."""

    def __init__(self, folder: Path) -> None:
        self.calls: queue.Queue[Callable[[], None]] = queue.Queue()
        self.events, self.jobs = EventBus(), Jobs(self.calls.put)
        self.player, self.recorder = Player(NullSynth()), Recorder()
        write_bundle(folder / "models" / "tiny")
        registry = Registry([folder / "models"])
        self.session = Session(
            self.player,
            self.recorder,
            Bandleader(Composer(registry, open_onnx), registry),
            self.jobs,
            Store(folder / "recovery"),
            self.events,
            Settings(count_in_bars=0),
            time.perf_counter,
        )
        self.player.on_finished = lambda: self.calls.put(self.session.playback_finished)

    def turn_until(self, reached: Callable[[], bool]) -> None:
        while not reached():
            self.calls.get(timeout=20)()

    def close(self) -> None:
        self.session.close()
        assert self.jobs.shutdown()
        self.player.close()


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Whole]:
    whole = Whole(tmp_path)
    yield whole
    whole.close()


def test_from_a_sample_to_an_exported_arrangement(whole: Whole, tmp_path: Path) -> None:
    session = whole.session
    ended = Listener(whole.events, JobEnded)
    notices = Listener(whole.events, Notice)
    session.load_sample("greensleeves")
    melody = session.score.tracks[0]
    session.generate("tiny", seed=4, takes=2)
    whole.turn_until(lambda: bool(ended.heard))
    assert ended.heard == [JobEnded("generate", "done")]
    assert session.is_playing
    assert [track.name for track in session.score.tracks] == ["Melody", "Alto", "Tenor", "Bass"]
    session.choose_take(1)
    session.export_midi(tmp_path / "out.mid")
    whole.turn_until(lambda: len(ended.heard) == 2)
    assert notices.sentences()[-1] == "Exported to «out.mid»: 4 tracks, 17 bars; re-read and compared."
    written = read_midi(tmp_path / "out.mid")
    assert written.tracks[0].notes == melody.notes
    assert [track.notes for track in written.tracks] == [t.notes for t in normalised(session.score).tracks]
    assert session.save(tmp_path / "song.tutti")


def test_a_short_piece_ends_by_itself(whole: Whole) -> None:
    heard = Listener(whole.events, TransportChanged)
    whole.session.edit("Draw", Score((Track("Melody", (Note(0, 60, 60),), role="melody"),)))
    whole.session.play()
    whole.turn_until(lambda: not whole.session.is_playing)
    assert [event.is_playing for event in heard.heard] == [True, False]


def test_what_is_played_at_the_heard_beat_is_written_there(whole: Whole) -> None:
    session = whole.session
    session.edit("Metre", Score(metres=(Metre(0, 3, 4),)))
    session.record()
    origin_s = whole.player.origin_s
    for beat in (0, 1):
        whole.recorder.feed(NoteMessage(origin_s + beat * 0.5 + 0.01, 60 + beat, 90))
        whole.recorder.feed(NoteMessage(origin_s + beat * 0.5 + 0.46, 60 + beat, 0))
    session.record()
    assert session.score.tracks[0].notes == (Note(0, 60, 480, 90), Note(480, 61, 480, 90))
    assert not session.is_playing
