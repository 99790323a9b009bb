"""A roll as an image: coloured by part, the melody bright and on top, bars counted, pitches named. Pillow draws it."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from model_training.lab.colours import ACCENT, BAR_LINE, GROUND, LINE, RAISED, TEXT, TEXT_DIM, Rgb, on_dark
from model_training.lab.rolls import Block, Picture

WIDTH = 1200
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 18, 58, 26
_ROW, _LANE, _LANE_GAP = 9, 11, 12
_BLACK_KEYS = (1, 3, 6, 8, 10)

_Font = ImageFont.ImageFont | ImageFont.FreeTypeFont


def draw_roll(picture: Picture, note: str = "", *, done: float = -1.0) -> Image.Image:
    """The roll as an RGB image 1200 pixels wide; `note` stands at the top right, `done` (0..1) as a thin bar."""
    lanes = len(picture.lanes)
    notes_height = picture.rows * _ROW
    height = _TOP + notes_height + (_LANE_GAP + lanes * _LANE if lanes else 0) + _BOTTOM
    image = Image.new("RGB", (WIDTH, height), GROUND)
    draw = ImageDraw.Draw(image)
    _ground(draw, picture, height - _BOTTOM)
    for block in picture.blocks:
        _pitched(draw, picture, block)
    top = _TOP + notes_height + _LANE_GAP
    for block in picture.drums:
        x = _x(picture, block.start)
        y = top + (lanes - 1 - block.row) * _LANE
        draw.rounded_rectangle((x, y + 2, x + 6, y + _LANE - 3), 2, fill=_faded(on_dark(block.role), block.velocity))
    _head(draw, picture, note)
    if done >= 0:
        draw.rectangle((_LEFT, height - 6, WIDTH - _RIGHT, height - 4), fill=LINE)
        draw.rectangle((_LEFT, height - 6, _LEFT + (WIDTH - _RIGHT - _LEFT) * min(1.0, done), height - 4), fill=ACCENT)
    return image


def _ground(draw: ImageDraw.ImageDraw, picture: Picture, bottom: int) -> None:
    right = WIDTH - _RIGHT
    for pitch in range(picture.low, picture.high + 1):
        y = _y(picture, pitch)
        if pitch % 12 in _BLACK_KEYS:
            draw.rectangle((_LEFT, y, right, y + _ROW - 1), fill=(17, 18, 20))
        if pitch % 12 == 0:
            draw.line((_LEFT, y + _ROW, right, y + _ROW), fill=LINE)
            draw.text((_LEFT - 8, y + _ROW // 2), f"C{pitch // 12 - 1}", TEXT_DIM, _font(13), anchor="rm")
    for beat in range(1, int(picture.quarters) + 1):
        x = _x(picture, beat)
        draw.line((x, _TOP, x, bottom), fill=(30, 32, 37))
    for number, bar in enumerate(picture.bars[:-1], 1):
        x = _x(picture, bar)
        draw.line((x, _TOP, x, bottom), fill=BAR_LINE)
        draw.text((x + 4, bottom + 3), str(number), TEXT_DIM, _font(12))


def _pitched(draw: ImageDraw.ImageDraw, picture: Picture, block: Block) -> None:
    melody = block.role == "melody"
    x, end, y = _x(picture, block.start), _x(picture, block.end), _y(picture, block.row)
    box = (x + 1, y + (0 if melody else 1), max(x + 3, end - 1), y + _ROW - (1 if melody else 2))
    colour = on_dark(block.role) if melody else _faded(on_dark(block.role), block.velocity)
    draw.rounded_rectangle(box, 2, fill=colour, outline=(255, 236, 204) if melody else None)


def _head(draw: ImageDraw.ImageDraw, picture: Picture, note: str) -> None:
    draw.text((_LEFT, 10), _printable(picture.title), TEXT, _font(19))
    if note:
        draw.text((WIDTH - _RIGHT, 10), note, ACCENT, _font(19), anchor="ra")
    x = float(_LEFT)
    for role in picture.roles:
        draw.rounded_rectangle((x, 40, x + 12, 48), 2, fill=on_dark(role))
        draw.text((x + 18, 44), role, TEXT if role == "melody" else TEXT_DIM, _font(13), anchor="lm")
        x += 18 + _font(13).getlength(role) + 18


def _x(picture: Picture, quarters: float) -> int:
    return _LEFT + round((WIDTH - _LEFT - _RIGHT) * min(1.0, quarters / picture.quarters))


def _y(picture: Picture, pitch: int) -> int:
    return _TOP + (picture.high - pitch) * _ROW


def _faded(colour: Rgb, velocity: int) -> Rgb:
    """Soft notes sink towards the ground."""
    share = 0.45 + 0.45 * min(1.0, velocity / 100)
    return (
        round(RAISED[0] + (colour[0] - RAISED[0]) * share),
        round(RAISED[1] + (colour[1] - RAISED[1]) * share),
        round(RAISED[2] + (colour[2] - RAISED[2]) * share),
    )


def _printable(text: str) -> str:
    kept = "".join(character if character.isprintable() else "?" for character in text)
    return kept if len(kept) <= 70 else kept[:69] + "…"


@lru_cache(maxsize=8)
def _font(size: int) -> _Font:
    return ImageFont.load_default(size)
