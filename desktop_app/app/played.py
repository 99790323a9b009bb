"""All that comes in: MIDI keyboards, their buttons and knobs, and who hears what is played, in which order."""

from __future__ import annotations

from functools import partial

from desktop_app.app.library_room import LibraryRoom
from desktop_app.app.lines import Lines
from desktop_app.app.sound_room import SoundRoom
from desktop_app.devices.midi_input import MidiInput
from desktop_app.devices.recorder import Recorder
from desktop_app.devices.rtmidi_ports import PortSource
from desktop_app.hardware_map import HardwareMap
from desktop_app.recovering import journal_trouble
from desktop_app.session import Session
from desktop_app.ui.hardware import HardwareControls
from desktop_app.ui.studio import ControlLearning, InputPorts, LearnableControl


def listen(
    lines: Lines, session: Session, sound: SoundRoom, library: LibraryRoom, recorder: Recorder
) -> ControlLearning:
    """Let everyone hear what is played, the sound first; what the buttons and knobs of a keyboard do can be taught."""
    hub, journal = lines.hub, library.store.journal
    hub.subscribe(sound.voice.feed)  # first: what is played sounds before anything else is done with it
    hub.subscribe(recorder.feed)
    hub.subscribe(journal.feed)
    journal.on_trouble = lambda error: lines.post(partial(lines.events.publish, journal_trouble(error)))
    hub.subscribe(lambda message: lines.post(partial(session.live_message, message)))
    # Buttons and knobs act on the GUI thread.
    hardware = HardwareControls(session, lambda value: session.change_settings(master_gain=value / 127))
    controls = HardwareMap(session, lambda action, value: lines.post(partial(hardware.act, action, value)))
    hub.subscribe(controls.obey)
    return ControlLearning(
        lambda: tuple(LearnableControl(*row) for row in controls.table()),
        controls.learn,
        controls.reset,
        controls.pause,
    )


def midi_input(lines: Lines, session: Session, source: PortSource | None) -> MidiInput:
    """The MIDI inputs; they are looked for once started."""
    return MidiInput(
        lines.hub,
        lambda status: lines.post(partial(session.device_changed, status)),
        session.settings.midi_port,
        lines.clock,
        source,
    )


def input_ports(session: Session, midi: MidiInput) -> InputPorts:
    """What the window is given of them: the port chosen is taken, and kept for the next time."""

    def choose(name: str | None) -> None:
        midi.choose(name)
        session.change_settings(midi_port=name or "")

    return InputPorts(midi.ports, choose, midi.retry)
