"""The melody of a band is found by its name or by what is heard, and never where there is none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_training.data.melody import NAMED_CONFIDENCE, WEIGHTS, Choice, choose_melody
from model_training.data.melody_cues import CUES, FAMILIES, cues, family_of, top_onsets
from model_training.data.raw import RawTrack
from music_core.score import TICKS_PER_QUARTER as Q

TUNE = (67, 69, 71, 72, 74, 72, 71, 69, 67, 64, 65, 67, 69, 67, 65, 64)
END = 64 * Q


def track(
    pitches: Sequence[int | tuple[int, ...]], name: str = "", program: int = 0, *, each: int = Q, drum: bool = False
) -> RawTrack:
    """The pitches (or chords) one after the other, again and again for 16 bars of 4/4."""
    chords = [pitch if isinstance(pitch, tuple) else (pitch,) for pitch in pitches]
    rows = [(at, p, each, 90) for i, at in enumerate(range(0, END, each)) for p in chords[i % len(chords)]]
    return RawTrack(name, program, drum, np.array(sorted(rows), np.int32).reshape(-1, 4))


def tune(name: str = "", program: int = 73, up: int = 0) -> RawTrack:
    return track([pitch + up for pitch in TUNE], name, program)


def chords(name: str = "", program: int = 0) -> RawTrack:
    return track([(48, 52, 55), (53, 57, 60), (55, 59, 62), (48, 52, 55)], name, program, each=4 * Q)


def bass(name: str = "") -> RawTrack:
    return track([36, 36, 43, 41], name, 33)


def drums(name: str = "") -> RawTrack:
    return track([36, 42, 38, 42], name, drum=True, each=Q // 2)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
@pytest.mark.parametrize("program", [0, 73, 66, 30, 81])
def test_a_tune_over_a_band_is_heard(order: tuple[int, ...], program: int) -> None:
    band = [tune(program=program), chords(), bass(), drums()]
    choice = choose_melody([band[i] for i in order], END)
    assert order[choice.index] == 0
    assert choice.by == "guessed" and 0.5 < choice.confidence <= 1.0


@pytest.mark.parametrize("name", ["Melody", "MELODY (flute)", "Voice 1 (Melody)", "Melodie", "lead", "Lead 1", "Vocals",
                                  "Lead Vocal", "Soprano", "SitarMelody", "melody_2"])  # fmt: skip
def test_a_name_goes_over_what_is_heard(name: str) -> None:
    other = track([60, 62, 60, 59], name, 48, each=2 * Q)
    assert choose_melody([tune(), other, bass()], END) == Choice(1, NAMED_CONFIDENCE, "named")


@pytest.mark.parametrize("name", ["Lead 2 (sawtooth)", "Bass Lead", "Solo Vox", "Synth Voice", "Counter Melody",
                                  "Support-Melody", "Backing Vocals", "Voice 2 (Harmony)", "Melody pad"])  # fmt: skip
def test_names_of_sounds_and_of_second_voices_say_nothing(name: str) -> None:
    choice = choose_melody([tune(), track([60, 62, 60, 59], name, 48, each=2 * Q), bass()], END)
    assert (choice.index, choice.by) == (0, "guessed")


def test_of_two_with_the_name_the_more_tuneful_is_taken() -> None:
    choice = choose_melody([chords("Lead"), tune("Lead"), tune()], END)
    assert (choice.index, choice.by) == (1, "named")
    assert choice.confidence <= NAMED_CONFIDENCE


def test_the_better_name_goes_first() -> None:
    assert choose_melody([tune("Lead"), chords("Melody")], END).index == 1


def test_a_named_track_that_hardly_plays_has_no_say() -> None:
    few = RawTrack("Melody", 73, False, tune().notes[:4])
    assert choose_melody([few, tune(), chords()], END).index == 1


def test_a_doubled_tune_is_no_reason_for_doubt() -> None:
    alone = choose_melody([tune(), chords(), bass()], END)
    doubled = choose_melody([tune(), tune(up=-12), chords(), bass()], END)
    assert doubled.index in (0, 1)
    assert doubled.confidence > 0.9 * alone.confidence


def test_what_stands_alone_is_as_sure_as_it_is_a_line() -> None:
    assert choose_melody([drums(), tune(), bass()], END) == Choice(1, 1.0, "only")
    assert choose_melody([chords()], END) == Choice(0, 0.0, "only")


NOTHING = RawTrack("Melody", 73, False, np.zeros((0, 4), np.int32))


@pytest.mark.parametrize(
    ("tracks", "words"),
    [
        ([], "no notes"),
        ([NOTHING], "no notes"),
        ([drums("Melody"), NOTHING], "only drums"),
        ([bass("Melody"), drums()], "no track could be a melody"),
        ([track([60], "Melody")], "no track could be a melody"),
        ([RawTrack("Melody", 73, False, tune().notes[:3])], "no track could be a melody"),
        ([tune("Melody", program=127)], "no track could be a melody"),
    ],
)
def test_where_nothing_can_be_a_melody_a_few_words_say_so(tracks: list[RawTrack], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        choose_melody(tracks, END)


def test_the_cues_say_what_is_heard() -> None:
    table = cues([tune(), chords(), bass()], END)
    cue = {name: table[:, i].tolist() for i, name in enumerate(CUES)}
    assert cue["single onsets"] == [1.0, 0.0, 1.0]
    assert cue["chords sounding"] == [0.0, 1.0, 0.0]
    assert cue["on top"] == [1.0, 0.0, 0.0]
    assert cue["skyline"] == [1.0, 0.0, 0.0]
    assert cue["lowest"] == [0.0, 0.0, 1.0]
    assert cue["dense"] == [0.0, -2.0, 0.0]
    assert cue["higher than others"] == [1.0, 0.5, 0.0]
    assert cue["leaps"] == [0.0, 0.0, 0.0]
    assert cue["wind"] == [1, 0, 0] and cue["bass"] == [0, 0, 1]
    assert set(WEIGHTS) == set(CUES)


def test_notes_struck_nearly_together_are_one_onset() -> None:
    notes = np.array([(0, 60, 9, 1), (20, 64, 9, 1), (40, 67, 9, 1), (480, 62, 9, 1)], np.int32)
    starts, top, size = top_onsets(notes)
    assert (starts.tolist(), top.tolist(), size.tolist()) == ([0, 480], [67, 62], [3, 1])


def test_every_program_has_a_family() -> None:
    families = {family_of(program) for program in range(128)}
    assert families == {*FAMILIES, "keys"}
    assert [family_of(p) for p in (0, 33, 40, 48, 53, 73, 81, 30, 89, 119)] == [
        "keys", "bass", "solo string", "ensemble", "voice", "wind", "synth lead", "guitar", "pad", "noise",
    ]  # fmt: skip


NOTE = st.tuples(st.integers(0, 40_000), st.integers(0, 127), st.integers(1, 40_000), st.integers(1, 127))
TRACK = st.builds(
    lambda name, program, drum, rows: RawTrack(name, program, drum, np.array(sorted(rows), np.int32).reshape(-1, 4)),
    st.text(max_size=12), st.integers(0, 127), st.booleans(), st.lists(NOTE, max_size=12),
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.lists(TRACK, max_size=5))
def test_any_tracks_give_a_choice_or_words(tracks: list[RawTrack]) -> None:
    try:
        choice = choose_melody(tracks, 80_000)
    except ValueError as error:
        assert str(error) and "\n" not in str(error)
        return
    assert 0.0 <= choice.confidence <= 1.0
    assert len(tracks[choice.index].notes) and not tracks[choice.index].is_drum
