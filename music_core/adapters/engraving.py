"""A score as engraved pages, and the music font's signs; the home of verovio."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from music_core.adapters.musicxml import NotationError, musicxml_bytes
from music_core.decoding.predictor import Cancelled, GenerationCancelled, never_cancelled
from music_core.engraved_page import Page, page_from_svg
from music_core.score import Score

# Verovio measures in tenths of a millimetre.
_UNITS_A_MM = 10
_MARGIN_MM = 15
_MOST_PAGES = 400
_FONT = "Leipzig"
_ADVANCE = re.compile(r'c="(?P<code>[0-9A-F]+)"[^>]* h-a-x="(?P<advance>[0-9.]+)"')


@dataclass(frozen=True, slots=True)
class Paper:
    """A page's size in millimetres."""

    width_mm: int = 210
    height_mm: int = 297


@dataclass(frozen=True, slots=True)
class Glyph:
    """A sign of the music font: a group of SVG in thousandths of its size, y upwards negative, and its width."""

    svg: str
    advance: float


A4 = Paper()


def engraved(score: Score, paper: Paper = A4, cancelled: Cancelled = never_cancelled) -> tuple[Page, ...]:
    """The pages of a score, with its title and page numbers.

    Raises NotationError without verovio, music21 or notes, and GenerationCancelled.
    """
    if not score.end_tick:
        raise NotationError("There are no notes to write down yet.")
    toolkit = _toolkit(paper)
    if not toolkit.loadData(musicxml_bytes(score).decode("utf-8")):
        raise NotationError(
            "This piece could not be engraved; export it as MusicXML and open it in a notation program."
        )
    if toolkit.getPageCount() > _MOST_PAGES:
        raise NotationError(f"The score would fill more than {_MOST_PAGES} pages; export a part of the piece.")
    pages = []
    for number in range(1, toolkit.getPageCount() + 1):
        if cancelled():
            raise GenerationCancelled
        pages.append(page_from_svg(toolkit.renderToSVG(number)))
    return tuple(pages)


@cache
def glyph(sign: str) -> Glyph | None:
    """A sign of the font that the pages are engraved in, or None where it has none."""
    import verovio

    folder, code = Path(verovio.__file__).parent / "data", f"{ord(sign):04X}"
    try:
        svg = (folder / _FONT / f"{code}.xml").read_text(encoding="utf-8")
        widths = (folder / f"{_FONT}.xml").read_text(encoding="utf-8")
    except OSError:
        return None
    advance = next((match["advance"] for match in _ADVANCE.finditer(widths) if match["code"] == code), "500")
    return Glyph(svg, float(advance))


def _toolkit(paper: Paper) -> Any:
    try:
        import verovio
    except ImportError:
        raise NotationError("Printing a score needs the library verovio, which is not installed.") from None
    verovio.enableLog(verovio.LOG_OFF)
    # Verovio keeps the place of its fonts for each thread, and has set it in the one that imported it.
    verovio.setDefaultResourcePath(str(Path(verovio.__file__).parent / "data"))
    toolkit = verovio.toolkit()
    toolkit.setOptions(
        {
            "pageWidth": paper.width_mm * _UNITS_A_MM,
            "pageHeight": paper.height_mm * _UNITS_A_MM,
            **{f"pageMargin{side}": _MARGIN_MM * _UNITS_A_MM for side in ("Left", "Right", "Top", "Bottom")},
            "scale": 100,
            "unit": 7.0,
            "font": _FONT,
            "adjustPageHeight": False,
            "breaks": "auto",
            "condense": "none",
            "header": "auto",
            "footer": "auto",
            "svgHtml5": False,
            "svgViewBox": True,
            "svgCss": "",
        }
    )
    return toolkit
