"""The one place that wires the studio: builds every room and joins them."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import QApplication

from desktop_app.app.export_writers import export_writers
from desktop_app.app.library_room import LibraryRoom, library_room
from desktop_app.app.lines import Lines
from desktop_app.app.played import input_ports, listen, midi_input
from desktop_app.app.running import RunningStudio
from desktop_app.app.sound_room import SoundRoom, open_fluid, sound_room
from desktop_app.app.thread_habits import keep_for_good
from desktop_app.devices.keymap import key_offset
from desktop_app.devices.midi_output import MidiOutput
from desktop_app.devices.note_hub import NoteHub
from desktop_app.devices.recorder import Recorder
from desktop_app.devices.rtmidi_outputs import OutputSource
from desktop_app.devices.rtmidi_ports import PortSource
from desktop_app.events import EventBus, ScoreChanged, SettingsChanged
from desktop_app.language import speak
from desktop_app.library.melodies import sample_melodies
from desktop_app.live_instrument import LiveInstrument
from desktop_app.outlets import Outlets, open_outlets
from desktop_app.paths import AppPaths
from desktop_app.recovering import offer_recovery, recover
from desktop_app.right_of_way import RightOfWay
from desktop_app.session import Session
from desktop_app.settings import Settings, load_settings
from desktop_app.settings_keeper import SettingsKeeper
from desktop_app.sound_output import OpenSound
from desktop_app.stall_watch import StallWatch
from desktop_app.ui import accessible_roles
from desktop_app.ui.aside import aside
from desktop_app.ui.bridge import Bridge
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.qt_words import speak_qt
from desktop_app.ui.studio import ControlLearning, InputPorts, MelodyEntry, SoundFonts, Studio
from desktop_app.ui.theme import Theme
from music_core.soundfonts import find_soundfonts


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
    speak_qt(qt, speak(settings.language, QLocale.system().uiLanguages()).code)
    accessible_roles.install()
    theme = Theme(qt, settings.theme)
    way = RightOfWay()
    lines = Lines(EventBus(), Bridge(way), NoteHub(), clock, way)
    sound, library, recorder = sound_room(lines, settings, open_sound), library_room(lines, paths), Recorder(clock)
    session = _session(lines, settings, sound, library, recorder)
    keeper = _keeper(lines, sound, paths.settings_file)
    midi = midi_input(lines, session, port_source)
    controls = listen(lines, session, sound, library, recorder)
    outlets = _outlets(lines, session, sound, output_source, paths.exports)
    studio = _studio(lines, session, sound, library, outlets, input_ports(session, midi), controls)
    window = MainWindow(studio, theme, paths.projects, paths.exports)
    theme.dress()
    window.typing.listen(window)
    live = LiveInstrument(sound.voice, session, lines.events)
    offer_recovery(lines.events, library.store)
    lines.events.subscribe(ScoreChanged, keep_for_good)
    return RunningStudio(
        window=window,
        session=session,
        events=lines.events,
        bridge=lines.bridge,
        hub=lines.hub,
        jobs=library.jobs,
        player=sound.player,
        midi=midi,
        sound=sound.output,
        watch=sound.watch,
        live=live,
        keeper=keeper,
        store=library.store,
        composer=library.composer,
        theme=theme,
        shelf=studio.shelf,
        preview=studio.preview,
        shelf_jobs=library.readers,
        outlets=outlets,
        opening=_once(window),
        warm_up=_once(window),
        stalls=StallWatch(),
        heartbeat=QTimer(window),
    )


def _once(window: MainWindow) -> QTimer:
    timer = QTimer(window)
    timer.setSingleShot(True)
    return timer


def _session(lines: Lines, settings: Settings, sound: SoundRoom, library: LibraryRoom, recorder: Recorder) -> Session:
    """The one object the window talks to."""
    session = Session(
        sound.player,
        recorder,
        library.leader,
        library.jobs,
        library.store,
        lines.events,
        settings,
        lines.clock,
        library.readers,
        partial(aside, way=lines.way),
    )
    sound.player.on_finished = lambda: lines.post(session.playback_finished)
    return session


def _keeper(lines: Lines, sound: SoundRoom, file: Path) -> SettingsKeeper:
    """Settings are written once they rest, and the master fader is one of them."""
    keeper = SettingsKeeper(file)
    lines.events.subscribe(SettingsChanged, lambda event: keeper.keep(event.settings))
    lines.events.subscribe(SettingsChanged, lambda event: sound.synth.set_gain(event.settings.master_gain))
    return keeper


def _outlets(lines: Lines, session: Session, sound: SoundRoom, source: OutputSource | None, folder: Path) -> Outlets:
    """Files, drags, previews of instruments, and a MIDI port."""
    return open_outlets(
        session,
        lines.events,
        lines.post,
        sound.synth,
        sound.outgoing,
        export_writers(),
        lambda changed: MidiOutput(changed, source, lines.clock),
        folder,
        lines.way.give_way,
    )


def _studio(
    lines: Lines,
    session: Session,
    sound: SoundRoom,
    library: LibraryRoom,
    outlets: Outlets,
    inputs: InputPorts,
    controls: ControlLearning,
) -> Studio:
    """What the window is given of all this."""
    return Studio(
        session=session,
        events=lines.events,
        models=library.registry.models(),
        refused_models=library.registry.refused(),
        read_card=library.card,
        melodies=partial(_melodies, library.paths.melodies),
        shelf=library.shelf(session, lines),
        preview=library.preview(session, lines, sound.player),
        send_live=lines.hub.send,
        clock=lines.clock,
        key_offset=key_offset,
        inputs=inputs,
        soundfonts=_soundfonts(session, sound),
        recover=partial(recover, session, library.store),
        retry_sound=sound.output.retry,
        sound=sound.desk(session, lines),
        outlets=outlets,
        controls=controls,
        way=lines.way,
    )


def _melodies(folder: Path) -> tuple[MelodyEntry, ...]:
    return tuple(MelodyEntry(tune.id, tune.title, tune.composer) for tune in sample_melodies(folder))


def _soundfonts(session: Session, sound: SoundRoom) -> SoundFonts:
    """A SoundFont that is chosen is kept for the next time; one that is tried out is not."""

    def choose(path: Path) -> None:
        sound.output.choose_soundfont(path)
        session.change_settings(soundfont=str(path))

    return SoundFonts(find_soundfonts, choose, sound.output.choose_soundfont)
