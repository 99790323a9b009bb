"""Rendered sound as files: WAV, FLAC, Ogg Vorbis and MP3, whole pieces and stems; the home of soundfile."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from music_core.adapters.audio_render import (
    BLOCK_FRAMES,
    SAMPLE_RATE,
    AudioError,
    Samples,
    blocks,
    gain_for,
    render,
)
from music_core.atomic import replacing
from music_core.decoding.predictor import Cancelled, Progress, never_cancelled, no_progress
from music_core.id3 import id3_tag
from music_core.score import Score
from music_core.soundfonts import find_soundfont

_FRAME_BYTES = 8  # two channels of float32
# MP3 and Ogg end on a packet of their own: so much longer or shorter may they be.
_LOSSY_S = 0.1


@dataclass(frozen=True, slots=True)
class SoundKind:
    """How one kind of file is written; `is_exact` where it keeps every frame."""

    format: str
    subtype: str
    is_exact: bool
    options: Mapping[str, Any] = field(default_factory=dict)


# By the file's suffix. Quality: libsndfile's compression level, 0 the largest file and 1 the smallest.
SOUND_KINDS: Mapping[str, SoundKind] = {
    ".wav": SoundKind("WAV", "PCM_16", True),
    ".flac": SoundKind("FLAC", "PCM_24", True),
    ".ogg": SoundKind("OGG", "VORBIS", False, {"compression_level": 0.3}),
    ".mp3": SoundKind("MP3", "MPEG_LAYER_III", False, {"compression_level": 0.2, "bitrate_mode": "VARIABLE"}),
}


@dataclass(frozen=True, slots=True)
class SoundTags:
    """What a player shows of a file; empty entries are left out."""

    title: str = ""
    artist: str = ""
    album: str = ""
    comment: str = ""
    copyright: str = ""


class Clip(NamedTuple):
    """Compressed sound and its media type, for a page that carries its own samples."""

    data: bytes
    media_type: str


def kinds_here() -> tuple[str, ...]:
    """The suffixes that this machine's libsndfile can write; raises AudioError without one."""
    known = _import_soundfile().available_formats()
    return tuple(suffix for suffix, kind in SOUND_KINDS.items() if kind.format in known)


def write_sound(
    score: Score,
    path: Path | str,
    soundfont: Path | None = None,
    progress: Progress = no_progress,
    cancelled: Cancelled = never_cancelled,
    *,
    sample_rate: int = SAMPLE_RATE,
    tags: SoundTags | None = None,
) -> None:
    """Write the score as stereo sound of the kind its suffix names, at -1 dB; it replaces `path` only once read back.

    Without a SoundFont the best one of the machine is used. Raises AudioError or GenerationCancelled.
    """
    path = Path(path)
    with _sentences(path), ExitStack() as stack:
        spool = _spooled(stack, path.parent, score, _font(soundfont), sample_rate, progress, cancelled)
        with replacing(path) as temporary:
            _write_checked(spool, temporary, _kind_of(path), gain_for(spool.peak), spool.frames, sample_rate, tags)


def write_stems(
    score: Score,
    stems: Sequence[tuple[Score, Path]],
    soundfont: Path | None = None,
    progress: Progress = no_progress,
    cancelled: Cancelled = never_cancelled,
    *,
    sample_rate: int = SAMPLE_RATE,
    tags: SoundTags | None = None,
) -> None:
    """Write parts of a score, each (the score with only this part heard, its file), to be laid over one another.

    All have the length and the gain of the whole, so that together they are the mix. No file is replaced unless all
    could be rendered. Raises AudioError or GenerationCancelled.
    """
    font, steps = _font(soundfont), len(stems) + 1

    def shown(step: int) -> Progress:
        return lambda done, total: progress(step * total + done, steps * total)

    with _sentences(stems[0][1]), ExitStack() as stack:
        folder = stems[0][1].parent
        whole = _spooled(stack, folder, score, font, sample_rate, shown(0), cancelled)
        spools = [
            _spooled(stack, folder, part, font, sample_rate, shown(number), cancelled)
            for number, (part, _) in enumerate(stems, 1)
        ]
        gain = min(gain_for(whole.peak), *(gain_for(spool.peak) for spool in spools))
        for spool, (_, path) in zip(spools, stems, strict=True):
            own = replace(tags, title=path.stem) if tags is not None else None
            with replacing(path) as temporary:
                _write_checked(spool, temporary, _kind_of(path), gain, whole.frames, sample_rate, own)


def compressed(score: Score, soundfont: Path, *, sample_rate: int = 24_000, thrift: float = 0.6) -> Clip:
    """The score as mono MP3, or Ogg Vorbis where this libsndfile writes no MP3; `thrift` is 0 (large) to 0.9 (small).

    MP3 first, because older Safaris play no Ogg. Raises AudioError.
    """
    return encoded(render(score, soundfont, sample_rate=sample_rate).mean(axis=1), sample_rate, thrift=thrift)


def encoded(mono: Samples, sample_rate: int, *, thrift: float = 0.6) -> Clip:
    """Mono samples float32 (frames,) as MP3, or Ogg Vorbis; `thrift` as in `compressed`. Raises AudioError."""
    soundfile = _import_soundfile()
    is_mp3 = "MP3" in soundfile.available_formats()
    kind = {"format": "MP3", "subtype": "MPEG_LAYER_III"} if is_mp3 else {"format": "OGG", "subtype": "VORBIS"}
    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", sample_rate, 1, compression_level=thrift, **kind) as file:
        for start in range(0, len(mono), BLOCK_FRAMES):  # libvorbis puts a whole write on the stack, and overflows it
            file.write(mono[start : start + BLOCK_FRAMES])
    return Clip(buffer.getvalue(), "audio/mpeg" if is_mp3 else "audio/ogg")


@dataclass(frozen=True, slots=True)
class _Spool:
    """Rendered sound on disk, as a long piece need not fit into memory."""

    file: BinaryIO
    frames: int
    peak: float

    def blocks(self, frames: int) -> Iterator[Samples]:
        """The sound from its start in blocks, cut or filled up with silence to `frames`."""
        self.file.seek(0)
        while frames > 0:
            count = min(BLOCK_FRAMES, frames)
            block = np.frombuffer(self.file.read(count * _FRAME_BYTES), np.float32).reshape(-1, 2)
            frames -= count
            yield np.pad(block, ((0, count - len(block)), (0, 0)))


def _spooled(
    stack: ExitStack,
    folder: Path,
    score: Score,
    soundfont: Path,
    sample_rate: int,
    progress: Progress,
    cancelled: Cancelled,
) -> _Spool:
    file: BinaryIO = stack.enter_context(tempfile.TemporaryFile(dir=folder))  # noqa: SIM115
    peak, frames = 0.0, 0
    for block in blocks(score, soundfont, sample_rate, progress, cancelled):
        file.write(block.tobytes())
        peak, frames = max(peak, float(np.abs(block).max(initial=0.0))), frames + len(block)
    return _Spool(file, frames, peak)


def _write_checked(
    spool: _Spool,
    temporary: Path,
    kind: SoundKind,
    gain: float,
    frames: int,
    sample_rate: int,
    tags: SoundTags | None,
) -> None:
    soundfile = _import_soundfile()
    if kind.format not in soundfile.available_formats():
        raise AudioError(f"This computer's libsndfile cannot write {kind.format}; choose WAV, FLAC or OGG.")
    encoding = {"format": kind.format, "subtype": kind.subtype, **kind.options}
    with soundfile.SoundFile(str(temporary), "w", sample_rate, 2, **encoding) as file:
        for name, text in _entries(tags) if kind.format != "MP3" else ():
            setattr(file, name, text)
        for block in spool.blocks(frames):
            file.write(block * np.float32(gain))
    if kind.format == "MP3" and (tag := id3_tag(dict(_entries(tags)))):
        temporary.write_bytes(tag + temporary.read_bytes())
    with soundfile.SoundFile(str(temporary)) as file:
        lost = 0 if kind.is_exact else round(_LOSSY_S * sample_rate)
        as_written = abs(file.frames - frames) <= lost and (file.samplerate, file.channels) == (sample_rate, 2)
        # Its reader of MP3 knows no copyright.
        told = [(name, text) for name, text in _entries(tags) if (kind.format, name) != ("MP3", "copyright")]
        if not as_written or any(getattr(file, name) != text for name, text in told):
            raise AudioError("The sound file did not read back as written; check that the disk is not full.")


def _entries(tags: SoundTags | None) -> Iterator[tuple[str, str]]:
    for name in SoundTags.__slots__ if tags is not None else ():
        text = " ".join(str(getattr(tags, name)).replace("\0", "").split())
        if text:
            yield name, text


def _kind_of(path: Path) -> SoundKind:
    kind = SOUND_KINDS.get(path.suffix.lower())
    if kind is None:
        raise AudioError(f"«{path.name}» does not say which kind of sound it is; end it in {', '.join(SOUND_KINDS)}.")
    return kind


def _font(soundfont: Path | None) -> Path:
    chosen = find_soundfont(soundfont)
    if chosen is None:
        raise AudioError("No SoundFont was found; install one (for example FluidR3 GM) or choose one in the settings.")
    return chosen


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """Within this block, what the system refuses is said in a sentence."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise AudioError(f"«{path.name}» could not be written ({reason}); try another name or folder.") from None


def _import_soundfile() -> Any:
    try:
        import soundfile
    except (ImportError, OSError):
        raise AudioError("Writing sound files needs the libsndfile library; install it and try again.") from None
    return soundfile
