"""How fast a piece becomes sound: `python -m benchmarks.render_speed [--seconds 60] [--soundfont FILE] [--json]`.

A band of five (chords, arpeggios, bass, strings, drums) is rendered at 48 kHz with reverb and chorus, as the studio's
export does, on one core. Beside it the way that pyfluidsynth documents: 16-bit samples fetched between two events.
`x real time` is seconds of sound for a second of the processor; `by the clock` suffers from whatever else runs.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from music_core.adapters.audio_render import SAMPLE_RATE, render
from music_core.adapters.sound_files import write_sound
from music_core.fluid_library import library_search
from music_core.render_events import CONTROL, OFF, ON, channel_of, set_up_events, timed_events
from music_core.score import Note, Score, Tempo, Track
from music_core.soundfonts import find_soundfont

WANTED = 20.0
_BAR = 1920


def band(seconds: float) -> Score:
    """Five parts at 120 beats a minute; about 19 notes sound or ring at any time."""
    bars = max(1, round(seconds / 2))
    chords = ((60, 64, 67, 71), (57, 60, 64, 67), (53, 57, 60, 64), (55, 59, 62, 65))
    keys: list[Note] = []
    arpeggio: list[Note] = []
    bass: list[Note] = []
    strings: list[Note] = []
    drums: list[Note] = []
    for bar in range(bars):
        start, chord = bar * _BAR, chords[bar % 4]
        for beat in range(4):
            keys.extend(Note(start + 480 * beat, pitch, 460, 80) for pitch in chord)
            bass.append(Note(start + 480 * beat, chord[0] - 24, 440, 95))
        arpeggio.extend(Note(start + 120 * i, chord[i % 4] + 12, 240, 70) for i in range(16))
        strings.extend(Note(start, pitch, _BAR, 60) for pitch in chord[:3])
        drums.extend(Note(start + 240 * i, 42, 60, 70) for i in range(8))
        drums.extend(Note(start + 960 * i, 36, 60, 110) for i in range(2))
        drums.extend(Note(start + 480 + 960 * i, 38, 60, 105) for i in range(2))
    return Score(
        (
            Track("Keys", tuple(keys), program=4, chorus=30),
            Track("Guitar", tuple(arpeggio), program=25, pan=90),
            Track("Bass", tuple(bass), program=33, reverb=10),
            Track("Strings", tuple(strings), program=48, reverb=80),
            Track("Drums", tuple(drums), is_drum=True),
        ),
        tempos=(Tempo(0, 500_000),),
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--soundfont", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    soundfont = find_soundfont(options.soundfont)
    if soundfont is None:
        raise SystemExit("No SoundFont was found; install one (for example FluidR3 GM).")
    figures = measured(options.seconds, soundfont)
    if options.json:
        print(json.dumps(figures, indent=2))
        return
    print(f"{options.seconds:.0f} s of five parts with {soundfont.name}, one core; wanted: {WANTED:.0f} x real time")
    print(f"{'':44s} {'x real time':>12s} {'by the clock':>13s}")
    for name, (processor, clock) in figures.items():
        print(f"{name:44s} {processor:12.1f} {clock:13.1f}")


def measured(seconds: float, soundfont: Path) -> dict[str, tuple[float, float]]:
    """For each way: seconds of sound for a second of processor, and for one of the clock."""
    score = band(seconds)
    length_s = len(render(band(2.0), soundfont)) and score.end_tick / 960  # the first render loads the library
    with tempfile.TemporaryDirectory() as folder:
        ways: dict[str, Callable[[], object]] = {
            "render: samples in memory": lambda: render(score, soundfont),
            "export: 16-bit WAV, read back": lambda: write_sound(score, Path(folder) / "a.wav", soundfont),
            "export: FLAC": lambda: write_sound(score, Path(folder) / "a.flac", soundfont),
            "export: MP3": lambda: write_sound(score, Path(folder) / "a.mp3", soundfont),
            "pyfluidsynth's get_samples (16 bit, no file)": lambda: by_get_samples(score, soundfont),
        }
        return {name: _speed(work, length_s) for name, work in ways.items()}


def by_get_samples(score: Score, soundfont: Path) -> int:
    """The alternative, with the same events; returns how many frames it made."""
    import numpy as np

    with library_search():
        import fluidsynth
    synth: Any = fluidsynth.Synth(gain=0.5, samplerate=float(SAMPLE_RATE))
    font = synth.sfload(str(soundfont))
    for index, track in enumerate(score.tracks):
        synth.program_select(channel_of(index), font, 128 if track.is_drum else 0, track.program)
    for event in set_up_events(score.tracks):
        if event.kind == CONTROL:
            synth.cc(event.channel, event.first, event.second)
    parts, frame = [], 0
    for event in timed_events(score, score.tracks):
        due = round(event.time_s * SAMPLE_RATE)
        if due > frame:
            parts.append(synth.get_samples(due - frame))
            frame = due
        if event.kind == ON:
            synth.noteon(event.channel, event.first, event.second)
        elif event.kind == OFF:
            synth.noteoff(event.channel, event.first)
        elif event.kind == CONTROL:
            synth.cc(event.channel, event.first, event.second)
    synth.delete()
    return len(np.concatenate(parts)) // 2


def _speed(work: Callable[[], object], length_s: float) -> tuple[float, float]:
    clock_s, processor_s = time.perf_counter(), time.process_time()
    work()
    return length_s / (time.process_time() - processor_s), length_s / (time.perf_counter() - clock_s)


if __name__ == "__main__":
    main()
