"""What the sliders say to the arranger: wishes that lean, and odds of onsets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from music_core.decoding.arranger.draft import Draft
from music_core.decoding.arranger.filling import Filler
from music_core.decoding.arranger.grid import Grid
from music_core.decoding.arranger.lanes import empty
from music_core.decoding.arranger.model_data import from_plain
from music_core.decoding.arranger.options import leaned, pushes_for, swell_for
from music_core.decoding.arranger.sheet import bars_of, sheet_of
from music_core.decoding.arranger.taste import Taste
from music_core.decoding.arranger.writing import write
from music_core.harmony.chord import Chord
from music_core.manifest import read_bundle
from music_core.score import ChordChange, Metre
from tests.arranger_network import DATA, GENRES, PARTS, Weights, everything


def test_sliders_push_their_parts_and_nothing_else_does() -> None:
    manifest = read_bundle(Path(__file__).parents[2] / "resources" / "models" / "rock")
    data = from_plain(manifest.data)
    assert pushes_for(data, manifest, {}) == (0.0, 0.0, 0.0, 0.0)
    driving, calm = (pushes_for(data, manifest, {"energy": energy}) for energy in (1.0, 0.0))
    assert all(low < 0 < high for low, high in zip(calm, driving, strict=True))
    more = pushes_for(data, manifest, {"busy_keys": 1.0})
    assert (more[:2], more[3]) == ((0.0, 0.0), 0.0)
    assert more[2] > 0


def test_leaning_moves_a_bin_to_either_end() -> None:
    assert [leaned(3, 0.0), leaned(3, 0.5), leaned(3, 1.0)] == [0, 3, 7]
    assert leaned(-1, 0.5) == -1
    assert leaned(2, 0.75) in (4, 5)


def test_leaning_moves_among_the_bins_that_occur() -> None:
    assert [leaned(0, towards, (0, 6, 7)) for towards in (0.0, 0.5, 0.7, 0.8, 1.0)] == [0, 0, 6, 6, 7]
    assert leaned(7, 0.4, (0, 6, 7)) == 7
    assert leaned(7, 0.2, (0, 6, 7)) == 6
    assert leaned(3, 1.0, ()) == 3


def test_building_up_swells_from_section_to_section_and_winding_down_is_its_reverse() -> None:
    manifest = read_bundle(Path(__file__).parents[2] / "resources" / "models" / "rock")
    data = from_plain(manifest.data)
    bars = bars_of((Metre(0),), 12 * 1920, 0, [(0, 4), (4, 8), (8, 12)])
    sheet = sheet_of(np.array([(0, 60, 4)]), (ChordChange(0, Chord(0)),), bars, Grid(), 0)
    assert swell_for(data, manifest, sheet, {}) is None
    up, down = (swell_for(data, manifest, sheet, {"build": build}) for build in (0.5, -0.5))
    assert up is not None
    assert down is not None
    assert up.shape == (4, sheet.slots)
    assert np.array_equal(up, -down)
    sections = up.reshape(4, 3, 64)
    assert (sections == sections[..., :1]).all()
    assert (np.diff(sections[..., 0], axis=1) > 0).all()
    assert not sections[:, 1].any()
    older = replace(manifest, options=tuple(option for option in manifest.options if option.name != "build"))
    assert swell_for(data, older, sheet, {"build": 1.0}) is None


def test_what_swells_is_busier() -> None:
    sheet = sheet_of(
        np.array([(0, 60, 4)]), (ChordChange(0, Chord(0)),), bars_of((Metre(0),), 8 * 1920, 0, ()), Grid(), 0
    )
    swell = np.repeat(np.array([-3.0, 3.0], np.float32), 64)[None].repeat(PARTS + 1, axis=0)
    draft = Draft(sheet, empty(PARTS, 128, (1,)), everything(128)[0], np.zeros((3, 4), np.int8), 1)

    def later(swell: np.ndarray) -> np.ndarray:
        """By how much each part has more in the second half than in the first."""
        lanes = write(Filler(Weights(), GENRES, drums=True), DATA, [draft], "x", Taste(swell=swell))
        busy = np.stack([*lanes.counts[0].astype(int), (lanes.hits[0] > 0).sum(axis=-1)])
        return busy[:, 64:].sum(axis=1) - busy[:, :64].sum(axis=1)

    more = later(swell) - later(-swell)
    assert (more[[0, -1]] > 20).all()  # the other part of this network begins a note everywhere, whatever is asked
