"""Errors as one plain sentence: what happened and why, never a bare code or a traceback."""

from __future__ import annotations

import errno
from pathlib import Path

_OS_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EACCES: "you may not write there",
    errno.EPERM: "you may not write there",
    errno.EROFS: "that disk is read-only",
    errno.ENOENT: "it does not exist",
    errno.ENOTDIR: "part of its path is not a folder",
    errno.EISDIR: "it is a folder",
    errno.ENAMETOOLONG: "the name is too long",
}


def sentence_of(error: BaseException, doing: str) -> str:
    """A sentence for any error; `doing` says what failed, without a full stop: "The model stopped"."""
    text = " ".join(str(error).split())
    if type(error).__module__.startswith(("music_core.", "desktop_app.")) and text:
        return text  # our own error classes carry a sentence
    if isinstance(error, MemoryError):
        return f"{doing}: there is not enough memory."
    if isinstance(error, OSError):
        return f"{doing}: {os_reason(error)}."
    return f"{doing}: {text or type(error).__name__}. The log has the details."


def os_reason(error: OSError) -> str:
    """Why the system refused, in words."""
    known = _OS_REASONS.get(error.errno or 0)
    return known or (error.strerror or str(error) or "the system refused").rstrip(".").lower()


def shown(path: Path) -> str:
    """A path's name as sentences show it, on one line and not too long."""
    name = "".join(c if c.isprintable() else "?" for c in path.name or str(path))
    return f"«{name if len(name) <= 80 else name[:79] + '…'}»"
