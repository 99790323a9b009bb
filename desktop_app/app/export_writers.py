"""What writes each kind of file; the heavy libraries are loaded when the first of a kind is wanted."""

from __future__ import annotations

from desktop_app.exporting import Credits, ExportWriters
from desktop_app.ui.score_press import ScorePress
from music_core.adapters import engraving
from music_core.adapters.musicxml import write_musicxml
from music_core.adapters.sound_files import SoundTags, write_sound, write_stems


def export_writers() -> ExportWriters:
    """The real writers."""
    return ExportWriters(
        sound=lambda *given: write_sound(*given[:-1], tags=_tags(given[-1])),
        stems=lambda *given: write_stems(*given[:-1], tags=_tags(given[-1])),
        notation=write_musicxml,
        engrave=lambda score, cancelled: engraving.engraved(score, cancelled=cancelled),
        press=ScorePress(_glyph),
    )


def _tags(credits: Credits) -> SoundTags:
    return SoundTags(credits.title, credits.artist, credits.album, credits.comment, credits.copyright)


def _glyph(sign: str) -> tuple[str, float] | None:
    found = engraving.glyph(sign)
    return (found.svg, found.advance) if found is not None else None
