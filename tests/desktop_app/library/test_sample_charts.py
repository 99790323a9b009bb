"""The sample melodies' charts: as long as their tunes, at home in their keys, and made of the tunes' notes."""

from __future__ import annotations

import pytest

from desktop_app.library.melodies import load_sample, sample_melodies
from desktop_app.library.sample_charts import chart_path, charted_samples, sample_chords
from music_core.harmony.chart import parsed_chart
from music_core.harmony.lane import chord_at
from music_core.score import bar_lines, metre_at


def test_there_are_twelve_of_many_kinds() -> None:
    scores = [load_sample(name) for name in charted_samples()]
    assert len(scores) >= 12
    assert set(charted_samples()) <= {melody.id for melody in sample_melodies()}
    metres = {(score.metres[-1].numerator, score.metres[-1].denominator) for score in scores}
    assert {(2, 4), (3, 4), (4, 4), (6, 8)} <= metres
    assert any(len(score.metres) > 1 for score in scores)  # a pickup
    assert any(key.minor for score in scores for key in score.keys)
    assert all("public domain" in score.provenance for score in scores)


@pytest.mark.parametrize("name", charted_samples())
def test_a_chart_fits_its_tune(name: str) -> None:
    score, lane = load_sample(name), sample_chords(name)
    pickup = score.metres[1].tick if len(score.metres) > 1 else 0
    lines = [line for line in bar_lines(score.metres, score.end_tick) if line >= pickup]
    chart = parsed_chart(chart_path(name).read_text(encoding="utf-8"))
    assert len(chart.bars) == len(lines) - 1
    assert lane[0].tick == pickup
    home = score.keys[0].tonic_pitch_class
    last = chord_at(lane, score.end_tick - 1)
    assert last is not None and last.root == home
    held = on = 0
    for note in score.tracks[0].notes:
        chord = chord_at(lane, note.start_tick)
        metre = metre_at(score.metres, note.start_tick)
        if chord is not None and (note.start_tick - pickup) % metre.beat_ticks == 0:
            held += note.duration_ticks
            on += note.duration_ticks if note.pitch % 12 in chord.pitch_classes else 0
    assert on / held > 0.75


def test_a_tune_without_a_chart_has_no_chords() -> None:
    without = {melody.id for melody in sample_melodies()} - set(charted_samples())
    assert all(sample_chords(name) == () for name in without)
