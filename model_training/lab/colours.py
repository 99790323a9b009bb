"""One colour for each role, light and dark: the melody alone is amber, the band is cooler, as in the studio."""

from __future__ import annotations

Rgb = tuple[int, int, int]

# Role -> (on dark, on light).
HUES: dict[str, tuple[Rgb, Rgb]] = {
    "melody": ((255, 181, 71), (196, 112, 0)),
    "soprano": ((255, 181, 71), (196, 112, 0)),
    "alto": ((63, 208, 182), (10, 140, 118)),
    "tenor": ((169, 139, 255), (108, 75, 216)),
    "bass": ((90, 169, 255), (29, 111, 209)),
    "drums": ((169, 180, 194), (91, 104, 120)),
    "keys": ((63, 208, 182), (10, 140, 118)),
    "guitar": ((255, 126, 107), (208, 73, 47)),
    "strings": ((169, 139, 255), (108, 75, 216)),
    "winds": ((255, 134, 183), (201, 59, 124)),
    "brass": ((190, 144, 110), (126, 78, 42)),
    "timpani": ((169, 180, 194), (91, 104, 120)),
    "harmony": ((143, 212, 90), (75, 143, 27)),
    "other": ((143, 212, 90), (75, 143, 27)),
}

GROUND: Rgb = (21, 22, 25)
RAISED: Rgb = (33, 35, 41)
LINE: Rgb = (45, 48, 55)
BAR_LINE: Rgb = (74, 79, 90)
TEXT: Rgb = (238, 239, 242)
TEXT_DIM: Rgb = (169, 174, 184)
ACCENT: Rgb = (255, 181, 71)


def on_dark(role: str) -> Rgb:
    """A role's colour on a dark ground."""
    return HUES.get(role, HUES["other"])[0]


def on_light(role: str) -> Rgb:
    """A role's colour on a light ground."""
    return HUES.get(role, HUES["other"])[1]


def css(colour: Rgb) -> str:
    """A colour as `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*colour)
