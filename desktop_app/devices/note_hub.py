"""The one place where played messages meet everyone who wants to hear them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from music_core.performance import LiveMessage

Listener = Callable[[LiveMessage], None]

_LOG = logging.getLogger(__name__)


class NoteHub:
    """Hands every message to every listener, at once and on the sender's thread.

    Any thread may send or subscribe. Sending takes no lock: the listeners are an immutable tuple that
    subscribing replaces, so a note is never kept waiting by someone who joins or leaves.
    """

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()
        self._changing = threading.Lock()
        self._failed: set[Listener] = set()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Add a listener; call the result to remove it again (twice does no harm)."""
        with self._changing:
            self._listeners = (*self._listeners, listener)
        removed = False

        def unsubscribe() -> None:
            nonlocal removed
            with self._changing:
                if removed:
                    return
                removed = True
                rest = list(self._listeners)
                rest.remove(listener)
                self._listeners = tuple(rest)

        return unsubscribe

    def send(self, message: LiveMessage) -> None:
        """Give the message to all listeners in the order they came; a failing one does not stop the others."""
        for listener in self._listeners:
            try:
                listener(message)
            except Exception:
                self._report(listener)

    def _report(self, listener: Listener) -> None:
        # Once for each listener: writing a log line for every note would itself make the notes late.
        if listener not in self._failed:
            self._failed.add(listener)
            _LOG.exception("A listener to played notes failed and is passed over: %r", listener)
