"""The score as MusicXML for notation programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop_app.language import tr, tr_count
from music_core.score import Score, bar_lines

# Writes a score to a MusicXML file; the adapter that does it is chosen in `app` and `cli`.
NotationWriter = Callable[[Score, Path], None]

SUFFIXES = (".musicxml", ".xml")


def export_notation(write_musicxml: NotationWriter, score: Score, path: Path) -> str:
    """Write the notes and chord symbols; returns the sentence to show, raises NotationError with one."""
    write_musicxml(score, path)
    bars = len(bar_lines(score.metres, score.end_tick)) - 1
    chords = len(score.chords)
    return tr(
        "Wrote {bars} and {chords} to «{file}»; rhythms are rounded to sixteenths and triplets.",
        bars=tr_count("{count} bar", "{count} bars", bars),
        chords=tr_count("{count} chord symbol", "{count} chord symbols", chords),
        file=path.name,
    )
