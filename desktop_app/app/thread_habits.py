"""How Python shares itself between the threads, and when it looks for rubbish."""

from __future__ import annotations

import gc
import sys

from desktop_app.events import ScoreChanged

# The longest a Python thread keeps the lock from the MIDI thread.
_SWITCH_S = 0.0005
_MIDDLE_TO_OLD = 1000


def thread_habits() -> None:
    """Let other threads have Python often: the MIDI thread above all, and the window beside a worker.

    A look through everything that lives halts them all, so it is rare; young rubbish is found as soon as before.
    """
    sys.setswitchinterval(_SWITCH_S)
    young, middle, _old = gc.get_threshold()
    gc.set_threshold(young, middle, _MIDDLE_TO_OLD)


def collect_from_now_on() -> None:
    """The studio stands: what it is made of is looked through no more, what is made from now on is."""
    gc.freeze()
    gc.enable()


def keep_for_good(event: ScoreChanged) -> None:
    """A piece that was loaded is looked through for rubbish no more: with many notes that would halt every thread.

    Scores are values without cycles, so counting references frees them as before.
    """
    if event.cause == "load":
        gc.freeze()
