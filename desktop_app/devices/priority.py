"""Asks the system to let the calling thread run as soon as it wants to."""

from __future__ import annotations

import ctypes
import logging
import os
import sys

# Above every ordinary program, below JACK and the threads that make the sound.
_REALTIME = 20
_WINDOWS_HIGHEST = 2
_MAC_INTERACTIVE = 0x21

_LOG = logging.getLogger(__name__)


def hurry() -> bool:
    """Raise the priority of the calling thread; False where that is not allowed, which does no harm.

    For threads that wait nearly all the time and then must not: on a busy machine an ordinary thread waits for
    the others' time slices before it may look at a key that was pressed.
    """
    try:
        if sys.platform == "win32":
            kernel = ctypes.windll.kernel32
            return bool(kernel.SetThreadPriority(kernel.GetCurrentThread(), _WINDOWS_HIGHEST))
        if sys.platform == "darwin":
            system = ctypes.CDLL("libSystem.dylib")
            return bool(system.pthread_set_qos_class_self_np(_MAC_INTERACTIVE, 0) == 0)
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(_REALTIME))
    except (OSError, AttributeError) as error:
        _LOG.debug("The thread keeps its ordinary priority: %s", error)
        return False
    return True
