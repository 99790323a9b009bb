"""Scores and Standard MIDI Files: `read_midi`, `read_midi_salvaging` and `write_midi`.

A file keeps notes, names, instruments, volume, pan, reverb, controllers, bends, tempos, metres, keys, markers,
chords (as markers, see `midi_chords`), title, copyright and provenance. It keeps neither mutes and solos nor
roles nor which chords are locked: a role is read from the track's name ("Bass guitar" is a bass) or the drum
channel, and the chords of a file are all given by whoever wrote it, thus locked. `normalised` is the
score as a file keeps it.
"""

from __future__ import annotations

from pathlib import Path

from music_core.atomic import replacing
from music_core.midi_reading import MAX_HOURS, Findings, decode, salvaged
from music_core.midi_writing import channels_for, encode, normalised
from music_core.salvage import Salvaged
from music_core.score import Score
from music_core.smf import MAX_EVENTS, MAX_TRACKS, MidiError

MAX_BYTES = 16_000_000

__all__ = [
    "MAX_BYTES",
    "MAX_EVENTS",
    "MAX_HOURS",
    "MAX_TRACKS",
    "MidiError",
    "bytes_to_score",
    "channels_for",
    "file_bytes",
    "normalised",
    "quoted",
    "read_midi",
    "read_midi_salvaging",
    "score_to_bytes",
    "write_midi",
]


def read_midi(path: Path | str) -> Score:
    """The score in a file; raises MidiError, one plain sentence, for whatever is not a sound MIDI file."""
    path = Path(path)
    return decode(file_bytes(path), Findings(quoted(path), strict=True))


def read_midi_salvaging(path: Path | str) -> Salvaged:
    """What can be read of a file, and all that was lost; MidiError only when nothing can be read."""
    path = Path(path)
    return salvaged(file_bytes(path), quoted(path))


def bytes_to_score(data: bytes, name: str = "The file") -> Score:
    """The score in a file's bytes; raises MidiError, calling the file `name`."""
    return decode(data, Findings(name, strict=True))


def score_to_bytes(score: Score) -> bytes:
    """The bytes of a type 1 file at 480 ticks to a quarter; the same score gives the same bytes."""
    return encode(normalised(score))


def write_midi(score: Score, path: Path | str) -> None:
    """Write a file and replace `path` only once it has been read back and found equal; raises MidiError."""
    path = Path(path)
    expected = normalised(score)
    data = encode(expected)
    try:
        with replacing(path) as temporary:
            temporary.write_bytes(data)
            if bytes_to_score(temporary.read_bytes()) != expected:
                raise MidiError(
                    f"{quoted(path)} was not written, as it did not read back the same; please report this."
                )
    except IsADirectoryError:
        raise MidiError(f"{quoted(path)} is a folder; give the name of a file in it.") from None
    except FileNotFoundError:
        raise MidiError(f"{quoted(path)} cannot be written, as its folder does not exist; create it first.") from None
    except (OSError, ValueError) as error:
        if isinstance(error, MidiError):
            raise
        raise MidiError(f"{quoted(path)} could not be written ({_reason(error)}); try another folder.") from None


def file_bytes(path: Path, most: int | None = None) -> bytes:
    """What a file holds; raises MidiError, one sentence, where it cannot be read or is larger than `most` bytes."""
    most = MAX_BYTES if most is None else most
    try:
        if path.is_dir():
            raise MidiError(f"{quoted(path)} is a folder; choose a file in it.")
        if not path.exists():
            raise MidiError(f"{quoted(path)} does not exist; check the name and the folder.")
        if not path.is_file():
            raise MidiError(f"{quoted(path)} is not a file; choose another one.")
        with path.open("rb") as file:
            data = file.read(most + 1)  # a file may grow while it is read
        if len(data) > most:
            raise MidiError(f"{quoted(path)} is larger than {most // 1_000_000} MB; choose a shorter piece.")
        return data
    except PermissionError:
        raise MidiError(f"{quoted(path)} may not be read; copy it to a folder of your own and try again.") from None
    except (OSError, ValueError) as error:
        if isinstance(error, MidiError):
            raise
        raise MidiError(f"{quoted(path)} could not be read ({_reason(error)}); copy it and try again.") from None


def quoted(path: Path) -> str:
    """The file's name as it may be shown: no line breaks, no more than fits on a line."""
    printable = "".join(character if character.isprintable() else "?" for character in path.name or str(path))
    return f"«{printable if len(printable) <= 80 else printable[:79] + '…'}»"


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).rstrip(".").lower()
