"""A score's roll as a PNG file, without a window: pitches upwards, time to the right, drums in lanes below."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from music_core.atomic import replacing
from music_core.score import Score, Track, bar_lines, metre_at

Rgb = tuple[int, int, int]
Image = NDArray[np.uint8]

WIDTH = 1400
_ROW, _LANE, _GAP, _EDGE = 6, 7, 8, 10
_LEAST_ROWS, _AIR = 24, 2
_GROUND, _BLACK_KEY, _BEAT, _BAR, _OCTAVE = (22, 23, 27), (17, 18, 21), (32, 34, 39), (66, 70, 80), (44, 47, 54)
_BLACK_KEYS = (1, 3, 6, 8, 10)
# By role; the melody is drawn last and brightest.
ROLE_COLOURS: dict[str, Rgb] = {
    "melody": (255, 184, 77), "bass": (90, 140, 255), "drums": (190, 196, 205), "keys": (98, 205, 160),
    "guitar": (232, 120, 110), "strings": (190, 130, 240), "winds": (110, 200, 230), "brass": (240, 200, 90),
    "timpani": (190, 196, 205), "harmony": (210, 160, 120),
    "soprano": (240, 220, 120), "alto": (232, 120, 110), "tenor": (98, 205, 160), "other": (170, 170, 120),
}  # fmt: skip


def write_roll(score: Score, path: Path) -> None:
    """Draw the score and put the PNG at `path`, which stays as it was if that fails."""
    with replacing(path) as temporary:
        temporary.write_bytes(png(roll(score)))


def roll(score: Score) -> Image:
    """The picture, uint8 (height, 1400, 3): bars and beats as lines, soft notes darker, each drum pitch a lane."""
    pitched = [track for track in score.tracks if not track.is_drum and track.notes]
    drums = [track for track in score.tracks if track.is_drum and track.notes]
    low, high = _range(pitched)
    lanes = sorted({note.pitch for track in drums for note in track.notes})
    keys_height = (high - low + 1) * _ROW
    height = 2 * _EDGE + keys_height + (_GAP + len(lanes) * _LANE if lanes else 0)
    image = np.full((height, WIDTH, 3), _GROUND, np.uint8)
    for pitch in range(low, high + 1):
        top = _EDGE + (high - pitch) * _ROW
        if pitch % 12 in _BLACK_KEYS:
            image[top : top + _ROW, _EDGE:-_EDGE] = _BLACK_KEY
        if pitch % 12 == 0:
            image[top + _ROW - 1, _EDGE:-_EDGE] = _OCTAVE
    end = max(1, score.end_tick)
    _lines(image, score, end)
    for track in sorted(pitched, key=lambda track: track.role == "melody"):
        _notes(image, track, end, lambda pitch: _EDGE + (high - pitch) * _ROW, _ROW - 1)
    floor = height - _EDGE - _LANE
    for track in drums:
        _notes(image, track, end, lambda pitch: floor - lanes.index(pitch) * _LANE, _LANE - 2)
    return image


def png(image: Image) -> bytes:
    """An uint8 (height, width, 3) image as a PNG file's bytes (PNG 1.2: truecolour, 8 bits, no filter)."""
    height, width, _ = image.shape
    rows = np.zeros((height, 1 + width * 3), np.uint8)
    rows[:, 1:] = image.reshape(height, width * 3)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _range(tracks: list[Track]) -> tuple[int, int]:
    """Lowest and highest pitch to draw, with some air."""
    pitches = [note.pitch for track in tracks for note in track.notes] or [60]
    low, high = min(pitches) - _AIR, max(pitches) + _AIR
    lacking = max(0, _LEAST_ROWS - (high - low + 1))
    return max(0, low - lacking // 2), min(127, high + lacking - lacking // 2)


def _lines(image: Image, score: Score, end: int) -> None:
    lines = bar_lines(score.metres, end)
    for line, following in zip(lines, (*lines[1:], end), strict=True):
        beat = metre_at(score.metres, line).beat_ticks
        for tick in range(line + beat, min(following, end), beat):
            image[_EDGE:-_EDGE, _x(tick, end)] = _BEAT
    for line in lines:
        image[_EDGE:-_EDGE, _x(line, end)] = _BAR


def _notes(image: Image, track: Track, end: int, top_of: Callable[[int], int], height: int) -> None:
    colour = np.asarray(ROLE_COLOURS.get(track.role, ROLE_COLOURS["other"]), np.float64)
    for note in track.notes:
        left = _x(note.start_tick, end)
        right = max(left + 2, _x(note.end_tick, end) - 1) if not track.is_drum else left + 4
        share = 1.0 if track.role == "melody" else 0.4 + 0.6 * note.velocity / 127
        top = top_of(note.pitch)
        image[top : top + height, left:right] = (colour * share).astype(np.uint8)


def _x(tick: int, end: int) -> int:
    return _EDGE + round((WIDTH - 2 * _EDGE - 1) * min(tick, end) / end)
