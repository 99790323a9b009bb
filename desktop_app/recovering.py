"""What a run that did not end well left behind: its copy of the project and the takes it wrote down."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

from desktop_app.events import EventBus, Notice
from desktop_app.language import tr
from desktop_app.library.store import RecoveryCopy, Store
from desktop_app.library.take_journal import JournalTake, read_journal
from desktop_app.sentences import os_reason
from desktop_app.session import Session
from desktop_app.takes_to_notes import has_notes
from music_core.performance import PerformedTake

_log = logging.getLogger(__name__)


def offer_recovery(events: EventBus, store: Store) -> None:
    """Say so where an earlier run left unsaved work or takes."""
    if any(_has_work(left) for left in store.recoveries()):
        sentence = tr("The last session ended with unsaved work. It was kept.")
        events.publish(Notice("warning", sentence, "Restore"))


def recover(session: Session, store: Store) -> bool:
    """Open the newest work that was left, takes that were cut off included; it is moved aside, never deleted."""
    left = next((one for one in store.recoveries() if _has_work(one)), None)
    if left is None:
        return False
    takes = takes_in(left)
    if left.copy is None:
        _open_for(session, takes)
    elif not session.recover(left.copy):
        return False
    known = {one.performance.origin_s for one in session.recorded}
    for take in takes:
        if take.head.origin_s not in known:
            session.recordings.restore(take)
    _put_aside(left)
    return True


def takes_in(left: RecoveryCopy) -> tuple[JournalTake, ...]:
    """The takes with notes in a run's journal."""
    if left.takes is None:
        return ()
    try:
        takes = read_journal(left.takes)
    except OSError as error:
        _log.warning("The take journal %s cannot be read: %s", left.takes, error)
        return ()
    return tuple(one for one in takes if has_notes(PerformedTake(one.messages, 0.0, 0.0, one.head.bpm)))


def journal_trouble(error: OSError) -> Notice:
    """What to tell when a take cannot be written down while it is played."""
    sentence = tr(
        "The take cannot be written to the disk: {reason}. Recording goes on in memory. "
        "Make room, or save elsewhere before you close the window.",
        reason=os_reason(error),
    )
    return Notice("warning", sentence, "Save as…")


def _has_work(left: RecoveryCopy) -> bool:
    return left.copy is not None or bool(takes_in(left))


def _open_for(session: Session, takes: tuple[JournalTake, ...]) -> None:
    """The saved project that the takes belong to, where it is still there, or else a new one."""
    path = Path(takes[-1].head.path) if takes[-1].head.path else None
    if path is None or not path.is_file() or not session.open(path):
        session.new()


def _put_aside(left: RecoveryCopy) -> None:
    for path in (left.copy, left.takes):
        if path is not None:
            with suppress(OSError):
                restored = path.parent / "restored"
                restored.mkdir(exist_ok=True)
                path.replace(restored / path.name)
