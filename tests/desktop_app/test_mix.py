from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_app.mix import Mix
from music_core.score import Score, Track

BAND = Score((Track("A", role="bass"), Track("B", role="bass"), Track("A", role="bass")))


def test_it_lies_over_any_score_with_such_a_track() -> None:
    mix = Mix().with_change(BAND, 2, {"volume": 30, "muted": True})
    mixed = mix.over(BAND)
    assert [track.volume for track in mixed.tracks] == [100, 100, 30]
    fewer = BAND.with_tracks(BAND.tracks[0])
    assert mix.over(fewer) is fewer
    more = BAND.with_tracks(Track("New"), *BAND.tracks)
    assert [track.muted for track in mix.over(more).tracks] == [False, False, False, True]


def test_without_a_difference_the_score_is_the_same_object() -> None:
    mix = Mix().with_change(BAND, 0, {"volume": 100})
    assert mix.over(BAND) is BAND


def test_an_edit_that_sets_a_control_otherwise_wins() -> None:
    mix = Mix().with_change(BAND, 0, {"volume": 30, "pan": 10})
    edited = mix.over(BAND)
    edited = edited.with_track(0, replace(edited.tracks[0], volume=50))
    assert mix.agreeing_with(edited).over(edited) == edited
    assert mix.agreeing_with(edited).over(BAND).tracks[0].pan == 10


@pytest.mark.parametrize("fields", [{"volume": 128}, {"pan": True}, {"muted": 1}, {"program": 3}, {"reverb": 1.0}])
def test_what_is_no_mixer_setting_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(fields))):
        Mix().with_change(BAND, 0, fields)
