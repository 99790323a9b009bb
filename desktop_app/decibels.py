"""Faders in decibels: what General MIDI's volume takes away, and what people type. Pure."""

from __future__ import annotations

import math

from music_core.performing.loudness import volume_db, volume_for

SILENT_TEXT = "−∞"
FULL = 127


def volume_text(volume: int) -> str:
    """A fader at 0..127 in dB: `0.0` when it takes nothing away, `−∞` when it is closed."""
    if volume <= 0:
        return SILENT_TEXT
    text = f"{volume_db(volume):.1f}".replace("-", "−")
    return "0.0" if text == "−0.0" else text


def typed_volume(text: str) -> int | None:
    """The fader for what somebody typed (`-6`, `−6 dB`, `-inf`), or None where that is no level."""
    plain = text.strip().lower().removesuffix("db").strip().replace("−", "-").replace(",", ".")
    if plain in ("-inf", "-∞", "∞", "inf", "off"):
        return 0
    try:
        db = float(plain)
    except ValueError:
        return None
    return None if math.isnan(db) else 0 if db < volume_db(1) else volume_for(db)


def gain_of(volume: int) -> float:
    """The gain 0..1 of a master fader at 0..127, which falls as a track's fader does."""
    return (max(0, min(FULL, volume)) / FULL) ** 2


def volume_of(gain: float) -> int:
    """The master fader 0..127 for a gain: the inverse of `gain_of`."""
    return round(FULL * math.sqrt(max(0.0, min(1.0, gain))))


def pan_text(pan: int) -> str:
    """A pan of 0..127 as musicians write it: L50, C, R50."""
    if pan == 64:
        return "C"
    side, share = ("L", (64 - pan) / 64) if pan < 64 else ("R", (pan - 64) / 63)
    return f"{side}{round(50 * share)}"
