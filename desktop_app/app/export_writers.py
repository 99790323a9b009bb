"""What writes each kind of file; each is imported when the first of its kind is wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.exporting import Credits, ExportWriters
from music_core.decoding.predictor import Cancelled, Progress
from music_core.score import Score

if TYPE_CHECKING:
    from music_core.adapters.sound_files import SoundTags
    from music_core.engraved_page import Page


def export_writers() -> ExportWriters:
    """The real writers."""
    return ExportWriters(sound=_sound, stems=_stems, notation=_notation, engrave=_engrave, print=_print)


def _sound(
    score: Score, path: Path, soundfont: Path, progress: Progress, cancelled: Cancelled, credits: Credits
) -> None:
    from music_core.adapters.sound_files import write_sound

    write_sound(score, path, soundfont, progress, cancelled, tags=_tags(credits))


def _stems(
    score: Score,
    stems: Sequence[tuple[Score, Path]],
    soundfont: Path,
    progress: Progress,
    cancelled: Cancelled,
    credits: Credits,
) -> None:
    from music_core.adapters.sound_files import write_stems

    write_stems(score, stems, soundfont, progress, cancelled, tags=_tags(credits))


def _notation(score: Score, path: Path) -> None:
    from music_core.adapters.musicxml import write_musicxml

    write_musicxml(score, path)


def _engrave(score: Score, cancelled: Cancelled) -> tuple[Page, ...]:
    from music_core.adapters.engraving import engraved

    return engraved(score, cancelled=cancelled)


def _print(
    pages: tuple[Page, ...], path: Path, title: str, done: Callable[[], None], failed: Callable[[Exception], None]
) -> None:
    from desktop_app.ui.score_press import print_pages
    from music_core.adapters.engraving import glyph  # the signs of the engraver's font

    def sign(text: str) -> tuple[str, float] | None:
        found = glyph(text)
        return (found.svg, found.advance) if found is not None else None

    print_pages(sign, pages, path, title, done, failed)


def _tags(credits: Credits) -> SoundTags:
    from music_core.adapters.sound_files import SoundTags

    return SoundTags(credits.title, credits.artist, credits.album, credits.comment, credits.copyright)
