"""Projects on disk: atomic saves with rolling backups, and recovery copies that are never deleted unasked."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from desktop_app.library.file_lock import FileLock
from desktop_app.library.project import Project
from desktop_app.library.project_json import LibraryError, project_from_bytes, project_to_bytes
from desktop_app.library.run_files import SUFFIX, RecoveryCopy, Run
from desktop_app.library.take_journal import TakeJournal
from desktop_app.right_of_way import GiveWay, go_on
from music_core.atomic import replacing

__all__ = ["BACKUPS_KEPT", "MAX_BYTES", "SUFFIX", "ChangedElsewhereError", "RecoveryCopy", "Store"]

MAX_BYTES = 64_000_000
BACKUPS_KEPT = 5

_STAMP = "%Y-%m-%d %H.%M.%S"
_STAMP_SHAPE = "2000-01-01 00.00.00"


class ChangedElsewhereError(LibraryError):
    """The file is no longer as this window left it; one sentence."""


class Store:
    """Opens and saves projects. `recovery` is the folder for copies of unsaved work; it is made when needed."""

    def __init__(self, recovery: Path, clock: Callable[[], float] = time.time, *, give_way: GiveWay = go_on) -> None:
        self._clock = clock
        self._give_way = give_way
        self._run = Run(recovery, clock)
        self._claimed: FileLock | None = None
        self._known: dict[Path, tuple[int, int, int]] = {}
        self.journal = TakeJournal(self._run.journal, self._run.begin)

    def open(self, path: Path) -> Project:
        """Read a project; raises LibraryError with a plain sentence for anything that is not a sound one."""
        try:
            if path.is_dir():
                raise LibraryError(f"«{path.name}» is a folder, not a project.")
            if path.stat().st_size > MAX_BYTES:
                raise LibraryError(f"«{path.name}» is larger than {MAX_BYTES // 1_000_000} MB and was not opened.")
            mark = _mark(path)
            data = path.read_bytes()
        except FileNotFoundError:
            raise LibraryError(f"«{path.name}» does not exist any more.") from None
        except OSError as error:
            raise LibraryError(f"«{path.name}» cannot be read ({error.strerror or error}).") from None
        project = project_from_bytes(data, path.name, self._give_way)
        self._known[path.absolute()] = mark
        return project

    def claim(self, path: Path | None) -> bool:
        """This window works on that project now, or on none; False where another window does too."""
        if self._claimed is not None:
            self._claimed.release()
            self._claimed = None
        if path is None:
            return True
        lock = self._run.lock_of(path)
        try:
            if not lock.acquire():
                return False
        except OSError:
            return True  # nobody can be asked; saving looks at the file itself
        self._claimed = lock
        return True

    def save(self, project: Project, path: Path) -> None:
        """Write a project beside the old file, check that it reads back equal, back the old one up, then replace it.

        Raises OSError or LibraryError; the old file is then as it was. A file that another window has saved since this
        one read or wrote it is left alone: ChangedElsewhereError.
        """
        known = self._known.get(path.absolute())
        if known is not None and path.is_file() and _mark(path) != known:
            raise ChangedElsewhereError(f"«{path.name}» was changed in another window.")
        data = project_to_bytes(project, self._give_way)
        if project_from_bytes(data, path.name, self._give_way) != project:
            raise LibraryError(f"«{path.name}» was not saved, as it did not read back the same; please report this.")
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            temporary.write_bytes(data)
            self._back_up(path)
        self._known[path.absolute()] = _mark(path)

    def free_name(self, path: Path) -> Path:
        """A name beside a file that is not taken: «Song (2)»."""
        number = 2
        while (free := path.with_name(f"{path.stem} ({number}){path.suffix}")).exists():
            number += 1
        return free

    def backups(self, path: Path) -> tuple[Path, ...]:
        """Earlier versions of a project, newest first."""
        folder = _backup_folder(path)
        if not folder.is_dir():
            return ()
        mine = (old for old in folder.iterdir() if old.name[: -len(SUFFIX) - len(_STAMP_SHAPE)] == f"{path.stem} ")
        return tuple(sorted(mine, reverse=True))

    def autosave(self, project: Project) -> Path:
        """Write this run's recovery copy; the copies before it are kept, the oldest goes."""
        data = project_to_bytes(project, self._give_way)
        self._run.begin()
        with replacing(self._run.copy) as temporary:
            temporary.write_bytes(data)
            self._run.keep_earlier()
        return self._run.copy

    def discard_recovery(self) -> None:
        """Remove this run's own recovery copies and takes: the work is saved. Those of other runs stay."""
        self.journal.settle()
        self._run.discard()

    def recoveries(self) -> tuple[RecoveryCopy, ...]:
        """What earlier runs left, newest first; what other windows are still working on is theirs."""
        return self._run.left_behind()

    def close(self) -> None:
        """The window is gone: its locks are free, its recovery copy stays where it is."""
        self.journal.close()
        self.claim(None)
        self._run.end()

    def _back_up(self, path: Path) -> None:
        """Keep the version that is about to be replaced; a full backup folder loses its oldest."""
        if not path.is_file():
            return
        folder = _backup_folder(path)
        with contextlib.suppress(OSError):  # a backup that fails must not stop the save
            folder.mkdir(exist_ok=True)
            stamp = time.strftime(_STAMP, time.localtime(self._clock()))
            shutil.copy2(path, folder / f"{path.stem} {stamp}{SUFFIX}")
            for old in self.backups(path)[BACKUPS_KEPT:]:
                old.unlink()


def _mark(path: Path) -> tuple[int, int, int]:
    """What changes when a file is replaced or written to."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


def _backup_folder(path: Path) -> Path:
    return path.parent / ".tutti-backups"
