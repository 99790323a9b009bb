"""The studio's colours as plain values: two complete palettes, a hue for each part, velocity as strength."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """Named colours (hex) of one appearance; every widget and the style sheet take theirs from here."""

    is_dark: bool
    window: str
    panel: str
    raised: str
    hover: str
    sunken: str
    row_black: str
    line: str
    line_soft: str
    text: str
    text_dim: str
    text_faint: str
    accent: str
    accent_hover: str
    on_accent: str
    record: str
    ok: str
    warning: str
    playhead: str
    key_white: str
    key_black: str


DARK = Palette(
    is_dark=True,
    window="#1a1b1f",
    panel="#212329",
    raised="#2d3037",
    hover="#383c45",
    sunken="#151619",
    row_black="#111214",
    line="#3a3e47",
    line_soft="#26282e",
    text="#eeeff2",
    text_dim="#a9aeb8",
    text_faint="#7b818c",
    accent="#ffb547",
    accent_hover="#ffc56e",
    on_accent="#241800",
    record="#ff5c5c",
    ok="#58c98b",
    warning="#ffb547",
    playhead="#f6f7f9",
    key_white="#e9e8e4",
    key_black="#1b1c20",
)

LIGHT = Palette(
    is_dark=False,
    window="#eeece7",
    panel="#f7f5f1",
    raised="#ffffff",
    hover="#e6e2da",
    sunken="#fffefb",
    row_black="#f4f1ea",
    line="#d3cec3",
    line_soft="#e7e2d8",
    text="#1f2127",
    text_dim="#565b66",
    text_faint="#7d818a",
    accent="#b45f06",
    accent_hover="#9a5002",
    on_accent="#ffffff",
    record="#cf2f2f",
    ok="#1f8a54",
    warning="#a85a00",
    playhead="#1f2127",
    key_white="#ffffff",
    key_black="#2a2c31",
)

READABLE = 4.5
"""The least contrast of small letters."""
_SOFT_INKS: tuple[Rgb, Rgb] = ((243, 241, 234), (47, 49, 54))
_PLAIN_INKS: tuple[Rgb, Rgb] = ((255, 255, 255), (0, 0, 0))

# Each hue as (on dark, on light); the melody is amber, the hand-played voice, and the band is cooler.
_HUES: dict[str, tuple[Rgb, Rgb]] = {
    "amber": ((255, 181, 71), (201, 122, 0)),
    "coral": ((255, 126, 107), (208, 73, 47)),
    "teal": ((63, 208, 182), (10, 140, 118)),
    "violet": ((169, 139, 255), (108, 75, 216)),
    "blue": ((90, 169, 255), (29, 111, 209)),
    "rose": ((255, 134, 183), (201, 59, 124)),
    "green": ((143, 212, 90), (75, 143, 27)),
    "slate": ((169, 180, 194), (91, 104, 120)),
}
_ROLE_HUES = {
    "melody": "amber",
    "soprano": "coral",
    "alto": "teal",
    "tenor": "violet",
    "bass": "blue",
    "drums": "rose",
    "harmony": "green",
    "strings": "violet",
}
_OTHER_HUES = ("teal", "violet", "coral", "green", "rose", "blue", "slate", "amber")


def hue_name(role: str, index: int) -> str:
    """The hue of a part: by its role, else by its place in the piece."""
    return _ROLE_HUES.get(role, _OTHER_HUES[index % len(_OTHER_HUES)])


def hue(name: str, palette: Palette) -> Rgb:
    """A hue at full strength on this palette."""
    dark, light = _HUES[name]
    return dark if palette.is_dark else light


def mix(low: Rgb, high: Rgb, share: float) -> Rgb:
    """A colour between two: `share` 0 gives the first, 1 the second."""
    return (
        round(low[0] + (high[0] - low[0]) * share),
        round(low[1] + (high[1] - low[1]) * share),
        round(low[2] + (high[2] - low[2]) * share),
    )


def to_rgb(text: str) -> Rgb:
    """`#rrggbb` as three numbers 0..255."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def to_hex(rgb: Rgb) -> str:
    """The inverse of `to_rgb`."""
    return "#{:02x}{:02x}{:02x}".format(*rgb)


@lru_cache(maxsize=64)
def velocity_ramp(name: str, palette: Palette, *, ghost: bool = False) -> tuple[Rgb, ...]:
    """128 colours for velocity 0..127: soft notes sink towards the background, loud ones glow."""
    ground = to_rgb(palette.sunken)
    full = hue(name, palette)
    if ghost:
        return tuple(mix(ground, full, 0.24 + 0.22 * velocity / 127) for velocity in range(128))
    return tuple(mix(ground, full, 0.34 + 0.66 * min(1.0, velocity / 112)) for velocity in range(128))


def contrast(one: Rgb, other: Rgb) -> float:
    """WCAG contrast ratio, 1 (the same) to 21 (black on white)."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def readable(ground: Rgb) -> Rgb:
    """The ink for small letters: soft black or white where it is read well (WCAG AA), else the plain one."""
    soft = max(_SOFT_INKS, key=lambda ink: contrast(ink, ground))
    return soft if contrast(soft, ground) >= READABLE else max(_PLAIN_INKS, key=lambda ink: contrast(ink, ground))


def _luminance(rgb: Rgb) -> float:
    linear = [c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
