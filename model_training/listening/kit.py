"""The folder of a listening test: one page with all its clips inside, and a key that only the analysis reads."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template

import numpy as np

from model_training.lab.rolls import span
from model_training.listening.loudness import matched
from music_core.adapters.audio_render import AudioError, render
from music_core.adapters.sound_files import encoded
from music_core.atomic import replacing
from music_core.metrics.segment import BARS, STEPS_A_BAR
from music_core.score import TICKS_PER_SIXTEENTH, Score
from music_core.soundfonts import find_soundfont

PAGE, KEY = "index.html", "key.json"
SAMPLE_RATE = 24_000
# What listeners are asked of every clip, on five points.
QUESTIONS = {
    "harmony": "The chords fit the melody",
    "groove": "The rhythm carries the piece",
    "style": "It sounds like the style named above",
    "keep": "I would keep this arrangement",
}
_TICKS = BARS * STEPS_A_BAR * TICKS_PER_SIXTEENTH


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Eight bars of one melody in several arrangements, by system."""

    title: str
    style: str
    versions: Mapping[str, Score]


def excerpt(title: str, style: str, start_tick: int, versions: Mapping[str, Score]) -> Excerpt:
    """Eight bars from a tick on of every version."""
    return Excerpt(
        title, style, {name: span(score, start_tick, start_tick + _TICKS) for name, score in versions.items()}
    )


def build(
    excerpts: Sequence[Excerpt], folder: Path, *, seed: int = 0, say: Callable[[str], None] = lambda _: None
) -> None:
    """Write the page and the key. Raises ValueError where there is no SoundFont, no excerpt, or a kit there already.

    The page names neither systems nor titles; versions and melodies come in another order for each listener.
    """
    if not excerpts:
        raise ValueError("There is no excerpt to listen to; choose songs with eight bars of 4/4.")
    if (folder / KEY).exists():
        raise ValueError(
            f"{folder} holds a listening kit already; choose another folder, as results belong to its key."
        )
    soundfont = find_soundfont()
    if soundfont is None:
        raise AudioError("No SoundFont was found; install one (for example FluidR3 GM) to make the clips.")
    rng = np.random.default_rng(seed)
    trials, key = [], []
    names = rng.permutation(100_000)[: sum(len(one.versions) for one in excerpts)].tolist()
    for number, one in enumerate(excerpts):
        say(f"{number + 1} of {len(excerpts)}")
        rendered = [render(score, soundfont, sample_rate=SAMPLE_RATE) for score in one.versions.values()]
        # Mono first: what is encoded is what is matched.
        sounds = matched([sound.mean(axis=1) for sound in rendered], SAMPLE_RATE)
        clips = []
        for system, sound in zip(one.versions, sounds, strict=True):
            clip = f"c{names.pop():05d}"
            data = encoded(sound, SAMPLE_RATE)
            uri = f"data:{data.media_type};base64,{base64.b64encode(data.data).decode('ascii')}"
            clips.append({"id": clip, "sound": uri})
            key.append({"clip": clip, "trial": f"t{number + 1}", "system": system, "title": one.title})
        order = rng.permutation(len(clips)).tolist()
        trials.append({"id": f"t{number + 1}", "style": one.style, "clips": [clips[i] for i in order]})
    kit = hashlib.sha256(json.dumps(key).encode()).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / PAGE, page(kit, trials))
    _write(folder / KEY, json.dumps({"kit": kit, "questions": QUESTIONS, "clips": key}, indent=1) + "\n")


def page(kit: str, trials: Sequence[Mapping[str, object]]) -> str:
    """The page: its own script alone may run, and nothing is loaded from anywhere."""
    room = files("model_training.listening").joinpath("pages")
    html, script, style = (room.joinpath(f"kit.{kind}").read_text(encoding="utf-8") for kind in ("html", "js", "css"))
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; media-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    # No text of ours can end the element that the data stands in.
    data = json.dumps({"kit": kit, "questions": QUESTIONS, "trials": trials}).replace("<", "\\u003c")
    return Template(html).substitute(policy=policy, style=style, script=script, data=data)


def _write(path: Path, text: str) -> None:
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8")
