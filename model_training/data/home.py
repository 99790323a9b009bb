"""Songs brought to a home key, so that a network need not learn every chord twelve times."""

from __future__ import annotations

from dataclasses import replace

from model_training.data.corpus import Corpus
from model_training.data.song import PITCH, Part, Song, notes_of, part_of
from music_core.decoding.home import semitones_home
from music_core.melody import top_line
from music_core.theory import find_key


def at_home(corpus: Corpus) -> Corpus:
    """The same corpus with every song as `home_song` gives it, moved when it is read."""
    return replace(corpus, read=lambda entry: home_song(corpus.read(entry)))


def home_song(song: Song) -> Song:
    """The song with its melody's key at C major or A minor, and its melody as a line of single notes.

    The key is found from the melody alone, as a decoder that is given only a melody must find it. Drums stay.
    """
    melody = song.part("melody")
    line = top_line(notes_of(melody))[0] if melody is not None else ()
    if melody is None or not line:
        return song
    key = find_key(line)
    shift = semitones_home(key.tonic_pitch_class, key.minor)
    others = (_moved(part, shift) for part in song.parts if part.role != "melody")
    first = _moved(part_of("melody", melody.program, line), shift)
    return replace(song, parts=(first, *others), tonic=(key.tonic_pitch_class + shift) % 12, minor=key.minor)


def _moved(part: Part, shift: int) -> Part:
    """Notes that would leave MIDI's 128 pitches are left out."""
    if part.role == "drums":
        return part
    notes = part.notes.copy()
    notes[:, PITCH] += shift
    return Part(part.role, part.program, notes[(notes[:, PITCH] >= 0) & (notes[:, PITCH] < 128)])
