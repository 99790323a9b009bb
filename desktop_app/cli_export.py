"""`tutti export`: a MIDI file or project as MIDI or as notation, its chords with it."""

from __future__ import annotations

from pathlib import Path

from desktop_app.cli_files import CommandError, check_outputs
from desktop_app.cli_listening import read_piece
from desktop_app.exports.midi import export_midi
from desktop_app.exports.notation import SUFFIXES, export_notation
from desktop_app.sentences import shown

_MIDI = (".mid", ".midi")


def export(source: Path, target: Path) -> int:
    """Write the piece in the format that the target's name asks for."""
    suffix = target.suffix.lower()
    if suffix not in (*_MIDI, *SUFFIXES):
        raise CommandError(f"{shown(target)} should end in .musicxml for notation or in .mid for MIDI.")
    score = read_piece(source)
    check_outputs([target], [source])
    if suffix in _MIDI:
        print(export_midi(score, target))
    else:
        from music_core.adapters.musicxml import write_musicxml

        print(export_notation(write_musicxml, score, target))
    return 0
