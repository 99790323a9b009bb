"""The program ends in order when the system asks it to, and keeps what was not saved."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

STUDIO = textwrap.dedent(
    """
    import sys, threading
    from PySide6.QtCore import QTimer
    from desktop_app.app import starting

    def build(*arguments, **options):
        studio = real(*arguments, **options)
        def edit():
            studio.session.set_tempo(77)
            studio.window.arrangement.editor.choose_all()
            studio.window.actions_table["copy"].trigger()  # what is on the clipboard must not end in a crash
            print("ready", flush=True)
        QTimer.singleShot(300, edit)
        return studio

    real, starting.build = starting.build, build
    code = starting.main()
    print("left", threading.active_count(), flush=True)
    sys.exit(code)
    """
)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to catch")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_studio_and_unsaved_work_is_kept(tmp_path: Path, number: signal.Signals) -> None:
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "TUTTI_HOME": str(tmp_path),
        "JACK_NO_START_SERVER": "1",
    }
    with subprocess.Popen(
        [sys.executable, "-c", STUDIO], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready"
            process.send_signal(number)
            out, errors = process.communicate(timeout=60)
        finally:
            process.kill()  # or a failure here would wait for the studio for ever
    assert process.returncode == 0, errors
    assert "left" in out
    assert len(list((tmp_path / "recovery").glob("*.tutti"))) == 1


def test_without_a_display_it_says_so(tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only X11 and Wayland systems can lack a display")
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [sys.executable, "-m", "desktop_app"],
        env={**environment, "TUTTI_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "no display" in done.stderr
    assert "tutti generate" in done.stderr
    assert "Traceback" not in done.stderr
