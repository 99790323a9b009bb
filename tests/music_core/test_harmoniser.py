"""Chords for a melody from a made-up network: what a person gave stays, what is sung again sounds again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from music_core.analysis.beats import beat_grid
from music_core.decoding.harmoniser import coloured, harmonise, home_shift, model_data
from music_core.decoding.predictor import FloatArray
from music_core.harmony.chord import QUALITIES, Chord
from music_core.harmony.lane import ChordLane, beat_chords, change_at, chord_at, moved
from music_core.harmony.priors import Counts, Priors, priors_to_json
from music_core.harmony.vocabulary import STATES, members, states_of
from music_core.manifest import GridSpec, Manifest, ManifestError
from music_core.melody import MelodyLine, find_melody
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import ChordChange, KeySignature, Metre, Note, Score, Track

PHRASE = (60, 64, 67, 64, 65, 69, 65, 69, 67, 71, 74, 71, 72, 67, 64, 60)
OTHER = (69, 72, 76, 72, 62, 65, 69, 65, 71, 67, 74, 67, 67, 67, 65, 62)


class TemplateNetwork:
    """Likes chords that hold what sounds, a little of each by chance, and roots in the bass."""

    def run(self, inputs: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        views = inputs["pitches"].reshape(1, -1, 6, 12)
        sounds = views[:, :, 0] + views[:, :, 1] + views[:, :, 4]
        chance = np.random.default_rng(1).normal(0, 0.3, (1, sounds.shape[1], STATES))
        chords = 2 * sounds @ members().T - 0.5 * members().sum(axis=1) + chance
        count = (1, sounds.shape[1])
        return {
            "chords": chords.astype(np.float32),
            "basses": np.zeros((*count, 12), np.float32),
            "changes": np.zeros(count, np.float32),
        }


def priors() -> Priors:
    counts = Counts()
    lane = [Chord(0), Chord(5), Chord(7), Chord(0), Chord(9, "min"), Chord(2, "min7"), Chord(7, "7"), Chord(0)] * 4
    path = np.repeat(states_of(lane), 4)
    counts.add(path, beat_grid((Metre(0),), len(path) * Q), np.arange(len(path)) % 16 == 15)
    return Priors({"pop": counts})


MANIFEST = Manifest(
    "tiny", "Tiny", "harmoniser", "pop", "", "MIT", (), GridSpec(), (), (),
    data={"genres": ["pop", "jazz"], "weights": {"moves": 0.3}, "priors": priors_to_json(priors())},
)  # fmt: skip


def melody(*phrases: tuple[int, ...], up: int = 0) -> Score:
    pitches = [pitch + up for phrase in phrases for pitch in phrase]
    return Score((Track("Melody", tuple(Note(i * Q, p, Q) for i, p in enumerate(pitches)), role="melody"),))


def chords(score: Score, **wishes: Any) -> ChordLane:
    asked: dict[str, Any] = {"genre": "pop", "seed": 0} | wishes
    return harmonise(TemplateNetwork(), asked.pop("manifest", MANIFEST), score, find_melody(score, 0), **asked)


def on_tones(score: Score, lane: ChordLane) -> float:
    known = [(n.pitch % 12, one) for n in score.tracks[0].notes if (one := chord_at(lane, n.start_tick))]
    return float(np.mean([pitch in one.pitch_classes for pitch, one in known]))


def test_a_genre_may_let_go_of_the_melody_and_less_so_where_chords_are_drawn() -> None:
    score = melody(PHRASE, OTHER)
    free = replace(MANIFEST, data=MANIFEST.data | {"free": [2.5, 0.0]})
    assert on_tones(score, chords(score, manifest=free)) < on_tones(score, chords(score))
    assert chords(score, manifest=free, genre="jazz") == chords(score, genre="jazz")
    wild = {"wildness": 1.0, "seed": 3}
    assert chords(score, manifest=free, **wild) == chords(score, **wild)


@pytest.mark.parametrize("free", [[1.0], [1.0, -1.0], [1.0, float("nan")], "no"])
def test_what_chords_let_go_of_is_a_number_for_each_genre(free: Any) -> None:
    with pytest.raises(ManifestError, match="install it again"):
        model_data(replace(MANIFEST, data=MANIFEST.data | {"free": free}))


def test_a_melody_has_chords_that_fit_it() -> None:
    score = melody(PHRASE, OTHER)
    lane = chords(score)
    assert lane[0].tick == 0
    assert [change.tick for change in lane] == sorted({change.tick for change in lane})
    assert lane[-1].tick < score.end_tick
    notes = score.tracks[0].notes
    on_tones = [n.pitch % 12 in one.pitch_classes for n in notes if (one := chord_at(lane, n.start_tick))]
    assert np.mean(on_tones) > 0.7
    assert 4 <= len(lane) <= 24


@settings(max_examples=40)
@given(
    start=st.integers(0, 28 * Q), length=st.integers(1, 8 * Q), root=st.integers(0, 11), bass=st.integers(0, 11),
    quality=st.sampled_from(sorted(QUALITIES)), rest=st.booleans(), wildness=st.sampled_from([0.0, 0.4, 1.0]),
)  # fmt: skip
def test_what_a_person_gave_is_never_touched(
    start: int, length: int, root: int, bass: int, quality: str, rest: bool, wildness: float
) -> None:
    chord = None if rest else Chord(root, quality, bass)
    end = start + length
    locked = (ChordChange(start, chord, locked=True), ChordChange(end, Chord(0)))
    lane = chords(melody(PHRASE, OTHER), locked=locked, wildness=wildness)
    for tick in {start, (start + end) // 2, end - 1} - set(range(32 * Q, 99 * Q)):
        found = change_at(lane, tick)
        assert found is not None and (found.chord, found.locked) == (chord, True)
    if end < 32 * Q:
        after = change_at(lane, end)
        assert after is not None and not after.locked
    assert [change.tick for change in lane] == sorted({change.tick for change in lane})


def test_a_given_chord_steers_its_neighbours() -> None:
    score = melody((60, 60, 60, 60, 62, 62, 62, 62))
    free = chords(score)
    bound = chords(score, locked=(ChordChange(4 * Q, Chord(7, "7"), locked=True),))
    assert chord_at(bound, 4 * Q) == chord_at(bound, 7 * Q) == Chord(7, "7")
    assert chord_at(free, 4 * Q) != Chord(7, "7") or free != bound


def test_what_is_sung_again_has_the_same_chords_unless_wild() -> None:
    score = melody(PHRASE, PHRASE, OTHER, PHRASE)
    lane = chords(score)
    bars = [beat_chords(lane, [(16 * part + beat) * Q for beat in range(12)]) for part in range(4)]
    assert bars[0] == bars[1] == bars[3] != bars[2]
    wild = [chords(score, wildness=1.0, seed=seed) for seed in range(4)]
    parts = [[beat_chords(one, [(16 * part + beat) * Q for beat in range(12)]) for part in (0, 1)] for one in wild]
    assert any(first != second for first, second in parts)


def test_seeds_matter_only_where_there_is_wildness() -> None:
    score = melody(PHRASE, OTHER)
    assert chords(score, seed=1) == chords(score, seed=2)
    assert chords(score, seed=1, wildness=0.8) == chords(score, seed=1, wildness=0.8)
    assert len({chords(score, seed=seed, wildness=0.8) for seed in range(6)}) > 3


@pytest.mark.parametrize("up", [-5, 3, 6])
def test_another_key_has_the_same_chords_moved(up: int) -> None:
    assert chords(melody(PHRASE, OTHER, up=up)) == moved(chords(melody(PHRASE, OTHER)), up)


def test_a_person_may_name_the_key() -> None:
    score = melody(PHRASE)
    assert chords(score, key=KeySignature(0, 0)) == chords(score)
    notes = score.tracks[0].notes
    assert home_shift(notes, KeySignature(0, 3), sure=True) == 3
    # A file's signature only breaks near ties, and C major is clear here.
    assert home_shift(notes, KeySignature(0, 3)) == 0


def test_pickups_and_other_metres() -> None:
    notes = tuple(Note(i * Q, 60 + i % 5, Q) for i in range(13))
    score = Score((Track("Melody", notes, role="melody"),), metres=(Metre(0, 1, 4), Metre(Q, 3, 4)))
    lane = chords(score)
    assert lane[0].tick == 0
    assert all((change.tick % Q) == 0 for change in lane)
    compound = replace(score, metres=(Metre(0, 6, 8),))
    assert all(change.tick % (3 * Q // 2) == 0 for change in chords(compound))


def test_no_notes_have_no_chords_and_an_unknown_genre_is_the_first() -> None:
    score = melody(PHRASE)
    empty = harmonise(TemplateNetwork(), MANIFEST, score, MelodyLine(0, (), False), genre="pop", seed=0)
    assert empty == ()
    assert chords(score, genre="polka") == chords(score)


@pytest.mark.parametrize(
    "data",
    [{}, {"genres": [], "weights": {}, "priors": "{}"}, {**MANIFEST.data, "weights": {"moves": -1}},
     {**MANIFEST.data, "weights": {"moves": "x"}}, {**MANIFEST.data, "priors": "{"}, {**MANIFEST.data, "genres": 3}],
)  # fmt: skip
def test_a_damaged_bundle_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ManifestError, match="install it again"):
        model_data(replace(MANIFEST, data=data))


def test_colours_are_as_many_as_expected_where_they_are_likeliest() -> None:
    kinds = (Chord(0), Chord(0, "7"), Chord(9, "min"), Chord(9, "min7"))
    c, c7, am, am7 = (int(state) for state in states_of(kinds))
    path = np.repeat([c, am, c, am], 4)
    logs = np.full((16, STATES), -20.0)
    logs[:, c] = logs[:, am] = np.log(0.6)
    logs[:, c7] = logs[:, am7] = np.log(0.4)
    logs[8:12, c7] = np.log(0.5)
    found = coloured(path, logs, {})
    # Two fifths of eight beats of C are a seventh: one chord, the one that is likelier to have it.
    assert found[:4].tolist() == [c] * 4 and found[8:12].tolist() == [c7] * 4
    assert sorted(found[[4, 12]].tolist()) == sorted([am, am7])
    assert coloured(path, logs, {8: c}).tolist()[8:12] == [c] * 4
