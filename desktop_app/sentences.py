"""Errors as one plain sentence: what happened and why, never a bare code or a traceback."""

from __future__ import annotations

import errno
from pathlib import Path

from desktop_app.language import mark, tr

_OS_REASONS = {
    errno.ENOSPC: mark("the disk is full"),
    errno.EACCES: mark("you may not write there"),
    errno.EPERM: mark("you may not write there"),
    errno.EROFS: mark("that disk is read-only"),
    errno.ENOENT: mark("it does not exist"),
    errno.ENOTDIR: mark("part of its path is not a folder"),
    errno.EISDIR: mark("it is a folder"),
    errno.ENAMETOOLONG: mark("the name is too long"),
}


def sentence_of(error: BaseException, doing: str) -> str:
    """A sentence for any error; `doing` says what failed, translated and without a full stop: "The model stopped"."""
    text = " ".join(str(error).split())
    if type(error).__module__.startswith(("music_core.", "desktop_app.")) and text:
        return tr(text)  # our own error classes carry a sentence
    if isinstance(error, MemoryError):
        return tr("{doing}: there is not enough memory.", doing=doing)
    if isinstance(error, OSError):
        return f"{doing}: {os_reason(error)}."
    reason = text or type(error).__name__
    return tr("{doing}: {reason}. The log has the details.", doing=doing, reason=reason)


def os_reason(error: OSError) -> str:
    """Why the system refused, in words."""
    known = _OS_REASONS.get(error.errno or 0)
    return tr(known) if known else (error.strerror or str(error) or tr("the system refused")).rstrip(".").lower()


def shown(path: Path) -> str:
    """A path's name as sentences show it, on one line and not too long."""
    name = "".join(c if c.isprintable() else "?" for c in path.name or str(path))
    return f"«{name if len(name) <= 80 else name[:79] + '…'}»"
