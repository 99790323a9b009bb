"""A film of the rolls over training: same melody, same noise, one picture a stage, the epoch on it. A GIF by Pillow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from model_training.lab.roll_image import draw_roll
from model_training.lab.rolls import picture, pitch_range
from model_training.lab.samples import read_sample, read_stages
from music_core.atomic import replacing
from music_core.score import Score

_FRAME_MS, _LAST_MS = 700, 3000
_COLOURS = 64
# A longer run is thinned out: nobody watches a film of three hundred pictures, and mail programs refuse it.
MOST_FRAMES = 40


def make_films(run: Path, most: int = 3) -> list[Path]:
    """Write `film-NAME.gif` for the samples of a run's last stage, from all its stages; raises MidiError, OSError."""
    stages = read_stages(run)
    films = []
    for name in list(stages[-1].files)[:most] if stages else ():
        takes = [(stage.epoch, read_sample(stage.files[name])) for stage in stages if name in stage.files]
        films.append(write_film(takes, run / f"film-{name}.gif"))
    return films


def write_film(takes: Sequence[tuple[int, Score]], path: Path) -> Path:
    """Write (epoch, score) pairs, oldest first, as an endless GIF that rests on the last one."""
    kept = thinned(takes, MOST_FRAMES)
    pitches = pitch_range([score for _, score in kept])
    last = max(1, kept[-1][0])
    frames = [
        draw_roll(picture(score, pitches=pitches), f"epoch {epoch}", done=epoch / last)
        # One fixed palette without dithering, else still pictures shimmer.
        .quantize(_COLOURS, dither=Image.Dither.NONE)
        for epoch, score in kept
    ]
    durations = [_FRAME_MS] * (len(frames) - 1) + [_LAST_MS]
    with replacing(path) as fresh:
        frames[0].save(
            fresh, format="GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=True
        )
    return path


def thinned(takes: Sequence[tuple[int, Score]], most: int) -> list[tuple[int, Score]]:
    """At most so many of them, evenly spaced, the first and the last among them."""
    if len(takes) <= most:
        return list(takes)
    return [takes[round(i * (len(takes) - 1) / (most - 1))] for i in range(most)]
