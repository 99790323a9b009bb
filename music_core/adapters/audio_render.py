"""A score as sound, faster than real time, on a synth of its own: FluidSynth in, samples out."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.predictor import Cancelled, GenerationCancelled, Progress, never_cancelled, no_progress
from music_core.fluid_library import MASTER_GAIN, NO_FLUIDSYNTH, library_search
from music_core.render_events import (
    BEND,
    CONTROL,
    ON,
    RenderEvent,
    audible_tracks,
    channel_of,
    set_up_events,
    timed_events,
)
from music_core.score import Score, Track
from music_core.soundfonts import is_soundfont

Samples = NDArray[np.float32]

SAMPLE_RATE = 48_000
# The loudest sample of a finished piece (-1 dB), and the most that a quiet piece is raised (12 dB).
PEAK = 0.89
MOST_GAIN = 4.0

BLOCK_FRAMES = 16_384
_SETTLING_FRAMES = 1024
_LONGEST_TAIL_S = 8.0
_SILENCE = 1e-4
_FADE_S = 0.05
_DRUM_BANK = 128  # where SoundFonts keep their drum kits
_LOG_LEVELS = range(5)


class AudioError(ValueError):
    """A score cannot be made to sound; the message is one sentence for the user."""


def render(
    score: Score,
    soundfont: Path,
    *,
    sample_rate: int = SAMPLE_RATE,
    progress: Progress = no_progress,
    cancelled: Cancelled = never_cancelled,
) -> Samples:
    """The score as float32 (frames, 2) within -1..1, reverb tail included.

    Mutes and solos are honoured. `progress` counts frames. Raises AudioError or GenerationCancelled.
    """
    samples = np.concatenate(list(blocks(score, soundfont, sample_rate, progress, cancelled)))
    return samples * np.float32(gain_for(float(np.abs(samples).max())))


def unsettled(score: Score, soundfont: Path, *, sample_rate: int = SAMPLE_RATE) -> Samples:
    """The score as the studio plays it live, at its master gain: float32 (frames, 2); beyond -1..1 it would clip."""
    return np.concatenate(list(blocks(score, soundfont, sample_rate, no_progress, never_cancelled)))


def gain_for(peak: float) -> float:
    """What a piece whose loudest sample is `peak` is multiplied with in the end."""
    return min(PEAK / peak, MOST_GAIN) if peak > 0.0 else 1.0


def blocks(
    score: Score, soundfont: Path, sample_rate: int, progress: Progress, cancelled: Cancelled
) -> Iterator[Samples]:
    """The sound before its loudness is settled, in blocks of (frames, 2)."""
    tracks = audible_tracks(score)
    if not tracks:
        raise AudioError("There is nothing to hear, as all tracks are empty or muted; add notes or unmute a track.")
    events = timed_events(score, tracks)
    end_frame = round(events[-1].time_s * sample_rate)
    total = end_frame + round(_LONGEST_TAIL_S * sample_rate)
    with closing(_OfflineSynth(soundfont, sample_rate, tracks)) as synth:
        frame = 0
        for block in _music(synth, events, sample_rate):
            yield block
            frame += len(block)
            progress(min(frame, total), total)
            if cancelled():
                raise GenerationCancelled
        yield from _tail(synth, sample_rate)
    progress(total, total)


def _music(synth: _OfflineSynth, events: list[RenderEvent], sample_rate: int) -> Iterator[Samples]:
    """Blocks up to the last event, every event at its own frame."""
    block, filled, frame = _new_block(), 0, 0
    for event in events:
        target = round(event.time_s * sample_rate)
        while frame < target:
            count = min(target - frame, len(block) - filled)
            synth.fill(block, filled, count)
            filled, frame = filled + count, frame + count
            if filled == len(block):
                yield block
                block, filled = _new_block(), 0
        synth.do(event)
    yield block[:filled]


def _tail(synth: _OfflineSynth, sample_rate: int) -> Iterator[Samples]:
    """What rings on, until it is silent or long enough, faded at its end."""
    left = round(_LONGEST_TAIL_S * sample_rate)
    while left > 0:
        block = _new_block()[:left]
        synth.fill(block, 0, len(block))
        left -= len(block)
        if left <= 0 or float(np.abs(block).max()) < _SILENCE:
            fade = min(len(block), round(_FADE_S * sample_rate))
            block[-fade:] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)[:, None]
            left = 0
        yield block


def _new_block() -> Samples:
    return np.zeros((BLOCK_FRAMES, 2), np.float32)


class _OfflineSynth:
    """A FluidSynth without a sound card, its instruments chosen and settled; floats cannot clip inside it."""

    def __init__(self, soundfont: Path, sample_rate: int, tracks: tuple[Track, ...]) -> None:
        self._fluidsynth = _import_fluidsynth()
        channels = 16 * (channel_of(len(tracks)) // 16 + 1)
        settings = {
            "synth.dynamic-sample-loading": 1,  # reads only the instruments in use
            "synth.polyphony": 512,
            "synth.lock-memory": 0,
        }
        self._synth = self._fluidsynth.Synth(gain=MASTER_GAIN, samplerate=sample_rate, channels=channels, **settings)
        self._write = self._fluidsynth._fl.fluid_synth_write_float
        pointer, number = ctypes.c_void_p, ctypes.c_int
        self._write.argtypes = [pointer, number, pointer, number, number, pointer, number, number]
        try:
            self._choose_instruments(soundfont, tracks)
        except AudioError:
            self.close()
            raise
        for event in set_up_events(tracks):
            self.do(event)
        self.fill(np.zeros((_SETTLING_FRAMES, 2), np.float32), 0, _SETTLING_FRAMES)

    def do(self, event: RenderEvent) -> None:
        """Do an event now, at the next frame to be filled."""
        if event.kind == ON:
            self._synth.noteon(event.channel, event.first, event.second)
        elif event.kind == CONTROL:
            self._synth.cc(event.channel, event.first, event.second)
        elif event.kind == BEND:
            self._synth.pitch_bend(event.channel, event.first)
        else:
            self._synth.noteoff(event.channel, event.first)

    def fill(self, block: Samples, start: int, count: int) -> None:
        """Put the next `count` frames into a C-contiguous (frames, 2) block from row `start` on."""
        if count:
            left = block.ctypes.data + start * block.strides[0]
            self._write(self._synth.synth, count, left, 0, 2, left, 1, 2)

    def close(self) -> None:
        """Free the native synth."""
        self._synth.delete()

    def _choose_instruments(self, soundfont: Path, tracks: tuple[Track, ...]) -> None:
        font = self._synth.sfload(str(soundfont)) if is_soundfont(soundfont) else -1
        if font < 0:
            raise AudioError(f"«{soundfont.name}» cannot be read as a SoundFont; choose another one in the settings.")
        for index, track in enumerate(tracks):
            # Most SoundFonts go by controller 0 alone; a few files send only controller 32.
            bank = _DRUM_BANK if track.is_drum else track.bank >> 7 or track.bank & 0x7F
            usual = _DRUM_BANK if track.is_drum else 0
            for place in ((bank, track.program), (usual, track.program), (usual, 0)):
                if self._synth.program_select(channel_of(index), font, *place) == 0:
                    break


def _import_fluidsynth() -> Any:
    try:
        with library_search():
            import fluidsynth
    except (ImportError, OSError):
        raise AudioError(NO_FLUIDSYNTH) from None
    for level in _LOG_LEVELS:  # its complaints would go to the terminal; ours are sentences
        fluidsynth._fl.fluid_set_log_function(level, None, None)
    return fluidsynth
