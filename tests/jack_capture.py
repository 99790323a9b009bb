"""Hears what a program plays into JACK, sample by sample with the server's own frame numbers."""

from __future__ import annotations

import itertools
import threading
from types import TracebackType

import jack
import numpy as np
from numpy.typing import NDArray


class Capture:
    """Records what its channels are connected to, from then on. A context manager."""

    def __init__(self, name: str = "ear", channels: int = 2) -> None:
        self._client = jack.Client(name, no_start_server=True)
        self._inputs = [self._client.inports.register(f"in_{i + 1}") for i in range(channels)]
        self._blocks: list[tuple[int, NDArray[np.float32]]] = []
        self._lock = threading.Lock()
        self.xruns = 0
        self._client.set_process_callback(self._process)
        self._client.set_xrun_callback(self._count_xrun)

    def __enter__(self) -> Capture:
        self._client.activate()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.deactivate()
        self._client.close()

    @property
    def rate(self) -> int:
        """Frames a second."""
        return int(self._client.samplerate)

    @property
    def frame_now(self) -> int:
        """The server's frame counter at this moment, between its cycles too."""
        return int(self._client.frame_time)

    def listen_to(self, client: str, first_channel: int = 0, channels: int = 2) -> None:
        """Connect a client's first audio outputs to as many channels."""
        outputs = self._client.get_ports(f"^{client}:", is_audio=True, is_output=True)[:channels]
        if not outputs:
            raise LookupError(f"{client} has no audio output")
        for output, ear in zip(outputs, self._inputs[first_channel:], strict=False):
            self._client.connect(output, ear)

    def connect_midi(self, source: str, destination: str) -> None:
        """Connect a client's first MIDI output to another's first MIDI input."""
        (output, *_), (into, *_) = (
            self._client.get_ports(f"^{source}.*:", is_midi=True, is_output=True),
            self._client.get_ports(f"^{destination}.*:", is_midi=True, is_input=True),
        )
        self._client.connect(output, into)

    def clear(self) -> None:
        """Forget what was heard so far."""
        with self._lock:
            self._blocks = []

    def sound(self) -> tuple[int, NDArray[np.float32]]:
        """First frame number and everything heard from there, float32 (frames, channels); gaps are silence."""
        with self._lock:
            blocks = list(self._blocks)
        if not blocks:
            return 0, np.zeros((0, len(self._inputs)), np.float32)
        first = blocks[0][0]
        length = blocks[-1][0] + len(blocks[-1][1]) - first
        whole = np.zeros((length, len(self._inputs)), np.float32)
        for at, block in blocks:
            whole[at - first : at - first + len(block)] = block
        return first, whole

    def gaps(self) -> list[tuple[int, int]]:
        """First and last frame of each stretch in which this ear came too late to listen."""
        with self._lock:
            blocks = list(self._blocks)
        return [
            (at + len(block), after)
            for (at, block), (after, _) in itertools.pairwise(blocks)
            if after > at + len(block)
        ]

    def _count_xrun(self, delayed_us: float) -> None:
        self.xruns += 1

    def _process(self, frames: int) -> None:
        block = np.stack([port.get_array() for port in self._inputs], axis=1)
        with self._lock:
            self._blocks.append((int(self._client.last_frame_time), block))


def onsets(sound: NDArray[np.float32], *, threshold: float = 1e-3, quiet_frames: int = 480) -> list[int]:
    """Frames at which sound begins after at least `quiet_frames` below the threshold."""
    loud = np.flatnonzero(np.abs(sound).max(axis=1) > threshold)
    if not loud.size:
        return []
    starts = np.flatnonzero(np.diff(loud, prepend=-quiet_frames - 1) > quiet_frames)
    return [int(loud[i]) for i in starts]
