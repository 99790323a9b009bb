"""Chords that go with the sample melodies: text charts in `resources/melodies/charts`, written by ear and hand.

They are for those who want them (`tutti generate --chords`) and for the tests; a melody is loaded without them, since
finding chords is the harmoniser's work.
"""

from __future__ import annotations

from pathlib import Path

from desktop_app.library.melodies import load_sample
from desktop_app.paths import resources_folder
from music_core.harmony.chart import read_chart
from music_core.harmony.lane import ChordLane


def chart_path(sample_id: str, folder: Path | None = None) -> Path:
    """Where a sample melody's chart is, or would be."""
    return (folder or resources_folder() / "melodies") / "charts" / f"{sample_id}.txt"


def charted_samples(folder: Path | None = None) -> tuple[str, ...]:
    """The ids of the sample melodies that have a chart, in alphabetical order."""
    charts = (folder or resources_folder() / "melodies") / "charts"
    return tuple(sorted(path.stem for path in charts.glob("*.txt")))


def sample_chords(sample_id: str, folder: Path | None = None) -> ChordLane:
    """The chord lane of a sample melody's chart; empty where it has none. Raises as `load_sample` and `read_chart`."""
    path = chart_path(sample_id, folder)
    score = load_sample(sample_id, folder)
    if not path.is_file():
        return ()
    return read_chart(path.read_text(encoding="utf-8"), score.metres, score.end_tick)
