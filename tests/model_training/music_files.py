"""Small files of music that tests write themselves."""

from __future__ import annotations

import io
from pathlib import Path

import mido
import numpy as np


def tune(seed: int, notes: int = 32) -> list[tuple[int, int, int, int]]:
    """A melody of eighths that is like no other seed's: (start, pitch, duration, velocity)."""
    rng = np.random.default_rng(seed)
    scale = np.array([60, 62, 64, 65, 67, 69, 71, 72, 74, 76])
    return [(i * 240, int(pitch), 240, 80) for i, pitch in enumerate(rng.choice(scale, notes))]


def midi_bytes(melody: list[tuple[int, int, int, int]], *, metre: tuple[int, int] = (4, 4), bass: bool = True) -> bytes:
    """A MIDI file with a track called Melody and, if asked, a bass."""
    file = mido.MidiFile(ticks_per_beat=480)
    file.tracks.append(
        mido.MidiTrack([mido.MetaMessage("time_signature", numerator=metre[0], denominator=metre[1], time=0)])
    )
    roots = [(i * 1920, 36 + melody[0][1] % 12, 1920, 90) for i in range(len(melody) // 8)]
    for channel, (name, program, notes) in enumerate(
        [("Melody", 73, melody), *([("Bass", 33, roots)] if bass else [])]
    ):
        events = [(0, 0, mido.MetaMessage("track_name", name=name))]
        events.append((0, 1, mido.Message("program_change", channel=channel, program=program)))
        for start, pitch, length, velocity in notes:
            events.append((start, 3, mido.Message("note_on", channel=channel, note=pitch, velocity=velocity)))
            events.append((start + length, 2, mido.Message("note_off", channel=channel, note=pitch)))
        events.sort(key=lambda event: event[:2])
        times = [0, *(event[0] for event in events)]
        file.tracks.append(
            mido.MidiTrack(event[2].copy(time=event[0] - before) for event, before in zip(events, times, strict=False))
        )
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def write_folder(folder: Path, songs: int) -> Path:
    """A folder of so many different songs, in two folders."""
    for number in range(songs):
        path = folder / f"set{number % 2}" / f"song{number:03}.mid"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(midi_bytes(tune(number)))
    return folder
