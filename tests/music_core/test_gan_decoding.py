"""Decoding for the GAN with networks whose answer is known, so that every property can be checked exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from music_core.decoding.gan import arrange, home_shift, noise_for, predict, window_starts, write_parts
from music_core.decoding.lines import decode_voices
from music_core.decoding.predictor import FloatArray, GenerationCancelled
from music_core.decoding.voices import CHANNELS, REST, Voice, encode, line_to_voice, pulse_of, voice_to_notes
from music_core.manifest import GridSpec, Manifest, OptionSpec, PartSpec, TensorSpec
from music_core.melody import MelodyLine, find_melody
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import KeySignature, Metre, Note, Score, Track

GRID = GridSpec()
MANIFEST = Manifest(
    "test", "Test", "unet-gan", "test", "", "MIT",
    tuple(PartSpec(name, role, 0, low, high) for name, role, low, high in
          (("Alto", "alto", 53, 74), ("Tenor", "tenor", 48, 69), ("Bass", "bass", 36, 64))),
    GRID,
    (TensorSpec("melody", "float32", ("batch", 7, "steps", 64)), TensorSpec("noise", "float32", ("batch", 4, "cells"))),
    (),
    options=(OptionSpec("variety", "Variety", 0, 1.5, 1),),
)  # fmt: skip


class Shadow:
    """A network that follows the melody a sixth, an octave and two octaves below, and strikes with it."""

    below = (9, 12, 24)

    def __init__(self) -> None:
        self.batches: list[int] = []

    def run(self, inputs: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        melody = inputs["melody"]
        self.batches.append(len(melody))
        batch, _, steps, pitches = melody.shape
        logits = np.zeros((batch, 3, steps, pitches + 1), np.float32)
        logits[..., -1] = 0.5
        for voice, below in enumerate(self.below):
            logits[:, voice, :, : pitches - below] += 2 * melody[:, 0, :, below:]
        onset = np.repeat(melody[:, 1].max(axis=2)[:, None] * 2 - 1, 3, axis=1)
        return {"pitch_logits": logits, "onset_logits": onset}


class Noisy:
    """A network whose answer depends on the noise only."""

    def run(self, inputs: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        noise = np.repeat(inputs["noise"], 16, axis=2)  # (batch, 4, steps)
        batch, _, steps = noise.shape
        logits = np.zeros((batch, 3, steps, 65), np.float32)
        row = (20 + np.round(4 * noise[:, 0])).astype(int).clip(0, 63)
        np.put_along_axis(logits, np.broadcast_to(row[:, None, :, None], (batch, 3, steps, 1)), 5.0, axis=3)
        return {"pitch_logits": logits, "onset_logits": np.full((batch, 3, steps), -1, np.float32)}


def tune(*pitches: int, length: int = Q) -> Score:
    return Score((Track("Melody", tuple(Note(i * length, p, length) for i, p in enumerate(pitches)), role="melody"),))


def parts_of(score: Score, predictor: object = None, seed: int = 1, **options: float) -> tuple[Track, ...]:
    return arrange(predictor or Shadow(), MANIFEST, score, find_melody(score), seed=seed, options=options)  # type: ignore[arg-type]


def test_parts_come_back_in_the_melodys_own_key_and_octave() -> None:
    score = tune(74, 76, 78, 79, 81, 79, 78, 74)  # D major
    tracks = parts_of(score)
    assert [t.role for t in tracks] == ["alto", "tenor", "bass"]
    for track, below in zip(tracks, Shadow.below, strict=True):
        assert [n.pitch for n in track.notes] == [n.pitch - below for n in score.tracks[0].notes]
        assert [n.start_tick for n in track.notes] == [n.start_tick for n in score.tracks[0].notes]


def test_repeated_notes_are_struck_again() -> None:
    assert [len(t.notes) for t in parts_of(tune(72, 72, 72, 72))] == [4, 4, 4]


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(60, 79), min_size=1, max_size=120), st.sampled_from([120, 240, 480]))
def test_windows_leave_no_seam(pitches: list[int], length: int) -> None:
    """A network that answers step by step must give the same notes whatever the windows."""
    score = tune(*pitches, length=length)
    for track in parts_of(score):
        assert [n.start_tick for n in track.notes] == [n.start_tick for n in score.tracks[0].notes]


def test_every_length_is_covered_once_and_to_the_end() -> None:
    for steps in (1, 16, 63, 64, 65, 96, 97, 1000):
        starts = window_starts(steps, GRID)
        assert starts[0] == 0 and starts[-1] + GRID.window_steps >= steps
        assert all(np.diff(starts) == GRID.hop_steps)


def test_a_cells_noise_does_not_depend_on_the_length() -> None:
    assert np.array_equal(noise_for(7, "m", 10, 4)[:, :3], noise_for(7, "m", 3, 4))
    assert not np.array_equal(noise_for(7, "m", 3, 4), noise_for(8, "m", 3, 4))
    assert not np.array_equal(noise_for(7, "m", 3, 4), noise_for(7, "n", 3, 4))


def test_same_seed_same_notes_other_seed_other_notes() -> None:
    score = tune(*[72] * 40)
    assert parts_of(score, Noisy(), seed=3) == parts_of(score, Noisy(), seed=3)
    assert parts_of(score, Noisy(), seed=3) != parts_of(score, Noisy(), seed=4)


def test_no_variety_makes_all_seeds_alike() -> None:
    score = tune(*[72] * 40)
    assert parts_of(score, Noisy(), seed=3, variety=0) == parts_of(score, Noisy(), seed=4, variety=0)


def test_cancelling_stops_between_batches() -> None:
    shadow, score = Shadow(), tune(*[72] * 400)
    with pytest.raises(GenerationCancelled):
        arrange(shadow, MANIFEST, score, find_melody(score), seed=1, cancelled=lambda: len(shadow.batches) >= 2)
    assert len(shadow.batches) == 2


def test_progress_ends_at_the_total() -> None:
    seen: list[tuple[int, int]] = []
    score = tune(*[72] * 400)
    arrange(Shadow(), MANIFEST, score, find_melody(score), seed=1, progress=lambda *done: seen.append(done))
    assert seen[-1][0] == seen[-1][1] and seen == sorted(seen)


def test_a_very_low_melody_keeps_its_parts_playable() -> None:
    lowest = min(n.pitch for t in parts_of(tune(36, 38, 40, 41, 43, 36)) for n in t.notes)
    assert lowest >= 24


@pytest.mark.parametrize(("tonic", "minor", "shift"), [(0, False, 0), (2, False, -2), (7, False, 5), (9, True, 0)])
def test_home_is_c_major_or_a_minor(tonic: int, minor: bool, shift: int) -> None:
    key = next(KeySignature(0, f, minor) for f in range(-5, 7) if KeySignature(0, f, minor).tonic_pitch_class == tonic)
    assert home_shift(key, [Note(0, 70, Q)], (61, 78))[0] == shift


@given(st.lists(st.tuples(st.integers(-1, 63), st.booleans()), min_size=1, max_size=64))
def test_voices_survive_notes_and_back(cells: list[tuple[int, bool]]) -> None:
    pitch = np.array([REST if p < 0 else p + 28 for p, _ in cells], np.int64)
    onset = np.array([struck and p >= 0 for p, struck in cells])
    onset[0] = pitch[0] != REST
    onset[1:] |= (pitch[1:] != pitch[:-1]) & (pitch[1:] != REST)
    back = line_to_voice(voice_to_notes(Voice(pitch, onset), 120, 80), len(cells), 120)
    assert np.array_equal(back.pitch, pitch) and np.array_equal(back.onset, onset)


def test_decoding_takes_the_strongest_pitch_and_marks_changes_as_struck() -> None:
    logits = np.zeros((1, 4, 65), np.float32)
    logits[0, [0, 1, 2, 3], [10, 10, 12, 64]] = 30
    (voice,) = decode_voices(logits, np.array([[-1, -1, -1, 1]], np.float32), GRID)
    assert voice.pitch.tolist() == [38, 38, 40, REST]
    assert voice.onset.tolist() == [True, False, True, False]


def test_a_doubtful_pitch_does_not_strike_where_an_onset_is_unlikely() -> None:
    logits = np.zeros((1, 3, 65), np.float32)
    logits[0, :, 10] = 5
    logits[0, 1, 11] = 5.5
    (held,) = decode_voices(logits, np.array([[3, -3, -3]], np.float32), GRID)
    (struck,) = decode_voices(logits, np.array([[3, 3, 3]], np.float32), GRID)
    assert held.pitch.tolist() == [38, 38, 38] and held.onset.tolist() == [True, False, False]
    assert struck.pitch.tolist() == [38, 39, 38] and struck.onset.all()


def test_a_note_is_written_where_it_is_sure_but_its_pitch_is_not() -> None:
    logits = np.full((1, 2, 65), -20, np.float32)
    logits[0, :, [10, 14, 17]] = np.log(0.25)  # three pitches, a quarter each, and a quarter for silence
    logits[0, :, 64] = np.log(0.25)
    logits[0, 0, 14] += 0.1
    (voice,) = decode_voices(logits, np.array([[3, -3]], np.float32), GRID)
    assert voice.pitch.tolist() == [42, 42]


def test_a_line_sounds_as_often_as_is_expected_though_no_step_is_sure() -> None:
    sound = np.linspace(0.2, 0.45, 64)  # a third in the mean, never likelier than not
    logits = np.full((1, 64, 65), -20, np.float32)
    logits[0, :, 10], logits[0, :, 64] = np.log(sound), np.log(1 - sound)
    (voice,) = decode_voices(logits, np.zeros((1, 64), np.float32), GRID)
    assert abs((voice.pitch != REST).mean() - sound.mean()) < 0.1
    assert (voice.pitch[-10:] != REST).all() and (voice.pitch[:10] == REST).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_line_is_likelier_than_the_decoded_one(seed: int) -> None:
    """Every possible line over three pitches, silence and four steps, scored one by one."""
    grid, rng = GridSpec(pitches=3), np.random.default_rng(seed)
    logits = rng.normal(0, 2, (1, 4, 4)).astype(np.float32)
    onsets = rng.normal(0, 2, (1, 4)).astype(np.float32)
    (voice,) = decode_voices(logits, onsets, grid)

    def likelihood(states: tuple[int, ...]) -> float:
        fit = np.round(logits[0], 3).astype(float)
        fit -= np.log(np.exp(fit).sum(axis=1, keepdims=True))
        # Sounding as a whole against silence; among pitches only how far each is behind the best.
        sounding = np.log(np.exp(fit[:, :3]).sum(axis=1))
        fit[:, :3] += (sounding - fit[:, :3].max(axis=1))[:, None]
        fit[:, 3] += min(0.0, round(float(np.quantile(sounding - fit[:, 3], 1 - np.exp(sounding).mean())), 3))
        total = float(fit[0, states[0]])
        for step in range(1, 4):
            odds = np.round(float(onsets[0, step]), 3)
            strike, hold = min(odds, 0), min(-odds, 0)
            total += fit[step, states[step]]
            if states[step] != 3:
                total += strike if states[step] != states[step - 1] else max(strike, hold)
        return total

    decoded = tuple(3 if p == REST else int(p) - grid.low_pitch for p in voice.pitch)
    best = max(likelihood(states) for states in product(range(4), repeat=4))
    assert likelihood(decoded) == pytest.approx(best, abs=2e-3)


def test_pulse_of_a_pickup_counts_back_from_the_bar_line() -> None:
    pulse = pulse_of((Metre(0, 1, 4), Metre(Q, 3, 4)), 16, 120)
    assert np.flatnonzero(pulse.bar).tolist() == [0, 4]
    assert np.flatnonzero(pulse.beat).tolist() == [0, 4, 8, 12]


def test_pulse_of_six_eight_has_two_beats() -> None:
    assert np.flatnonzero(pulse_of((Metre(0, 6, 8),), 24, 120).beat).tolist() == [0, 6, 12, 18]


def test_planes_show_melody_and_key() -> None:
    pitch, off = np.array([[60, 60, REST]]), np.zeros((1, 3), np.bool_)
    onset = np.array([[True, False, False]])
    planes = encode(pitch, onset, onset, onset, ~off, np.array([0]), np.array([False]), GRID)
    assert planes.shape == (1, len(CHANNELS), 3, 64) and planes.dtype == np.float32
    assert planes[0, 0].sum() == 2 and planes[0, 1].sum() == 1 and planes[0, 0, 0, 60 - 28] == 1
    scale = planes[0, CHANNELS.index("scale"), 0]
    assert scale[60 - 28] == 1.0 and scale[62 - 28] == 0.5 and scale[61 - 28] == 0.0


def test_predict_blends_to_the_answer_itself_where_windows_agree() -> None:
    steps = 150
    windows = np.zeros((len(window_starts(steps, GRID)), 7, 64, 64), np.float32)
    answers = predict(Shadow(), GRID, {"melody": windows}, np.zeros((4, 40), np.float32), steps)
    pitch, onset = answers["pitch_logits"], answers["onset_logits"]
    assert pitch.shape == (3, steps, 65) and onset.shape == (3, steps)
    assert np.allclose(pitch[..., -1], 0.5) and np.allclose(onset, -1)


def test_triplets_and_odd_ticks_stay_in_the_melody_and_only_snap_for_the_network() -> None:
    line = MelodyLine(0, (Note(0, 72, 160), Note(160, 74, 160), Note(320, 76, 160)), False)
    voice = line_to_voice(line.notes, 4, 120)
    assert voice.pitch.tolist() == [72, 74, 74, 76]


class Echo:
    """Writes every part a third, fifth ... below what it is shown last; remembers what it was shown."""

    def __init__(self) -> None:
        self.flags: list[list[float]] = []

    def run(self, inputs: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        given = inputs["given"]
        self.flags.append(given[0, 6:, 0, 0].tolist())
        windows, _, steps, pitches = given.shape
        seen = given[:, :3].max(axis=1) if given[:, :3].any() else inputs["melody"][:, 0]
        pitch = np.zeros((windows, 3, steps, pitches + 1), np.float32)
        pitch[:, :, :, : pitches - 3] = 20 * seen[:, None, :, 3:]
        return {"pitch_logits": pitch, "onset_logits": np.full((windows, 3, steps), -1, np.float32)}


def test_each_part_hears_those_before_it() -> None:
    grid = replace(GRID, window_steps=32, hop_steps=32)
    parts = tuple(PartSpec(role, role, 0, low, 127) for role, low in (("alto", 53), ("tenor", 48), ("bass", 36)))
    inputs = (TensorSpec("given", "float32", ("batch", 9, "steps", 64)),)
    manifest = Manifest("m", "M", "unet-gan", "g", "", "", parts, grid, inputs, ())
    melody = np.zeros((1, 7, 32, 64), np.float32)
    melody[:, 0, :, 40] = 1
    echo = Echo()
    alto, tenor, bass = write_parts(echo, manifest, melody, np.zeros((4, 2), np.float32), 32)
    assert echo.flags == [[0, 0, 0], [0, 0, 1], [0, 1, 1]]  # the bass is written first
    assert [int(part[0].pitch[0]) - 28 for part in (bass, tenor, alto)] == [37, 34, 31]
