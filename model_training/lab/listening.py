"""What a report lets one hear: every fixed melody at a few stages, its sound and film, within a limit on size."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from model_training.lab.film import write_film
from model_training.lab.neighbours import Neighbour
from model_training.lab.roll_svg import Drawing, draw
from model_training.lab.rolls import first_bars, picture, pitch_range
from model_training.lab.samples import BARS, Stage, read_sample
from music_core.adapters.audio_render import AudioError
from music_core.adapters.sound_files import compressed
from music_core.score import Score
from music_core.soundfonts import find_soundfont

MOST_BYTES = 3_000_000  # of sounds and films in a report, as they stand in the page
MOST_STAGES = 4
MOST_MELODIES = 4
_OWN = "original"


@dataclass(frozen=True, slots=True)
class Take:
    """One version of a melody: its label, its roll, and its sound as a data: URI (empty where there is none)."""

    label: str
    roll: Drawing
    sound: str = ""


@dataclass(frozen=True, slots=True)
class Listening:
    """One melody: its takes by stage (the composer's own last), its film, its neighbour."""

    title: str
    note: str
    takes: tuple[Take, ...]
    chosen: int
    film: str
    neighbour: Neighbour | None


def chosen_stages(stages: Sequence[Stage], most: int = MOST_STAGES) -> list[Stage]:
    """The first stage, the last one, and some between."""
    if len(stages) <= most:
        return list(stages)
    return [stages[round(i * (len(stages) - 1) / (most - 1))] for i in range(most)]


class Budget:
    """How many bytes a page may still take, and the one way to put sound and pictures into it."""

    def __init__(self, most: int, say: Callable[[str], None]) -> None:
        self._left = most
        self._say = say
        self._soundfont = find_soundfont()
        if self._soundfont is None:
            say("No SoundFont was found, so the report has no sound; install FluidR3 GM and make it again.")

    def sound(self, score: Score) -> str:
        """The score's sound as a data: URI, or nothing where there is no room, no synth or nothing to hear."""
        if self._soundfont is None or not any(track.notes for track in score.tracks):
            return ""
        try:
            clip = compressed(score, self._soundfont)
        except AudioError as error:
            self._soundfont = None
            self._say(f"The report has no sound: {error}")
            return ""
        return self._uri(clip.data, clip.media_type)

    def file(self, path: Path, media_type: str) -> str:
        """A file as a data: URI, or nothing where there is no room."""
        return self._uri(path.read_bytes(), media_type)

    def _uri(self, data: bytes, media_type: str) -> str:
        uri = f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"
        if len(uri) > self._left:
            return ""
        self._left -= len(uri)
        return uri


def listenings(
    stages: Sequence[Stage],
    own: Callable[[str], Score | None],
    near: Callable[[Sequence[Score]], Sequence[Neighbour | None]],
    budget: Budget,
    scratch: Path,
) -> list[Listening]:
    """What there is to hear; the last stage is heard first of all should the room not do for all.

    `own` gives the composer's setting of a title, `near` the neighbours of samples. Films are made in `scratch`.
    """
    if not stages:
        return []
    stems = list(stages[-1].files)[:MOST_MELODIES]
    columns = {stem: [(s.epoch, read_sample(s.files[stem])) for s in stages if stem in s.files] for stem in stems}
    finals = [takes[-1][1] for takes in columns.values()]
    beside = near(finals)
    epochs = {stage.epoch for stage in chosen_stages(stages)}
    sounds = {stem: budget.sound(takes[-1][1]) for stem, takes in columns.items()}
    result = []
    for (stem, takes), neighbour in zip(columns.items(), beside, strict=True):
        original = own(takes[-1][1].title)
        kept = [(epoch, score) for epoch, score in takes if epoch in epochs]
        # Short labels, so that all of them fit on a phone.
        shown = [(f"epoch {epoch}" if i == 0 else str(epoch), score) for i, (epoch, score) in enumerate(kept)]
        if original is not None:
            shown.append((_OWN, first_bars(original, BARS)))
        pitches = pitch_range([score for _, score in shown])
        last = next(i for i in reversed(range(len(shown))) if shown[i][0] != _OWN)
        cards = [
            _take(label, score, pitches, sounds[stem] if i == last else budget.sound(score))
            for i, (label, score) in enumerate(shown)
        ]
        film = budget.file(write_film(takes, scratch / f"{stem}.gif"), "image/gif") if len(takes) > 1 else ""
        result.append(Listening(takes[-1][1].title, _note(cards[last].roll), tuple(cards), last, film, neighbour))
    return result


def _take(label: str, score: Score, pitches: tuple[int, int], sound: str) -> Take:
    return Take(label, draw(picture(score, pitches=pitches)), sound)


def _note(roll: Drawing) -> str:
    bars, length = len(roll.bars), f"{roll.seconds:.0f} seconds"
    return f"bars 1–{bars}, {length}" if bars > 1 else length
