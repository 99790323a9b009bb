"""`tutti make-demo`: every model over sample melodies, as MIDI, sound and pictures, with a page to hear them on."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from desktop_app.cli_files import CommandError, make_output_folder
from desktop_app.exports.audio import soundfont_for
from desktop_app.exports.demo_page import DemoModel, DemoPiece, demo_page
from desktop_app.exports.midi import export_midi
from desktop_app.exports.roll_picture import write_roll
from desktop_app.generation.composer import LARGEST_SEED, Composer, Request
from desktop_app.generation.registry import Registry
from desktop_app.library.melodies import load_sample, sample_melodies
from desktop_app.library.sample_charts import sample_chords
from music_core.adapters import open_onnx
from music_core.adapters.sound_files import write_sound
from music_core.atomic import replacing
from music_core.harmony.chart import write_chart
from music_core.manifest import Manifest
from music_core.score import Score

# Twelve tunes: four metres, pickups, major and minor, AABA and other forms. All have a chart.
MELODIES = (
    "twinkle-twinkle", "ode-to-joy", "deck-the-halls", "au-clair-de-la-lune", "amazing-grace", "auld-lang-syne",
    "greensleeves", "irish-washerwoman", "korobeiniki", "minuet-in-g", "yankee-doodle", "when-the-saints",
)  # fmt: skip
_RATE = 32_000


def make_demo(arguments: Namespace, registry: Registry) -> int:
    """Write `FOLDER/index.html` and a folder for each model; raises an error with one plain sentence."""
    models = _models(arguments.model, registry)
    melodies = _melodies(arguments.melody)
    if not 0 <= arguments.seed <= LARGEST_SEED:
        raise CommandError(f"--seed is a whole number from 0 to {LARGEST_SEED}, not {arguments.seed}.")
    soundfont = None if arguments.silent else soundfont_for(arguments.soundfont)
    make_output_folder(arguments.folder)
    composer = Composer(registry, open_onnx)
    shown = []
    for model in models:
        if Path(model.id).name != model.id:  # an id is a stranger's word, and becomes a folder's name
            raise CommandError(f"The model {model.id!r} has an id that is no folder's name; leave it out with --model.")
        make_output_folder(arguments.folder / model.id)
        pieces = []
        for melody in melodies if model.needs_melody else melodies[:1]:
            piece = _piece(composer, model, melody, arguments, soundfont)
            pieces.append(piece)
            print(f"{arguments.folder / piece.midi}: {piece.note}", flush=True)
        shown.append(DemoModel(model.id, model.title, model.description, model.licence, tuple(pieces)))
    page = arguments.folder / "index.html"
    with replacing(page) as temporary:
        temporary.write_text(demo_page(shown), encoding="utf-8")
    print(f"Open {page} in a browser.")
    return 0


def _piece(composer: Composer, model: Manifest, melody: str, arguments: Namespace, soundfont: Path | None) -> DemoPiece:
    given = load_sample(melody)
    if arguments.charts:
        given = replace(given, chords=sample_chords(melody))
    arrangement = composer.arrange(Request(given, model.id, arguments.seed))[0]
    score = arrangement.score
    files = {kind: f"{model.id}/{melody}.{kind}" for kind in ("mid", "png", "wav")}
    export_midi(score, arguments.folder / files["mid"])
    write_roll(score, arguments.folder / files["png"])
    if soundfont is not None:
        write_sound(score, arguments.folder / files["wav"], soundfont, sample_rate=_RATE)
    compose_ms = arrangement.stages_ms.get("compose", 0.0)
    counts = ", ".join(f"{track.name} {len(track.notes)}" for track in score.tracks)
    return DemoPiece(
        given.title,
        given.provenance,
        files["mid"],
        files["png"],
        files["wav"] if soundfont is not None else "",
        _chart(score),
        f"Notes: {counts}. Written in {compose_ms:.0f} ms, seed {arrangement.seed}.",
    )


def _chart(score: Score) -> str:
    return write_chart(score.chords, score.metres, score.end_tick, score.keys) if score.chords else ""


def _models(asked: Sequence[str], registry: Registry) -> tuple[Manifest, ...]:
    """The models asked for, or all; one without parts of its own (a harmoniser) writes no piece."""
    if asked:
        return tuple(registry.get(model_id) for model_id in dict.fromkeys(asked))
    found = tuple(model for model in registry.models() if model.parts)
    if not found:
        registry.get("")  # raises, and says why there are none
    return found


def _melodies(asked: Sequence[str]) -> tuple[str, ...]:
    if asked == ["all"]:
        return tuple(melody.id for melody in sample_melodies())
    for melody in asked:
        load_sample(melody)  # raises, with the list of those there are
    return tuple(dict.fromkeys(asked)) or MELODIES
