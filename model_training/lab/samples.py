"""Samples of every stage to hear and to see: fixed melodies with fixed noise as MIDI, WAV and PNG."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from model_training.lab.roll_image import draw_roll
from model_training.lab.rolls import first_bars, picture
from music_core.adapters.audio_render import AudioError
from music_core.adapters.sound_files import write_sound
from music_core.atomic import replacing
from music_core.midi_file import read_midi, write_midi
from music_core.score import Score
from music_core.soundfonts import find_soundfont

BARS = 8
SAMPLE_RATE = 22_050  # a stage is to be compared by ear, not to be released; 48 kHz would take twice the disk

_FILE_SUFFIX = re.compile(r"\.(midi?|mxl|musicxml|xml|krn|abc)$", re.IGNORECASE)
_STAGE = re.compile(r"epoch-(\d{4,})")


@dataclass(frozen=True, slots=True)
class Stage:
    """The samples of one stage: MIDI files by their names without suffix."""

    epoch: int
    files: dict[str, Path]


class Gallery:
    """Writes samples into a run's folder; what this machine cannot do is said once and left out from then on."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._say = say
        self._soundfont = find_soundfont()
        self._hears = self._soundfont is not None
        if not self._hears:
            say(
                "No SoundFont was found, so the samples are kept as MIDI and pictures only; install FluidR3 GM for WAV."
            )

    def keep(self, epoch: int, scores: Sequence[Score]) -> list[Path]:
        """Write the first bars of each score; returns the pictures. Raises OSError or MidiError (a full disk)."""
        folder = self._folder / "samples" / f"epoch-{epoch:04d}"
        folder.mkdir(parents=True, exist_ok=True)
        pictures = []
        for number, score in enumerate(scores, 1):
            stem = folder / file_stem(number, score.title)
            short = first_bars(score, BARS)
            write_midi(short, stem.with_name(f"{stem.name}.mid"))
            pictures.append(_write_picture(short, stem.with_name(f"{stem.name}.png"), epoch))
            self._sound(short, stem.with_name(f"{stem.name}.wav"))
        return pictures

    def _sound(self, score: Score, path: Path) -> None:
        if not self._hears:
            return
        try:
            write_sound(score, path, self._soundfont, sample_rate=SAMPLE_RATE)
        except AudioError as error:
            if any(track.notes for track in score.tracks):  # silence alone is no reason to give up on sound
                self._hears = False
                self._say(f"No more WAV samples: {error}")


def file_stem(number: int, title: str) -> str:
    """A file name without suffix that any system takes, whatever the song is called: `02-bwv-10.7`.

    Many a song is called after the file that it came from: that file's suffix is no part of the name.
    """
    kept = re.sub(r"[^A-Za-z0-9._-]+", "-", _FILE_SUFFIX.sub("", title)).strip("-.")[-60:].strip("-.")
    return f"{number:02d}-{kept or 'untitled'}"


def read_stages(run: Path) -> list[Stage]:
    """The stages whose samples lie in a run's folder, oldest first."""
    stages = []
    for folder in (run / "samples").glob("epoch-*"):
        match = _STAGE.fullmatch(folder.name)
        files = {path.stem: path for path in sorted(folder.glob("*.mid"))}
        if match and files:
            stages.append(Stage(int(match.group(1)), files))
    return sorted(stages, key=lambda stage: stage.epoch)


def read_sample(path: Path) -> Score:
    """A kept sample, its first bars, with the title it was written with; raises MidiError."""
    return first_bars(read_midi(path), BARS)


def _write_picture(score: Score, path: Path, epoch: int) -> Path:
    with replacing(path) as fresh:
        draw_roll(picture(score), f"epoch {epoch}").save(fresh, format="PNG", optimize=True)
    return path
