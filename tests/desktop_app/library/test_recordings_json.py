"""Recordings in project files: free takes, passes of a loop, and what older files had."""

from __future__ import annotations

import json

import pytest

from desktop_app.library.fields import LibraryError
from desktop_app.library.project import Project, Recording
from desktop_app.library.project_json import project_from_bytes, project_to_bytes
from music_core.performance import NoteMessage, PerformedTake
from music_core.quantize import Grid
from music_core.tick_map import TickMap

TAKE = PerformedTake((NoteMessage(1.0, 60, 80), NoteMessage(1.5, 60, 0)), 0.0, 2.0, 120.0)
FREE = Recording(TAKE, 0, None, Grid(120), TickMap((1.0, 1.62, 2.1), (0.0, 481.5, 960.0)))
PASSES = tuple(Recording(TAKE, 0, 1920, stack=1, overdub=True) for _ in range(2))


def test_free_takes_and_passes_come_back() -> None:
    project = Project(recorded=(FREE, *PASSES))
    assert project_from_bytes(project_to_bytes(project)) == project


def test_recordings_from_before_free_takes_were_plain_ones() -> None:
    data = json.loads(project_to_bytes(Project(recorded=(Recording(TAKE, 0, 5, Grid(120)),))))
    for name in ("beats", "stack", "overdub"):
        del data["recorded"][0][name]
    data["format_version"] = 5
    opened = project_from_bytes(json.dumps(data).encode())
    assert opened.recorded == (Recording(TAKE, 0, 5, Grid(120)),)


@pytest.mark.parametrize("beats", [[[1.0, 1.0], [0, 1]], [[1.0], [0.0]], [[1.0, 2.0], [5, 4]], [1], [["a"], ["b"]], 3])
def test_beats_that_do_not_rise_are_refused(beats: object) -> None:
    data = json.loads(project_to_bytes(Project(recorded=(FREE,))))
    data["recorded"][0]["beats"] = beats
    with pytest.raises(LibraryError, match="beats"):
        project_from_bytes(json.dumps(data).encode())
