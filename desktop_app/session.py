"""The one object the window talks to: the open project and everything that can be done with it.

All methods are called on the GUI thread and tell what happened through the event bus. What may take long (writing
parts, importing, exporting, autosaving) runs as a job; opening and saving take milliseconds and are done at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop_app.collaborators import Arranger, JobRunner, ProjectStore, ScorePlayer, TakeRecorder
from desktop_app.document import Document
from desktop_app.events import DeviceChanged, DeviceReport, EventBus, LiveNote, Notice, SettingsChanged
from desktop_app.filing import Aside, Filing, at_once
from desktop_app.generating import WHOLE_BAND, Generation
from desktop_app.language import tr
from desktop_app.library.project import Wish
from desktop_app.recording import RecordingDesk, grid_of
from desktop_app.session_edits import SessionEdits
from desktop_app.session_view import SessionView
from desktop_app.settings import Settings
from desktop_app.transport import Transport
from music_core.performance import LiveMessage
from music_core.quantize import Grid
from music_core.score import bar_beat


class Session(SessionView, SessionEdits):
    """Project, transport, recording and generating behind one door."""

    def __init__(
        self,
        player: ScorePlayer,
        recorder: TakeRecorder,
        composer: Arranger,
        jobs: JobRunner,
        store: ProjectStore,
        events: EventBus,
        settings: Settings,
        clock: Callable[[], float],
        readers: JobRunner | None = None,
        aside: Aside = at_once,
    ) -> None:
        self._events = events
        self._settings = settings
        self._clock = clock
        self._last_tempo_s = float("-inf")
        self._device: DeviceReport | None = None
        self._document = Document(events)
        self._transport = Transport(player, self._document, events)
        self._transport.set_metronome(settings.metronome)
        self._transport.set_count_in(settings.count_in_bars)
        self._desk = RecordingDesk(
            recorder, self._transport, self._document, events, lambda: self._settings, jobs, store.journal, clock
        )
        self._generation = Generation(
            composer, jobs, self._document, self._transport, events, lambda: self._settings, clock
        )
        self._filing = Filing(store, jobs, self._document, events, readers or jobs, aside)

    # --- files ---

    def new(self) -> None:
        """An empty project."""
        self._leave()
        self._filing.new()

    def open(self, path: Path) -> bool:
        """Open a project; when that fails the present one stays."""
        return self._arrive(lambda: self._filing.open(path))

    def recover(self, path: Path) -> bool:
        """Open a recovery copy as an unsaved project."""
        return self._arrive(lambda: self._filing.recover(path))

    def load_sample(self, sample_id: str) -> bool:
        """A new project with a sample melody."""
        return self._arrive(lambda: self._filing.load_sample(sample_id))

    def import_file(self, path: Path) -> None:
        """A new project from a MIDI or MusicXML file, as far as it can be read; `FileImported` tells of it."""
        if self.is_recording:
            self.stop()
        self._filing.import_file(path, self._arrived)

    def save(self, path: Path | None = None) -> bool:
        """Save here or where it was saved before; False when it has no file yet or saving failed."""
        return self._filing.save(path)

    def autosave(self) -> None:
        """Keep a recovery copy; to be called every `settings.autosave_s`."""
        self._filing.autosave()

    def export_midi(self, path: Path) -> None:
        """Write a MIDI file; a Notice tells when it was verified."""
        self._filing.export_midi(path)

    # --- playing and recording ---

    def play(self) -> None:
        """Play from the playhead; a recording that waits for its first note begins."""
        if self._desk.is_waiting:
            self._desk.begin_now()
        elif not self.is_playing:
            self._transport.play()

    def stop(self) -> None:
        """Stop playing or recording; when neither goes on, go to the start."""
        was_recording = self.is_recording
        self._transport.stop()
        if was_recording:
            self._desk.finish()
            self._transport.seek(self._desk.start_tick)

    def toggle_play(self) -> None:
        """Play, or stop."""
        if self.is_playing:
            self.stop()
        else:
            self.play()

    def to_start(self) -> None:
        """Put the playhead at the start."""
        self.seek(0)

    def seek(self, tick: int) -> None:
        """Put the playhead at a tick; playing goes on from there."""
        self._transport.seek(tick)

    def record(self) -> None:
        """Start recording into the melody track, or end it."""
        if self.is_recording:
            self.stop()
        else:
            self._desk.start()

    @property
    def recordings(self) -> RecordingDesk:
        """The passes of the latest recording, again, and reading a free take otherwise."""
        return self._desk

    def set_loop(self, loop: tuple[int, int] | None) -> None:
        """Repeat a range of ticks, or nothing."""
        self._transport.set_loop(loop)

    def set_punch(self, punch: tuple[int, int] | None) -> None:
        """Let recordings change a range of ticks only, or None for wherever is played."""
        self._transport.set_punch(punch)

    def set_metronome(self, on: bool) -> None:
        """Click while playing, or not."""
        self._transport.set_metronome(on)
        self.change_settings(metronome=on)

    def set_count_in(self, bars: int) -> None:
        """Bars of clicks before a recording."""
        self._transport.set_count_in(bars)
        self.change_settings(count_in_bars=self.count_in)

    def quantise(self, grid: Grid | None = None) -> None:
        """Put the melody on a grid (None: the one in the settings), from the raw recording where there is one."""
        self._desk.quantise(grid or grid_of(self._settings))

    def unquantise(self) -> None:
        """Give the last recording its own timing back."""
        self._desk.quantise(None)

    def panic(self) -> None:
        """Silence everything at once."""
        was_recording = self.is_recording
        self._transport.panic()
        if was_recording:
            self._desk.finish()

    # --- generating ---

    def generate(
        self,
        model_id: str,
        seed: int,
        takes: int = 1,
        options: Mapping[str, float] | None = None,
        wish: Wish = WHOLE_BAND,
    ) -> None:
        """Write takes in the background; the first goes into the score as one undo step."""
        self._generation.start(model_id, seed, takes, options or {}, wish)

    def generate_fewer_bars(self) -> None:
        """What the memory did not suffice for, once more for its first 32 bars."""
        self._generation.try_fewer()

    def cancel(self) -> None:
        """Stop generating, keeping what is done."""
        self._generation.stop()

    def choose_take(self, index: int) -> None:
        """Put a take's parts into the score."""
        self._document.choose_take(index)

    def star_take(self, index: int, starred: bool = True) -> None:
        """Mark a take as one to keep, or not."""
        self._document.star_take(index, starred)

    # --- what others report, posted to the GUI thread ---

    def playback_finished(self) -> None:
        """The player reached the end by itself."""
        was_recording = self.is_recording
        self._transport.finished()
        if was_recording and not self.is_recording:
            self._desk.finish()

    def device_changed(self, status: DeviceReport) -> None:
        """The MIDI input came or went; a take under way goes on."""
        before, self._device = self._device, status
        self._events.publish(DeviceChanged(status))
        if self.is_recording and before is not None and before.state == "connected" and status.state != "connected":
            bar = bar_beat(self.score.metres, max(0, round(self.position_tick())))[0]
            sentence = tr("«{port}» was unplugged. Your take is saved up to bar {bar}.", port=before.port, bar=bar)
            self._events.publish(Notice("warning", sentence))

    def live_message(self, message: LiveMessage) -> None:
        """Something was played on any input."""
        self._desk.hear(message)
        self._events.publish(LiveNote(message))

    def change_settings(self, **fields: Any) -> None:
        """Change preferences by name."""
        changed = replace(self._settings, **fields)
        if changed != self._settings:
            self._settings = changed
            self._events.publish(SettingsChanged(changed))

    def close(self) -> None:
        """Stop everything that moves; the app is about to quit."""
        self._leave()
        self._transport.reset()

    def _leave(self) -> None:
        """End what belongs to the present project; a take under way is kept in it."""
        if self.is_recording:
            self.stop()
        self._generation.cancel()

    def _arrive(self, load: Callable[[], bool]) -> bool:
        """Load something else; only when that worked is the present project left."""
        if self.is_recording:
            self.stop()
        arrived = load()
        if arrived:
            self._generation.cancel()
        return arrived

    def _arrived(self) -> None:
        """Another project is open: what was being written for the one before is not wanted any more."""
        if self.is_recording:
            self.stop()
        self._generation.cancel()
