"""The composition root: builds every concrete object, wires them together, starts Qt, and ends all in order."""

from __future__ import annotations

import gc
import logging
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import QApplication

from desktop_app.audio.drivers import OutputChoice, title
from desktop_app.audio.fluid_synth import drivers_and_devices, open_synth
from desktop_app.audio.live_voice import LiveVoice
from desktop_app.audio.outgoing import Outgoing
from desktop_app.audio.player import Player
from desktop_app.audio.switch_synth import SwitchSynth
from desktop_app.devices.keymap import key_offset
from desktop_app.devices.midi_input import MidiInput
from desktop_app.devices.midi_output import MidiOutput
from desktop_app.devices.note_hub import NoteHub
from desktop_app.devices.recorder import Recorder
from desktop_app.devices.rtmidi_outputs import OutputSource
from desktop_app.devices.rtmidi_ports import PortSource
from desktop_app.events import EventBus, Notice, ScoreChanged, SettingsChanged
from desktop_app.exporting import Credits, ExportWriters
from desktop_app.generation.bandleader import Bandleader
from desktop_app.generation.composer import Composer
from desktop_app.generation.registry import Registry
from desktop_app.hardware_map import HardwareMap
from desktop_app.jobs import Jobs
from desktop_app.language import speak, spoken
from desktop_app.library.melodies import sample_melodies
from desktop_app.library.shelf.catalogue import Catalogue
from desktop_app.library.shelf.index import Index
from desktop_app.library.shelf.marks import MarkFile
from desktop_app.library.shelf.sources import ModelFacts
from desktop_app.library.store import Store
from desktop_app.live_instrument import LiveInstrument
from desktop_app.outlets import Outlets, open_outlets
from desktop_app.paths import AppPaths, app_paths
from desktop_app.preview import Preview
from desktop_app.recovering import journal_trouble, offer_recovery, recover
from desktop_app.session import Session
from desktop_app.settings import load_settings
from desktop_app.settings_keeper import SettingsKeeper
from desktop_app.shelf import Shelf
from desktop_app.sound_check import SoundCheck, saved_choice
from desktop_app.sound_output import Opened, OpenSound, SoundOutput
from desktop_app.sound_watch import SoundWatch
from desktop_app.stall_watch import BEAT_S, StallWatch
from desktop_app.ui import accessible_roles, icons
from desktop_app.ui.aside import aside
from desktop_app.ui.bridge import Bridge
from desktop_app.ui.hardware import HardwareControls
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.score_press import ScorePress
from desktop_app.ui.signals import quit_on_signals
from desktop_app.ui.studio import (
    ControlLearning,
    InputPorts,
    LearnableControl,
    MelodyEntry,
    OutputChanged,
    SoundDesk,
    SoundFonts,
    Studio,
)
from desktop_app.ui.theme import Theme
from music_core.adapters import engraving, open_onnx
from music_core.adapters.musicxml import write_musicxml
from music_core.adapters.sound_files import SoundTags, write_sound, write_stems
from music_core.soundfonts import find_soundfont, find_soundfonts

FIRST_MELODY = "ode-to-joy"
NO_DISPLAY = (
    "There is no display to open a window on. Without one, use `tutti generate MELODY.mid --model ID --out OUT.mid`."
)

# The longest a Python thread keeps the lock from the MIDI thread.
_SWITCH_S = 0.0005
_MIDDLE_TO_OLD = 1000
_WARM_UP_MS = 1500
_LAST_SAVE_MS = 300
_LOG_BYTES = 1_000_000

_log = logging.getLogger(__name__)


def open_fluid(soundfont: Path | None, choice: OutputChoice, on_font: Callable[[str], None]) -> Opened:
    """The real sound output."""
    return open_synth(soundfont, choice, on_font=on_font, measured=True)


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
    warm_up: QTimer
    stalls: StallWatch
    heartbeat: QTimer

    def start(self, file: Path | None = None) -> None:
        """Load the first melody (or a file), listen for keyboards, open the sound."""
        if file is None:
            self.session.load_sample(FIRST_MELODY)
        else:
            self.window.files.open_path(file)
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

    def interrupt(self) -> None:
        """The system wants the program to end: keep a recovery copy instead of asking, and quit."""
        self.session.autosave()
        # Not quit(): that closes the window, which would ask about unsaved work.
        QTimer.singleShot(_LAST_SAVE_MS, lambda: QApplication.exit(0))

    def shutdown(self) -> None:
        """Jobs, player, MIDI ports, notes off, synth; then what is still to be written."""
        gave_up = self.window.gave_up or not self.session.is_dirty
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

    def _load_model(self) -> None:
        """Load the chosen model before it is asked for."""
        model = self.window.generate_panel.model
        if model is not None and not self.session.is_generating:
            self.jobs.run(
                "load model", lambda _p, _c: self.composer.load(model.id), lambda _r: gc.freeze(), _log_failure
            )


def build(
    qt: QApplication,
    paths: AppPaths,
    *,
    open_sound: OpenSound = open_fluid,
    port_source: PortSource | None = None,
    output_source: OutputSource | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> RunningStudio:
    """Build the whole studio; nothing sounds, listens or shows until it is started."""
    settings = load_settings(paths.settings_file)
    speak(settings.language, QLocale.system().uiLanguages())
    events, bridge, hub = EventBus(), Bridge(), NoteHub()
    accessible_roles.install()
    theme = Theme(qt, settings.theme)
    synth = SwitchSynth()
    synth.set_gain(settings.master_gain)
    outgoing = Outgoing(synth, clock)
    player, recorder, jobs = Player(outgoing, clock), Recorder(clock), Jobs(bridge.post)
    registry, store = Registry(paths.models), Store(paths.recovery)
    composer = Composer(registry, open_onnx)
    leader = Bandleader(composer, registry)
    shelf_jobs = Jobs(bridge.post)  # a worker of its own: a search, or a file to read, does not wait for a model
    session = Session(player, recorder, leader, jobs, store, events, settings, clock, shelf_jobs, aside)
    keeper = SettingsKeeper(paths.settings_file)
    player.on_finished = lambda: bridge.post(session.playback_finished)
    midi = MidiInput(
        hub, lambda status: bridge.post(partial(session.device_changed, status)), settings.midi_port, clock, port_source
    )
    voice = LiveVoice(outgoing)
    sound = SoundOutput(
        synth,
        open_sound,
        title,
        lambda *report: bridge.post(lambda: events.publish(OutputChanged(*report))),
        lambda sentence: bridge.post(lambda: events.publish(Notice("error", sentence))),
    )
    watch = SoundWatch(synth, sound, clock)
    check = SoundCheck(synth, sound, session, drivers_and_devices, bridge.post)
    hub.subscribe(voice.feed)  # first: what is played sounds before anything else is done with it
    hub.subscribe(recorder.feed)
    hub.subscribe(store.journal.feed)
    store.journal.on_trouble = lambda error: bridge.post(partial(events.publish, journal_trouble(error)))
    hub.subscribe(lambda message: bridge.post(partial(session.live_message, message)))
    controls = _hardware(session, hub, bridge)
    events.subscribe(SettingsChanged, lambda event: keeper.keep(event.settings))
    events.subscribe(SettingsChanged, lambda event: synth.set_gain(event.settings.master_gain))
    shelf = Shelf(_catalogue(paths, store, registry), shelf_jobs, session, events)
    preview = Preview(player, session, shelf_jobs, events, store.open, paths.melodies)
    outlets = open_outlets(
        session,
        events,
        bridge.post,
        synth,
        outgoing,
        _writers(),
        lambda changed: MidiOutput(changed, output_source, clock),
        paths.exports,
    )
    studio = Studio(
        session=session,
        events=events,
        models=registry.models(),
        refused_models=registry.refused(),
        read_card=lambda model_id: _read_card(registry, model_id),
        melodies=tuple(MelodyEntry(tune.id, tune.title, tune.composer) for tune in sample_melodies(paths.melodies)),
        shelf=shelf,
        preview=preview,
        send_live=hub.send,
        clock=clock,
        key_offset=key_offset,
        inputs=InputPorts(midi.ports, partial(_choose_port, session, midi), midi.retry),
        soundfonts=SoundFonts(find_soundfonts, partial(_choose_font, session, sound), sound.choose_soundfont),
        recover=partial(recover, session, store),
        retry_sound=sound.retry,
        sound=SoundDesk(
            lambda: watch.levels,
            lambda: watch.vitals,
            check.outputs,
            lambda: sound.choice,
            check.choose,
            check.test_tone,
            check.measure,
        ),
        outlets=outlets,
        controls=ControlLearning(
            lambda: tuple(LearnableControl(*row) for row in controls.table()),
            controls.learn,
            controls.reset,
            controls.pause,
        ),
    )
    window = MainWindow(studio, theme, paths.projects, paths.exports)
    qt.installEventFilter(window.typing)
    live = LiveInstrument(voice, session, events)
    offer_recovery(events, store)
    warm_up = QTimer(window)
    warm_up.setSingleShot(True)
    events.subscribe(ScoreChanged, _keep_for_good)
    return RunningStudio(
        window,
        session,
        events,
        bridge,
        hub,
        jobs,
        player,
        midi,
        sound,
        watch,
        live,
        keeper,
        store,
        composer,
        theme,
        shelf,
        preview,
        shelf_jobs,
        outlets,
        warm_up,
        StallWatch(),
        QTimer(window),
    )


def _keep_for_good(event: ScoreChanged) -> None:
    """A piece that was loaded is looked through for rubbish no more: with many notes that would halt every thread.

    Scores are values without cycles, so counting references frees them as before.
    """
    if event.cause == "load":
        gc.freeze()


def thread_habits() -> None:
    """Let other threads have Python often: the MIDI thread above all, and the window beside a worker.

    A look through everything that lives halts them all, so it is rare; young rubbish is found as soon as before.
    """
    sys.setswitchinterval(_SWITCH_S)
    young, middle, _old = gc.get_threshold()
    gc.set_threshold(young, middle, _MIDDLE_TO_OLD)


def main(file: Path | None = None) -> int:
    """Open the studio and stay until its window is closed; returns the exit code."""
    if _has_no_display():
        print(NO_DISPLAY, file=sys.stderr)
        return 2
    thread_habits()
    paths = app_paths()
    _log_to(paths.log_file)
    qt = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(qt, QApplication)
    qt.setApplicationName("Tutti")
    qt.setApplicationDisplayName("Tutti")
    qt.setDesktopFileName("tutti")
    qt.setWindowIcon(icons.app_icon())
    studio = build(qt, paths)
    release = quit_on_signals(studio.interrupt)
    studio.window.show()
    QTimer.singleShot(0, lambda: studio.start(file))
    try:
        return qt.exec()
    finally:
        release()
        studio.shutdown()


def _writers() -> ExportWriters:
    """What writes each kind of file; the heavy libraries are loaded when the first of a kind is wanted."""

    def tags(credits: Credits) -> SoundTags:
        return SoundTags(credits.title, credits.artist, credits.album, credits.comment, credits.copyright)

    def glyph(sign: str) -> tuple[str, float] | None:
        found = engraving.glyph(sign)
        return (found.svg, found.advance) if found is not None else None

    return ExportWriters(
        sound=lambda *given: write_sound(*given[:-1], tags=tags(given[-1])),
        stems=lambda *given: write_stems(*given[:-1], tags=tags(given[-1])),
        notation=write_musicxml,
        engrave=lambda score, cancelled: engraving.engraved(score, cancelled=cancelled),
        press=ScorePress(glyph),
    )


def _catalogue(paths: AppPaths, store: Store, registry: Registry) -> Catalogue:
    """The library's list; what it says is in the language spoken, so each language has an index of its own."""
    return Catalogue(
        Index(paths.library / f"index-{spoken().code}.sqlite"),
        MarkFile(paths.library / "marks.json"),
        store.open,
        paths.melodies,
        paths.projects,
        lambda: (ModelFacts(m.id, m.title, m.genre, m.description, m.licence) for m in registry.models()),
    )


def _hardware(session: Session, hub: NoteHub, bridge: Bridge) -> HardwareMap:
    """Buttons and knobs act on the GUI thread."""
    hardware = HardwareControls(session, lambda value: session.change_settings(master_gain=value / 127))
    controls = HardwareMap(session, lambda action, value: bridge.post(partial(hardware.act, action, value)))
    hub.subscribe(controls.obey)
    return controls


def _choose_port(session: Session, midi: MidiInput, name: str | None) -> None:
    midi.choose(name)
    session.change_settings(midi_port=name or "")


def _choose_font(session: Session, sound: SoundOutput, path: Path) -> None:
    sound.choose_soundfont(path)
    session.change_settings(soundfont=str(path))


def _read_card(registry: Registry, model_id: str) -> str:
    try:
        return (registry.folder_of(model_id) / "CARD.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return f"{registry.get(model_id).description}\n\nThis model came without a card."


def _has_no_display() -> bool:
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _log_to(path: Path) -> None:
    """Keep a log file; without one the studio works as well."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8")
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)


def _log_failure(error: Exception) -> None:
    _log.warning("The model could not be loaded ahead: %s", error)
