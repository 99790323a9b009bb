"""What the sliders say to the arranger: wishes that lean, and odds of onsets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from music_core.decoding.arranger.model_data import from_plain
from music_core.decoding.arranger.options import leaned, pushes_for
from music_core.manifest import read_bundle


def test_a_bundles_fullness_pushes_its_parts_before_any_slider_does() -> None:
    manifest = read_bundle(Path(__file__).parents[2] / "resources" / "models" / "rock")
    full = replace(from_plain(manifest.data), fullness=(0.5, 0.0, -0.5))
    assert pushes_for(full, manifest, {}) == (0.5, 0.0, -0.5, 0.0)
    assert pushes_for(replace(full, fullness=()), manifest, {}) == (0.0, 0.0, 0.0, 0.0)
    more = pushes_for(full, manifest, {"busy_keys": 1.0})
    driving, calm = (pushes_for(full, manifest, {"energy": energy}) for energy in (1.0, 0.0))
    assert all(low < high for low, high in zip(calm, driving, strict=True))
    assert more[:2] == (0.5, 0.0)
    assert more[2] > 0.5


def test_leaning_moves_a_bin_to_either_end() -> None:
    assert [leaned(3, 0.0), leaned(3, 0.5), leaned(3, 1.0)] == [0, 3, 7]
    assert leaned(-1, 0.5) == -1
    assert leaned(2, 0.75) in (4, 5)


def test_leaning_moves_among_the_bins_that_occur() -> None:
    assert [leaned(0, towards, (0, 6, 7)) for towards in (0.0, 0.5, 0.7, 0.8, 1.0)] == [0, 0, 6, 6, 7]
    assert leaned(7, 0.4, (0, 6, 7)) == 7
    assert leaned(7, 0.2, (0, 6, 7)) == 6
    assert leaned(3, 1.0, ()) == 3
