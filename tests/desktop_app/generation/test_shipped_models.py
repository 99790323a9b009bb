"""The models that Tutti comes with, through the same composer as in the app."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.generation.composer import Composer, Request, RequestError
from desktop_app.generation.registry import Registry
from desktop_app.generation.techniques import REWRITERS
from desktop_app.library.melodies import load_sample
from desktop_app.paths import resources_folder
from music_core.adapters import open_onnx
from music_core.decoding.predictor import GenerationCancelled
from music_core.decoding.redo import Redo
from music_core.harmony.chord import Chord
from music_core.midi_file import score_to_bytes
from music_core.score import TICKS_PER_SIXTEENTH, ChordChange, bar_lines

SHIPPED = Registry([resources_folder() / "models"])


@pytest.fixture(scope="module")
def composer() -> Composer:
    return Composer(SHIPPED, open_onnx)


def test_all_are_sound_and_there_is_one() -> None:
    assert SHIPPED.refused() == ()
    assert SHIPPED.models()
    for model in SHIPPED.models():
        folder: Path = SHIPPED.folder_of(model.id)
        assert folder.name == model.id
        assert (folder / "CARD.md").is_file()
        assert all(option.low <= option.default <= option.high for option in model.options)


@pytest.mark.parametrize("sample", ["ode-to-joy", "greensleeves", "amazing-grace", "yankee-doodle"])
@pytest.mark.parametrize("model_id", [model.id for model in SHIPPED.models() if model.needs_melody])
def test_each_writes_parts_under_tunes_of_every_metre(composer: Composer, model_id: str, sample: str) -> None:
    score = load_sample(sample)
    first, second = composer.arrange(Request(score, model_id, seed=1, takes=2))
    (again,) = composer.arrange(Request(score, model_id, seed=1))
    assert score_to_bytes(first.score) == score_to_bytes(again.score)
    assert [t.notes for t in first.score.tracks] != [t.notes for t in second.score.tracks]
    melody, *parts = first.score.tracks
    assert melody == score.tracks[0]
    assert sorted(part.role for part in parts) == sorted(part.role for part in SHIPPED.get(model_id).parts)
    for part in parts:
        assert part.notes
        assert part.end_tick <= bar_lines(score.metres, score.end_tick)[-1]  # a last chord rings to the bar line
        assert part.generated_by == model_id


BANDS = [model.id for model in SHIPPED.models() if model.technique in REWRITERS]


@pytest.mark.parametrize("model_id", BANDS)
def test_a_band_redoes_a_part_and_leaves_every_other_note(composer: Composer, model_id: str) -> None:
    (first,) = composer.arrange(Request(load_sample("ode-to-joy"), model_id, seed=1))
    role = first.score.tracks[1].role
    (after,) = composer.arrange(Request(first.score, model_id, seed=5, redo=Redo(roles=frozenset({role}))))
    assert after.score.tracks[1].notes != first.score.tracks[1].notes
    assert after.score.tracks[0] == first.score.tracks[0]
    assert [track.notes for track in after.score.tracks[2:]] == [track.notes for track in first.score.tracks[2:]]
    assert after.score.chords == first.score.chords


@pytest.mark.parametrize("model_id", BANDS)
def test_a_band_fills_bars_and_leaves_every_note_outside(composer: Composer, model_id: str) -> None:
    (first,) = composer.arrange(Request(load_sample("ode-to-joy"), model_id, seed=1))
    (after,) = composer.arrange(Request(first.score, model_id, seed=5, redo=Redo(bars=(4, 6))))
    lines = bar_lines(first.score.metres, first.score.end_tick)
    near = TICKS_PER_SIXTEENTH // 2  # a player may come in that early
    changed = 0
    for before, now in zip(first.score.tracks, after.score.tracks, strict=True):
        old, new = set(before.notes), set(now.notes)
        assert all(lines[4] - near <= note.start_tick < lines[6] for note in old ^ new)
        changed += len(old ^ new)
    assert changed


@pytest.mark.parametrize("model_id", BANDS[:2])
def test_takes_differ_and_each_is_what_its_seed_gives_alone(composer: Composer, model_id: str) -> None:
    score = load_sample("ode-to-joy")
    takes = composer.arrange(Request(score, model_id, seed=7, takes=3))
    assert len(takes) == 3
    assert takes[0].seed == 7
    for take in takes:
        (alone,) = composer.arrange(Request(score, model_id, seed=take.seed))
        assert [track.notes for track in alone.score.tracks] == [track.notes for track in take.score.tracks]
    assert len({take.score.tracks[1].notes for take in takes}) == 3


def test_cancelling_a_band_keeps_the_bars_that_are_done(composer: Composer) -> None:
    score = load_sample("when-the-saints")
    (whole,) = composer.arrange(Request(score, BANDS[0], seed=3))
    done: list[int] = []
    with pytest.raises(GenerationCancelled) as stopped:
        composer.arrange(Request(score, BANDS[0], seed=3), lambda n, _: done.append(n), lambda: bool(done))
    (partly,) = stopped.value.done
    lines = bar_lines(score.metres, score.end_tick)
    first = [track for track in partly.score.tracks if track.role != "melody"]
    assert any(track.notes for track in first)
    for track, full in zip(partly.score.tracks[1:], whole.score.tracks[1:], strict=True):
        early = {note for note in full.notes if note.end_tick < lines[6]}
        assert len(early & set(track.notes)) >= 0.8 * len(early)
        assert all(note.start_tick < lines[9] for note in track.notes)


@pytest.mark.parametrize("model_id", BANDS)
def test_a_bands_chords_are_in_its_score_and_those_given_stay(composer: Composer, model_id: str) -> None:
    given = ChordChange(1920, Chord(9, "min7"), locked=True)
    score = replace(load_sample("ode-to-joy"), chords=(given, ChordChange(3840, None, locked=True)))
    (take,) = composer.arrange(Request(score, model_id, seed=1))
    assert given in take.score.chords
    assert take.score.chords[0].tick == 0


def test_what_cannot_redo_says_so(composer: Composer) -> None:
    other = next(model.id for model in SHIPPED.models() if model.technique not in REWRITERS and model.needs_melody)
    with pytest.raises(RequestError, match="always writes all of its parts"):
        composer.arrange(Request(load_sample("ode-to-joy"), other, seed=1, redo=Redo(bars=(0, 1))))
