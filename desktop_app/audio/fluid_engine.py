"""One FluidSynth: it renders on its own C thread, Python only tells it what to play."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from desktop_app.audio.drivers import latency_s
from desktop_app.audio.fluid_bindings import FluidBindings
from desktop_app.audio.synth import CHANNELS, Bend, Control, NoteOff, NoteOn, SynthEvent
from desktop_app.language import tr
from music_core.controllers import SUSTAIN_PEDAL
from music_core.fluid_library import MASTER_GAIN
from music_core.soundfonts import is_soundfont

SAMPLE_RATE = 48_000
# The sequencer counts whole milliseconds, whatever rate it is asked for (its timer does), so that is its scale;
# 32 bits of them last for 49 days, where 48,000 a second would end after one.
_TICKS_A_SECOND = 1000
_START_LIMIT_S = 1.5


def ignore(sentence: str) -> None:
    """For callers that do not wait for a SoundFont."""


class FluidSynth:
    """One FluidSynth with its sequencer. The C library locks for itself, so any thread may play."""

    def __init__(self, library: FluidBindings, settings: Mapping[str, int | float | str] | None = None) -> None:
        self._library = library
        self._fl: Any = library.base
        self._settings = self._fl.new_fluid_settings()
        self._set("synth.midi-channels", CHANNELS)
        self._set("synth.dynamic-sample-loading", 1)
        self._set("synth.sample-rate", float(SAMPLE_RATE))
        self._set("synth.gain", MASTER_GAIN)
        self._set("audio.jack.autoconnect", 1)
        self._set("audio.jack.id", "Tutti")
        for name, value in (settings or {}).items():
            self._set(name, value)
        self._synth = self._fl.new_fluid_synth(self._settings)
        self._sequencer = self._fl.new_fluid_sequencer2(0)
        self._fl.fluid_sequencer_set_time_scale(self._sequencer, _TICKS_A_SECOND)
        self._destination = self._fl.fluid_sequencer_register_fluidsynth(self._sequencer, self._synth)
        self._driver: Any = None
        self._latency_s = 0.0
        self._font_id = -1
        self._loading: threading.Thread | None = None
        self._slow = threading.Lock()  # held by what reads samples, so that closing waits for it
        self._closed = False

    @property
    def handle(self) -> Any:
        """The C library's own synth, for what only it can do."""
        return self._synth

    @property
    def latency_s(self) -> float:
        """As far as the driver tells."""
        return self._latency_s

    @property
    def period_frames(self) -> int:
        """The driver's buffer, one period of it."""
        return self._get("audio.period-size")

    @property
    def load(self) -> float:
        """How much of the time between two bursts rendering takes, 0 to 1 and above: then it is too slow."""
        return 0.0 if self._closed else float(self._library.cpu_load(self._synth)) / 100

    @property
    def voices(self) -> int:
        """How many voices sound now."""
        return 0 if self._closed else int(self._library.voices(self._synth))

    def now_s(self) -> float:
        """Seconds rendered; it moves on with each of the driver's bursts."""
        return 0.0 if self._closed else float(self._library.get_tick(self._sequencer)) / _TICKS_A_SECOND

    def note_on(self, channel: int, pitch: int, velocity: int) -> None:
        """Sound a note at once."""
        if not self._closed:
            self._fl.fluid_synth_noteon(self._synth, channel, pitch, velocity)

    def note_off(self, channel: int, pitch: int) -> None:
        """Release a note at once."""
        if not self._closed:
            self._fl.fluid_synth_noteoff(self._synth, channel, pitch)

    def control(self, channel: int, controller: int, value: int) -> None:
        """Set a controller at once."""
        if not self._closed:
            self._fl.fluid_synth_cc(self._synth, channel, controller, value)

    def bend(self, channel: int, value: int) -> None:
        """Set the pitch wheel at once."""
        if not self._closed:
            self._fl.fluid_synth_pitch_bend(self._synth, channel, value + 8192)

    def program(self, channel: int, program: int, bank: int = 0, *, is_drum: bool = False) -> None:
        """Choose an instrument; where the SoundFont lacks it, FluidSynth takes the nearest General MIDI one."""
        with self._slow:
            if not self._closed:
                self._library.set_channel_type(self._synth, channel, int(is_drum))
                self._fl.fluid_synth_bank_select(self._synth, channel, bank)
                self._fl.fluid_synth_program_change(self._synth, channel, program)

    def all_notes_off(self, channel: int | None = None) -> None:
        """Release a channel, or all of them, pedals included."""
        if self._closed:
            return
        for each in range(CHANNELS) if channel is None else (channel,):
            self._fl.fluid_synth_cc(self._synth, each, SUSTAIN_PEDAL, 0)
            self._fl.fluid_synth_all_notes_off(self._synth, each)

    def set_gain(self, level: float) -> None:
        """Master volume, 0..1."""
        if not self._closed:
            self._library.set_gain(self._synth, MASTER_GAIN * min(1.0, max(0.0, level)))

    def schedule(self, at_s: float, event: SynthEvent) -> None:
        """Hand an event to the sequencer, which does it on the audio thread when its block is rendered."""
        if self._closed:
            return
        carrier = self._fl.new_fluid_event()
        self._fl.fluid_event_set_source(carrier, -1)
        self._fl.fluid_event_set_dest(carrier, self._destination)
        match event:
            case NoteOn(channel, pitch, velocity):
                self._fl.fluid_event_noteon(carrier, channel, pitch, velocity)
            case NoteOff(channel, pitch):
                self._fl.fluid_event_noteoff(carrier, channel, pitch)
            case Control(channel, controller, value):
                self._library.event_control(carrier, channel, controller, value)
            case Bend(channel, value):
                self._library.event_bend(carrier, channel, value + 8192)
        self._fl.fluid_sequencer_send_at(self._sequencer, carrier, max(0, round(at_s * _TICKS_A_SECOND)), 1)
        self._fl.delete_fluid_event(carrier)

    def cancel_scheduled(self) -> None:
        """Empty the sequencer."""
        if not self._closed:
            self._library.remove_events(self._sequencer, -1, -1, -1)

    def open_driver(self, name: str, period_frames: int = 0, periods: int = 0, device: str = "") -> bool:
        """Sound through this driver; False when it cannot be opened or, opened, asks for no sound."""
        self._set("audio.driver", name)
        if device:
            self._set(f"audio.{name}.device", device)
        if period_frames:
            self._set("audio.period-size", period_frames)
        if periods:
            self._set("audio.periods", periods)
        self._driver = self._fl.new_fluid_audio_driver(self._settings, self._synth)
        burst_s = self._first_bursts() if self._driver else 0.0
        sizes = self._get("audio.period-size"), self._get("audio.periods")
        self._latency_s = latency_s(name, SAMPLE_RATE, *sizes, burst_s)
        return burst_s > 0

    def load_soundfont(self, path: Path | None, done: Callable[[str], None] = ignore) -> None:
        """Read a SoundFont on a thread of its own and play with it from then on; `done` gets "" or why not."""
        if path is None:
            return
        self._loading = threading.Thread(
            target=self._load, args=(path, done, self._loading), name="soundfont", daemon=True
        )
        self._loading.start()

    def wait_for_soundfont(self, timeout_s: float) -> bool:
        """Wait until the last SoundFont asked for is loaded; False when none sounds by then."""
        if self._loading is not None:
            self._loading.join(timeout_s)
        return self._font_id >= 0

    def close(self) -> None:
        """Stop the driver and free everything; later calls do nothing."""
        if self._closed:
            return
        self.all_notes_off()
        self._closed = True
        with self._slow:
            if self._driver:
                self._fl.delete_fluid_audio_driver(self._driver)
            time.sleep(0.01)  # a note that was on its way in is through by now
            self._fl.delete_fluid_sequencer(self._sequencer)
            self._fl.delete_fluid_synth(self._synth)
            self._fl.delete_fluid_settings(self._settings)

    def _load(self, path: Path, done: Callable[[str], None], before: threading.Thread | None) -> None:
        if before is not None:
            before.join()
        with self._slow:
            if self._closed:
                return
            new_id = self._fl.fluid_synth_sfload(self._synth, str(path).encode(), 1) if is_soundfont(path) else -1
            if new_id >= 0:
                old_id, self._font_id = self._font_id, new_id
                if old_id >= 0:
                    self._fl.fluid_synth_sfunload(self._synth, old_id, 0)  # notes that still sound keep their samples
        done("" if new_id >= 0 else tr("«{file}» cannot be read. The sound stays as it was.", file=path.name))

    def _first_bursts(self) -> float:
        """Wait until the driver has asked for sound a few times; the longest burst in seconds, 0 if it never did."""
        deadline_s = time.perf_counter() + _START_LIMIT_S
        bursts: list[float] = []
        last_s = self.now_s()
        while len(bursts) < 4 and time.perf_counter() < deadline_s:
            time.sleep(0.0005)
            now_s = self.now_s()
            if now_s > last_s:
                bursts.append(now_s - last_s)
                last_s = now_s
        return max(bursts, default=0.0)

    def _set(self, name: str, value: int | float | str) -> None:
        key = name.encode()
        if isinstance(value, str):
            self._fl.fluid_settings_setstr(self._settings, key, value.encode())
        elif isinstance(value, int):
            self._fl.fluid_settings_setint(self._settings, key, value)
        else:
            self._fl.fluid_settings_setnum(self._settings, key, value)

    def _get(self, name: str) -> int:
        value = self._fl.c_int()
        self._fl.fluid_settings_getint(self._settings, name.encode(), value)
        return int(value.value)
