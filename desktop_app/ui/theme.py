"""One visual language: fonts, palette and style sheet, light or dark as the system asks."""

from __future__ import annotations

from dataclasses import fields
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from desktop_app.paths import resources_folder
from desktop_app.ui import colours
from desktop_app.ui.colours import Palette

FONT_FAMILY = "Inter"
FONT_PIXELS = 13


class Theme(QObject):
    """The appearance in force; `changed` fires after the system switched between light and dark."""

    changed = Signal()

    def __init__(self, app: QApplication, appearance: str = "system") -> None:
        super().__init__(app)
        self._app = app
        self._appearance = appearance
        self._is_dressed = False
        self.palette = colours.DARK
        _load_fonts()
        app.setStyle(QStyleFactory.create("Fusion"))
        font = QFont([FONT_FAMILY, "Segoe UI", "Cantarell", "Noto Sans", "DejaVu Sans"])
        font.setPixelSize(FONT_PIXELS)
        app.setFont(font)
        app.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def appearance(self) -> str:
        """`system`, `light` or `dark`."""
        return self._appearance

    def dress(self) -> None:
        """Put the style sheet on, once the window is built: before, each part takes it on anew wherever it is put."""
        self._is_dressed = True
        self._app.setStyleSheet(style_sheet(self.palette))

    def set_appearance(self, appearance: str) -> None:
        """Follow the system, or stay light or dark."""
        self._appearance = appearance
        self._apply()

    def _apply(self) -> None:
        self.palette = colours.DARK if self._is_dark() else colours.LIGHT
        self._app.setPalette(qt_palette(self.palette))
        if self._is_dressed:
            self._app.setStyleSheet(style_sheet(self.palette))
        self.changed.emit()

    def _is_dark(self) -> bool:
        if self._appearance in ("light", "dark"):
            return self._appearance == "dark"
        scheme = self._app.styleHints().colorScheme()
        # Systems that do not say get the dark studio: a piano roll is easier on the eyes that way.
        return scheme != Qt.ColorScheme.Light


def style_sheet(palette: Palette) -> str:
    """The style sheet with the palette's colours filled in; an unknown name in it is an error."""
    text = (resources_folder() / "themes" / "studio.qss").read_text(encoding="utf-8")
    values = {entry.name: str(getattr(palette, entry.name)) for entry in fields(palette)}
    values["icons"] = (resources_folder() / "themes" / ("dark" if palette.is_dark else "light")).as_posix()
    return Template(text).substitute(values)


def qt_palette(palette: Palette) -> QPalette:
    """The same colours for what Qt paints without the style sheet."""
    result = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: palette.window,
        role.WindowText: palette.text,
        role.Base: palette.sunken,
        role.AlternateBase: palette.panel,
        role.Text: palette.text,
        role.PlaceholderText: palette.text_faint,
        role.Button: palette.raised,
        role.ButtonText: palette.text,
        role.ToolTipBase: palette.raised,
        role.ToolTipText: palette.text,
        role.Highlight: palette.accent,
        role.HighlightedText: palette.on_accent,
        role.Link: palette.accent,
        role.Light: palette.hover,
        role.Mid: palette.line,
        role.Dark: palette.line,
        role.BrightText: palette.record,
    }
    for key, value in pairs.items():
        result.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, key, QColor(palette.text_faint))
    return result


def label_font(pixels: int, *, bold: bool = False) -> QFont:
    """A font with figures of equal width, for positions, tempi and key names."""
    font = QFont(QApplication.font())
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    if hasattr(font, "setFeature"):
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _load_fonts() -> None:
    for path in sorted((resources_folder() / "fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))
