"""What the session asks of the objects it is given; the real ones are chosen in `app` and `cli`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from desktop_app.generation.composer import Arrangement, Request
from desktop_app.jobs import Cancellable
from desktop_app.library.project import Project
from desktop_app.library.take_journal import TakeHead
from music_core.decoding.predictor import Cancelled, Progress
from music_core.performance import PerformedTake
from music_core.score import Score

T = TypeVar("T")


class ScorePlayer(Protocol):
    """Plays scores; `audio.Player` fits. When a piece ends by itself, `Session.playback_finished` is posted."""

    @property
    def is_playing(self) -> bool:
        """Whether the playhead moves."""

    @property
    def origin_s(self) -> float:
        """Clock time at which tick 0 is heard (or would have been heard)."""

    def play(
        self,
        score: Score,
        from_tick: int = 0,
        loop: tuple[int, int] | None = None,
        metronome: bool = False,
        count_in_bars: int = 0,
        *,
        endless: bool = False,
    ) -> None:
        """Start, or start anew, at a tick; `endless` goes on past the end."""

    def stop(self) -> None:
        """Stop, and end every sounding note."""

    def update(self, score: Score) -> None:
        """Go on with another value of the score."""

    def set_loop(self, loop: tuple[int, int] | None) -> None:
        """Repeat another range, while playing."""

    def set_metronome(self, on: bool) -> None:
        """Click or not, while playing."""

    def position_tick(self) -> float:
        """What is heard now."""

    def panic(self) -> None:
        """Silence everything at once."""


class TakeRecorder(Protocol):
    """Keeps what is played; `devices.Recorder` fits."""

    @property
    def is_recording(self) -> bool:
        """Whether messages are being kept."""

    def start(self, origin_s: float, bpm: float) -> None:
        """Begin a take that counts its time from `origin_s`."""

    def stop(self) -> PerformedTake:
        """End the take and hand it over."""


class TakeLog(Protocol):
    """Writes takes down while they are played; `library.TakeJournal` fits."""

    def begin(self, head: TakeHead) -> None:
        """A take begins."""

    def counts_from(self, origin_s: float) -> None:
        """Only now is it known when the take's tick 0 was."""

    def end(self, end_s: float) -> None:
        """The take is over."""


class Arranger(Protocol):
    """Writes parts; `generation.Bandleader` fits."""

    def needs_melody(self, model_id: str) -> bool:
        """Whether the model writes under a melody, or else a piece of its own."""

    def arrange(
        self,
        request: Request,
        progress: Progress,
        cancelled: Cancelled,
        stopped: Cancelled,
        first_done: Callable[[Arrangement], None],
    ) -> tuple[Arrangement, ...]:
        """One arrangement a take, once stopped what there is; raises with a plain sentence, or GenerationCancelled.

        The first of several is told of when it is written, on the thread that writes.
        """


class JobRunner(Protocol):
    """Runs slow work elsewhere; `jobs.Jobs` fits."""

    def hand_over(self, call: Callable[[], None]) -> None:
        """For a job: run `call` on the GUI thread, in order, and let the window show what came of it."""

    def run(
        self,
        name: str,
        work: Callable[[Progress, Cancelled], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        on_progress: Progress | None = None,
    ) -> Cancellable:
        """Start `work`; its outcome comes back on the GUI thread."""


class ProjectStore(Protocol):
    """Keeps projects on disk; `library.Store` fits. Failures are `LibraryError`s with a plain sentence."""

    @property
    def journal(self) -> TakeLog:
        """Where takes are written down."""

    def claim(self, path: Path | None) -> bool:
        """This window works on that project now, or on none; False where another window does too."""

    def free_name(self, path: Path) -> Path:
        """A name beside a file that is not taken."""

    def open(self, path: Path) -> Project:
        """Read a project."""

    def save(self, project: Project, path: Path) -> None:
        """Write a project, wholly or not at all."""

    def autosave(self, project: Project) -> Path:
        """Write a recovery copy beside the user's files, never over them."""

    def discard_recovery(self) -> None:
        """Remove this run's own recovery copy: the work is saved."""
