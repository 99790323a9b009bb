"""Our own line icons, coloured by the palette and sharp at every scale."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop_app.paths import resources_folder
from desktop_app.ui.colours import Palette


def icon(name: str, palette: Palette, colour: str = "", checked_colour: str = "", size: int = 20) -> QIcon:
    """A drawn icon; while its button is checked it takes `checked_colour`, and it fades when disabled."""
    result = QIcon()
    normal = colour or palette.text_dim
    result.addPixmap(pixmap(name, normal, size), QIcon.Mode.Normal, QIcon.State.Off)
    result.addPixmap(pixmap(name, checked_colour or normal, size), QIcon.Mode.Normal, QIcon.State.On)
    result.addPixmap(pixmap(name, palette.text_faint, size), QIcon.Mode.Disabled, QIcon.State.Off)
    return result


def pixmap(name: str, colour: str, size: int) -> QPixmap:
    """One icon drawn at `size` logical pixels for the sharpest screen in use."""
    return _draw(name, colour, size, _screen_scale())


def app_icon() -> QIcon:
    """The program's own icon."""
    result = QIcon()
    for size in (16, 32, 48, 64, 128, 256):
        result.addPixmap(_shape("tutti", size, 1.0))
    return result


@lru_cache(maxsize=512)
def _draw(name: str, colour: str, size: int, scale: float) -> QPixmap:
    """The shape in a colour: reading and drawing it anew for each would take most of the time until a window stands."""
    result = QPixmap(_shape(name, size, scale))
    painter = QPainter(result)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(0, 0, size, size, QColor(colour))
    painter.end()
    return result


@lru_cache(maxsize=256)
def _shape(name: str, size: int, scale: float) -> QPixmap:
    """An icon as it is drawn, its own colour black."""
    source = _source(name).replace("currentColor", "#000000")
    renderer = QSvgRenderer(QByteArray(source.encode()))
    result = QPixmap(round(size * scale), round(size * scale))
    result.setDevicePixelRatio(scale)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return result


@cache
def _source(name: str) -> str:
    return (resources_folder() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def _screen_scale() -> float:
    return max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
