"""`tutti play` and `tutti devices`: the live synth and the MIDI ports from a terminal."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from desktop_app.cli_files import CommandError
from desktop_app.paths import app_paths
from music_core.score import Score

_FONT_WAIT_S = 15.0
_TAIL_S = 1.0


def play(path: Path, soundfont: Path | None, driver: str) -> int:
    """Play a file to its end, or until Ctrl+C."""
    from desktop_app.audio.drivers import OutputChoice
    from desktop_app.audio.fluid_synth import FluidSynth, open_synth
    from desktop_app.audio.player import Player
    from desktop_app.exports.audio import soundfont_for

    score = read_piece(path)
    if not any(track.notes for track in score.tracks):
        raise CommandError(f"«{path.name}» has no notes to play.")
    opened = open_synth(soundfont_for(soundfont), OutputChoice(driver))
    print(opened.sentence, flush=True)
    if isinstance(opened.synth, FluidSynth):
        opened.synth.wait_for_soundfont(_FONT_WAIT_S)
    player = Player(opened.synth)
    ended = threading.Event()
    player.on_finished = ended.set
    try:
        player.play(score)
        while not ended.wait(0.2):  # short waits, as Windows does not wake a long one for Ctrl+C
            pass
        time.sleep(_TAIL_S)
    finally:
        player.close()
        opened.synth.close()
    return 0


def list_devices() -> int:
    """Print what there is to play on and to hear with."""
    from desktop_app.audio.fluid_synth import open_synth
    from desktop_app.devices.rtmidi_ports import MidiMissingError, RtMidiPorts
    from music_core.soundfonts import find_soundfont, find_soundfonts

    try:
        ports = RtMidiPorts()
        names = [port.name for port in ports.ports()]
        ports.close()
        print("MIDI inputs:", ", ".join(names) or "none is plugged in")
    except MidiMissingError:
        print("MIDI inputs: MIDI is not available on this computer")
    best = find_soundfont(None)
    opened = open_synth(best)
    opened.synth.close()
    print(f"Sound output: {opened.sentence}")
    print("SoundFonts:")
    for font in find_soundfonts():
        print(f"  {font}{'  (in use)' if font == best else ''}")
    return 0


def read_piece(path: Path) -> Score:
    """The score in a project or MIDI file."""
    from desktop_app.library.store import SUFFIX, Store
    from music_core.midi_file import read_midi

    if path.suffix.lower() == SUFFIX:
        return Store(app_paths().recovery).open(path).score
    return read_midi(path)
