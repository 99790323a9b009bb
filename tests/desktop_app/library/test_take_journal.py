"""Takes on disk while they are played."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.library.take_journal import JournalTake, TakeHead, TakeJournal, TakePlan, read_journal
from tests.desktop_app.playing import played

HEAD = TakeHead(2.5, 96.0, TakePlan(480, (480, 960), None, True), "Song", "/music/Song.tutti")
KEYS = played("@3 +60 p127 @3.5 -60 b-300 p0")


def until(condition: Callable[[], bool]) -> None:
    """Wait until something has come true; the test ends where it never does."""
    for _ in range(2000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("It never came true.")


def messages(path: Path) -> int:
    return sum(len(take.messages) for take in read_journal(path)) if path.exists() else 0


@pytest.fixture
def journal(tmp_path: Path) -> TakeJournal:
    return TakeJournal(tmp_path / "new folder" / "run.takes")


def test_a_take_is_on_disk_while_it_goes_on(journal: TakeJournal) -> None:
    journal.begin(HEAD)
    for message in KEYS:
        journal.feed(message)
    until(lambda: messages(journal.path) == len(KEYS))  # nobody has closed, flushed or ended anything
    assert read_journal(journal.path) == (JournalTake(HEAD, tuple(KEYS), None),)
    journal.end(4.0)
    journal.close()
    assert read_journal(journal.path) == (JournalTake(HEAD, tuple(KEYS), 4.0),)


def test_only_takes_are_written(journal: TakeJournal) -> None:
    journal.feed(KEYS[0])
    assert not journal.path.exists()
    journal.begin(HEAD)
    journal.end(1.0)
    journal.feed(KEYS[0])
    journal.close()
    assert read_journal(journal.path) == (JournalTake(HEAD, (), 1.0),)


def test_tick_0_may_be_known_later(journal: TakeJournal) -> None:
    journal.begin(HEAD)
    journal.feed(KEYS[0])
    journal.counts_from(7.25)
    journal.close()
    (take,) = read_journal(journal.path)
    assert (take.head.origin_s, take.messages) == (7.25, (KEYS[0],))


def test_what_is_safe_elsewhere_is_let_go(journal: TakeJournal) -> None:
    journal.begin(HEAD)
    journal.feed(KEYS[0])
    journal.end(1.0)
    journal.begin(HEAD)
    journal.feed(KEYS[1])
    journal.settle()  # saved while the second take goes on
    journal.close()
    assert [take.messages for take in read_journal(journal.path)] == [(KEYS[1],)]
    journal.end(2.0)
    journal.settle()
    assert not journal.path.exists()
    journal.begin(HEAD)
    journal.close()
    assert journal.path.exists()


def test_a_line_cut_short_or_foreign_costs_only_itself(journal: TakeJournal) -> None:
    journal.begin(HEAD)
    for message in KEYS[:2]:
        journal.feed(message)
    journal.close()
    foreign = b'["note", 1, 99, 5, 5]\n{"take": {}}\n[]\nnull\n\xff\xfe\n["note", 3.2, 0, 61, 80]\n["note", 3.4, 0, 6'
    with journal.path.open("ab") as file:
        file.write(foreign)
    (take,) = read_journal(journal.path)
    assert [getattr(message, "pitch", None) for message in take.messages] == [60, None, 61]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told_once_and_nothing_is_forgotten(tmp_path: Path) -> None:
    path, told = tmp_path / "run.takes", []
    path.symlink_to("/dev/full")
    journal = TakeJournal(path)
    journal.on_trouble = told.append
    journal.begin(HEAD)
    journal.feed(KEYS[0])
    until(lambda: bool(told))
    journal.feed(KEYS[1])
    path.unlink()  # somebody made room
    until(lambda: messages(path) == 2)
    journal.end(5.0)
    journal.close()
    assert [error.strerror for error in told] == [os.strerror(28)]
    assert read_journal(path) == (JournalTake(HEAD, tuple(KEYS[:2]), 5.0),)
