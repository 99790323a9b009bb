"""The suggestions below the field in which a chord is typed: the symbol, and how much of the tune goes with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_app.chord_offers import Offer
from desktop_app.language import tr
from desktop_app.ui.theme import Theme, label_font

_OFFER = Qt.ItemDataRole.UserRole
_ROW = QSize(150, 25)
_BAR_PX, _EDGE_PX = 34, 10
AnyIndex = QModelIndex | QPersistentModelIndex


class OfferList(QListView):
    """Never has the keyboard: the field walks it with `step`. The pointer on a row is as good as the arrow keys."""

    rested = Signal(object)  # the Offer that is to be heard
    chosen = Signal(object)  # the Offer that was clicked

    def __init__(self, theme: Theme, lane: QWidget) -> None:
        super().__init__(lane)
        self._lane = lane
        self._model = QStandardItemModel(self)
        self.setObjectName("offers")
        self.setAccessibleName(tr("Chords that fit"))
        self.setModel(self._model)
        self.setItemDelegate(_OfferRow(theme, self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.entered.connect(self._rest_on)
        self.clicked.connect(lambda index: self.chosen.emit(index.data(_OFFER)))
        self.hide()

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What is offered, from the top."""
        return tuple(self._model.item(row).data(_OFFER) for row in range(self._model.rowCount()))

    @property
    def current(self) -> Offer | None:
        """The offer that is lit."""
        offer = self.currentIndex().data(_OFFER)
        return offer if isinstance(offer, Offer) else None

    def show_offers(self, offered: Sequence[Offer], below: QRect) -> None:
        """Offer these below a place in the lane, none lit; with none there is no list."""
        self._model.clear()
        for offer in offered:
            item = QStandardItem(offer.symbol)
            item.setData(offer, _OFFER)
            item.setData(f"{offer.symbol}, {fit_text(offer)}", Qt.ItemDataRole.AccessibleTextRole)
            item.setToolTip(fit_text(offer))
            self._model.appendRow(item)
        self.setVisible(bool(offered))
        if offered:
            self.move_below(below)

    def move_below(self, place: QRect) -> None:
        """Stand below a place in the lane; over everything, so it is the window's child while it is shown."""
        window = self._lane.window()
        if self.parent() is not window:
            self.setParent(window)
            self.show()
        self.setFixedSize(_ROW.width() + 2, _ROW.height() * self._model.rowCount() + 6)
        corner = self._lane.mapTo(window, QPoint(place.left(), place.bottom() + 3))
        self.move(min(corner.x(), window.width() - self.width() - 4), corner.y())
        self.raise_()

    def step(self, by: int) -> Offer | None:
        """Light the next offer or the one before, and tell of it."""
        if not self.isVisible():
            return None
        row = self.currentIndex().row()
        first = 0 if by > 0 else self._model.rowCount() - 1
        self._rest_on(self._model.index(first if row < 0 else (row + by) % self._model.rowCount(), 0))
        return self.current

    def _rest_on(self, index: AnyIndex) -> None:
        self.setCurrentIndex(index)
        self.rested.emit(self.current)


class _OfferRow(QStyledItemDelegate):
    """Paints one offer: the symbol, and a bar as long as the share of the tune that goes with it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        del option, index
        return _ROW

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        offer: Offer = index.data(_OFFER)
        palette, box, state = self._theme.palette, QRect(option.rect), option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(QColor(palette.hover))
            painter.drawRoundedRect(box.adjusted(2, 1, -2, -1), 4, 4)
        bar = QRect(box.right() - _EDGE_PX - _BAR_PX, box.center().y() - 1, _BAR_PX, 4)
        painter.setBrush(QColor(palette.line))
        painter.drawRoundedRect(bar, 2, 2)
        bar.setWidth(max(2, round(_BAR_PX * offer.fit)))
        painter.setBrush(QColor(palette.ok))
        painter.drawRoundedRect(bar, 2, 2)
        painter.setPen(QColor(palette.text))
        painter.setFont(label_font(13, bold=True))
        text = box.adjusted(_EDGE_PX, 0, -_BAR_PX - 2 * _EDGE_PX, 0)
        painter.drawText(text, int(Qt.AlignmentFlag.AlignVCenter), offer.symbol)
        painter.restore()


def fit_text(offer: Offer) -> str:
    """How well a chord goes with the melody, in words."""
    return tr("goes with {share} % of the melody here", share=round(100 * offer.fit))
