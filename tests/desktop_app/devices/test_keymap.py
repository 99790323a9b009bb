from __future__ import annotations

import pytest

from desktop_app.devices.keymap import key_offset, scan_codes

# evdev codes of linux/input-event-codes.h, by US cap.
EVDEV = {
    **dict(zip("1234567890", range(2, 12), strict=True)),
    **dict(zip("QWERTYUIOP", range(16, 26), strict=True)),
    **dict(zip("ASDFGHJKL", range(30, 39), strict=True)),
    **dict(zip("ZXCVBNM", range(44, 51), strict=True)),
}
# kVK_ANSI codes of macOS's HIToolbox/Events.h.
MAC = {
    **{"A": 0, "S": 1, "D": 2, "F": 3, "H": 4, "G": 5, "Z": 6, "X": 7, "C": 8, "V": 9, "B": 11, "Q": 12, "W": 13},
    **{"E": 14, "R": 15, "Y": 16, "T": 17, "1": 18, "2": 19, "3": 20, "4": 21, "6": 22, "5": 23, "9": 25, "7": 26},
    **{"8": 28, "0": 29, "O": 31, "U": 32, "I": 34, "P": 35, "L": 37, "J": 38, "K": 40, "N": 45, "M": 46},
}
LOWER = "ZSXDCVGBHNJM"
UPPER = "Q2W3ER5T6Y7UI9O0P"
EXPECTED = {**{cap: i for i, cap in enumerate(LOWER)}, **{cap: 12 + i for i, cap in enumerate(UPPER)}}
SYSTEMS = {
    "linux": {cap: code + 8 for cap, code in EVDEV.items()},
    "win32": EVDEV,
    "darwin": MAC,
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_two_rows_make_two_octaves_and_the_rest_no_sound(system) -> None:
    offsets = {cap: key_offset(code, system) for cap, code in SYSTEMS[system].items()}
    assert {cap: offset for cap, offset in offsets.items() if offset is not None} == EXPECTED


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_key_of_the_map_is_accounted_for(system) -> None:
    assert len(scan_codes(system)) == len(EXPECTED)
    assert key_offset(0, system) is None
    assert key_offset(-1, system) is None


def test_other_unixes_count_as_x11() -> None:
    assert scan_codes("freebsd14") is scan_codes("linux")
