"""Prints engraved pages to a PDF, one at a time between other events, so that the window never waits."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QMarginsF, QPointF, QRectF, QSizeF, Qt, QTimer
from PySide6.QtGui import QFont, QFontMetricsF, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from desktop_app.ui.theme import FONT_FAMILY
from music_core.atomic import replacing
from music_core.engraved_page import Line, Page, Run

_DPI = 600
_MM_A_INCH = 25.4
_UNITS_A_MM = 100.0  # of an engraved page
_EM = 1000.0  # of the music font
# Inter runs wider than the serif that the engraver reckons with.
_TYPE = 0.86

# A sign of the music font as (SVG group, advance), in thousandths of its size; None where there is none.
GlyphOf = Callable[[str], tuple[str, float] | None]


def print_pages(
    glyph: GlyphOf,
    pages: tuple[Page, ...],
    path: Path,
    title: str,
    done: Callable[[], None],
    failed: Callable[[Exception], None],
) -> None:
    """Write the pages to `path`, which is replaced only once all are on paper; then `done` or `failed` is called."""
    printing = _Printing(glyph, pages, path, title)

    def step() -> None:
        try:
            more = printing.step()
        except Exception as error:
            printing.give_up()
            failed(error)
            return
        if more:
            QTimer.singleShot(0, step)
        else:
            done()

    QTimer.singleShot(0, step)


class _Printing:
    def __init__(self, glyph: GlyphOf, pages: tuple[Page, ...], path: Path, title: str) -> None:
        self._glyph = glyph
        self._left = list(pages)
        self._count = len(pages)
        self._replacing = replacing(path)
        self._path = path
        self._title = title
        self._painter: QPainter | None = None
        self._writer: QPdfWriter | None = None
        self._temporary = Path()

    def step(self) -> bool:
        """Print the next page; False when the file is finished."""
        if self._painter is None:
            self._begin()
        elif self._left and self._writer is not None:
            self._writer.newPage()
        if self._left and self._painter is not None:
            paint_page(self._painter, self._left.pop(0), self._glyph, _DPI / _MM_A_INCH / _UNITS_A_MM)
            return True
        self._end()
        written = self._temporary.read_bytes()
        if not written.startswith(b"%PDF") or not written.rstrip().endswith(b"%%EOF"):
            raise OSError(f"{self._path.name} was not written whole")
        self._replacing.__exit__(None, None, None)
        return False

    def give_up(self) -> None:
        """Leave what was there before."""
        if self._painter is not None:
            self._end()
            error = OSError("printing stopped")
            with suppress(OSError):
                self._replacing.__exit__(type(error), error, None)

    def _begin(self) -> None:
        self._temporary = self._replacing.__enter__()
        writer = QPdfWriter(str(self._temporary))
        page = self._left[0]
        size = QSizeF(page.width / _UNITS_A_MM, page.height / _UNITS_A_MM)
        writer.setPageSize(QPageSize(size, QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.FuzzyMatch))
        writer.setPageMargins(QMarginsF())
        writer.setResolution(_DPI)
        writer.setTitle(self._title)
        writer.setCreator("Tutti")
        self._writer, self._painter = writer, QPainter()
        if not self._painter.begin(writer):
            raise OSError(f"{self._path.name} could not be opened for writing")

    def _end(self) -> None:
        if self._painter is not None:
            self._painter.end()
        self._painter = self._writer = None


def paint_page(painter: QPainter, page: Page, glyph: GlyphOf, scale: float) -> None:
    """Paint one page at (0, 0), `scale` device pixels to each of the page's units."""
    QSvgRenderer(QByteArray(page.shapes.encode())).render(
        painter, QRectF(0, 0, page.width * scale, page.height * scale)
    )
    for line in page.lines:
        _paint_line(painter, line, glyph, scale)


def _paint_line(painter: QPainter, line: Line, glyph: GlyphOf, scale: float) -> None:
    pieces = [piece for run in line.runs for piece in _pieces(run, glyph)]
    widths = [_width(piece, glyph, scale) for piece in pieces]
    x = line.x * scale - sum(widths) * {"start": 0.0, "middle": 0.5, "end": 1.0}[line.anchor]
    y = line.y * scale
    for piece, width in zip(pieces, widths, strict=True):
        sign = glyph(piece.text) if piece.is_music else None
        if sign is not None:
            size = piece.size * scale
            box = QRectF(x, y - size, 2 * size, 2 * size)
            _sign(sign[0]).render(painter, box)
        else:
            painter.setFont(_font(piece, scale))
            painter.setPen(Qt.GlobalColor.black)
            painter.drawText(QPointF(x, y), piece.text)
        x += width


# Accidentals that our type lacks, as the music font has them.
_ACCIDENTALS = {"♭": "\u266d", "♮": "\u266e", "♯": "\u266f"}


def _pieces(run: Run, glyph: GlyphOf) -> list[Run]:
    """A run, its musical signs apart."""
    pieces: list[Run] = []
    for sign in run.text:
        is_music = (run.is_music or sign in _ACCIDENTALS) and glyph(sign) is not None
        if is_music or not pieces or pieces[-1].is_music:
            pieces.append(Run(sign, run.size, is_music, run.is_bold, run.is_italic))
        else:
            last = pieces.pop()
            pieces.append(Run(last.text + sign, run.size, False, run.is_bold, run.is_italic))
    return pieces


def _width(run: Run, glyph: GlyphOf, scale: float) -> float:
    sign = glyph(run.text) if run.is_music else None
    if sign is not None:
        return sign[1] / _EM * run.size * scale
    return QFontMetricsF(_font(run, scale)).horizontalAdvance(run.text)


def _font(run: Run, scale: float) -> QFont:
    font = QFont([FONT_FAMILY, "DejaVu Sans"])
    font.setPixelSize(max(1, round(run.size * scale * _TYPE)))
    font.setWeight(QFont.Weight.DemiBold if run.is_bold else QFont.Weight.Normal)
    font.setItalic(run.is_italic)
    return font


@lru_cache(maxsize=64)
def _sign(svg: str) -> QSvgRenderer:
    """A sign in a box two ems wide and high, its base line at half the height."""
    return QSvgRenderer(
        QByteArray(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -1000 2000 2000">{svg}</svg>'.encode())
    )
