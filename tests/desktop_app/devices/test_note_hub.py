from __future__ import annotations

import logging
import threading

from desktop_app.devices.note_hub import NoteHub
from music_core.performance import LiveMessage, NoteMessage


def note(pitch: int = 60) -> NoteMessage:
    return NoteMessage(0.0, pitch, 80)


def test_everyone_hears_in_the_order_of_joining() -> None:
    hub, heard = NoteHub(), []
    hub.subscribe(lambda message: heard.append(("first", message)))
    hub.subscribe(lambda message: heard.append(("second", message)))
    hub.send(note())
    assert heard == [("first", note()), ("second", note())]


def test_who_leaves_hears_no_more_and_may_leave_twice() -> None:
    hub, heard = NoteHub(), []
    leave = hub.subscribe(heard.append)
    hub.subscribe(heard.append)
    leave()
    leave()
    hub.send(note())
    assert heard == [note()]


def test_a_listener_may_leave_while_it_listens() -> None:
    hub, heard = NoteHub(), []

    def once(message: LiveMessage) -> None:
        heard.append(message)
        leave()

    leave = hub.subscribe(once)
    hub.subscribe(heard.append)
    hub.send(note(1))
    hub.send(note(2))
    assert heard == [note(1), note(1), note(2)]


def test_a_failing_listener_stops_nobody_and_is_logged_once(caplog) -> None:
    hub, heard = NoteHub(), []

    def broken(message: LiveMessage) -> None:
        raise RuntimeError("no")

    hub.subscribe(broken)
    hub.subscribe(heard.append)
    with caplog.at_level(logging.ERROR):
        for pitch in range(5):
            hub.send(note(pitch))
    assert len(heard) == 5
    assert len(caplog.records) == 1


def test_nothing_is_lost_while_others_come_and_go() -> None:
    hub, heard = NoteHub(), []
    hub.subscribe(heard.append)
    stop = threading.Event()

    def come_and_go() -> None:
        while not stop.is_set():
            hub.subscribe(lambda _: None)()

    visitors = [threading.Thread(target=come_and_go) for _ in range(3)]
    for visitor in visitors:
        visitor.start()
    senders = [threading.Thread(target=lambda: [hub.send(note(p % 128)) for p in range(1000)]) for _ in range(3)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    stop.set()
    for visitor in visitors:
        visitor.join()
    assert len(heard) == 3000
