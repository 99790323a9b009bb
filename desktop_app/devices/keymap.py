"""The computer keyboard as a piano, by where keys lie and not by what is printed on them."""

from __future__ import annotations

from collections.abc import Mapping

# Scan codes of the PC's main block (evdev and Windows agree on it), named by their US caps, with semitones above C.
_PC_LOWER = {44: 0, 31: 1, 45: 2, 32: 3, 46: 4, 47: 5, 34: 6, 48: 7, 35: 8, 49: 9, 36: 10, 50: 11}  # Z S X D ... M
_PC_UPPER = {
    **{16: 12, 3: 13, 17: 14, 4: 15, 18: 16, 19: 17, 6: 18, 20: 19, 7: 20, 21: 21, 8: 22, 22: 23},  # Q 2 W 3 ... U
    **{23: 24, 10: 25, 24: 26, 11: 27, 25: 28},  # I 9 O 0 P
}
_PC = {**_PC_LOWER, **_PC_UPPER}

# macOS tells positions by its own virtual key codes, which also do not depend on the layout.
_MAC_LOWER = {6: 0, 1: 1, 7: 2, 2: 3, 8: 4, 9: 5, 5: 6, 11: 7, 4: 8, 45: 9, 38: 10, 46: 11}
_MAC_UPPER = {
    **{12: 12, 19: 13, 13: 14, 20: 15, 14: 16, 15: 17, 23: 18, 17: 19, 22: 20, 16: 21, 26: 22, 32: 23},
    **{34: 24, 25: 25, 31: 26, 29: 27, 35: 28},
}

# X11 and Wayland count eight more than evdev.
_X11_SHIFT = 8

_TABLES: Mapping[str, Mapping[int, int]] = {
    "linux": {code + _X11_SHIFT: offset for code, offset in _PC.items()},
    "win32": _PC,
    "darwin": {**_MAC_LOWER, **_MAC_UPPER},
}


def scan_codes(system: str) -> Mapping[int, int]:
    """Scan code -> semitones above the octave's C, for a `sys.platform`; an unknown system counts as X11."""
    return _TABLES.get(system, _TABLES["linux"])


def key_offset(scan_code: int, system: str) -> int | None:
    """Semitones above the octave's C for a physical key, or None where no piano key lies.

    On macOS pass the native virtual key: Qt has no scan codes there.
    """
    return scan_codes(system).get(scan_code)
