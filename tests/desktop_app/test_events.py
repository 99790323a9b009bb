from __future__ import annotations

import logging

import pytest

from desktop_app.events import EventBus, Notice, SelectionChanged


def test_listeners_hear_their_class_in_order_until_they_unsubscribe() -> None:
    bus, heard = EventBus(), []
    stop = bus.subscribe(SelectionChanged, lambda event: heard.append(("first", event.track)))
    bus.subscribe(SelectionChanged, lambda event: heard.append(("second", event.track)))
    bus.publish(SelectionChanged(1))
    bus.publish(Notice("info", "Not for them."))
    stop()
    bus.publish(SelectionChanged(2))
    assert heard == [("first", 1), ("second", 1), ("second", 2)]


def test_a_failing_listener_is_logged_and_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    bus, heard = EventBus(), []

    def fail(event: SelectionChanged) -> None:
        raise RuntimeError("no")

    bus.subscribe(SelectionChanged, fail)
    bus.subscribe(SelectionChanged, heard.append)
    with caplog.at_level(logging.ERROR):
        bus.publish(SelectionChanged(3))
    assert heard == [SelectionChanged(3)]
    assert "SelectionChanged" in caplog.text


def test_a_listener_may_subscribe_and_unsubscribe_while_it_is_told() -> None:
    bus, heard = EventBus(), []

    def once(event: SelectionChanged) -> None:
        stop()
        bus.subscribe(SelectionChanged, heard.append)

    stop = bus.subscribe(SelectionChanged, once)
    bus.publish(SelectionChanged(1))
    bus.publish(SelectionChanged(2))
    assert heard == [SelectionChanged(2)]
