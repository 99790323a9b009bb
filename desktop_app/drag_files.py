"""The files that are dragged out of the window; they stay on disk, as other programs go on referring to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from desktop_app.collaborators import JobRunner
from desktop_app.events import EventBus, JobEnded, JobProgress, Notice
from desktop_app.exporting import SoundWriter, credits_of
from desktop_app.exports.audio import soundfont_for
from desktop_app.exports.order import ExportOrder, file_name
from desktop_app.language import tr
from desktop_app.sentences import sentence_of
from music_core.score import Score

JOB = "drag"


class DragFiles:
    """Writes a piece, or one of its tracks, into a folder of dragged files, each under a name of its own."""

    def __init__(
        self,
        folder: Path,
        jobs: JobRunner,
        events: EventBus,
        write_sound: SoundWriter,
        soundfont: Callable[[], str],
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._folder = folder
        self._jobs = jobs
        self._events = events
        self._write_sound = write_sound
        self._soundfont = soundfont
        self._now = now

    def midi(self, score: Score, name: str) -> Path | None:
        """A MIDI file, read back and checked, within milliseconds; None (and a Notice) where that fails."""
        from desktop_app.exports.midi import export_midi  # not at the top: the window opens sooner without it

        try:
            path = self._new_file(name, ".mid")
            export_midi(score, path)
        except Exception as error:
            self._events.publish(Notice("error", sentence_of(error, tr("«{name}» could not be dragged", name=name))))
            return None
        return path

    def sound(self, score: Score, name: str, done: Callable[[Path], None]) -> None:
        """Render a WAV file in the background; `done` is called on the GUI thread when it may be dropped."""
        soundfont = Path(self._soundfont()) if self._soundfont() else None
        sentence = tr("Rendering «{name}»; hold the mouse button", name=name)

        def work(progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> Path:
            path = self._new_file(name, ".wav")
            credits = credits_of(score, ExportOrder(self._folder, name, ("wav",)))
            self._write_sound(score, path, soundfont_for(soundfont), progress, cancelled, credits)
            return path

        def finished(path: Path) -> None:
            self._events.publish(JobEnded(JOB, "done"))
            done(path)

        def failed(error: Exception) -> None:
            self._events.publish(JobEnded(JOB, "failed"))
            self._events.publish(Notice("error", sentence_of(error, tr("«{name}» could not be rendered", name=name))))

        self._jobs.run(
            JOB,
            work,
            finished,
            failed,
            lambda part, total: self._events.publish(JobProgress(JOB, part / max(1, total), sentence)),
        )

    def _new_file(self, name: str, suffix: str) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        stem = f"{file_name(name)} {self._now():%Y-%m-%d %H.%M.%S}"
        names = (f"{stem}{suffix}", *(f"{stem} {number}{suffix}" for number in range(2, 1000)))
        return next(self._folder / one for one in names if not (self._folder / one).exists())


def only_track(score: Score, index: int) -> Score:
    """The piece with one track, heard whatever the mixer says; chords, tempo and metre stay."""
    track = replace(score.tracks[index], muted=False, soloed=False)
    return score.with_tracks(track)
