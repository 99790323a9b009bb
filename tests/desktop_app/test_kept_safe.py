"""Nothing is lost: a crash in a take, two windows on one project, a full disk, a folder that cannot be written to."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from desktop_app.devices.recorder import Recorder
from desktop_app.events import EventBus, Notice
from desktop_app.library.file_lock import FileLock, is_held_elsewhere
from desktop_app.library.run_files import EARLIER_KEPT
from desktop_app.library.store import Store
from desktop_app.library.take_journal import read_journal
from desktop_app.recovering import journal_trouble, offer_recovery, recover
from desktop_app.session import Session
from desktop_app.settings import Settings
from music_core.score import Note, Score
from tests.desktop_app.conftest import Studio
from tests.desktop_app.fakes import DoublingComposer, FakePlayer, HeldJobs, Listener
from tests.desktop_app.playing import Clock, played
from tests.desktop_app.test_session_recording import SLOPPY, STRAIGHT


def window(tmp_path: Path) -> Studio:
    """Another window of the same installation."""
    events, clock, jobs = EventBus(), Clock(), HeldJobs()
    player, composer = FakePlayer(clock), DoublingComposer()
    recorder, store = Recorder(clock), Store(tmp_path / "recovery")
    session = Session(player, recorder, composer, jobs, store, events, Settings(), clock)
    return Studio(session, events, clock, player, recorder, composer, jobs, store)


def play(studio: Studio, text: str) -> None:
    studio.play_keys(text)
    for message in played(text, studio.player.origin_s):
        studio.store.journal.feed(message)


def die(studio: Studio) -> None:
    """The process ends without a word: what the journal's thread has not written would be lost."""
    studio.store.close()


def test_a_take_cut_off_by_a_crash_is_offered_and_comes_back(tmp_path: Path) -> None:
    crashed = window(tmp_path)
    crashed.session.record()
    play(crashed, SLOPPY)
    die(crashed)
    after = window(tmp_path)
    heard = Listener(after.events, Notice)
    offer_recovery(after.events, after.store)
    assert [(notice.level, notice.action) for notice in heard.heard] == [("warning", "Restore")]
    assert recover(after.session, after.store)
    assert after.session.score.tracks[0].notes == STRAIGHT
    assert after.session.is_dirty
    assert not after.store.recoveries()
    assert len(list((tmp_path / "recovery" / "restored").glob("*.takes"))) == 1
    assert not recover(after.session, after.store)


def test_copy_and_takes_come_back_together_and_no_take_twice(tmp_path: Path, tune: Score) -> None:
    crashed = window(tmp_path)
    crashed.session.edit("Draw", tune)
    crashed.session.seek(3840)
    crashed.session.record()
    play(crashed, "@4 +72 @4.5 -72")
    crashed.session.stop()
    crashed.session.autosave()
    crashed.jobs.settle()
    crashed.session.seek(5760)
    crashed.session.record()
    play(crashed, "@6 +74 @6.5 -74")
    die(crashed)
    after = window(tmp_path)
    assert recover(after.session, after.store)
    new = (Note(3840, 72, 480, 80), Note(5760, 74, 480, 80))
    assert after.session.score.tracks[0].notes == (*tune.tracks[0].notes, *new)
    assert len(after.session.recorded) == 2


def test_takes_of_a_saved_project_come_back_into_it(tmp_path: Path, tune: Score) -> None:
    crashed = window(tmp_path)
    crashed.session.edit("Draw", tune)
    path = tmp_path / "song.tutti"
    assert crashed.session.save(path)
    crashed.session.seek(3840)
    crashed.session.record()
    play(crashed, "@4 +72 @4.5 -72")
    die(crashed)
    after = window(tmp_path)
    assert recover(after.session, after.store)
    assert after.session.path == path
    assert after.session.score.tracks[0].notes[-1] == Note(3840, 72, 480, 80)
    assert after.session.is_dirty


def test_saved_takes_are_not_offered_again(tmp_path: Path) -> None:
    first = window(tmp_path)
    first.session.record()
    play(first, SLOPPY)
    first.session.stop()
    first.session.save(tmp_path / "song.tutti")
    die(first)
    after = window(tmp_path)
    heard = Listener(after.events, Notice)
    offer_recovery(after.events, after.store)
    assert heard.heard == []


def test_what_another_window_works_on_is_not_offered(tmp_path: Path, tune: Score) -> None:
    running = window(tmp_path)
    running.session.record()
    play(running, SLOPPY)
    running.session.stop()
    running.session.autosave()
    running.jobs.settle()
    assert window(tmp_path).store.recoveries() == ()
    die(running)
    (left,) = window(tmp_path).store.recoveries()
    assert left.copy is not None
    assert left.takes is not None


def test_copies_roll(tmp_path: Path, tune: Score) -> None:
    studio = window(tmp_path)
    for bpm in range(100, 110):
        studio.session.edit("Tempo", tune)
        studio.session.set_tempo(bpm)
        studio.session.autosave()
        studio.jobs.settle()
    earlier = sorted((tmp_path / "recovery" / "earlier").iterdir())
    assert [round(studio.store.open(path).score.bpm) for path in earlier] == [104, 105, 106, 107, 108]
    assert len(earlier) == EARLIER_KEPT
    studio.session.save(tmp_path / "song.tutti")
    assert not list((tmp_path / "recovery").rglob("*.tutti"))


def test_two_windows_on_one_project_lose_nothing(tmp_path: Path, tune: Score) -> None:
    path = tmp_path / "song.tutti"
    one, two = window(tmp_path), window(tmp_path)
    one.session.edit("Draw", tune)
    one.session.save(path)
    heard = Listener(two.events, Notice)
    two.session.open(path)
    assert heard.heard[-1].level == "warning"
    assert "open in another window" in heard.sentences()[-1]
    one.session.set_tempo(90)
    two.session.set_tempo(150)
    assert one.session.save()
    assert two.session.save()
    sentences = [s for s in heard.sentences() if "changed in another window" in s]
    assert sentences == [
        "«song.tutti» was changed in another window. What you have here was saved as «song (2).tutti» beside it; "
        "both are whole."
    ]
    reader = Store(tmp_path / "elsewhere")
    assert round(reader.open(path).score.bpm) == 90
    assert round(reader.open(tmp_path / "song (2).tutti").score.bpm) == 150
    assert two.session.path == tmp_path / "song (2).tutti"
    assert (two.session.project_name, two.session.is_dirty) == ("song (2)", False)
    two.session.set_tempo(160)
    assert two.session.save()
    assert not (tmp_path / "song (3).tutti").exists()


def test_a_window_that_leaves_a_project_frees_it(tmp_path: Path, tune: Score) -> None:
    path = tmp_path / "song.tutti"
    one, two = window(tmp_path), window(tmp_path)
    one.session.edit("Draw", tune)
    one.session.save(path)
    one.session.new()
    heard = Listener(two.events, Notice)
    assert two.session.open(path)
    assert heard.heard == []


@pytest.mark.skipif(sys.platform == "win32", reason="limits on file sizes are POSIX")
def test_a_disk_that_is_full_is_told_and_the_old_file_stays(tmp_path: Path, tune: Score) -> None:
    import resource

    studio = window(tmp_path)
    path = tmp_path / "song.tutti"
    studio.session.edit("Draw", tune)
    studio.session.save(path)
    before = path.read_bytes()
    studio.session.set_tempo(77)
    heard = Listener(studio.events, Notice)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))  # no file may be longer
    try:
        assert not studio.session.save()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before
    assert heard.heard[0].level == "error"
    assert "Your work is still open." in heard.sentences()[0]
    assert studio.session.is_dirty
    assert not list(tmp_path.glob(".tutti-*.tmp"))
    assert studio.session.save()


@pytest.mark.skipif(sys.platform == "win32", reason="folders without the right to write are POSIX")
def test_a_folder_without_the_right_to_write_is_told(tune: Score) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, user = Path(name), os.geteuid()
        studio = window(folder / "own")
        studio.session.edit("Draw", tune)
        heard = Listener(studio.events, Notice)
        folder.chmod(0o555)
        if user == 0:
            os.seteuid(65534)  # the superuser may write anywhere
        try:
            assert not studio.session.save(folder / "song.tutti")
        finally:
            os.seteuid(user)
            folder.chmod(0o755)
        assert "you may not write there" in heard.sentences()[0]
        assert "Your work is still open" in heard.sentences()[0]
        assert studio.session.save(folder / "song.tutti")


def test_a_recovery_folder_that_cannot_be_leaves_the_studio_working(tmp_path: Path) -> None:
    (tmp_path / "recovery").write_text("a file where the folder belongs")
    studio, troubles = window(tmp_path), []
    studio.store.journal.on_trouble = troubles.append
    studio.session.record()
    play(studio, SLOPPY)
    studio.session.stop()
    studio.store.journal.close()
    assert studio.session.score.tracks[0].notes == STRAIGHT
    (trouble,) = troubles
    assert "Recording goes on in memory" in journal_trouble(trouble).sentence
    assert studio.session.save(tmp_path / "song.tutti")


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "locks" / "one.lock"
    code = (
        "import sys; from pathlib import Path; from desktop_app.library.file_lock import FileLock\n"
        "lock = FileLock(Path(sys.argv[1])); print(lock.acquire(), flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "True\n"
    assert is_held_elsewhere(path)
    assert not FileLock(path).acquire()
    child.kill()
    child.communicate()
    assert not is_held_elsewhere(path)
    mine = FileLock(path)
    assert mine.acquire()
    mine.release()
    assert not path.exists()


def test_a_crash_of_the_process_leaves_the_take_on_disk(tmp_path: Path) -> None:
    code = (
        "import os, sys, time; from pathlib import Path\n"
        "from desktop_app.library.store import Store; from desktop_app.library.take_journal import *\n"
        "from music_core.performance import NoteMessage\n"
        "journal = Store(Path(sys.argv[1])).journal; journal.begin(TakeHead(0.0, 120.0))\n"
        "[journal.feed(NoteMessage(i / 10, 60 + i, 80)) for i in range(5)]\n"
        "while not journal.path.exists() or journal.path.read_bytes().count(b'note') < 5: time.sleep(0.005)\n"
        "os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=Path(__file__).parents[2], check=False)
    (left,) = Store(tmp_path).recoveries()
    assert left.takes is not None
    assert len(read_journal(left.takes)[0].messages) == 5
