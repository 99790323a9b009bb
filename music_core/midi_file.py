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
from music_core.midi_reading import MAX_HOURS, Findings, decode
from music_core.midi_writing import channels_for, encode, normalised
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
    "normalised",
    "read_midi",
    "read_midi_salvaging",
    "score_to_bytes",
    "write_midi",
]


def read_midi(path: Path | str) -> Score:
    """The score in a file; raises MidiError, one plain sentence, for whatever is not a sound MIDI file."""
    path = Path(path)
    return decode(_read_bytes(path), Findings(_quoted(path), strict=True))


def read_midi_salvaging(path: Path | str) -> tuple[Score, tuple[str, ...]]:
    """What can be read of a file, and a sentence for each thing lost; MidiError only when nothing can be read."""
    path = Path(path)
    findings = Findings(_quoted(path), strict=False)
    score = decode(_read_bytes(path), findings)
    if findings.lost and not score.end_tick:
        raise MidiError(f"{_quoted(path)} is damaged and holds no notes that can be read; export it again.")
    return score, tuple(findings.lost)


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
                    f"{_quoted(path)} was not written, as it did not read back the same; please report this."
                )
    except IsADirectoryError:
        raise MidiError(f"{_quoted(path)} is a folder; give the name of a file in it.") from None
    except FileNotFoundError:
        raise MidiError(f"{_quoted(path)} cannot be written, as its folder does not exist; create it first.") from None
    except (OSError, ValueError) as error:
        if isinstance(error, MidiError):
            raise
        raise MidiError(f"{_quoted(path)} could not be written ({_reason(error)}); try another folder.") from None


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise MidiError(f"{_quoted(path)} is a folder; choose a MIDI file in it.")
        if not path.exists():
            raise MidiError(f"{_quoted(path)} does not exist; check the name and the folder.")
        if not path.is_file():
            raise MidiError(f"{_quoted(path)} is not a file; choose a MIDI file.")
        if path.stat().st_size > MAX_BYTES:
            raise MidiError(f"{_quoted(path)} is larger than {MAX_BYTES // 1_000_000} MB; choose a shorter piece.")
        return path.read_bytes()
    except PermissionError:
        raise MidiError(f"{_quoted(path)} may not be read; copy it to a folder of your own and try again.") from None
    except (OSError, ValueError) as error:
        if isinstance(error, MidiError):
            raise
        raise MidiError(f"{_quoted(path)} could not be read ({_reason(error)}); copy it and try again.") from None


def _quoted(path: Path) -> str:
    """The file's name as it may be shown: no line breaks, no more than fits on a line."""
    printable = "".join(character if character.isprintable() else "?" for character in path.name or str(path))
    return f"«{printable if len(printable) <= 80 else printable[:79] + '…'}»"


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).rstrip(".").lower()
