"""Slow work off the GUI thread: one worker, plain functions, results handed back through `post`."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from desktop_app.right_of_way import GiveWay, go_on
from music_core.decoding.predictor import Cancelled, GenerationCancelled, Progress

_log = logging.getLogger(__name__)

# How long a job rests for what it hands over, and how soon after that the window begins to paint it.
_PATIENCE_S = 0.25
_PAINTS_AFTER_S = 0.003

T = TypeVar("T")
Post = Callable[[Callable[[], None]], None]


class Cancellable(Protocol):
    """What the caller of a job holds: the way to stop it."""

    def cancel(self) -> None:
        """Ask the job to stop; neither `done` nor `failed` will be called after this."""


class JobHandle:
    """One request. Once cancelled or overtaken by a newer job of its name, its result is dropped."""

    def __init__(self, name: str, number: int) -> None:
        self.name = name
        self.number = number
        self._cancelled = threading.Event()

    @property
    def is_cancelled(self) -> bool:
        """Whether the result is no longer wanted."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the job to stop; neither `done` nor `failed` will be called after this."""
        self._cancelled.set()


@dataclass(frozen=True, slots=True)
class _Request:
    handle: JobHandle
    work: Callable[[Progress, Cancelled], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]
    on_progress: Progress | None


class Jobs:
    """Runs jobs one after the other on a worker thread that starts with the first of them.

    `post` runs a function on the GUI thread, from any thread, in order. Wherever a job asks whether it is cancelled, it
    gives way to the window.
    """

    def __init__(self, post: Post, give_way: GiveWay = go_on) -> None:
        self._post = post
        self._give_way = give_way
        self._queue: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._latest: dict[str, JobHandle] = {}
        self._count = 0
        self._worker: threading.Thread | None = None
        self._closed = False

    def hand_over(self, call: Callable[[], None]) -> None:
        """Run `call` on the GUI thread; the job that asks rests until it is done and shown, or has taken too long."""
        taken = threading.Event()

        def take() -> None:
            try:
                call()
            finally:
                taken.set()

        self._post(take)
        if taken.wait(_PATIENCE_S):
            time.sleep(_PAINTS_AFTER_S)
            self._give_way()

    def run(
        self,
        name: str,
        work: Callable[[Progress, Cancelled], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        on_progress: Progress | None = None,
    ) -> JobHandle:
        """Queue `work(progress, cancelled)`; a job still waiting or running under the same name is overtaken."""
        if self._closed:
            raise RuntimeError("The app is closing; no new work is taken.")
        self._count += 1
        handle = JobHandle(name, self._count)
        previous = self._latest.get(name)
        if previous is not None:
            previous.cancel()
        self._latest[name] = handle
        self._queue.put(_Request(handle, work, done, failed, on_progress))
        if self._worker is None:
            self._worker = threading.Thread(target=self._serve, name="tutti-jobs", daemon=True)
            self._worker.start()
        return handle

    def shutdown(self, timeout_s: float = 5.0) -> bool:
        """Cancel everything and wait for the worker; False if it had not stopped in time."""
        self._closed = True
        for handle in self._latest.values():
            handle.cancel()
        if self._worker is None:
            return True
        self._queue.put(None)
        self._worker.join(timeout_s)
        return not self._worker.is_alive()

    def _serve(self) -> None:
        while (request := self._queue.get()) is not None:
            if not request.handle.is_cancelled:
                self._serve_one(request)

    def _serve_one(self, request: _Request) -> None:
        handle = request.handle
        progress = _ProgressRelay(self._post, handle, request.on_progress)
        try:
            result = request.work(progress, lambda: self._is_cancelled(handle))
        except GenerationCancelled:
            handle.cancel()
        except Exception as error:
            _log.info("The job %s failed", handle.name, exc_info=True)
            self._hand_back(handle, request.failed, error)
        else:
            self._hand_back(handle, request.done, result)

    def _is_cancelled(self, handle: JobHandle) -> bool:
        self._give_way()
        return handle.is_cancelled

    def _hand_back(self, handle: JobHandle, receive: Callable[[Any], None], value: Any) -> None:
        def deliver() -> None:
            if not handle.is_cancelled:
                receive(value)

        self._post(deliver)


class _ProgressRelay:
    """Carries progress to the GUI thread, with never more than one call waiting there."""

    def __init__(self, post: Post, handle: JobHandle, receive: Progress | None) -> None:
        self._post = post
        self._handle = handle
        self._receive = receive
        self._lock = threading.Lock()
        self._newest: tuple[int, int] | None = None

    def __call__(self, done: int, total: int) -> None:
        if self._receive is None:
            return
        with self._lock:
            waiting = self._newest is not None
            self._newest = (done, total)
        if not waiting:
            self._post(self._deliver)

    def _deliver(self) -> None:
        with self._lock:
            newest, self._newest = self._newest, None
        if newest is not None and self._receive is not None and not self._handle.is_cancelled:
            self._receive(*newest)
