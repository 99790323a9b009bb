"""Lets Ctrl+C and SIGTERM end the program in order, though Qt's loop runs no Python while it sleeps."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QSocketNotifier

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def quit_on_signals(close: Callable[[], object]) -> Callable[[], None]:
    """Call `close` on the GUI thread when a signal asks to end; the returned function undoes this."""
    before = {number: signal.signal(number, lambda *_: close()) for number in _SIGNALS}
    reader, writer = socket.socketpair()
    for end in (reader, writer):
        end.setblocking(False)
    # Python writes a byte here when a signal arrives; reading it gives Python the chance to run the handler.
    previous = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda *_: reader.recv(64))

    def release() -> None:
        notifier.setEnabled(False)
        signal.set_wakeup_fd(previous)
        for number, handler in before.items():
            signal.signal(number, handler)
        reader.close()
        writer.close()

    return release
