"""Who does the work: this process, several processes, or a Dask cluster; all of them take the same tasks."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from typing import Any, ParamSpec, Protocol, TypeVar

CLUSTER_PATIENCE_S = 20
NO_DASK = "Working on a Dask cluster needs Dask; install it with `pip install 'tutti[cluster]'`."

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class Workers(Protocol):
    """Does tasks; `crashes` are what a future raises where a task killed its worker, after which `restart` helps."""

    crashes: tuple[type[BaseException], ...]
    count: int

    def submit(
        self, task: Callable[_Arguments, _Result], *args: _Arguments.args, **kwargs: _Arguments.kwargs
    ) -> Future[_Result]:
        """Have a task done some time."""

    def restart(self) -> None:
        """Put new workers in the place of dead ones."""

    def close(self) -> None:
        """Let go of the workers; tasks that have not begun are dropped."""


class ThisProcess:
    """Does each task at once."""

    crashes: tuple[type[BaseException], ...] = ()
    count = 1

    def submit(
        self, task: Callable[_Arguments, _Result], *args: _Arguments.args, **kwargs: _Arguments.kwargs
    ) -> Future[_Result]:
        """Do the task."""
        future: Future[_Result] = Future()
        try:
            future.set_result(task(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future

    def restart(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to do."""


class Processes:
    """Tasks in `count` processes of this machine."""

    crashes: tuple[type[BaseException], ...] = (BrokenExecutor,)

    def __init__(self, count: int) -> None:
        self.count = count
        self._executor: Executor = self._start()

    def submit(
        self, task: Callable[_Arguments, _Result], *args: _Arguments.args, **kwargs: _Arguments.kwargs
    ) -> Future[_Result]:
        """Send the task to a process."""
        return self._executor.submit(task, *args, **kwargs)

    def restart(self) -> None:
        """Start all processes anew; one that dies takes the pool with it."""
        self.close()
        self._executor = self._start()

    def close(self) -> None:
        """End the processes."""
        self._executor.shutdown(cancel_futures=True)

    def _start(self) -> Executor:
        # Spawned: a fork would copy the locks of Arrow's threads, and Windows and macOS do not fork.
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.count, mp_context=spawn, initializer=_end_with_the_parent)


def _end_with_the_parent() -> None:
    """Have this process end when the one that started it was killed; it would wait for its next task for ever."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class Cluster:
    """Tasks on the workers of a Dask cluster, which must reach the folder that is written to."""

    def __init__(self, address: str) -> None:
        try:
            import distributed
            from distributed.scheduler import KilledWorker
        except ImportError:
            raise ValueError(NO_DASK) from None
        connect: Any = distributed.Client  # which has no annotations
        try:
            self._client = connect(address, timeout=CLUSTER_PATIENCE_S, set_as_default=False)
        except (OSError, ValueError, TimeoutError):
            raise ValueError(f"No Dask scheduler answers at {address}; start one with `dask scheduler`.") from None
        self.crashes: tuple[type[BaseException], ...] = (KilledWorker,)
        self.count = max(1, sum(self._client.nthreads().values()))
        self._executor = self._client.get_executor()

    def submit(
        self, task: Callable[_Arguments, _Result], *args: _Arguments.args, **kwargs: _Arguments.kwargs
    ) -> Future[_Result]:
        """Send the task to the cluster."""
        future: Future[_Result] = self._executor.submit(task, *args, **kwargs)
        return future

    def restart(self) -> None:
        """Nothing to do: the cluster's nannies replace dead workers."""

    def close(self) -> None:
        """Leave the cluster; it goes on running."""
        self._executor.shutdown(wait=False)
        self._client.close()
