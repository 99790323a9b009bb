"""What the command `tutti` understands; nothing here imports what the commands need, so that help comes at once."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

Command = Callable[[Namespace], int]


class UsageError(ValueError):
    """The command line itself is wrong; the message is one plain sentence."""


class OneSentenceParser(ArgumentParser):
    """Says what is wrong in one sentence instead of printing the usage and leaving."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        text = message.removeprefix("argument ")
        raise UsageError(f"{text[:1].upper()}{text[1:]} (see {self.prog} --help).")


def build_parser(commands: Mapping[str, Command]) -> ArgumentParser:
    """The parser; `arguments.run` is then the chosen one of `commands`."""
    parser = OneSentenceParser(
        prog="tutti",
        description="Puts a band under your tune. Without a command, opens the studio.",
        allow_abbrev=False,
    )
    parser.add_argument("--verbose", action="store_true", help="log what happens to stderr")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, text: str) -> ArgumentParser:
        command = subparsers.add_parser(name, help=text, description=text, allow_abbrev=False)
        command.set_defaults(run=commands[name])
        return command

    studio = add("studio", "Open the window.")
    studio.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a project or MIDI file to open")
    _add_generate_arguments(add("generate", "Write parts under a melody, or a whole piece."))
    render = add("render", "Render a MIDI file to a WAV file.")
    render.add_argument("input", type=Path, metavar="IN.mid")
    render.add_argument("output", type=Path, metavar="OUT.wav")
    render.add_argument("--soundfont", type=Path, metavar="FILE", help="default: the best one found")
    export = add("export", "Write a MIDI file or project as notation (MusicXML, with chord symbols) or as MIDI.")
    export.add_argument("input", type=Path, metavar="IN", help="a MIDI file or a project")
    export.add_argument("output", type=Path, metavar="OUT", help="OUT.musicxml for notation, OUT.mid for MIDI")
    models = add("models", "List the models.")
    models.add_argument("--json", action="store_true", help="print a list of objects")
    add("devices", "List MIDI inputs, sound output and SoundFonts.")
    play = add("play", "Play a MIDI file or project on the live synth; Ctrl+C stops.")
    play.add_argument("file", type=Path, metavar="FILE")
    play.add_argument("--soundfont", type=Path, metavar="FILE", help="default: the best one found")
    play.add_argument("--driver", default="", help="the sound driver to try first")
    _add_demo_arguments(add("make-demo", "Let every model write under sample melodies: MIDI, WAV, pictures, a page."))
    return parser


def _add_demo_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where index.html and a folder for each model go")
    parser.add_argument("--model", action="append", default=[], metavar="ID", help="only this model (repeatable)")
    parser.add_argument(
        "--melody",
        action="append",
        default=[],
        metavar="ID",
        help="a sample melody such as ode-to-joy (repeatable), or all; default: twelve of different metres and forms",
    )
    parser.add_argument("--charts", action="store_true", help="give the models the melodies' own chords")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="same seed, same notes (default 0)")
    parser.add_argument("--soundfont", type=Path, metavar="FILE", help="default: the best one found")
    parser.add_argument("--silent", action="store_true", help="no WAV files")


def _add_generate_arguments(parser: ArgumentParser) -> None:
    melodies = "MIDI files to arrange; none for a model that writes whole pieces"
    parser.add_argument("melodies", nargs="*", type=Path, metavar="MELODY.mid", help=melodies)
    parser.add_argument(
        "--model",
        metavar="ID",
        help="which model writes (see: tutti models); default: the studio's first choice",
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="same seed, same bytes (default 0)")
    parser.add_argument("--out", type=Path, metavar="OUT.mid", help="the file to write, for one melody")
    parser.add_argument("--out-dir", type=Path, metavar="DIR", help="the folder to write to, under the melodies' names")
    parser.add_argument("--wav", type=Path, metavar="OUT.wav", help="also render the sound, for one melody")
    parser.add_argument("--takes", type=int, default=1, metavar="K", help="write OUT-1.mid to OUT-K.mid")
    parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", help="a control of the model")
    parser.add_argument(
        "--chords",
        type=Path,
        metavar="FILE",
        help="a text chart of the chords, one bar between two | signs: | C . Am/G . | F G7 | (chords share the bar "
        "evenly, . holds, N.C. rests, %% repeats the bar before, text before the first | is the pickup); it begins "
        "with the first full bar, repeats until the tune ends, and replaces chord markers of the melody's file",
    )
    parser.add_argument("--bars", type=int, metavar="N", help="length of a whole piece, for models that need no melody")
    _add_redo_arguments(parser)
    parser.add_argument("--track", type=int, metavar="N", help="the melody is in track N (from 1)")
    parser.add_argument("--soundfont", type=Path, metavar="FILE", help="for --wav; default: the best one found")
    parser.add_argument("--json", action="store_true", help="print what was made as JSON")


def _add_redo_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--redo", metavar="PARTS", help="write only these parts anew (bass,drums or all) and keep the file's others"
    )
    parser.add_argument("--in-bars", metavar="M-N", help="write only in these bars, counted from 1; the others stay")
    parser.add_argument("--vary", type=int, metavar="PERCENT", help="write so much of it anew, here and there")
