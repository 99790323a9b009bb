"""Hearing a piece before it is opened: quietly, through the studio's own synth, and only while nothing else plays."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from desktop_app.collaborators import JobRunner, ScorePlayer
from desktop_app.events import EventBus, ScoreChanged, TransportChanged
from desktop_app.library.melodies import load_sample
from desktop_app.library.project import Project
from desktop_app.library.shelf.entry import Entry
from desktop_app.parts import with_take
from desktop_app.session import Session
from music_core.score import Score, bar_lines

_log = logging.getLogger(__name__)

BARS = 8
LOUDNESS = 0.6
"""Share of each track's volume that a preview has."""
_JOB = "library preview"


class Preview:
    """Plays what the pointer rests on. Lives on the GUI thread; files are read on the library's worker."""

    def __init__(
        self,
        player: ScorePlayer,
        session: Session,
        jobs: JobRunner,
        events: EventBus,
        open_project: Callable[[Path], Project],
        melodies: Path,
    ) -> None:
        self._player = player
        self._session = session
        self._jobs = jobs
        self._open_project = open_project
        self._melodies = melodies
        self._wanted: Entry | None = None
        self._sounds = False
        events.subscribe(TransportChanged, self._follow_transport)
        events.subscribe(ScoreChanged, lambda event: self.stop() if event.cause != "mix" else None)

    @property
    def heard(self) -> Entry | None:
        """What is being played, or is about to be."""
        return self._wanted

    def start(self, entry: Entry) -> None:
        """Play the beginning of a melody, a piece or a take; models are silent, and so is everything while we play."""
        self.stop()
        if entry.kind == "model" or self._session.is_playing or not self._session.settings.preview_on_hover:
            return
        self._wanted = entry
        self._jobs.run(
            _JOB,
            lambda _progress, _cancelled: quiet_beginning(self._read(entry)),
            lambda score: self._play(entry, score),
            lambda error: _log.info("No preview of %s: %s", entry.key, error),
        )

    def stop(self) -> None:
        """Be silent, and have the piece's own instruments ready again."""
        self._wanted = None
        if self._sounds:
            self._sounds = False
            self._player.stop()
            self._player.update(self._session.score)

    def _play(self, entry: Entry, score: Score) -> None:
        if entry is self._wanted and not self._session.is_playing and score.end_tick:
            self._sounds = True
            self._player.play(score)

    def _follow_transport(self, event: TransportChanged) -> None:
        if event.is_playing:  # the player has taken over the piece already
            self._wanted, self._sounds = None, False

    def _read(self, entry: Entry) -> Score:
        if entry.kind == "melody":
            return load_sample(entry.id, self._melodies)
        project = self._open_project(Path(entry.path))
        if entry.kind == "take" and entry.place < len(project.takes):
            return with_take(project.score, project.takes[entry.place])
        return project.score


def quiet_beginning(score: Score, bars: int = BARS) -> Score:
    """The first bars with notes in them, every track softer."""
    first = min((track.notes[0].start_tick for track in score.tracks if track.notes), default=0)
    lines = bar_lines(score.metres, max(1, score.end_tick))
    skipped = max(i for i, line in enumerate(lines) if line <= first)
    start, end = lines[skipped], lines[min(skipped + bars, len(lines) - 1)]
    tracks = (
        replace(
            track,
            volume=round(track.volume * LOUDNESS),
            notes=tuple(
                replace(
                    note, start_tick=note.start_tick - start, duration_ticks=min(note.end_tick, end) - note.start_tick
                )
                for note in track.notes
                if start <= note.start_tick < end
            ),
            controls=tuple(replace(c, tick=max(0, c.tick - start)) for c in track.controls if c.tick < end),
            bends=tuple(replace(b, tick=max(0, b.tick - start)) for b in track.bends if start <= b.tick < end),
        )
        for track in score.tracks
    )
    tempo = max((one for one in score.tempos if one.tick <= start), key=lambda one: one.tick)
    later = (replace(one, tick=one.tick - start) for one in score.tempos if start < one.tick < end)
    return replace(
        score,
        tracks=tuple(tracks),
        tempos=(replace(tempo, tick=0), *later),
        metres=(replace(score.metres[0], tick=0),),
        keys=(),
        markers=(),
        chords=(),
    )
