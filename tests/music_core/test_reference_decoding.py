"""The reference's decoder: signs are notes, windows tile the piece, and the redrawn melody stays out of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from music_core.decoding.predictor import FloatArray, GenerationCancelled
from music_core.decoding.reference import arrange, melody_windows, redrawn, window_noise
from music_core.manifest import GridSpec, Manifest, PartSpec, TensorSpec
from music_core.melody import find_melody
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Metre, Note, Score, Track

BAR = 4 * Q
GRID = GridSpec(window_steps=32, hop_steps=32, low_pitch=0, pitches=128)
MANIFEST = Manifest(
    "echo", "Echo", "unet-gan-reference", "test", "", "MIT",
    (PartSpec("Bass", "bass", 33, 24, 60), PartSpec("Drums", "drums", 0, 35, 81, is_drum=True)), GRID,
    (TensorSpec("melody", "float32", ("batch", 1, 32, 128)), TensorSpec("noise", "float32", ("batch", 3, 2, 8))),
    (TensorSpec("rolls", "float32", ("batch", 3, 32, 128)),),
)  # fmt: skip


class Echo:
    """Draws the melody as it was, the bass an octave below, and a drum on every second step."""

    def __init__(self) -> None:
        self.heard: list[dict[str, FloatArray]] = []

    def run(self, inputs: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        self.heard.append(dict(inputs))
        melody = inputs["melody"]
        rolls = np.full((len(melody), 3, 32, 128), -0.1, np.float32)
        rolls[:, 0] = 0.01 * melody[:, 0]
        rolls[:, 1] = np.roll(melody[:, 0], -12, axis=2)
        rolls[:, 2, ::2, 36] = 1
        return {"rolls": rolls}


def score_of(*notes: Note, metres: tuple[Metre, ...] = (Metre(0),)) -> Score:
    return Score((Track("Tune", notes, role="melody"),), metres=metres)


def tune(bars: int) -> tuple[Note, ...]:
    return tuple(Note(i * Q, 60 + i % 5, Q, 100) for i in range(4 * bars))


def drawn(score: Score, seed: int = 1) -> tuple[Track, ...]:
    return redrawn(Echo(), MANIFEST, score, find_melody(score), seed=seed)


@pytest.mark.parametrize("bars", [1, 2, 5, 19])
def test_a_melody_of_any_length_comes_back_in_windows(bars: int) -> None:
    score = score_of(*tune(bars))
    melody, bass, drums = drawn(score)
    assert [(n.start_tick, n.pitch, n.duration_ticks) for n in melody.notes] == [
        (n.start_tick, n.pitch, n.duration_ticks) for n in tune(bars)
    ]
    assert [n.pitch for n in bass.notes] == [n.pitch - 12 for n in tune(bars)]
    assert len(drums.notes) == 8 * bars
    assert (drums.is_drum, bass.program, bass.generated_by, melody.role) == (True, 33, "echo", "melody")
    assert max(track.end_tick for track in (melody, bass, drums)) <= bars * BAR


def test_cells_that_follow_one_another_are_one_note_even_across_windows() -> None:
    melody, bass, _ = drawn(score_of(Note(0, 60, 2 * BAR), Note(2 * BAR, 60, BAR)))
    assert [(n.start_tick, n.duration_ticks) for n in melody.notes] == [(0, 3 * BAR)]
    assert bass.notes[0].pitch == 48


def test_the_accompaniment_is_all_but_the_redrawn_melody() -> None:
    score = score_of(*tune(3))
    assert arrange(Echo(), MANIFEST, score, find_melody(score), seed=1) == drawn(score)[1:]


def test_windows_begin_with_a_whole_bar() -> None:
    pickup = (Metre(0, 1), Metre(Q, 4))
    predictor = Echo()
    score = score_of(*(Note(i * Q, 60 + i, Q) for i in range(9)), metres=pickup)
    melody = redrawn(predictor, MANIFEST, score, find_melody(score), seed=1)[0]
    windows = predictor.heard[0]["melody"]
    assert len(windows) == 2
    assert np.argwhere(windows[0, 0] > 0).tolist() == [[28 + i, 60] for i in range(4)]
    assert [n.start_tick for n in melody.notes] == [i * Q for i in range(9)]


def test_leading_rests_are_left_out_by_whole_windows() -> None:
    late = score_of(Note(5 * BAR, 60, BAR))
    predictor = Echo()
    bass = arrange(predictor, MANIFEST, late, find_melody(late), seed=1)[0]
    assert len(predictor.heard[0]["melody"]) == 1
    assert [(n.start_tick, n.duration_ticks) for n in bass.notes] == [(5 * BAR, BAR)]


def test_the_network_hears_ones_and_minus_ones() -> None:
    windows = melody_windows((Note(0, 60, Q), Note(Q, 127, Q)), 0, 2 * Q, GRID)
    assert windows.shape == (1, 1, 32, 128)
    assert windows.dtype == np.float32
    assert set(np.unique(windows)) == {-1.0, 1.0}
    assert np.argwhere(windows[0, 0] > 0).tolist() == [[i, 60] for i in range(4)] + [[i, 127] for i in range(4, 8)]


def test_noise_is_cut_and_belongs_to_its_window() -> None:
    noise = window_noise(7, "echo", 3, (512, 2, 8))
    assert np.abs(noise).max() <= 2
    assert noise.std() == pytest.approx(0.8796, abs=0.01)  # of a normal that is cut at two deviations
    assert np.array_equal(noise[:2], window_noise(7, "echo", 2, (512, 2, 8)))
    assert not np.array_equal(noise[0], noise[1])
    assert not np.array_equal(noise, window_noise(8, "echo", 3, (512, 2, 8)))
    assert not np.array_equal(noise, window_noise(7, "other", 3, (512, 2, 8)))


def test_a_long_piece_can_be_called_off_between_windows() -> None:
    score = score_of(*tune(40))
    done: list[tuple[int, int]] = []
    with pytest.raises(GenerationCancelled):
        arrange(
            Echo(), MANIFEST, score, find_melody(score), seed=1,
            progress=lambda at, of: done.append((at, of)), cancelled=lambda: bool(done),
        )  # fmt: skip
    assert done == [(8, 20)]
