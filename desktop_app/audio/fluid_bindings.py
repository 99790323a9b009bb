"""The parts of libfluidsynth that pyfluidsynth does not wrap, with their C types."""

from __future__ import annotations

from ctypes import c_float, c_int, c_short, c_uint, c_void_p
from typing import Any

_LOG_LEVELS = 5


class FluidBindings:
    """A loaded `fluidsynth` module and, beside it, the functions it lacks; ImportError where the library is too old."""

    def __init__(self, fluidsynth: Any) -> None:
        self.base = fluidsynth
        handle, integer = c_void_p, c_int
        self.set_gain = self._bind("fluid_synth_set_gain", None, synth=handle, gain=c_float)
        self.set_channel_type = self._bind(
            "fluid_synth_set_channel_type", integer, synth=handle, chan=integer, kind=integer
        )
        self.event_control = self._bind(
            "fluid_event_control_change", None, event=handle, channel=integer, control=c_short, value=integer
        )
        self.event_bend = self._bind("fluid_event_pitch_bend", None, event=handle, channel=integer, value=integer)
        self.remove_events = self._bind(
            "fluid_sequencer_remove_events", None, sequencer=handle, source=c_short, dest=c_short, kind=integer
        )
        self._set_log = self._bind("fluid_set_log_function", c_void_p, level=integer, function=c_void_p, data=c_void_p)
        self.get_tick = self._bind("fluid_sequencer_get_tick", c_uint, sequencer=handle)

    def hush(self) -> None:
        """Take the library's own printing away.

        Set to nothing rather than to a Python function: it would be called on the audio thread.
        """
        for level in range(_LOG_LEVELS):
            self._set_log(level, None, None)

    def _bind(self, name: str, result: Any, **arguments: Any) -> Any:
        function = self.base.cfunc(name, result, *((label, kind, 1) for label, kind in arguments.items()))
        if function is None:
            raise ImportError(f"This libfluidsynth is too old: it has no {name}.")
        return function
