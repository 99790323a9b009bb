"""What the studio does before its window is there: as little as it can."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SHOWN = """
import builtins, gc, json, sys
from pathlib import Path
from unittest.mock import patch
import desktop_app.cli

def stop(*_):
    from PySide6.QtWidgets import QApplication
    seen = dict(modules=sorted(sys.modules), hook=builtins.__import__.__name__, collecting=gc.isenabled(),
                windows=sum(widget.isVisible() for widget in QApplication.topLevelWidgets()))
    print(json.dumps(seen), flush=True)
    sys.exit(0)

from PySide6.QtWidgets import QApplication
with patch.object(QApplication, "exec", stop):
    desktop_app.cli.main(["studio"])
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What there is in the command's process when its window is shown."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "TUTTI_HOME": str(tmp_path_factory.mktemp("home"))}
    command = [sys.executable, "-c", SHOWN]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[0])
    return seen


@pytest.mark.parametrize(
    "later",
    [
        *("onnxruntime", "fluidsynth", "verovio", "music21", "soundfile", "mido"),
        *("music_core.midi_file", "music_core.musicxml.reading", "music_core.adapters.engraving"),
        *("music_core.analysis.free_take", "music_core.harmony.suggest", "desktop_app.audio.fluid_engine"),
        *("desktop_app.ui.export.dialog", "desktop_app.ui.palette.view", "desktop_app.ui.score_press"),
        *("desktop_app.ui.shortcuts.editor", "desktop_app.ui.transport.sound_check", "desktop_app.ui.text_page"),
        *("desktop_app.ui.panels.learn", "desktop_app.ui.importing.report", "desktop_app.ui.search_popup"),
    ],
)
def test_what_nobody_sees_at_once_is_loaded_later(shown: dict[str, Any], later: str) -> None:
    assert shown["windows"] == 1
    assert "desktop_app.ui.main_window" in shown["modules"]
    assert later not in shown["modules"]


def test_no_import_reads_the_source_of_what_it_imported(shown: dict[str, Any]) -> None:
    assert shown["hook"] != "__feature_import__"


def test_rubbish_is_looked_for_again_once_the_window_is_there(shown: dict[str, Any]) -> None:
    assert shown["collecting"]
