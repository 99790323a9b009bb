"""The studio as built: what it begins once the event loop runs, and the order in which all of it ends."""

from __future__ import annotations

import gc
import logging
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop_app.audio.player import Player
from desktop_app.devices.midi_input import MidiInput
from desktop_app.devices.note_hub import NoteHub
from desktop_app.events import EventBus
from desktop_app.generation.composer import Composer
from desktop_app.jobs import Jobs
from desktop_app.library.store import Store
from desktop_app.live_instrument import LiveInstrument
from desktop_app.outlets import Outlets
from desktop_app.preview import Preview
from desktop_app.session import Session
from desktop_app.settings_keeper import SettingsKeeper
from desktop_app.shelf import Shelf
from desktop_app.sound_check import saved_choice
from desktop_app.sound_output import SoundOutput
from desktop_app.sound_watch import SoundWatch
from desktop_app.stall_watch import BEAT_S, StallWatch
from desktop_app.ui.bridge import Bridge
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.theme import Theme
from music_core.soundfonts import find_soundfont

FIRST_MELODY = "ode-to-joy"

_OPEN_MS = 60  # by then the window has been painted
_WARM_UP_MS = 250
_LAST_SAVE_MS = 300

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunningStudio:
    """The studio as built; `start` begins what needs the event loop, `shutdown` ends everything in order."""

    window: MainWindow
    session: Session
    events: EventBus
    bridge: Bridge
    hub: NoteHub
    jobs: Jobs
    player: Player
    midi: MidiInput
    sound: SoundOutput
    watch: SoundWatch
    live: LiveInstrument
    keeper: SettingsKeeper
    store: Store
    composer: Composer
    theme: Theme
    shelf: Shelf
    preview: Preview
    shelf_jobs: Jobs
    outlets: Outlets
    opening: QTimer
    warm_up: QTimer
    stalls: StallWatch
    heartbeat: QTimer

    def start(self, file: Path | None = None) -> None:
        """Load the first melody (or a file); then listen for keyboards, open the sound."""
        if file is None:
            self.session.load_sample(FIRST_MELODY)
        else:
            self.window.files.open_path(file)
        self.opening.timeout.connect(self._open)
        self.opening.start(_OPEN_MS)

    def interrupt(self) -> None:
        """The system wants the program to end: keep a recovery copy instead of asking, and quit."""
        self.session.autosave()
        # Not quit(): that closes the window, which would ask about unsaved work.
        QTimer.singleShot(_LAST_SAVE_MS, lambda: QApplication.exit(0))

    def shutdown(self) -> None:
        """Jobs, player, MIDI ports, notes off, synth; then what is still to be written."""
        gave_up = self.window.gave_up or not self.session.is_dirty
        self.opening.stop()
        self.warm_up.stop()
        self.heartbeat.stop()
        self.stalls.close()
        self.window.stop_clocks()
        self.window.held.release_all()
        self.session.close()
        self.bridge.close()
        self.jobs.shutdown()
        self.shelf_jobs.shutdown()
        self.shelf.close()
        self.player.close()
        self.outlets.close()
        self.midi.stop()
        self.live.close()
        self.watch.close()
        self.sound.close()
        self.keeper.flush()
        if gave_up:
            self.store.discard_recovery()
        self.store.close()

    def _open(self) -> None:
        """What a person does not see: it would keep the window from being painted."""
        self.live.follow()
        settings = self.session.settings
        wanted = Path(settings.soundfont) if settings.soundfont else None
        self.sound.start(find_soundfont(wanted), saved_choice(settings))
        self.watch.start()
        self.midi.start()
        self.outlets.midi_out.start()
        self.shelf.refresh()
        self.warm_up.timeout.connect(self._load_model)
        self.warm_up.start(_WARM_UP_MS)
        self.heartbeat.timeout.connect(self.stalls.beat)
        self.heartbeat.start(round(BEAT_S * 1000))
        self.stalls.start()

    def _load_model(self) -> None:
        """Load the chosen model before it is asked for."""
        model = self.window.generate_panel.model
        if model is not None and not self.session.is_generating:
            self.jobs.run(
                "load model", lambda _p, _c: self.composer.prepare(model.id), lambda _r: gc.freeze(), _log_failure
            )


def _log_failure(error: Exception) -> None:
    _log.warning("The model could not be loaded ahead: %s", error)
