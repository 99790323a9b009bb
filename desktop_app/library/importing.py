"""A MIDI or MusicXML file as a piece to work on."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from desktop_app.library.suffixes import MIDI_SUFFIXES, MUSICXML_SUFFIXES
from music_core import midi_file
from music_core.melody import MelodyError, likely_melody, with_melody
from music_core.midi_file import MidiError, file_bytes, quoted
from music_core.midi_reading import salvaged
from music_core.musicxml import container
from music_core.musicxml.reading import read_musicxml
from music_core.salvage import Salvaged
from music_core.score import Score
from music_core.smf import is_wrapped


def import_file(path: Path) -> Salvaged:
    """What can be read of a file, its likely melody marked as such.

    What it begins with tells MIDI from MusicXML; its name does only where that tells nothing. Raises MidiError or
    MusicXmlError, one sentence, where nothing can be read.
    """
    with _nothing_collected():
        return _imported(path)


def _imported(path: Path) -> Salvaged:
    data = file_bytes(path, max(midi_file.MAX_BYTES, container.MAX_BYTES))
    if _is_midi(data, path):
        if len(data) > midi_file.MAX_BYTES:
            most = midi_file.MAX_BYTES // 1_000_000
            raise MidiError(f"{quoted(path)} is larger than {most} MB; choose a shorter piece.")
        read = salvaged(data, quoted(path))
    elif path.suffix.lower() in MUSICXML_SUFFIXES or data[:2] == b"PK" or b"<" in data[:200]:
        read = read_musicxml(data, quoted(path))
    else:
        raise MidiError(f"{quoted(path)} is neither MIDI nor MusicXML; choose a file that ends in .mid or .musicxml.")
    return replace(read, score=with_melody_marked(read.score))


def with_melody_marked(score: Score) -> Score:
    """The score with the role melody on the one track that most likely is it."""
    try:
        return with_melody(score, likely_melody(score))
    except MelodyError:
        return score


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Python's search for garbage rests: it would look at every new note again and again, and none is garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _is_midi(data: bytes, path: Path) -> bool:
    return data[:4] == b"MThd" or is_wrapped(data) or path.suffix.lower() in MIDI_SUFFIXES
