"""What one run of the studio keeps in the recovery folder: its copy, the copies before it, its takes, and a lock."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop_app.library.file_lock import FileLock, is_held_elsewhere
from desktop_app.library.take_journal import SUFFIX as TAKES

SUFFIX = ".tutti"
EARLIER_KEPT = 5

_LOCK = ".lock"
_EARLIER, _LOCKS = "earlier", "locks"


@dataclass(frozen=True, slots=True)
class RecoveryCopy:
    """Work that an earlier run did not save: a copy of the project, the takes it wrote down, or both."""

    path: Path
    saved_at: float
    """Seconds since 1970."""
    copy: Path | None = None
    takes: Path | None = None


class Run:
    """The files of this run, told from those of others by time, process and chance."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        self._folder = folder
        self._name = f"recovered-{int(clock())}-{os.getpid()}-{secrets.token_hex(2)}"
        self._lock = FileLock(folder / _LOCKS / f"{self._name}{_LOCK}")
        self._count = 0
        self.copy = folder / f"{self._name}{SUFFIX}"
        self.journal = folder / f"{self._name}{TAKES}"

    def begin(self) -> None:
        """This run has something in the folder and lives; raises OSError where the folder cannot be made."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError):
            self._lock.acquire()

    def end(self) -> None:
        """What is left may be recovered by the next run."""
        self._lock.release()

    def lock_of(self, project: Path) -> FileLock:
        """The lock that says that a window works on this project."""
        name = hashlib.sha256(str(project.resolve()).encode()).hexdigest()[:24]
        return FileLock(self._folder / _LOCKS / f"open-{name}{_LOCK}")

    def keep_earlier(self) -> None:
        """Put the present copy aside before it is replaced; a full folder loses this run's oldest."""
        if not self.copy.is_file():
            return
        with contextlib.suppress(OSError):  # an earlier copy that fails must not stop the new one
            folder = self._folder / _EARLIER
            folder.mkdir(exist_ok=True)
            self._count += 1
            shutil.copy2(self.copy, folder / f"{self._name}-{self._count:06d}{SUFFIX}")
            for old in self.earlier()[EARLIER_KEPT:]:
                old.unlink()

    def earlier(self) -> tuple[Path, ...]:
        """The copies before the present one, newest first."""
        return tuple(sorted((self._folder / _EARLIER).glob(f"{self._name}-*{SUFFIX}"), reverse=True))

    def discard(self) -> None:
        """Remove this run's copies: the work is safe elsewhere."""
        for path in (self.copy, *self.earlier()):
            with contextlib.suppress(OSError):
                path.unlink()

    def left_behind(self) -> tuple[RecoveryCopy, ...]:
        """What runs left that are no more, newest first."""
        if not self._folder.is_dir():
            return ()
        found: dict[str, list[Path]] = {}
        for path in self._folder.iterdir():
            if path.suffix in (SUFFIX, TAKES) and path.stem != self._name and path.is_file():
                found.setdefault(path.stem, []).append(path)
        copies = []
        for stem, paths in found.items():
            with contextlib.suppress(OSError):
                if not is_held_elsewhere(self._folder / _LOCKS / f"{stem}{_LOCK}"):
                    copy, takes = (next((p for p in paths if p.suffix == kind), None) for kind in (SUFFIX, TAKES))
                    saved_at = max(path.stat().st_mtime for path in paths)
                    copies.append(RecoveryCopy(copy or paths[0], saved_at, copy, takes))
        return tuple(sorted(copies, key=lambda left: left.saved_at, reverse=True))
