"""Filling in: what is given stays bit for bit, the same seed gives the same notes, counts are kept to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from music_core.decoding.arranger.context import Context
from music_core.decoding.arranger.draft import Draft
from music_core.decoding.arranger.draws import Draws
from music_core.decoding.arranger.features import token_features
from music_core.decoding.arranger.filling import Filler
from music_core.decoding.arranger.grid import Grid
from music_core.decoding.arranger.lanes import (
    LENGTHS,
    NOTHING,
    PITCHES,
    Lanes,
    empty,
    lanes_to_rows,
    slots_until,
)
from music_core.decoding.arranger.room import room_of
from music_core.decoding.arranger.sheet import bars_of, cut, sheet_of
from music_core.decoding.arranger.taste import Taste
from music_core.decoding.arranger.tracks import pitched_notes
from music_core.decoding.arranger.writing import WINDOW_BARS, write
from music_core.decoding.predictor import FloatArray, GenerationCancelled
from music_core.harmony.chord import Chord
from music_core.manifest import PartSpec
from music_core.metrics.voice_leading import parallels
from music_core.score import ChordChange, Metre, Note, Score, Track
from tests.arranger_network import DATA, GENRES, PARTS, Weights, everything


@pytest.fixture
def context() -> Context:
    lane = (ChordChange(0, Chord(0)), ChordChange(1920, Chord(7, "7")))
    sheet = sheet_of(np.array([(0, 60, 4), (16, 62, 8)]), lane, bars_of((Metre(0),), 4 * 1920, 0, ()), Grid(), 0)
    return cut(sheet, 0, 4, 0, np.zeros((3, 4), np.int8), np.ones(3, np.bool_))


def filled(context: Context, lanes: Lanes, wanted: np.ndarray, seed: int = 1) -> Lanes:
    filler = Filler(Weights(), GENRES, drums=True)
    return filler.fill(context, lanes, wanted, Draws(np.random.default_rng(seed)), Taste())


def same(one: Lanes, other: Lanes) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in Lanes.__slots__)


def test_everything_wanted_is_written_and_a_seed_repeats_it(context: Context) -> None:
    first = filled(context, empty(PARTS, 64, (1,)), everything())
    assert first.onsets.any(axis=(0, 2, 3)).all()
    assert (first.hits > 0).any()
    assert same(first, filled(context, empty(PARTS, 64, (1,)), everything()))
    assert not same(first, filled(context, empty(PARTS, 64, (1,)), everything(), seed=2))


def test_every_note_has_a_length_and_nothing_else_has(context: Context) -> None:
    lanes = filled(context, empty(PARTS, 64, (1,)), everything())
    counts = lanes.counts
    assert ((lanes.lengths[..., 0] >= 0) == (counts > 0)).all()
    assert ((lanes.lengths[..., 2] >= 0) == (counts > 1)).all()
    assert ((lanes.lengths[..., 1] >= 0) == (counts > 2)).all()
    assert lanes.lengths.min() >= -1


@pytest.mark.parametrize("part", range(PARTS + 1))
def test_redoing_one_part_leaves_the_others_bit_for_bit(context: Context, part: int) -> None:
    before = filled(context, empty(PARTS, 64, (1,)), everything())
    wanted = np.zeros((1, PARTS + 1, 64), np.bool_)
    wanted[:, part] = True
    after = filled(context, before, wanted, seed=9)
    for other in range(PARTS):
        equal = np.array_equal(after.onsets[:, other], before.onsets[:, other])
        assert equal == (other != part)
        assert other == part or np.array_equal(after.lengths[:, other], before.lengths[:, other])
    assert np.array_equal(after.hits, before.hits) == (part != PARTS)


def test_filling_some_bars_leaves_the_others_bit_for_bit(context: Context) -> None:
    before = filled(context, empty(PARTS, 64, (1,)), everything())
    wanted = np.zeros((1, PARTS + 1, 64), np.bool_)
    wanted[..., 16:32] = True
    after = filled(context, before, wanted, seed=9)
    outside = np.r_[0:16, 32:64]
    assert np.array_equal(after.onsets[:, :, outside], before.onsets[:, :, outside])
    assert np.array_equal(after.lengths[:, :, outside], before.lengths[:, :, outside])
    assert np.array_equal(after.hits[:, outside], before.hits[:, outside])
    assert not np.array_equal(after.onsets[:, :, 16:32], before.onsets[:, :, 16:32])


def test_the_drummer_who_plays_first_hears_no_tune_no_chords_and_no_wish_for_others(context: Context) -> None:
    wishes = context.wishes.copy()
    wishes[:, :-1] = 6
    other = replace(
        context, melody=np.roll(context.melody, 5, axis=-1), root=np.full_like(context.root, 4), wishes=wishes
    )
    one, two = (filled(each, empty(PARTS, 64, (1,)), everything()) for each in (context, other))
    assert np.array_equal(one.hits, two.hits)
    assert not np.array_equal(one.onsets, two.onsets)
    wishes[:, -1] = 6
    assert not np.array_equal(filled(other, empty(PARTS, 64, (1,)), everything()).hits, one.hits)


def test_drums_that_are_redone_hear_what_stays(context: Context) -> None:
    band = filled(context, empty(PARTS, 64, (1,)), everything())
    wanted = np.zeros((1, PARTS + 1, 64), np.bool_)
    wanted[:, -1] = True
    beside = filled(context, band, wanted)
    alone = filled(context, empty(PARTS, 64, (1,)), wanted)
    assert not np.array_equal(beside.hits, alone.hits)


def test_a_part_that_is_pushed_plays_more_and_the_drums_too(context: Context) -> None:
    def onsets(*push: float) -> list[int]:
        filler = Filler(Weights(), GENRES, drums=True)
        draws = Draws(np.random.default_rng(1))
        lanes = filler.fill(context, empty(PARTS, 64, (1,)), everything(), draws, Taste(push=push))
        return [*(lanes.counts[0] > 0).sum(axis=-1).tolist(), int((lanes.hits > 0).sum())]

    shy, bold = onsets(-3.0, 0.0, -3.0), onsets(3.0, 0.0, 3.0)
    assert shy[0] < onsets()[0] < bold[0]
    assert shy[2] < onsets()[2] < bold[2]


def test_a_part_that_plays_legato_lets_its_notes_last_and_begins_the_same_ones(context: Context) -> None:
    def played(*legato: float) -> Lanes:
        filler = Filler(Weights(), GENRES, drums=True)
        draws = Draws(np.random.default_rng(1))
        return filler.fill(context, empty(PARTS, 64, (1,)), everything(), draws, Taste(legato=legato))

    def lengths(lanes: Lanes) -> list[float]:
        return [LENGTHS[part[part != NOTHING]].mean() for part in lanes.lengths[0]]

    usual, short, long = played(), played(-1.0, 0.0), played(1.0, 0.0)
    assert lengths(short)[0] < lengths(usual)[0] < lengths(long)[0]
    assert np.array_equal(usual.onsets, long.onsets)
    assert np.array_equal(usual.hits, long.hits)


class Silent(Weights):
    """The same answers, but that nothing should ever begin."""

    def run(self, inputs: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        answers = super().run(inputs)
        for name in ("counts", "hits"):
            answers[name][..., 0] += 60.0
        return answers


def test_of_each_needed_group_one_part_plays_once_a_bar_where_nothing_else_came(context: Context) -> None:
    filler = Filler(Silent(), GENRES, drums=True)

    def written(needed: list[list[tuple[int, ...]]], wanted: np.ndarray) -> Lanes:
        draws = Draws(np.random.default_rng(1))
        return filler.fill(context, empty(PARTS, 64, (1,)), wanted, draws, Taste(), needed)

    silent = written([], everything())
    assert not silent.onsets.any()
    assert not silent.hits.any()
    lanes = written([[(0, 1), (-1,)]], everything())
    assert not lanes.onsets[:, 0].any()
    assert lanes.onsets[0, 1].any(axis=-1).reshape(4, 16).sum(axis=1).tolist() == [1, 1, 1, 1]
    assert (lanes.lengths[0, 1, :, 0] >= 0).sum() == 4
    assert (lanes.hits[0] > 0).any(axis=-1).reshape(4, 16).sum(axis=1).tolist() == [1, 1, 1, 1]
    some = everything()
    some[:, :, :16] = False
    lanes = written([[(0,), (1,), (-1,)]], some)
    assert lanes.onsets[0].any(axis=-1).reshape(PARTS, 4, 16).sum(axis=-1).tolist() == [[0, 1, 1, 1]] * 2


def test_every_track_of_a_piece_plays_even_if_the_network_would_rather_not() -> None:
    sheet = sheet_of(
        np.array([(0, 60, 4)]), (ChordChange(0, Chord(0)),), bars_of((Metre(0),), 10 * 1920, 0, ()), Grid(), 0
    )
    wanted = np.ones((3, sheet.slots), np.bool_)
    draft = Draft(sheet, empty(PARTS, sheet.slots, (1,)), wanted, np.zeros((3, 4), np.int8), 1, ())
    lanes = write(Filler(Silent(), GENRES, drums=True), DATA, [draft], "x", Taste())
    assert lanes.onsets[0].any(axis=(-2, -1)).all()
    assert lanes.hits.any()
    assert not lanes.onsets[0, :, : 6 * 16].any()  # it had the chance to play later


def test_absent_parts_stay_silent(context: Context) -> None:
    without = replace(context, present=np.array([[True, False, False]]))
    lanes = filled(without, empty(PARTS, 64, (1,)), everything())
    assert lanes.onsets[:, 0].any()
    assert not lanes.onsets[:, 1].any()
    assert not lanes.hits.any()


def test_nothing_wanted_asks_the_network_nothing(context: Context) -> None:
    weights = Weights()
    before = empty(PARTS, 64, (1,))
    after = Filler(weights, GENRES, drums=True).fill(
        context, before, np.zeros((1, PARTS + 1, 64), np.bool_), Draws(np.random.default_rng(0)), Taste()
    )
    assert weights.calls == 0
    assert same(before, after)


def test_cancelling_stops(context: Context) -> None:
    filler = Filler(Weights(), GENRES, drums=True, cancelled=lambda: True)
    with pytest.raises(GenerationCancelled):
        filler.fill(context, empty(PARTS, 64, (1,)), everything(), Draws(np.random.default_rng(0)), Taste())


def test_a_long_piece_is_written_to_its_end_and_its_opening_does_not_change_with_what_follows() -> None:
    def piece(bars: int) -> Lanes:
        lane = (ChordChange(0, Chord(0)),)
        sheet = sheet_of(np.array([(0, 60, 4)]), lane, bars_of((Metre(0),), bars * 1920, 0, ()), Grid(), 0)
        wanted = np.ones((PARTS + 1, sheet.slots), np.bool_)
        filler = Filler(Weights(), GENRES, drums=True)
        wishes = np.zeros((PARTS + 1, 4), np.int8)
        draft = Draft(sheet, empty(PARTS, sheet.slots, (1,)), wanted, wishes, 5)
        return write(filler, DATA, (draft,), "m", Taste())

    long, longer = piece(WINDOW_BARS + 6), piece(WINDOW_BARS + 12)
    assert long.onsets[:, :, -16:].any()
    first = slice(0, WINDOW_BARS * 16)
    assert np.array_equal(long.onsets[:, :, first], longer.onsets[:, :, first])


def test_a_pitch_sounds_once_at_a_time_and_stays_in_range() -> None:
    lanes = empty(2, 16, (1,))
    lanes.onsets[0, :, 0, 12] = True  # both parts strike the same note
    lanes.onsets[0, 1, 2, 24] = True
    lanes.lengths[0, :, 0, 0] = 7
    lanes.lengths[0, 1, 2, 0] = 7
    part = PartSpec("Keys", "keys", 0, 36, 47)
    notes = pitched_notes(part, (0, 1), lanes, Grid(), 0)
    assert [(n.start_tick, n.pitch, n.duration_ticks) for n in notes] == [(0, 36, 240), (240, 36, 960)]
    for low, pitch in ((0, 0), (12, 12), (60, 60), (72, 72), (108, 108)):  # however many octaves that takes
        moved = pitched_notes(replace(part, low=low, high=low + 11), (0, 1), lanes, Grid(), 0)
        assert {n.pitch for n in moved} == {pitch}


def test_a_genre_is_emphasised_by_saying_it_farther_from_the_others(context: Context) -> None:
    def said(genres: int, emphasis: float) -> np.ndarray:
        stage = np.zeros(1, np.int8)
        usual, more = (token_features(context, stage, genres, value) for value in (0.0, emphasis))
        return (more - usual)[0, 0]

    change = said(3, 0.5)
    assert change[change != 0].tolist() == [0.5, -0.25, -0.25]
    assert not said(1, 2.0).any()  # there is nothing to be told from


def test_each_stage_has_its_own_emphasis(context: Context) -> None:
    asked: list[np.ndarray] = []

    class Listening(Weights):
        def run(self, inputs: Mapping[str, FloatArray]) -> Mapping[str, FloatArray]:
            asked.append(inputs["tokens"])
            return super().run({**inputs, "tokens": inputs["tokens"][..., : self._tokens.shape[0]]})

    Filler(Listening(), 2, drums=True, emphasis=(0.0, 0.5, 1.0)).fill(
        context, empty(PARTS, 64, (1,)), everything(), Draws(np.random.default_rng(1)), Taste()
    )
    assert {float(tokens.min()) for tokens in asked} == {0.0, -0.5, -1.0}


def test_notes_are_let_go_when_the_harmony_leaves_them() -> None:
    lane = (ChordChange(0, Chord(0)), ChordChange(480, Chord(9, "min")), ChordChange(960, Chord(7)))
    sheet = sheet_of(np.array([(0, 72, 4)]), lane, bars_of((Metre(0),), 1920, 0, ()), Grid(), 0)
    context = cut(sheet, 0, 1, 0, np.zeros((3, 4), np.int8), np.ones(3, np.bool_))
    onsets = np.zeros((1, 1, 16, PITCHES), np.bool_)
    onsets[0, 0, 0, [24, 31, 36, 43]] = True  # C G C G: G is in C and in G, not in A minor between them
    onsets[0, 0, 1, [26, 40]] = True  # D is in none but the last, E in the first two
    onsets[0, 0, 8, 43] = True  # G in G, to the end and on
    room = room_of(context, onsets)
    assert room[0, 0, 0].tolist() == [8, 4, 4]
    assert room[0, 0, 1, [0, 2]].tolist() == [3, 7]
    assert room[0, 0, 8, 0] >= 32


def test_no_note_written_hangs_over_a_chord_it_is_not_in(context: Context) -> None:
    lanes = filled(context, empty(PARTS, 64, (1,)), everything())
    for part in range(PARTS):
        for slot, pitch, last in lanes_to_rows(lanes.onsets[0, part], lanes.lengths[0, part]).tolist():
            tones = context.tones[0, slot : slot + last, pitch % 12]
            assert tones.all() or (not tones[0] and not (slot < 16 < slot + last))


def test_a_held_voice_never_rests_and_is_one_voice(context) -> None:
    lanes, wanted = empty(PARTS, 64, (1,)), everything()
    held = Filler(Weights(), GENRES, drums=True).fill(
        context, lanes, wanted, Draws(np.random.default_rng(1)), Taste(held=True)
    )
    assert held.counts.max() == 1
    assert (held.counts[..., 0] == 1).all()
    for part in range(PARTS):
        notes = pitched_notes(PartSpec("Alto", "alto", 0, 0, 127), (part,), held, Grid(), 0, held=True)
        ends = [note.end_tick for note in notes]
        assert [note.start_tick for note in notes[1:]] + [64 * 120] == ends


class Roots(Weights):
    """Wants every part to begin with each quarter, on the root that it is told."""

    def run(self, inputs: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        answers = super().run(inputs)
        slots = np.arange(answers["counts"].shape[2])
        for part in range(PARTS):
            answers["counts"][:, part, :, 1] += np.where(slots % 4 == 0, 30, -30)
            answers["counts"][:, part, :, 2:] -= 60
            answers["pitches"][:, part, slots, 12 + inputs["root"][0].astype(int)] += 30
        return answers


def test_basses_hear_chords_from_their_bass_and_the_others_from_their_root() -> None:
    lane = (ChordChange(0, Chord(0, bass=4)), ChordChange(1920, Chord(7)))
    sheet = sheet_of(np.array([(0, 60, 4), (16, 62, 8)]), lane, bars_of((Metre(0),), 2 * 1920, 0, ()), Grid(), 0)
    context = cut(sheet, 0, 2, 0, np.zeros((3, 4), np.int8), np.ones(3, np.bool_))
    wanted = np.ones((1, PARTS + 1, 32), np.bool_)
    filler = Filler(Roots(), GENRES, drums=True)
    for basses, lowest in (((0,), (4, 7)), ((), (0, 7))):
        lanes = filler.fill(
            context, empty(PARTS, 32, (1,)), wanted, Draws(np.random.default_rng(1)), Taste(basses=basses)
        )
        classes = [lanes.onsets[0, part, ::4].argmax(axis=-1) % 12 for part in range(PARTS)]
        assert classes[0].tolist() == [lowest[0]] * 4 + [lowest[1]] * 4
        assert classes[1].tolist() == [0] * 4 + [7] * 4


def test_a_bass_that_stays_is_left_alone(context: Context) -> None:
    before = filled(context, empty(PARTS, 64, (1,)), everything())
    wanted = np.zeros((1, PARTS + 1, 64), np.bool_)
    wanted[:, 1] = True
    draws, taste = Draws(np.random.default_rng(4)), Taste(basses=(0,))
    after = Filler(Weights(), GENRES, drums=True).fill(context, before, wanted, draws, taste)
    assert np.array_equal(after.onsets[:, 0], before.onsets[:, 0])
    assert not np.array_equal(after.onsets[:, 1], before.onsets[:, 1])


class Octaves(Weights):
    """Wants both parts to go up and down a tone together, an octave apart, in every second slot."""

    def run(self, inputs: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        answers = super().run(inputs)
        up = np.arange(answers["counts"].shape[2])
        for part in range(PARTS):
            answers["counts"][:, part, :, 1] += np.where(up % 2 == 0, 20, -20)
            answers["pitches"][:, part, up, 36 - 12 * part + up // 2 % 2 * 2] += 20
        return answers


def test_held_voices_make_no_parallels(context: Context) -> None:
    held = Filler(Octaves(), GENRES, drums=True).fill(
        context, empty(PARTS, 64, (1,)), everything(), Draws(np.random.default_rng(1)), Taste(held=True)
    )
    voices = [
        Track(role, pitched_notes(PartSpec(role, role, 0, 0, 127), (part,), held, Grid(), 0, held=True), role=role)
        for part, role in enumerate(("alto", "bass"))
    ]
    tune = Track("Melody", (Note(0, 60, 480), Note(16 * 120, 62, 960)), role="melody")
    assert len(voices[0].notes) > 24
    assert parallels(Score((tune, *voices))) == 0.0


def test_distances_are_to_the_next_start() -> None:
    starts = np.array([True, False, False, True, False])
    assert slots_until(starts).tolist() == [3, 2, 1, 2, 1]
