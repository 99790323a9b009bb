"""The tag at the head of an MP3 file: ID3 2.4 with UTF-8 texts, as LAME's own writer garbles all but ASCII."""

from __future__ import annotations

from collections.abc import Mapping

# Frame by what it says; the comment's frame begins otherwise than the plain texts.
_FRAMES = {"title": b"TIT2", "artist": b"TPE1", "album": b"TALB", "copyright": b"TCOP", "comment": b"COMM"}
_UTF8 = b"\x03"


def id3_tag(texts: Mapping[str, str]) -> bytes:
    """The tag's bytes for title, artist, album, copyright and comment; unknown names are a KeyError."""
    body = b"".join(_frame(name, text) for name, text in texts.items() if text)
    return b"ID3\x04\x00\x00" + _syncsafe(len(body)) + body if body else b""


def _frame(name: str, text: str) -> bytes:
    language = b"eng\x00" if name == "comment" else b""
    content = _UTF8 + language + text.encode("utf-8", "replace")
    return _FRAMES[name] + _syncsafe(len(content)) + b"\x00\x00" + content


def _syncsafe(number: int) -> bytes:
    """Seven bits to a byte, so that no length looks like the beginning of sound."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
