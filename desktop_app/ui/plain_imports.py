"""Importing this takes PySide6's hook out of Python's import.

PySide6 replaces `__import__` to serve `from __feature__ import ...`, which Tutti does not use; the hook reads the whole
source of every module that is imported after it, which was a tenth of the time until the window opens. A program that
opens a window imports this before anything else of its own.
"""

from __future__ import annotations

import builtins

import PySide6.QtCore  # noqa: F401 - puts the hook in


def take_hook_out() -> None:
    """Let Python import as it does without PySide6."""
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


take_hook_out()
