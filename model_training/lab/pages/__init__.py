"""The pages' templates: every value is escaped, nothing is loaded from anywhere, and only our own script may run."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from model_training.lab.charts import level_number
from model_training.lab.colours import HUES, css

_FOLDER = Path(__file__).parent
# One colour for each run of a comparison, readable on both grounds: (on dark, on light).
_RUNS = (
    ("#ffb547", "#b45f06"), ("#5aa9ff", "#1d6fd1"), ("#3fd0b6", "#0a8c76"), ("#ff86b7", "#c93b7c"),
    ("#a98bff", "#6c4bd8"), ("#8fd45a", "#4b8f1b"), ("#ff7e6b", "#d0492f"), ("#a9b4c2", "#5b6878"),
)  # fmt: skip


def render(template: str, **values: Any) -> str:
    """A whole HTML page from `template` in this folder."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = level_number
    environment.filters["code"] = code
    script = (_FOLDER / "listen.js").read_text(encoding="utf-8")
    style = (_FOLDER / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return environment.get_template(template).render(
        **values,
        style=_colours() + style,
        script=script,
        # Text of strangers that slipped through the escaping still could neither run nor call home.
        policy=f"default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'",
    )


def code(text: str) -> Markup:
    """The text, escaped, with what stands between backticks as code; a lone backtick is one."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(Markup("<code>{}</code>").format(p) if i % 2 else escape(p) for i, p in enumerate(parts))


def _colours() -> str:
    """CSS variables of roles and runs for a light and a dark page."""
    light = "".join(f"--r-{role}:{css(hues[1])};" for role, hues in HUES.items())
    dark = "".join(f"--r-{role}:{css(hues[0])};" for role, hues in HUES.items())
    light += "".join(f"--c{i}:{pair[1]};" for i, pair in enumerate(_RUNS))
    dark += "".join(f"--c{i}:{pair[0]};" for i, pair in enumerate(_RUNS))
    rules = "".join(
        f".notes .r-{role}{{fill:var(--r-{role})}}.chip.r-{role}{{background:var(--r-{role})}}" for role in HUES
    )
    rules += "".join(
        f".line.c{i}{{stroke:var(--c{i})}}.dot.c{i},.chip.c{i}{{fill:var(--c{i});background:var(--c{i})}}"
        for i in range(8)
    )
    return f":root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}{rules}"
