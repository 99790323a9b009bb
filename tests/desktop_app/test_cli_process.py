"""What only a process of its own can show: start-up, pipes, signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.library.melodies import load_sample
from music_core.midi_file import write_midi

COMMAND = [sys.executable, "-m", "desktop_app"]
ROOT = Path(__file__).parents[2]


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "TUTTI_HOME": str(home), "PYTHONPATH": str(ROOT)}


def test_listing_models_loads_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "import sys; from desktop_app.cli import main; code = main(['models', '--json']);"
        "print(sorted(sys.modules.keys() & {'numpy', 'onnxruntime', 'mido', 'PySide6', 'torch', 'rtmidi'}), code)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], env=environment(tmp_path), capture_output=True, text=True, timeout=60
    )
    assert result.stdout.splitlines()[-1] == "[] 0"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no closed pipes of this kind")
def test_a_reader_that_goes_away_is_no_drama(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        result = subprocess.run(
            [*COMMAND, "models", "--json"], env=environment(tmp_path), stdout=pipe, stderr=subprocess.PIPE, timeout=60
        )
    assert (result.returncode, result.stderr) == (141, b"")


@pytest.mark.device
@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_ends_play_at_once(tmp_path: Path) -> None:
    write_midi(load_sample("ode-to-joy"), tmp_path / "tune.mid")
    with subprocess.Popen(
        [*COMMAND, "play", str(tmp_path / "tune.mid")],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that starts the tests in the background has them ignore SIGINT, and so would the program.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        try:
            assert process.stdout is not None
            if not process.stdout.readline():
                pytest.skip("no SoundFont on this machine")
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, errors.strip().splitlines()[-1]) == (130, "Stopped.")
