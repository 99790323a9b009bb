"""Projects on disk: atomic saves with rolling backups, and recovery copies that are never deleted unasked."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop_app.library.project import Project
from desktop_app.library.project_json import LibraryError, project_from_bytes, project_to_bytes
from music_core.atomic import replacing

SUFFIX = ".tutti"
MAX_BYTES = 64_000_000
BACKUPS_KEPT = 5

_STAMP = "%Y-%m-%d %H.%M.%S"
_STAMP_SHAPE = "2000-01-01 00.00.00"


@dataclass(frozen=True, slots=True)
class RecoveryCopy:
    """Work that an earlier run did not save."""

    path: Path
    saved_at: float
    """Seconds since 1970."""


class Store:
    """Opens and saves projects. `recovery` is the folder for copies of unsaved work; it is made when needed."""

    def __init__(self, recovery: Path, clock: Callable[[], float] = time.time) -> None:
        self._recovery = recovery
        self._clock = clock
        # One copy a run: the process id keeps two running studios apart, the time two runs with the same id.
        self._own = recovery / f"recovered-{int(clock())}-{os.getpid()}{SUFFIX}"

    def open(self, path: Path) -> Project:
        """Read a project; raises LibraryError with a plain sentence for anything that is not a sound one."""
        try:
            if path.is_dir():
                raise LibraryError(f"«{path.name}» is a folder, not a project.")
            if path.stat().st_size > MAX_BYTES:
                raise LibraryError(f"«{path.name}» is larger than {MAX_BYTES // 1_000_000} MB and was not opened.")
            data = path.read_bytes()
        except FileNotFoundError:
            raise LibraryError(f"«{path.name}» does not exist any more.") from None
        except OSError as error:
            raise LibraryError(f"«{path.name}» cannot be read ({error.strerror or error}).") from None
        return project_from_bytes(data, path.name)

    def save(self, project: Project, path: Path) -> None:
        """Write a project beside the old file, check that it reads back equal, back the old one up, then replace it.

        Raises OSError or LibraryError; the old file is then as it was.
        """
        data = project_to_bytes(project)
        if project_from_bytes(data, path.name) != project:
            raise LibraryError(f"«{path.name}» was not saved, as it did not read back the same; please report this.")
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            temporary.write_bytes(data)
            self._back_up(path)

    def backups(self, path: Path) -> tuple[Path, ...]:
        """Earlier versions of a project, newest first."""
        folder = _backup_folder(path)
        if not folder.is_dir():
            return ()
        mine = (old for old in folder.iterdir() if old.name[: -len(SUFFIX) - len(_STAMP_SHAPE)] == f"{path.stem} ")
        return tuple(sorted(mine, reverse=True))

    def autosave(self, project: Project) -> Path:
        """Write this run's recovery copy."""
        self._recovery.mkdir(parents=True, exist_ok=True)
        with replacing(self._own) as temporary:
            temporary.write_bytes(project_to_bytes(project))
        return self._own

    def discard_recovery(self) -> None:
        """Remove this run's own recovery copy: the work is saved. Copies of other runs stay."""
        with contextlib.suppress(OSError):
            self._own.unlink()

    def recoveries(self) -> tuple[RecoveryCopy, ...]:
        """What earlier runs left, newest first."""
        copies = []
        for path in self._recovery.glob(f"*{SUFFIX}") if self._recovery.is_dir() else ():
            with contextlib.suppress(OSError):
                if path != self._own:
                    copies.append(RecoveryCopy(path, path.stat().st_mtime))
        return tuple(sorted(copies, key=lambda copy: copy.saved_at, reverse=True))

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


def _backup_folder(path: Path) -> Path:
    return path.parent / ".tutti-backups"
