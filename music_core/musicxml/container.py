"""The text of a MusicXML file: unpacked where it is compressed, never more than fits, without entities."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib
from xml.etree import ElementTree

MAX_BYTES = 32_000_000
MAX_MEASURES = 200_000  # of all parts together: forty players for five thousand bars
# Tags, opening and closing. A long symphony has three million; a file made to choke programs has more in fewer bytes.
MAX_TAGS = 4_000_000
# A score written measure by measure is turned round in memory as a whole; hardly any program writes them.
MAX_TAGS_TIMEWISE = 300_000
_CONTAINER = "META-INF/container.xml"
_MAX_CONTAINER_BYTES = 65_536
_DECLARED = re.compile(r"^\s*<\?xml[^>]*?\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
)  # fmt: skip
# What notation programs write; other names are not tried, as a codec can be made to do strange work.
_ENCODINGS = ("utf-8", "utf-16", "iso-8859-1", "latin-1", "us-ascii", "windows-1252")


class MusicXmlError(ValueError):
    """A file is no MusicXML or cannot be read at all; the message is one sentence for the user."""


def score_text(data: bytes, name: str = "The file") -> str:
    """The XML in a file's bytes, without its declaration; raises MusicXmlError, calling the file `name`."""
    if len(data) > MAX_BYTES:
        raise MusicXmlError(f"{name} is larger than {MAX_BYTES // 1_000_000} MB; cut it into shorter pieces.")
    if data[:2] == b"PK":
        data = _unpacked(data, name)
    text = _DECLARED.sub("", _decoded(data).replace("\0", ""), count=1)
    # Music needs no entities, and they can be made to fill the memory or to fetch other files.
    if "<!ENTITY" in text:
        raise MusicXmlError(f"{name} defines XML entities, which music does not need, and was not opened.")
    if "<score-partwise" not in text and "<score-timewise" not in text:
        raise MusicXmlError(f"{name} is not a MusicXML score; choose a file that a notation program exported.")
    most = MAX_TAGS_TIMEWISE if "<score-timewise" in text else MAX_TAGS
    measures = text.count("<measure") - text.count("<measure-")
    if text.count("<") > most or measures > MAX_MEASURES:
        raise MusicXmlError(f"{name} has more in it than Tutti reads; cut it into shorter pieces.")
    return text


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    declared = _ENCODING.search(data[:200])
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    return data.decode(encoding if encoding in _ENCODINGS else "utf-8", "replace")


def _unpacked(data: bytes, name: str) -> bytes:
    """The score inside a compressed file; a size that is announced wrongly is not believed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _member(archive, _root_of(archive), MAX_BYTES)
    except _TooLargeError:
        limit = MAX_BYTES // 1_000_000
        raise MusicXmlError(f"{name} unpacks to more than {limit} MB and was not opened.") from None
    except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise MusicXmlError(
            f"{name} is a damaged compressed score; export it again, best as uncompressed MusicXML."
        ) from None


class _TooLargeError(Exception):
    """There is more than may be read."""


def _root_of(archive: zipfile.ZipFile) -> str:
    """The score's name, as the container says it, else the first file that looks like one."""
    try:
        listing = _decoded(_member(archive, _CONTAINER, _MAX_CONTAINER_BYTES))
        if "<!ENTITY" not in listing:
            root = ElementTree.fromstring(_DECLARED.sub("", listing)).find(".//{*}rootfile")
            if root is not None and root.get("full-path"):
                return root.attrib["full-path"]
    except (KeyError, ElementTree.ParseError):
        pass
    names = (one for one in archive.namelist() if one.lower().endswith((".xml", ".musicxml")))
    return next((one for one in names if not one.startswith("META-INF/")), "")


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise _TooLargeError
    return data
