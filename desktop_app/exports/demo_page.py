"""One HTML page over a folder of demo pieces: by model, each with its sound, its roll, its file and its chords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

_STYLE = """
body { background: #16171b; color: #e6e6e6; font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1100px;
       padding: 0 1rem }
h1, h2, h3 { font-weight: 600 } h2 { border-top: 1px solid #33363d; padding-top: 1.5rem }
article { margin: 1.5rem 0 } img, audio { width: 100%; display: block; margin: .4rem 0; border-radius: 6px }
pre { background: #1e2025; padding: .6rem .8rem; overflow-x: auto; border-radius: 6px } a { color: #ffb84d }
p.small { color: #a0a4ad; margin: .2rem 0 }
"""


@dataclass(frozen=True, slots=True)
class DemoPiece:
    """One piece on the page; the file names are relative to the page, `sound` may be empty, `chords` is a chart."""

    title: str
    credit: str
    midi: str
    picture: str
    sound: str
    chords: str
    note: str


@dataclass(frozen=True, slots=True)
class DemoModel:
    """One model's part of the page."""

    id: str
    title: str
    description: str
    licence: str
    pieces: tuple[DemoPiece, ...]


def demo_page(models: Sequence[DemoModel]) -> str:
    """The page as HTML text; it loads nothing from elsewhere."""
    listed = "".join(f'<li><a href="#{escape(model.id)}">{escape(model.title)}</a></li>' for model in models)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tutti: what the models write</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        "<h1>What the models write</h1><p>The melodies are given and in the public domain; everything under them was "
        f"written and played by Tutti. Nothing was picked: one seed for all.</p><ul>{listed}</ul>"
        + "".join(_model(model) for model in models)
        + "</body></html>\n"
    )


def _model(model: DemoModel) -> str:
    head = f'<section id="{escape(model.id)}"><h2>{escape(model.title)}</h2><p>{escape(model.description)}</p>'
    licence = f'<p class="small">Model {escape(model.id)}. {escape(model.licence)}</p>'
    return head + licence + "".join(_piece(piece) for piece in model.pieces) + "</section>"


def _piece(piece: DemoPiece) -> str:
    sound = f'<audio controls preload="none" src="{quote(piece.sound)}"></audio>' if piece.sound else ""
    chords = f"<pre>{escape(piece.chords)}</pre>" if piece.chords else ""
    return (
        f"<article><h3>{escape(piece.title)}</h3>"
        f'<p class="small">{escape(piece.credit)}</p>{sound}'
        f'<img loading="lazy" src="{quote(piece.picture)}" alt="The roll of {escape(piece.title)}">{chords}'
        f'<p class="small">{escape(piece.note)} <a href="{quote(piece.midi)}">MIDI file</a></p></article>'
    )
