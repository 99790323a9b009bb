"""An engraved page in two plain parts: shapes as the simplest SVG, and its words apart. Pure.

Verovio nests SVGs, leans on a style sheet and sets words in nested spans with a music font; simple readers of SVG
(Qt's among them) know none of these.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

_SVG, _LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_DRAWN = ("path", "polygon", "polyline", "rect", "ellipse", "line")
_LEFT_OUT = ("desc", "title", "style")
_INK = "#000000"
# What the style sheet would hide, and the engraver's own mark at the foot.
_HIDDEN = frozenset({"placeholder", "bounding-box", "svg"})

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one size (in the page's units); `is_music` where they are signs of the music font."""

    text: str
    size: float
    is_music: bool = False
    is_bold: bool = False
    is_italic: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Words at a place: x is their start, middle or end, y their base line."""

    x: float
    y: float
    anchor: Anchor
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page, `width` by `height` of its own units; `shapes` is SVG without words."""

    width: float
    height: float
    shapes: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Style:
    x: float = 0.0
    y: float = 0.0
    anchor: Anchor = "start"
    size: float = 0.0
    is_music: bool = False
    is_bold: bool = False
    is_italic: bool = False


def page_from_svg(svg: str) -> Page:
    """Take a page of Verovio's apart; raises ValueError for what is none."""
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _LINK)
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise ValueError(f"The engraving is no SVG: {error}") from None
    inner = root.find(f"{{{_SVG}}}svg")
    if inner is None:
        raise ValueError("The engraving holds no page.")
    _, _, width, height = (float(number) for number in inner.get("viewBox", "0 0 0 0").split())
    lines: list[Line] = []
    inner.tag = f"{{{_SVG}}}g"
    inner.attrib.clear()
    _simplify(inner, 0.0, 0.0, lines)
    for defined in root.iter(f"{{{_SVG}}}defs"):
        defined.attrib.clear()
    for child in [child for child in root if _name(child) in _LEFT_OUT]:
        root.remove(child)
    root.attrib.clear()
    root.set("viewBox", f"0 0 {width:g} {height:g}")
    return Page(width, height, ElementTree.tostring(root, encoding="unicode"), tuple(lines))


def _simplify(element: ElementTree.Element, dx: float, dy: float, lines: list[Line]) -> None:
    """Take words out, put ink on what is drawn; (dx, dy) is how far the element is moved on the page."""
    for child in list(element):
        name = _name(child)
        if name == "text":
            lines.extend(_lines(child, dx, dy))
        if name in ("text", *_LEFT_OUT) or not _HIDDEN.isdisjoint(child.get("class", "").split()):
            element.remove(child)
            continue
        if name in _DRAWN and "stroke" not in child.attrib and "stroke-width" in child.attrib:
            child.set("stroke", _INK)
        for key, value in child.attrib.items():
            if value == "currentColor":
                child.set(key, _INK)
        moved = _translation(child.get("transform", ""))
        _simplify(child, dx + moved[0], dy + moved[1], lines)


def _lines(element: ElementTree.Element, dx: float, dy: float) -> Iterator[Line]:
    """The words of a text element; a span with a place of its own begins another line."""
    found: list[tuple[_Style, list[Run]]] = []

    def visit(part: ElementTree.Element, style: _Style) -> None:
        own = _styled(part, style)
        if not found or "x" in part.attrib:
            found.append((own, []))
        text = (part.text or "") if not len(part) else (part.text or "").strip()
        if text and own.size:
            found[-1][1].append(Run(text, own.size, own.is_music, own.is_bold, own.is_italic))
        for child in part:
            if _name(child) == "tspan":
                visit(child, own)

    visit(element, _Style())
    for style, runs in found:
        if runs:
            yield Line(style.x + dx, style.y + dy, style.anchor, tuple(runs))


def _styled(part: ElementTree.Element, style: _Style) -> _Style:
    anchor = part.get("text-anchor")
    return replace(
        style,
        x=float(part.get("x", style.x)),
        y=float(part.get("y", style.y)),
        anchor="middle" if anchor == "middle" else "end" if anchor == "end" else "start" if anchor else style.anchor,
        size=float(part.get("font-size", f"{style.size}px").removesuffix("px")),
        is_music=style.is_music if part.get("font-family") is None else part.get("font-family") != "Times, serif",
        is_bold=part.get("font-weight", "bold" if style.is_bold else "") == "bold",
        is_italic=part.get("font-style", "italic" if style.is_italic else "") == "italic",
    )


def _translation(transform: str) -> tuple[float, float]:
    if not transform.startswith("translate("):
        return 0.0, 0.0
    x, _, y = transform.removeprefix("translate(").partition(")")[0].partition(",")
    return float(x), float(y or 0)


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
