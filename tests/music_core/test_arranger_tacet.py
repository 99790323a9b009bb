"""Who plays when: sections of the phrases, rests that a song lends, and that what rests is silent and comes in."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from music_core.decoding.arranger.context import UNKNOWN
from music_core.decoding.arranger.draft import Draft, repeats
from music_core.decoding.arranger.filling import Filler
from music_core.decoding.arranger.grid import Grid
from music_core.decoding.arranger.lanes import Lanes, empty
from music_core.decoding.arranger.model_data import ModelData, from_plain, to_plain
from music_core.decoding.arranger.options import rests_for
from music_core.decoding.arranger.sections import by_slot, sections
from music_core.decoding.arranger.sheet import Sheet, bars_of, sheet_of
from music_core.decoding.arranger.tacet import lent_rests, shortened
from music_core.decoding.arranger.taste import Taste
from music_core.decoding.arranger.writing import write
from music_core.harmony.chord import Chord
from music_core.manifest import read_bundle
from music_core.score import ChordChange, Metre
from tests.arranger_network import DATA, GENRES, PARTS, Weights

BAR = 1920
MODELS = Path(__file__).parents[2] / "resources" / "models"


def sheet(bars: int, phrases: list[tuple[int, int]]) -> Sheet:
    rows = np.array([(16 * bar, 60, 16) for bar in range(bars)])
    return sheet_of(rows, (ChordChange(0, Chord(0)),), bars_of((Metre(0),), bars * BAR, 0, phrases), Grid(), 0)


@pytest.mark.parametrize(
    ("phrases", "cut"),
    [
        ([(0, 4), (4, 8), (8, 12)], [(0, 4), (4, 8), (8, 12)]),
        ([(0, 8), (8, 12)], [(0, 4), (4, 8), (8, 12)]),  # a long phrase is two sections
        ([(0, 2), (2, 4), (4, 6), (6, 12)], [(0, 4), (4, 8), (8, 12)]),  # short ones are one
        ([(0, 5), (5, 10), (10, 12)], [(0, 5), (5, 10), (10, 12)]),
        ([], [(0, 4), (4, 8), (8, 12)]),
    ],
)
def test_sections_are_phrases_of_about_four_bars(phrases: list[tuple[int, int]], cut: list[tuple[int, int]]) -> None:
    assert sections(sheet(12, phrases).bars) == tuple(cut)


def song(*rows: str) -> np.ndarray:
    return np.array([[letter == "." for letter in row] for row in rows])


def test_a_stretch_of_one_song_is_lent_and_all_play_at_the_end() -> None:
    lenders = [song("x.x", "xx.", "x.x", "xxx"), song("..x", "xxx")]
    found = {lent_rests(lenders, 3, np.random.default_rng(seed)).tobytes() for seed in range(40)}
    assert found == {song("x.x", "xx.", "xxx").tobytes(), song("xx.", "x.x", "xxx").tobytes()}
    assert lent_rests([song("x.x", "x.x", "xxx")] * 9 + lenders, 3, np.random.default_rng(5)).tobytes() in found
    alone = lent_rests(lenders, 1, np.random.default_rng(0))
    assert alone.shape == (1, 3)
    assert not alone.any()
    with pytest.raises(ValueError, match="song"):
        lent_rests([], 2, np.random.default_rng(0))


def test_songs_that_are_too_short_begin_again() -> None:
    rests = lent_rests([song("x.", "xx")], 5, np.random.default_rng(0))
    assert rests.tolist() == song("x.", "xx", "x.", "xx", "xx").tolist()


def test_nobody_plays_in_the_last_section_alone_where_a_song_has_it_otherwise() -> None:
    lenders = [song("x.", "x.", "x.", "x."), song("x.", "xx", "x.", "x.")]
    for seed in range(20):
        assert lent_rests(lenders, 4, np.random.default_rng(seed)).tolist() == song("x.", "xx", "x.", "xx").tolist()
    assert lent_rests(lenders[:1], 4, np.random.default_rng(0)).tolist() == song("x.", "x.", "x.", "xx").tolist()


def test_a_share_of_a_rest_is_its_beginning() -> None:
    rests = song("..", "..", ".x", ".x", "x.")
    assert shortened(rests, np.array([1.0, 1.0])).tolist() == rests.tolist()
    assert shortened(rests, np.array([0.5, 0.0])).tolist() == song(".x", ".x", "xx", "xx", "xx").tolist()
    assert shortened(rests, np.array([0.0, 0.6])).tolist() == song("x.", "xx", "xx", "xx", "x.").tolist()


def written(phrases: list[tuple[int, int]], rests: np.ndarray | None, again: bool = False) -> tuple[Sheet, Lanes]:
    piece = sheet(12, phrases)
    wanted = np.ones((PARTS + 1, piece.slots), np.bool_)
    if rests is not None:
        wanted &= ~rests
    labels = [(start, end, "A") for start, end in phrases]
    same = repeats(piece, labels) if again else ()
    draft = Draft(piece, empty(PARTS, piece.slots, (1,)), wanted, np.zeros((3, 4), np.int8), 1, same, rests)
    return piece, write(Filler(Weights(), GENRES, drums=True), DATA, [draft], "x", Taste())


def test_who_rests_is_silent_and_everyone_else_plays() -> None:
    phrases = [(0, 4), (4, 8), (8, 12)]
    rests = by_slot(sheet(12, phrases).bars, song(".xx", "x..", "xxx"))
    _, lanes = written(phrases, rests)
    playing = np.stack([*lanes.onsets[0].any(axis=-1), (lanes.hits[0] > 0).any(axis=-1)])
    assert not playing[rests].any()
    by_section = playing.reshape(3, 3, 64).any(axis=-1)
    assert by_section.tolist() == [[False, True, True], [True, False, True], [True, False, True]]


def test_a_phrase_that_returns_brings_back_those_who_played_and_lets_in_who_did_not() -> None:
    phrases = [(0, 4), (4, 8), (8, 12)]
    rests = by_slot(sheet(12, phrases).bars, song(".xx", "x.x", "xxx"))
    _, lanes = written(phrases, rests, again=True)
    counts = lanes.counts[0].reshape(PARTS, 3, 64)
    assert not counts[0, 0].any()
    assert not counts[1, 1].any()
    assert counts[0, 1].any()  # nothing was there to bring back
    # Three of four bars of a phrase return, three of four of their quarters as they were.
    assert (counts[1, 2, :48] == counts[1, 0, :48]).mean() > 0.6
    assert (counts[0, 2, :48] == counts[0, 0, :48]).mean() < (counts[1, 2, :48] == counts[1, 0, :48]).mean()


def test_nothing_is_wished_of_who_rests_throughout() -> None:
    piece = sheet(12, [(0, 4), (4, 8), (8, 12)])
    rests = by_slot(piece.bars, song(".xx", ".xx", "xxx"))
    draft = Draft(piece, empty(PARTS, piece.slots, (1,)), ~rests, np.full((3, 4), 5, np.int8), 1, (), rests)
    assert draft.wishes_in(slice(0, 128)).tolist() == [[UNKNOWN] * 4, [5] * 4, [5] * 4]
    assert (draft.wishes_in(slice(64, 192)) == 5).all()


def test_sliders_that_ask_for_more_let_parts_in_earlier() -> None:
    manifest = read_bundle(MODELS / "rock")
    data = replace(from_plain(manifest.data), rests=(song("xx..", "xx..", "xxxx", "xxxx"),))
    piece = sheet(16, [(0, 4), (4, 8), (8, 12), (12, 16)])

    def resting(**options: float) -> list[int]:
        return rests_for(data, manifest, piece, options, 3).reshape(4, 16, 16).any(axis=-1).sum(axis=-1).tolist()

    lent = resting()
    assert lent == [0, 0, 8, 8]
    assert resting(rests=0.0) == [0, 0, 0, 0]
    assert resting(rests=0.5) == [0, 0, 4, 4]
    assert resting(energy=1.0) == [0, 0, 0, 0]
    assert resting(energy=0.0, busy_keys=0.2) == lent
    assert resting(busy_keys=1.0) == [0, 0, 0, 8]
    assert not rests_for(replace(data, rests=()), manifest, piece, {}, 3).any()


def test_rests_come_back_from_a_bundle_and_hostile_ones_are_refused() -> None:
    data = replace(DATA, rests=(song("x.x", "..x"), song("xx.")))
    plain = json.loads(json.dumps(to_plain(data)))
    assert plain["rests"] == ["2 3", "4"]
    assert [rests.tolist() for rests in from_plain(plain).rests] == [rests.tolist() for rests in data.rests]
    assert from_plain({name: value for name, value in plain.items() if name != "rests"}).rests == ()
    for wrong in ([""], ["8"], ["-1"], ["x"], 5, ["1 99999999999999999999999"]):
        with pytest.raises(ValueError, match="damaged"):
            from_plain(plain | {"rests": wrong})


def test_the_bands_that_rest_have_the_songs_and_the_slider_for_it() -> None:
    for name in ("rock", "pop", "singer-songwriter", "symphony"):
        manifest = read_bundle(MODELS / name)
        data: ModelData = from_plain(manifest.data)
        assert len(data.rests) >= 10
        assert any(option.name == "rests" for option in manifest.options)
        assert all(not rests[:, :-1].all(axis=1).any() for rests in data.rests)
