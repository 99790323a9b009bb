"""The parts of libfluidsynth that pyfluidsynth does not wrap, with their C types."""

from __future__ import annotations

from ctypes import CFUNCTYPE, c_char_p, c_double, c_float, c_int, c_short, c_uint, c_void_p
from typing import Any

_LOG_LEVELS = 5
_EACH_OPTION = CFUNCTYPE(None, c_void_p, c_char_p, c_char_p)


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
        self.cpu_load = self._bind("fluid_synth_get_cpu_load", c_double, synth=handle)
        self.voices = self._bind("fluid_synth_get_active_voice_count", integer, synth=handle)
        self.set_interpolation = self._bind(
            "fluid_synth_set_interp_method", integer, synth=handle, chan=integer, method=integer
        )
        self.render_groups = self._bind(
            "fluid_synth_nwrite_float",
            integer,
            synth=handle,
            frames=integer,
            left=handle,
            right=handle,
            left_effects=handle,
            right_effects=handle,
        )
        self._each_option = self._bind(
            "fluid_settings_foreach_option", None, settings=handle, setting=c_char_p, data=handle, act=_EACH_OPTION
        )
        self.get_tick = self._bind("fluid_sequencer_get_tick", c_uint, sequencer=handle)

    def hush(self) -> None:
        """Take the library's own printing away.

        Set to nothing rather than to a Python function: it would be called on the audio thread.
        """
        for level in range(_LOG_LEVELS):
            self._set_log(level, None, None)

    def options(self, name: str) -> tuple[str, ...]:
        """What a setting of the library can be on this computer, in the library's own words."""
        found: list[str] = []
        settings = self.base.new_fluid_settings()
        keep = _EACH_OPTION(lambda _data, _name, option: found.append(option.decode("utf-8", "replace")))
        self._each_option(settings, name.encode(), None, keep)
        self.base.delete_fluid_settings(settings)
        return tuple(found)

    def _bind(self, name: str, result: Any, **arguments: Any) -> Any:
        function = self.base.cfunc(name, result, *((label, kind, 1) for label, kind in arguments.items()))
        if function is None:
            raise ImportError(f"This libfluidsynth is too old: it has no {name}.")
        return function
