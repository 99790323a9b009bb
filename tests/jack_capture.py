"""Hears what a program plays into JACK, sample by sample with the server's own frame numbers."""

from __future__ import annotations

import threading
from types import TracebackType

import jack
import numpy as np
from numpy.typing import NDArray


class Capture:
    """Records the left and right output of a client from the moment it is connected. A context manager."""

    def __init__(self, name: str = "ear") -> None:
        self._client = jack.Client(name, no_start_server=True)
        self._inputs = [self._client.inports.register(side) for side in ("left", "right")]
        self._blocks: list[tuple[int, NDArray[np.float32]]] = []
        self._lock = threading.Lock()
        self._client.set_process_callback(self._process)

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

    def listen_to(self, client: str) -> None:
        """Connect the first two audio outputs of a client."""
        outputs = self._client.get_ports(f"^{client}:", is_audio=True, is_output=True)[:2]
        if not outputs:
            raise LookupError(f"{client} has no audio output")
        for output, ear in zip(outputs, self._inputs, strict=False):
            self._client.connect(output, ear)

    def clear(self) -> None:
        """Forget what was heard so far."""
        with self._lock:
            self._blocks = []

    def sound(self) -> tuple[int, NDArray[np.float32]]:
        """First frame number and everything heard from there, float32 (frames, 2); gaps are silence."""
        with self._lock:
            blocks = list(self._blocks)
        if not blocks:
            return 0, np.zeros((0, 2), np.float32)
        first = blocks[0][0]
        length = blocks[-1][0] + len(blocks[-1][1]) - first
        whole = np.zeros((length, 2), np.float32)
        for at, block in blocks:
            whole[at - first : at - first + len(block)] = block
        return first, whole

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
