"""Files that are either whole and new or untouched: written beside their place, then moved over it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a new empty file in the same folder; it replaces `path` if the block ends well, else it is removed.

    The block writes to the yielded path (and may read it back). A symbolic link stays one: its target is replaced.
    """
    target = path.resolve() if path.is_symlink() else path
    if target.is_dir():
        raise IsADirectoryError(21, "Is a directory", str(target))
    temporary = target.with_name(f".tutti-{secrets.token_hex(6)}.tmp")
    # Opened rather than mkstemp'd, so that the new file has the user's usual permissions.
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
