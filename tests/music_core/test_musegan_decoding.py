"""MuseGAN's answers become notes: what the network said, where it said it, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from music_core.decoding.cells import read_cells
from music_core.decoding.musegan import arrange, from_scratch, melody_planes, noises
from music_core.decoding.predictor import FloatArray, GenerationCancelled
from music_core.manifest import GridSpec, Manifest, OptionSpec, PartSpec, TensorSpec
from music_core.melody import MelodyError, find_melody
from music_core.roll import HOLD, OFF, ONSET, roll_to_notes
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Metre, Note, Score, Track

GRID = GridSpec(12, 192, 192, 48, 24, 84)
STEP = Q // 12


def manifest_of(*, melody: bool = True) -> Manifest:
    parts = (PartSpec("Drums", "drums", 0, 35, 81, is_drum=True), PartSpec("Bass", "bass", 33, 28, 60))
    lead = (PartSpec("Melody", "melody", 80, 48, 96),)
    tracks = 2 if melody else 3
    inputs = (
        TensorSpec("shared", "float32", ("batch", 5)),
        TensorSpec("shared_bars", "float32", ("batch", 5, 4)),
        TensorSpec("private", "float32", ("batch", tracks, 5)),
        TensorSpec("private_bars", "float32", ("batch", tracks, 5, 4)),
    )
    given = (TensorSpec("melody", "float32", ("batch", 2, 192, 84)),)
    cells = ("batch", tracks, 192, 84)
    return Manifest(
        "muse", "Muse", "musegan", "test", "", "", parts if melody else lead + parts, GRID,
        inputs + given if melody else inputs,
        (TensorSpec("sounding_logits", "float32", cells), TensorSpec("onset_logits", "float32", cells)),
        options=(OptionSpec("variety", "Variety", 0, 1.5, 1.0),),
    )  # fmt: skip


class Echo:
    """Answers with the melody's own cells in the last track, an octave down, and a drum on every quarter."""

    def __init__(self) -> None:
        self.seen: list[Mapping[str, FloatArray]] = []

    def run(self, inputs: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        self.seen.append({name: np.array(values) for name, values in inputs.items()})
        batch, tracks = len(inputs["shared"]), inputs["private"].shape[1]
        sounding = np.full((batch, tracks, 192, 84), -6, np.float32)
        onset = np.full_like(sounding, -6)
        drums = 0 if "melody" in inputs else 1
        sounding[:, drums, ::12, 36 - 24] = 6
        onset[:, drums, ::12, 36 - 24] = 6
        if "melody" in inputs:
            sounding[:, -1, :, :-12] += 12 * inputs["melody"][:, 0, :, 12:]
            onset[:, -1, :, :-12] += 12 * inputs["melody"][:, 1, :, 12:]
        return {"sounding_logits": sounding, "onset_logits": onset}


def tune(*notes: tuple[float, int, float], metres: tuple[Metre, ...] = (Metre(0),)) -> Score:
    return Score(
        (Track("Lead", tuple(Note(int(a * Q), p, int(d * Q)) for a, p, d in notes), role="melody"),), metres=metres
    )


def logits_of(roll: np.ndarray, strength: float = 4.0) -> tuple[FloatArray, FloatArray]:
    sounding = np.where(roll != OFF, strength, -strength).astype(np.float32)
    return sounding, np.where(roll == ONSET, strength, -strength).astype(np.float32)


def test_every_roll_is_read_back_from_its_own_logits() -> None:
    rng = np.random.default_rng(3)
    roll = rng.integers(0, 3, (3, 96, 20)).astype(np.int8)
    before = np.pad(roll[:, :-1], ((0, 0), (1, 0), (0, 0)))
    roll[(roll == HOLD) & (before == OFF)] = ONSET  # nothing to hold there
    assert np.array_equal(read_cells(*logits_of(roll)), roll)


def test_a_doubtful_cell_neither_breaks_a_note_nor_makes_one() -> None:
    sounding, onset = np.full((1, 24, 1), -3, np.float32), np.full((1, 24, 1), -4, np.float32)
    sounding[0, 2:14] = 3
    onset[0, 2] = 4
    sounding[0, 7] = -0.5  # within the note
    sounding[0, 20] = 0.5  # alone, where nothing is struck
    (note,) = roll_to_notes(read_cells(sounding, onset)[0], STEP)
    assert (note.start_tick, note.end_tick) == (2 * STEP, 14 * STEP)


def test_a_repeated_note_is_not_a_held_one() -> None:
    sounding, onset = np.full((1, 12, 1), 3, np.float32), np.full((1, 12, 1), -3, np.float32)
    onset[0, [0, 6]] = 3
    assert [note.start_tick for note in roll_to_notes(read_cells(sounding, onset)[0], STEP)] == [0, 6 * STEP]


@pytest.mark.parametrize("tonic", [60, 61, 67])
def test_parts_come_back_in_the_melodys_own_key_and_drums_stay(tonic: int) -> None:
    steps = (0, 4, 7, 12, 7, 4, 2, 0)
    score = tune(*((i, tonic + step, 1) for i, step in enumerate(steps)))
    drums, bass = arrange(Echo(), manifest_of(), score, find_melody(score), seed=1)
    assert [n.pitch for n in bass.notes] == [tonic + step - 12 for step in steps]
    assert [n.start_tick for n in bass.notes] == [i * Q for i in range(8)]
    assert {n.pitch for n in drums.notes} == {36} and drums.is_drum and len(drums.notes) == 8
    assert bass.generated_by == "muse" and bass.role == "bass"


def test_a_melody_of_any_length_is_covered_and_nothing_reaches_past_it() -> None:
    score = tune((0, 60, 4), (33, 64, 2), (150, 67, 0.5))
    _, bass = arrange(Echo(), manifest_of(), score, find_melody(score), seed=1)
    assert bass.notes[-1].end_tick == int(150.5 * Q)
    assert [n.start_tick for n in bass.notes] == [0, 33 * Q, 150 * Q]


def test_phrases_begin_with_the_first_whole_bar_after_a_pickup() -> None:
    metres = (Metre(0, 1, 4), Metre(Q, 4, 4))
    score = tune((0, 67, 1), (1, 72, 4), metres=metres)
    drums, bass = arrange(Echo(), manifest_of(), score, find_melody(score), seed=1)
    assert [(n.start_tick, n.end_tick) for n in bass.notes] == [(0, Q), (Q, 5 * Q)]
    predictor = Echo()
    arrange(predictor, manifest_of(), score, find_melody(score), seed=1)
    seen = predictor.seen[0]["melody"]
    assert not seen[0, 0, :36].any() and seen[0, 0, 36:48].any(1).all()
    assert [n.start_tick for n in drums.notes] == [i * Q for i in range(5)]


def test_other_metres_are_phrases_of_sixteen_quarters() -> None:
    score = tune(*((i, 60, 1) for i in range(18)), metres=(Metre(0, 3, 4),))
    predictor = Echo()
    _, bass = arrange(predictor, manifest_of(), score, find_melody(score), seed=1)
    assert len(bass.notes) == 18 and predictor.seen[0]["melody"].shape[0] == 2


def test_a_note_over_the_edge_of_a_phrase_is_struck_there() -> None:
    planes = melody_planes([Note(15 * Q, 60, 2 * Q)], 2, 0, 0, GRID)
    assert planes[0, 1].sum() == 1 and planes[1, 1, 0, 60 - 24] == 1 and planes[1, 0].sum() == 12


def test_the_constant_noise_stays_and_a_bars_noise_is_its_own() -> None:
    manifest = manifest_of()
    long, later = noises(manifest, 7, 0, 3), noises(manifest, 7, 2, 1)
    assert all(np.array_equal(long[name][2], later[name][0]) for name in long)
    assert np.array_equal(long["shared"][0], long["shared"][2])
    assert np.array_equal(long["private"][0], long["private"][2])
    assert not np.array_equal(long["private"][0, 0], long["private"][0, 1])
    bars = np.concatenate([long["shared_bars"][:, :, bar].ravel() for bar in range(4)])
    assert len(np.unique(bars)) == len(bars)
    assert not np.array_equal(noises(manifest, 8, 0, 1)["shared"], long["shared"][:1])


def test_variety_scales_the_noise_and_nothing_else() -> None:
    score = tune((0, 60, 4))
    usual, calm = Echo(), Echo()
    arrange(usual, manifest_of(), score, find_melody(score), seed=1)
    arrange(calm, manifest_of(), score, find_melody(score), seed=1, options={"variety": 0.5})
    for name, values in usual.seen[0].items():
        assert np.allclose(calm.seen[0][name], values * (1 if name == "melody" else 0.5))


def test_fullness_plays_more_of_the_doubtful_notes() -> None:
    score, manifest = tune((0, 60, 4)), manifest_of()
    full = replace(manifest, options=(*manifest.options, OptionSpec("fullness", "Fullness", -9, 9, 0.0)))
    counts = {
        value: len(arrange(Echo(), full, score, find_melody(score), seed=1, options={"fullness": value})[0].notes)
        for value in (-8.0, 0.0)
    }
    assert counts == {-8.0: 0, 0.0: 4}


def test_a_piece_from_nothing_has_its_bars_and_all_its_tracks() -> None:
    score = from_scratch(Echo(), manifest_of(melody=False), bars=6, seed=1, bpm=96)
    assert [track.role for track in score.tracks] == ["melody", "drums", "bass"]
    assert [n.start_tick for n in score.tracks[1].notes] == [i * Q for i in range(24)]
    assert round(score.tempos[0].bpm) == 96 and score.tracks[1].is_drum


def test_the_length_of_a_piece_is_an_option_where_it_is_not_said() -> None:
    manifest = manifest_of(melody=False)
    manifest = replace(manifest, options=(*manifest.options, OptionSpec("bars", "Length", 1, 101, 2.0)))

    def hits(**given: float) -> int:
        return len(from_scratch(Echo(), manifest, seed=1, options=given).tracks[1].notes)

    assert (hits(), hits(bars=6.4), hits(bars=500)) == (8, 24, 404)
    assert not manifest.needs_melody and manifest_of().needs_melody


def test_each_kind_of_model_says_what_it_is_for() -> None:
    score = tune((0, 60, 4))
    with pytest.raises(MelodyError, match="writes whole pieces"):
        arrange(Echo(), manifest_of(melody=False), score, find_melody(score), seed=1)
    with pytest.raises(MelodyError, match="accompanies a melody"):
        from_scratch(Echo(), manifest_of(), bars=4, seed=1)
    with pytest.raises(ValueError, match="a bar or more"):
        from_scratch(Echo(), manifest_of(melody=False), bars=0, seed=1)


def test_a_cancelled_piece_stops_between_phrases() -> None:
    score = tune(*((i, 60, 1) for i in range(16 * 20)))
    done: list[tuple[int, int]] = []
    with pytest.raises(GenerationCancelled):
        arrange(
            Echo(), manifest_of(), score, find_melody(score), seed=1,
            progress=lambda *at: done.append(at), cancelled=lambda: bool(done),
        )  # fmt: skip
    assert done == [(8, 20)]


def test_pitches_outside_the_raster_are_left_out_of_what_the_network_sees() -> None:
    grid = replace(GRID, low_pitch=60, pitches=12)
    planes = melody_planes([Note(0, 59, Q), Note(Q, 60, Q), Note(2 * Q, 72, Q)], 1, 0, 0, grid)
    assert planes[0, 0].any(1).nonzero()[0].tolist() == list(range(12, 24))
