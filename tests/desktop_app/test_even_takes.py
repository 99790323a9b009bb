"""Mary Had a Little Lamb from keys without touch (typing piano, mouse), unevenly, recorded free: the score it gives."""

from __future__ import annotations

import pytest

from benchmarks.free_takes import FreeTake, sample_take
from benchmarks.take_variants import beginning, equally_loud, tapped
from tests.desktop_app.conftest import Studio

SEEDS = range(4)
TOUCHES = {"equal": equally_loud, "tapped": tapped}


def record(studio: Studio, take: FreeTake) -> None:
    """Play a take into a recording without a click."""
    keys = [(n.onset_s, f"+{n.pitch}v{n.velocity}") for n in take.notes] + [
        (n.offset_s, f"-{n.pitch}") for n in take.notes
    ]
    studio.session.change_settings(record_mode="free")
    studio.session.record()
    studio.play_keys(" ".join(f"@{at_s:.4f} {key}" for at_s, key in sorted(keys)))
    studio.session.stop()
    studio.jobs.settle()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("touch", TOUCHES)
@pytest.mark.parametrize(("part", "count"), [("one phrase", 7), ("two phrases", 13), ("whole", 26)])
def test_an_uneven_mary_without_touch_comes_out_right(
    studio: Studio, part: str, count: int, touch: str, seed: int
) -> None:
    take = beginning(TOUCHES[touch](sample_take("mary-had-a-little-lamb", "melody", "uneven", seed)), part)
    assert len(take.notes) == count
    record(studio, take)
    score = studio.session.score
    (metre,) = score.metres
    assert (metre.numerator, metre.denominator) == (4, 4)
    starts = [note.start_tick for note in score.tracks[0].notes]
    assert starts == [120 * step for step in take.steps]
    assert score.bpm == pytest.approx(take.bpm, rel=0.1)
