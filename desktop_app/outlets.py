"""Ways out of the studio beside its own sound: files, drags, previews of instruments, and a MIDI port."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop_app.audio.outgoing import Outgoing
from desktop_app.audio.synth import Synth
from desktop_app.audition import Audition
from desktop_app.drag_files import DragFiles
from desktop_app.events import EventBus
from desktop_app.exporting import ExportDesk, ExportWriters
from desktop_app.jobs import Jobs
from desktop_app.midi_out import MidiOut, OutputPorts
from desktop_app.right_of_way import GiveWay, go_on
from desktop_app.session import Session

DRAGGED = "Dragged"


@dataclass(frozen=True, slots=True)
class Outlets:
    """What the window is given of them; `close` ends all of them in order."""

    exports: ExportDesk
    drags: DragFiles
    audition: Audition
    midi_out: MidiOut
    jobs: Jobs

    def close(self) -> None:
        """Stop writing, previewing and sending."""
        self.audition.close()
        self.jobs.shutdown()
        self.midi_out.close()


def open_outlets(
    session: Session,
    events: EventBus,
    post: Callable[[Callable[[], None]], None],
    synth: Synth,
    outgoing: Outgoing,
    writers: ExportWriters,
    open_ports: Callable[[Callable[[str], None]], OutputPorts],
    folder: Path,
    give_way: GiveWay = go_on,
) -> Outlets:
    """Build them; files are written on a worker of their own, so that a long render keeps nobody waiting."""
    jobs = Jobs(post, give_way)

    def soundfont() -> str:
        return session.settings.soundfont

    return Outlets(
        ExportDesk(jobs, events, writers, soundfont),
        DragFiles(folder / DRAGGED, jobs, events, writers.sound, soundfont),
        Audition(synth),
        MidiOut(outgoing, session, events, open_ports, post),
        jobs,
    )
