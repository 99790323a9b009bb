"""The other process of `benchmarks.latency`: the real studio under load, and beside it the ways not taken.

It answers each line on its standard input with one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from ctypes import CFUNCTYPE, c_int, c_void_p, cast
from pathlib import Path
from typing import Any, Protocol

import mido
import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.app import RunningStudio, build
from desktop_app.audio.fluid_engine import FluidSynth
from desktop_app.audio.fluid_synth import open_synth
from desktop_app.generation.composer import Request
from desktop_app.paths import app_paths
from desktop_app.sound_output import Opened
from desktop_app.ui.keyboard_widget import PianoKeyboard
from desktop_app.ui.panels.arrangement import Arrangement
from desktop_app.ui.panels.transport import TransportPanel
from music_core.controllers import REVERB
from music_core.decoding.predictor import Cancelled, Progress
from music_core.fluid_library import library_search
from music_core.performance import LiveMessage, NoteMessage
from music_core.soundfonts import find_soundfont

with library_search():
    import fluidsynth

DIRECT, CALLBACK = "Direct", "Callback"
FRAME_MS = 16
# Begins within a third of a millisecond and is gone before the next note, so that its onset can be told to the sample.
XYLOPHONE = 13
_SWITCH_S = 0.0005


class Closeable(Protocol):
    """What can leave before the end."""

    def close(self) -> None:
        """Leave."""


class Counts:
    """What has arrived where, and what the load did meanwhile."""

    def __init__(self) -> None:
        self.notes: dict[str, list[tuple[int, int]]] = {"hub": [], "synth": [], "callback": []}  # pitch, velocity
        self.repaints = 0
        self.repaint_s = 0.0
        self.generations = 0
        self.began_s = time.perf_counter()

    def as_dict(self) -> dict[str, float]:
        """For the wire."""
        seconds = time.perf_counter() - self.began_s
        return {
            "repaints_a_second": round(self.repaints / seconds, 1),
            "ms_a_repaint": round(1000 * self.repaint_s / max(1, self.repaints), 1),
            "generations": self.generations,
        }


class PlainSynth:
    """FluidSynth with nothing of ours around it, under a JACK name of its own."""

    def __init__(self, name: str, font: Path) -> None:
        self._synth = fluidsynth.Synth(
            0.5,
            48_000.0,
            **{
                "audio.driver": "jack",
                "audio.jack.id": name,
                "audio.jack.autoconnect": 1,
                "synth.dynamic-sample-loading": 1,
                "midi.driver": "jack",
                "midi.jack.id": f"{name} keys",
            },
        )
        self._driver = fluidsynth.new_fluid_audio_driver(self._synth.settings, self._synth.synth)
        self._synth.sfload(str(font))
        self._synth.program_change(0, XYLOPHONE)
        self._synth.cc(0, REVERB, 0)
        self._midi: Any = None

    def listen(self) -> None:
        """Take notes from FluidSynth's own JACK MIDI port: C all the way."""
        handler = CFUNCTYPE(c_int, c_void_p, c_void_p)
        in_c = cast(fluidsynth._fl.fluid_synth_handle_midi_event, handler)
        self._midi = fluidsynth.new_fluid_midi_driver(self._synth.settings, in_c, self._synth.synth)

    def close(self) -> None:
        """Leave JACK."""
        if self._midi:
            fluidsynth.delete_fluid_midi_driver(self._midi)
        fluidsynth.delete_fluid_audio_driver(self._driver)

    def play(self, message: mido.Message) -> None:
        """Play a note that came some other way."""
        if message.type == "note_on":
            self._synth.noteon(0, message.note, message.velocity)
        elif message.type == "note_off":
            self._synth.noteoff(0, message.note)


def main() -> None:
    """Run until the standard input ends; the argument `idle` leaves the load out."""
    sys.setswitchinterval(_SWITCH_S)
    font = find_soundfont(None)
    if font is None:
        _say({"error": "No SoundFont was found."})
        return
    with tempfile.TemporaryDirectory() as home:
        qt = QApplication(sys.argv[:1])
        counts = Counts()
        studio = build(
            qt, app_paths(Path(home)), open_sound=lambda f, d, ready: _counted(open_synth(f, d, on_font=ready), counts)
        )
        studio.hub.subscribe(lambda message: _count_note(message, counts))
        studio.window.show()
        studio.start()
        studio.session.set_instrument(studio.session.selected_track, XYLOPHONE)
        while not studio.sound.is_ready:  # FluidSynth gives its MIDI to whichever of its JACK clients came last
            qt.processEvents()
        alternatives = _alternatives(font, counts)
        if "idle" not in sys.argv:
            timer = _keep_repainting(studio, counts)
            _keep_generating(studio, counts)
        threading.Thread(target=_answer, args=(studio, counts, alternatives, qt.quit), daemon=True).start()
        qt.exec()
        if "idle" not in sys.argv:
            timer.stop()
        _say({"left": True})
        # The alternatives' C threads are of no further interest, and closing them politely takes long.
        os._exit(0)


def _counted(opened: Opened, counts: Counts) -> Opened:
    synth = opened.synth
    sound = synth.note_on

    def note_on(channel: int, pitch: int, velocity: int) -> None:
        sound(channel, pitch, velocity)
        counts.notes["synth"].append((pitch, velocity))

    synth.note_on = note_on  # type: ignore[method-assign]
    return opened


def _count_note(message: LiveMessage, counts: Counts) -> None:
    if isinstance(message, NoteMessage) and message.velocity:
        counts.notes["hub"].append((message.pitch, message.velocity))


def _alternatives(font: Path, counts: Counts) -> tuple[Closeable, ...]:
    direct = PlainSynth(DIRECT, font)
    direct.listen()
    plain = PlainSynth(CALLBACK, font)

    def called_back(message: mido.Message) -> None:
        plain.play(message)
        if message.type == "note_on" and message.velocity:
            counts.notes["callback"].append((message.note, message.velocity))

    backend = mido.Backend("mido.backends.rtmidi/UNIX_JACK")
    return direct, backend.open_input("keys", virtual=True, client_name=f"{CALLBACK} keys", callback=called_back), plain


def _keep_repainting(studio: RunningStudio, counts: Counts) -> QTimer:
    """Paint at 60 Hz, whole, all that can move while playing: roll and tracks, piano, transport."""
    moving: list[QWidget] = []
    for kind in (Arrangement, PianoKeyboard, TransportPanel):
        moving.extend(studio.window.findChildren(kind))

    def repaint() -> None:
        started_s = time.perf_counter()
        for widget in moving:
            widget.repaint()
        counts.repaint_s += time.perf_counter() - started_s
        counts.repaints += 1

    timer = QTimer(studio.window)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(repaint)
    timer.start(FRAME_MS)
    return timer


def _keep_generating(studio: RunningStudio, counts: Counts) -> None:
    """One generation after the other, on the studio's own worker; without a model, arithmetic in its place."""
    model = studio.window.generate_panel.model

    def work(progress: Progress, cancelled: Cancelled) -> None:
        if model is None:
            matrix = np.random.default_rng(1).standard_normal((256, 256))
            for _ in range(10):
                matrix = np.tanh(matrix @ matrix)
        else:
            studio.composer.arrange(Request(studio.session.score, model.id, counts.generations), progress, cancelled)

    def again(_result: object = None) -> None:
        counts.generations += 1
        studio.jobs.run("generate", work, again, again)

    studio.jobs.run("generate", work, again, again)


def _answer(
    studio: RunningStudio, counts: Counts, alternatives: Sequence[Closeable], leave: Callable[[], None]
) -> None:
    for line in sys.stdin:
        match line.strip():
            case "ready?":
                synth = studio.sound._opened.synth if studio.sound._opened else None
                loaded = isinstance(synth, FluidSynth) and synth.wait_for_soundfont(0.0)
                _say({"ready": loaded and studio.midi.status.state == "connected", "midi": studio.midi.status.port})
            case "counts":
                _say(counts.as_dict())
            case "notes":
                _say(counts.notes)
            case "alone":
                for alternative in alternatives:
                    alternative.close()
                _say({"alone": True})
    leave()


def _say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
