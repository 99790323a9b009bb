"""A real JACK server that ends under the studio's synth, and another that takes its place."""

from __future__ import annotations

import time
from contextlib import ExitStack

import numpy as np
import pytest

from desktop_app.audio.drivers import title
from desktop_app.audio.fluid_synth import open_synth
from desktop_app.audio.switch_synth import SwitchSynth
from desktop_app.sound_output import SoundOutput
from desktop_app.sound_watch import SoundWatch
from music_core.soundfonts import find_soundfont
from tests.jack_capture import Capture
from tests.jack_server import JackUnavailableError, jack_server
from tests.waiting import until

pytestmark = [pytest.mark.device, pytest.mark.slow]

ORGAN = 19


def test_sound_comes_back_by_itself_when_its_server_does(capfd) -> None:
    font = find_soundfont(None)
    if font is None:
        pytest.skip("no SoundFont is installed")
    told: list[tuple[str, str, bool, str]] = []
    switch = SwitchSynth()
    output = SoundOutput(
        switch,
        lambda path, choice, done: open_synth(path, choice, on_font=done, measured=True),
        title,
        lambda *report: told.append(report),
        lambda sentence: None,
    )
    watch = SoundWatch(switch, output, time.perf_counter)
    with ExitStack() as stack:
        first = stack.enter_context(ExitStack())
        try:
            first.enter_context(jack_server())
        except JackUnavailableError as error:
            pytest.skip(str(error))
        stack.callback(output.close)
        stack.callback(watch.close)
        output.start(font)
        assert until(lambda: output.is_ready and bool(told))
        if told[0][0] != "JACK":
            pytest.skip(f"FluidSynth cannot play into JACK here: {told[0][1]}")
        switch.program(0, ORGAN)
        watch.start()
        first.close()
        assert until(lambda: told[-1][2] and "«JACK» was lost" in told[-1][1])
        silent_s = switch.now_s()
        assert until(lambda: switch.now_s() > silent_s + 0.3)
        stack.enter_context(jack_server())
        assert until(lambda: told[-1][:3] == ("JACK", "Sound through JACK.", False))
        with Capture() as ear:
            ear.listen_to("Tutti")
            switch.note_on(0, 60, 100)
            assert until(lambda: float(np.abs(ear.sound()[1]).max(initial=0.0)) > 0.01)
            assert until(lambda: max(watch.levels.of_channel(0)) > 0.01)
