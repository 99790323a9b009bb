"""The command `tutti`: the studio, and the same work without a window.

Bad input ends in one plain sentence on stderr and exit code 2, with nothing overwritten. What a command needs
is imported when it runs, so that each starts fast.
"""

from __future__ import annotations

import gc
import io
import json
import logging
import os
import sys
from argparse import Namespace
from collections.abc import Sequence

from desktop_app.cli_parser import Command, build_parser
from desktop_app.paths import app_paths
from desktop_app.sentences import sentence_of

BAD_INPUT, FAILED, INTERRUPTED, PIPE_CLOSED = 2, 1, 130, 141

_OWN_MODULES = ("music_core.", "desktop_app.")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _accept_any_text()
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        arguments = build_parser(COMMANDS).parse_args(given or ["studio"])
        logging.basicConfig(level=logging.INFO if arguments.verbose else logging.ERROR)
        run: Command = arguments.run
        code = run(arguments)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Who read our output has gone; without this, Python would complain once more while it quits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return PIPE_CLOSED
    except Exception as error:
        return _complain(error)


def _studio(arguments: Namespace) -> int:
    # Until the window stands nothing that is made is rubbish; to look for some was an eighth of the start.
    gc.disable()
    from desktop_app.app import main as open_studio  # the only way from here to Qt

    return open_studio(arguments.file)


def _generate(arguments: Namespace) -> int:
    from desktop_app.cli_generate import generate
    from desktop_app.generation.registry import Registry

    return generate(arguments, Registry(app_paths().models))


def _render(arguments: Namespace) -> int:
    from desktop_app.cli_files import check_outputs
    from desktop_app.exports.audio import export_wav, soundfont_for
    from music_core.adapters.sound_files import write_sound
    from music_core.midi_file import read_midi

    score = read_midi(arguments.input)
    check_outputs([arguments.output], [arguments.input])
    print(export_wav(write_sound, score, arguments.output, soundfont_for(arguments.soundfont)))
    return 0


def _models(arguments: Namespace) -> int:
    from desktop_app.generation.registry import Registry

    registry = Registry(app_paths().models)
    if arguments.json:
        listed = [
            {
                "id": model.id,
                "technique": model.technique,
                "genre": model.genre,
                "title": model.title,
                "description": model.description,
                "licence": model.licence,
                "needs_melody": model.needs_melody,
                "parts": [part.name for part in model.parts],
                "options": [
                    {"name": o.name, "low": o.low, "high": o.high, "default": o.default} for o in model.options
                ],
            }
            for model in registry.models()
        ]
        print(json.dumps(listed, indent=2, ensure_ascii=False))
    else:
        for model in registry.models():
            print(f"{model.id}  ({model.genre}, {model.technique}): {model.title}")
            print(f"    {model.description}")
            if not model.needs_melody:
                print("    needs no melody; --bars says how long the piece is to be")
            for option in model.options:
                print(f"    --option {option.name}={option.default:g}  ({option.low:g} to {option.high:g})")
    for sentence in registry.refused():
        print(sentence, file=sys.stderr)
    return 0


def _devices(_arguments: Namespace) -> int:
    from desktop_app.cli_listening import list_devices

    return list_devices()


def _play(arguments: Namespace) -> int:
    from desktop_app.cli_listening import play

    return play(arguments.file, arguments.soundfont, arguments.driver)


def _export(arguments: Namespace) -> int:
    from desktop_app.cli_export import export

    return export(arguments.input, arguments.output)


def _make_demo(arguments: Namespace) -> int:
    from desktop_app.cli_demo import make_demo
    from desktop_app.generation.registry import Registry

    return make_demo(arguments, Registry(app_paths().models))


COMMANDS: dict[str, Command] = {
    "studio": _studio,
    "generate": _generate,
    "render": _render,
    "export": _export,
    "models": _models,
    "devices": _devices,
    "play": _play,
    "make-demo": _make_demo,
}


def _complain(error: Exception) -> int:
    ours = type(error).__module__.startswith(_OWN_MODULES)
    print(sentence_of(error, "Tutti could not do that"), file=sys.stderr)
    logging.getLogger(__name__).info("Details", exc_info=error)
    return BAD_INPUT if ours or isinstance(error, (OSError, MemoryError)) else FAILED


def _accept_any_text() -> None:
    """File names may hold what the terminal cannot show; that is no reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
