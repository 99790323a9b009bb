"""`tutti generate`: melodies in (or none, where the model needs none), arrangements out, with the model loaded once."""

from __future__ import annotations

import json
import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.cli_chords import chords_as_text, with_chart
from desktop_app.cli_files import CommandError, check_outputs, make_output_folder, output_in, take_paths
from desktop_app.cli_redo import redo_of
from desktop_app.exports.audio import export_wav, soundfont_for
from desktop_app.exports.midi import export_midi
from desktop_app.generation.composer import LARGEST_SEED, Arrangement, Composer, Request
from desktop_app.generation.registry import Registry
from desktop_app.sentences import shown
from desktop_app.settings import Settings
from music_core.adapters import open_onnx
from music_core.adapters.sound_files import write_sound
from music_core.decoding.musegan import BARS_OPTION
from music_core.manifest import Manifest
from music_core.melody import MelodyError, find_melody
from music_core.midi_file import read_midi
from music_core.score import Score, bar_lines


@dataclass(frozen=True, slots=True)
class _Melody:
    """One input, read and found sound, with where its results go; no file and no track for a model that needs none."""

    path: Path | None
    score: Score
    track: int | None
    outputs: tuple[Path, ...]
    read_ms: float
    told: tuple[str, ...] = ()


def generate(arguments: Namespace, registry: Registry) -> int:
    """Check everything, then write; raises an error with one plain sentence before anything is overwritten."""
    model_id = arguments.model or _first_model(registry)
    manifest = registry.get(model_id)
    options = _options(arguments.option)
    _check_input(arguments, manifest)
    if arguments.bars is not None:
        options[BARS_OPTION] = arguments.bars
    if not 1 <= arguments.takes <= 99:
        raise CommandError(f"--takes goes from 1 to 99, not {arguments.takes}.")
    if not 0 <= arguments.seed <= LARGEST_SEED:
        raise CommandError(f"--seed is a whole number from 0 to {LARGEST_SEED}, not {arguments.seed}.")
    redo = redo_of(arguments, manifest)
    melodies = _read_all(arguments) if manifest.needs_melody else [_nothing(arguments, manifest)]
    wavs = take_paths(arguments.wav, arguments.takes) if arguments.wav else ()
    inputs = [*arguments.melodies, *([arguments.chords] if arguments.chords else [])]
    check_outputs([path for melody in melodies for path in melody.outputs] + list(wavs), inputs)
    soundfont = soundfont_for(arguments.soundfont) if wavs else None
    composer = Composer(registry, open_onnx)
    reports = []
    for melody in melodies:
        request = Request(melody.score, model_id, arguments.seed, melody.track, arguments.takes, options, redo)
        report = _write_one(composer, request, melody, wavs, soundfont)
        reports.append(report)
        if not arguments.json:
            _tell(report)
    if arguments.json:
        print(json.dumps(reports[0] if len(reports) == 1 else reports, indent=2, ensure_ascii=False))
    return 0


def _check_input(arguments: Namespace, manifest: Manifest) -> None:
    """Melodies for a model that writes under one, none for a model that writes whole pieces; and where to write."""
    if manifest.needs_melody and not arguments.melodies:
        raise CommandError(f"The model {manifest.id} writes under a melody; name its MIDI file after tutti generate.")
    if manifest.needs_melody and arguments.bars is not None:
        raise CommandError(f"--bars is for models that write whole pieces; {manifest.id} writes as long as its melody.")
    if not manifest.needs_melody and (arguments.melodies or arguments.track is not None or arguments.chords):
        given = shown(arguments.melodies[0]) if arguments.melodies else "--chords" if arguments.chords else "--track"
        raise CommandError(
            f"The model {manifest.id} writes whole pieces of its own and uses no melody; leave {given} out."
        )
    if arguments.out and arguments.out_dir:
        raise CommandError("Give either --out or --out-dir, not both.")
    if not arguments.out and not arguments.out_dir:
        raise CommandError("Say where to write, with --out OUT.mid or --out-dir DIR.")


def _nothing(arguments: Namespace, manifest: Manifest) -> _Melody:
    """What a model that needs no melody is given: an empty piece, and where its results go."""
    out = arguments.out or output_in(arguments.out_dir, Path(f"{manifest.id}.mid"))
    if arguments.out_dir:
        make_output_folder(arguments.out_dir)
    return _Melody(None, Score(), None, take_paths(out, arguments.takes), 0.0)


def _read_all(arguments: Namespace) -> list[_Melody]:
    """Every melody and its output paths; several melodies need a folder."""
    if len(arguments.melodies) > 1 and arguments.out:
        raise CommandError("Several melodies cannot share one --out; give --out-dir DIR.")
    if len(arguments.melodies) > 1 and arguments.wav:
        raise CommandError("--wav is for one melody; render the others afterwards with tutti render.")
    if arguments.track is not None and arguments.track < 1:
        raise CommandError(f"Tracks are counted from 1, so there is no track {arguments.track}.")
    melodies = []
    for path in arguments.melodies:
        out = arguments.out or output_in(arguments.out_dir, path)
        melodies.append(_read(path, arguments.track, take_paths(out, arguments.takes), arguments.chords))
    if arguments.out_dir:
        make_output_folder(arguments.out_dir)
    return melodies


def _read(path: Path, track: int | None, outputs: tuple[Path, ...], chart: Path | None) -> _Melody:
    started = time.perf_counter()
    score = read_midi(path)
    told: tuple[str, ...] = ()
    try:
        index = find_melody(score, None if track is None else track - 1).track_index
    except MelodyError as error:
        raise CommandError(f"{shown(path)} cannot be arranged: {_lowered(str(error))}") from None
    if chart is not None:
        score, told = with_chart(score, chart)
    return _Melody(path, score, index, outputs, _ms_since(started), told)


def _write_one(
    composer: Composer, request: Request, melody: _Melody, wavs: tuple[Path, ...], soundfont: Path | None
) -> dict[str, Any]:
    """Arrange one melody, write its takes, and report."""
    arrangements = composer.arrange(request)
    takes = []
    for take, (arrangement, out) in enumerate(zip(arrangements, melody.outputs, strict=True)):
        read = {} if melody.path is None else {"read": melody.read_ms}
        stages = {**read, **arrangement.stages_ms}
        stages["write"] = _ms(lambda a=arrangement, o=out: export_midi(a.score, o))  # type: ignore[misc]
        entry: dict[str, Any] = {"seed": arrangement.seed, "out": str(out), "stages_ms": stages}
        if wavs:
            stages["render"] = _ms(lambda a=arrangement, w=wavs[take]: export_wav(write_sound, a.score, w, soundfont))  # type: ignore[misc]
            entry["wav"] = str(wavs[take])
        takes.append(entry)
    return {
        "melody": None if melody.path is None else str(melody.path),
        **_described(arrangements[0], melody.told),
        "stages_ms": takes[0]["stages_ms"],
        "takes": takes,
    }


def _described(arrangement: Arrangement, told: tuple[str, ...]) -> dict[str, Any]:
    score = arrangement.score
    tracks = [
        {
            "name": track.name,
            "role": track.role,
            "program": track.program,
            "is_drum": track.is_drum,
            "notes": len(track.notes),
        }
        for track in score.tracks
    ]
    return {
        "model": arrangement.model_id,
        "seed": arrangement.seed,
        "bars": len(bar_lines(score.metres, score.end_tick)) - 1,
        "tracks": tracks,
        "chords": chords_as_text(score),
        "notes": [*told, *arrangement.notes],
    }


def _tell(report: Mapping[str, Any]) -> None:
    names = ", ".join(track["name"] for track in report["tracks"])
    bars = "1 bar" if report["bars"] == 1 else f"{report['bars']} bars"
    for take in report["takes"]:
        written = f"{take['out']} and {take['wav']}" if "wav" in take else take["out"]
        print(f"{written}: {bars}, {names} (model {report['model']}, seed {take['seed']})")
    for note in report["notes"]:
        print(f"{report['melody']}: {note}")


def _options(given: list[str]) -> dict[str, float]:
    options = {}
    for text in given:
        name, equals, value = text.partition("=")
        try:
            options[name] = float(value)
        except ValueError:
            equals = ""
        if not equals:
            raise CommandError(f"--option takes NAME=VALUE with a number, not {text!r}.")
    return options


def _first_model(registry: Registry) -> str:
    """The model that the studio begins with, or else the first there is."""
    models = [manifest.id for manifest in registry.models()]
    if not models:
        registry.get("")  # raises, and says why there are none
    usual = Settings().model_id
    return usual if usual in models else models[0]


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _ms(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return _ms_since(started)


def _ms_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)
