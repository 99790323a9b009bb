"""Pages of a score, whatever thread asks for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from music_core.score import Note, Score, Track

pytest.importorskip("music21")
pytest.importorskip("verovio")

from music_core.adapters.engraving import engraved


@pytest.mark.slow
def test_every_thread_can_engrave() -> None:
    """The engraver keeps its fonts' place by thread; the first to import it is not the only one to use it."""
    score = Score((Track("Tune", (Note(0, 60, 480),)),))
    assert len(engraved(score)) == 1
    with ThreadPoolExecutor(1) as elsewhere:
        assert len(elsewhere.submit(engraved, score).result()) == 1
