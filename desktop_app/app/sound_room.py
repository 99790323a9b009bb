"""All that sounds: the synth, what plays it, and the output it is heard through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop_app.app.lines import Lines
from desktop_app.audio.drivers import OutputChoice, title
from desktop_app.audio.live_voice import LiveVoice
from desktop_app.audio.outgoing import Outgoing
from desktop_app.audio.player import Player
from desktop_app.audio.switch_synth import SwitchSynth
from desktop_app.session import Session
from desktop_app.settings import Settings
from desktop_app.sound_check import SoundCheck
from desktop_app.sound_output import Opened, OpenSound, SoundOutput
from desktop_app.sound_watch import SoundWatch
from desktop_app.ui.studio import OutputChanged, SoundDesk


@dataclass(frozen=True, slots=True)
class SoundRoom:
    """One synth, which whatever output there is stands behind, with its players and its watch."""

    synth: SwitchSynth
    outgoing: Outgoing
    player: Player
    voice: LiveVoice
    output: SoundOutput
    watch: SoundWatch

    def desk(self, session: Session, lines: Lines) -> SoundDesk:
        """What the window is given of it."""
        check = SoundCheck(self.synth, self.output, session, _drivers_and_devices, lines.post)
        return SoundDesk(
            lambda: self.watch.levels,
            lambda: self.watch.vitals,
            check.outputs,
            lambda: self.output.choice,
            check.choose,
            check.test_tone,
            check.measure,
        )


def open_fluid(soundfont: Path | None, choice: OutputChoice, on_font: Callable[[str], None]) -> Opened:
    """The real sound output."""
    from desktop_app.audio.fluid_synth import open_synth  # not at the top: the window opens sooner without it

    return open_synth(soundfont, choice, on_font=on_font, measured=True)


def sound_room(lines: Lines, settings: Settings, open_sound: OpenSound) -> SoundRoom:
    """Build it; nothing sounds before its output is started."""
    synth = SwitchSynth()
    synth.set_gain(settings.master_gain)
    outgoing = Outgoing(synth, lines.clock)

    def opened(driver: str, sentence: str, is_silent: bool, soundfont: str) -> None:
        lines.post(lambda: lines.events.publish(OutputChanged(driver, sentence, is_silent, soundfont)))

    output = SoundOutput(synth, open_sound, title, opened, lines.complain)
    player = Player(outgoing, lines.clock)
    return SoundRoom(synth, outgoing, player, LiveVoice(outgoing), output, SoundWatch(synth, output, lines.clock))


def _drivers_and_devices() -> dict[str, tuple[str, ...]]:
    from desktop_app.audio.fluid_synth import drivers_and_devices

    return drivers_and_devices()
