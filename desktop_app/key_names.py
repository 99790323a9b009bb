"""Keys in the words of the language spoken: G major, G-Dur, sol mayor."""

from __future__ import annotations

from desktop_app.language import mark, tr
from music_core.score import KeySignature

# From seven flats to seven sharps. Whole names, as languages differ in more than the word for the mode.
_MAJOR = (
    mark("C♭ major"), mark("G♭ major"), mark("D♭ major"), mark("A♭ major"), mark("E♭ major"), mark("B♭ major"),
    mark("F major"), mark("C major"), mark("G major"), mark("D major"), mark("A major"), mark("E major"),
    mark("B major"), mark("F♯ major"), mark("C♯ major"),
)  # fmt: skip
_MINOR = (
    mark("A♭ minor"), mark("E♭ minor"), mark("B♭ minor"), mark("F minor"), mark("C minor"), mark("G minor"),
    mark("D minor"), mark("A minor"), mark("E minor"), mark("B minor"), mark("F♯ minor"), mark("C♯ minor"),
    mark("G♯ minor"), mark("D♯ minor"), mark("A♯ minor"),
)  # fmt: skip
_MIDDLE = 7
_SHORT = ((" major", " maj"), (" minor", " min"))


def key_text(key: KeySignature) -> str:
    """The key's name."""
    return tr((_MINOR if key.minor else _MAJOR)[key.fifths + _MIDDLE])


def short_key_text(key: KeySignature) -> str:
    """The same with the mode cut short where the language has a usual way to."""
    text = key_text(key)
    for whole, short in _SHORT:
        text = text.replace(whole, short)
    return text
