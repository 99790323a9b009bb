from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.library import store as store_module
from desktop_app.library.fields import LibraryError
from desktop_app.library.project import Project
from desktop_app.library.store import BACKUPS_KEPT, Store
from music_core.score import Score, Track


def project(title: str) -> Project:
    return Project("Song", Score(title=title))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    now = iter(range(1_700_000_000, 1_800_000_000, 60))
    return Store(tmp_path / "recovery", lambda: next(now))


def test_save_and_open(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "song.tutti"
    store.save(project("one"), path)
    assert store.open(path) == project("one")
    assert list(path.parent.iterdir()) == [path]


def test_earlier_versions_are_kept_newest_first(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "song.tutti"
    for number in range(BACKUPS_KEPT + 3):
        store.save(project(str(number)), path)
    store.save(project("other"), tmp_path / "song 2.tutti")
    store.save(project("other again"), tmp_path / "song 2.tutti")
    titles = [store.open(backup).score.title for backup in store.backups(path)]
    assert titles == [str(number) for number in range(BACKUPS_KEPT + 1, 1, -1)]
    assert len(store.backups(tmp_path / "song 2.tutti")) == 1


@pytest.mark.parametrize("failing", ["fsync", "replace", "write"])
def test_a_save_that_fails_leaves_the_old_file(
    failing: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "song.tutti"
    store.save(project("old"), path)

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    owner, name = {"fsync": (os, "fsync"), "replace": (Path, "replace"), "write": (Path, "write_bytes")}[failing]
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, no_space)
        with pytest.raises(OSError, match="No space"):
            store.save(project("new"), path)
    assert store.open(path) == project("old")
    assert not [entry for entry in tmp_path.iterdir() if entry.suffix == ".tmp"]


def test_what_would_not_read_back_is_not_saved(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "song.tutti"
    store.save(project("old"), path)
    with pytest.raises(LibraryError, match="volume"):
        store.save(replace(project("new"), score=Score((Track("Loud", volume=500),))), path)
    assert store.open(path) == project("old")


def test_files_that_are_none_are_refused_in_a_sentence(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(LibraryError, match="folder"):
        store.open(tmp_path)
    with pytest.raises(LibraryError, match="does not exist"):
        store.open(tmp_path / "none.tutti")
    path = tmp_path / "song.tutti"
    store.save(project("one"), path)
    monkeypatch.setattr(store_module, "MAX_BYTES", 10)
    with pytest.raises(LibraryError, match="larger"):
        store.open(path)


def test_each_run_has_its_own_recovery_copy_and_deletes_no_other(tmp_path: Path) -> None:
    crashed, running = Store(tmp_path, lambda: 1.0), Store(tmp_path, lambda: 2.0)
    lost = crashed.autosave(project("lost"))
    assert running.recoveries() == ()  # it still lives
    crashed.close()
    running.autosave(project("first"))
    own = running.autosave(project("second"))
    assert [copy.path for copy in running.recoveries()] == [lost]
    assert running.open(own).score.title == "second"
    running.discard_recovery()
    running.discard_recovery()
    assert (lost.exists(), own.exists()) == (True, False)


def test_without_a_recovery_folder_there_is_nothing_to_recover(tmp_path: Path) -> None:
    assert Store(tmp_path / "none").recoveries() == ()
