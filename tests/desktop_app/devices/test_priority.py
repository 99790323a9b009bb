from __future__ import annotations

import os
import sys
import threading

import pytest

from desktop_app.devices.priority import hurry


def in_a_thread(work) -> list:
    found: list = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found


def test_asking_does_no_harm() -> None:
    assert in_a_thread(hurry)[0] in (True, False)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems cannot be asked how they schedule")
def test_only_the_calling_thread_hurries() -> None:
    before = os.sched_getscheduler(0)
    allowed, policy = in_a_thread(lambda: (hurry(), os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK))[0]
    assert policy == (os.SCHED_RR if allowed else before)
    assert os.sched_getscheduler(0) == before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the call is Linux's")
def test_where_it_is_not_allowed_everything_stays_as_it_was(monkeypatch) -> None:
    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    assert hurry() is False
