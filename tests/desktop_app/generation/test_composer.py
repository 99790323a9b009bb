from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.generation.composer import OWN_PIECE_NOTE, Composer, Request, RequestError, assemble, credited
from desktop_app.generation.registry import Registry, UnknownModelError
from desktop_app.library.melodies import load_sample
from music_core.adapters import open_onnx
from music_core.decoding.predictor import GenerationCancelled
from music_core.melody import MelodyError, MelodyLine
from music_core.midi_file import score_to_bytes
from music_core.score import ControlChange, KeySignature, Metre, Note, Score, Tempo, Track
from tests.desktop_app.generation.tiny_model import write_bundle, write_whole_piece_bundle

COMMON = Metre(0, 4, 4)


@pytest.fixture(scope="module")
def composer(tmp_path_factory: pytest.TempPathFactory) -> Composer:
    folder = tmp_path_factory.mktemp("models")
    write_bundle(folder / "tiny")
    write_whole_piece_bundle(folder / "whole")
    return Composer(Registry([folder]), open_onnx)


def tune(bars: int, metre: Metre = COMMON, up: int = 0) -> Score:
    """Quarters up and down a scale."""
    steps = (60, 62, 64, 65, 67, 65, 64, 62)
    count = bars * metre.bar_ticks // 480
    notes = tuple(Note(480 * i, steps[i % 8] + up, 480, 70 + i % 9) for i in range(count))
    return Score((Track("Tune", notes, role="melody"),), metres=(metre,))


def test_the_melody_comes_first_untouched_then_the_parts(composer: Composer) -> None:
    score = replace(tune(8), tempos=(Tempo(0, 400_000), Tempo(1920, 600_000)), keys=(KeySignature(0, 1),), title="T")
    track = replace(score.tracks[0], controls=(ControlChange(5, 64, 127),), program=40, muted=True)
    (arrangement,) = composer.arrange(Request(score.with_tracks(track), "tiny", 1))
    melody, *parts = arrangement.score.tracks
    assert melody == replace(track, muted=False)
    assert [(part.name, part.role, part.generated_by) for part in parts] == [
        ("Alto", "alto", "tiny"),
        ("Tenor", "tenor", "tiny"),
        ("Bass", "bass", "tiny"),
    ]
    for name in ("tempos", "metres", "keys", "title"):
        assert getattr(arrangement.score, name) == getattr(score, name)
    assert all(part.notes and part.end_tick <= score.end_tick for part in parts)
    assert set(arrangement.stages_ms) == {"melody", "load", "compose"}
    assert arrangement.notes == ()


def test_the_same_seed_gives_the_same_bytes_and_another_one_other_notes(composer: Composer) -> None:
    def once(seed: int, takes: int = 1) -> list[bytes]:
        return [score_to_bytes(a.score) for a in composer.arrange(Request(tune(8), "tiny", seed, takes=takes))]

    assert once(5) == once(5)
    assert once(5) != once(6)
    assert once(5, 3) == [*once(5), *once(6), *once(7)]  # take k is the take of seed + k
    assert once(2**63 - 1, 2)[1:] == once(0)


@pytest.mark.parametrize(
    "metre",
    [Metre(0, 2, 4), Metre(0, 3, 4), Metre(0, 4, 4), Metre(0, 6, 8)],
    ids=lambda m: f"{m.numerator}/{m.denominator}",
)
@pytest.mark.parametrize("bars", [1, 3, 40])
def test_any_length_and_metre(composer: Composer, metre: Metre, bars: int) -> None:
    score = tune(bars, metre)
    (arrangement,) = composer.arrange(Request(score, "tiny", 0))
    assert arrangement.score.metres == score.metres
    # The accompaniment reaches the end and no part goes on after it (the made-up network may rest in a voice).
    assert max(part.end_tick for part in arrangement.score.tracks[1:]) == score.end_tick


def test_any_key_gives_the_same_music_moved(composer: Composer) -> None:
    def moved(up: int) -> list[list[tuple[int, int]]]:
        (arrangement,) = composer.arrange(Request(tune(4, up=up), "tiny", 3))
        return [[(note.start_tick, (note.pitch - up) % 12) for note in t.notes] for t in arrangement.score.tracks]

    assert moved(0) == moved(3) == moved(-4) == moved(6)


@pytest.mark.parametrize("sample", ["amazing-grace", "greensleeves", "when-the-saints", "fur-elise"])
def test_pickups_stay_where_they_are(composer: Composer, sample: str) -> None:
    score = load_sample(sample)
    (arrangement,) = composer.arrange(Request(score, "tiny", 0))
    assert arrangement.score.tracks[0] == score.tracks[0]
    assert arrangement.score.metres == score.metres


def test_chords_give_their_top_line_and_a_note(composer: Composer) -> None:
    notes = tuple(Note(480 * i, pitch, 480) for i in range(4) for pitch in (60, 64, 67 + i))
    (arrangement,) = composer.arrange(Request(Score((Track("Chords", notes),)), "tiny", 0))
    assert [note.pitch for note in arrangement.score.tracks[0].notes] == [67, 68, 69, 70]
    assert arrangement.notes == ("This melody has chords. The model reads the top line.",)


def test_the_melody_is_found_among_tracks_or_named(composer: Composer) -> None:
    low = Track("Low", tuple(Note(480 * i, 40, 480) for i in range(8)))
    score = tune(2).with_tracks(low, replace(tune(2).tracks[0], role="other"))
    found, named = (composer.arrange(Request(score, "tiny", 0, melody_track=i))[0] for i in (None, 0))
    assert found.score.tracks[0].name == "Tune"
    assert named.score.tracks[0].name == "Low"
    assert len(found.score.tracks) == 4
    with pytest.raises(MelodyError, match="no track 5"):
        composer.arrange(Request(score, "tiny", 0, melody_track=4))


def test_progress_counts_over_all_takes_and_cancel_stops_between_windows(composer: Composer) -> None:
    seen: list[float] = []
    composer.arrange(Request(tune(40), "tiny", 0, takes=2), lambda done, total: seen.append(done / total))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert 0.5 in seen
    asked = iter([False, False, False, True])
    with pytest.raises(GenerationCancelled):
        composer.arrange(Request(tune(200), "tiny", 0), cancelled=lambda: next(asked))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model_id": "none"}, "there are: tiny, whole"),
        ({"model_id": "whole", "score": tune(2, Metre(0, 3, 4))}, "Whole writes in 4/4; start a new piece"),
        ({"model_id": "whole", "options": {"bars": 0.0}}, "from 1 to 101, not 0"),
        ({"takes": 0}, "1 to 99 takes"),
        ({"seed": -1}, "seed"),
        ({"options": {"speed": 1.0}}, "no option 'speed'; it has: variety"),
        ({"options": {"variety": 9.0}}, "from 0 to 1.5, not 9"),
        ({"options": {"variety": float("nan")}}, "not nan"),
    ],
)
def test_what_cannot_be_met_is_refused_in_a_sentence(composer: Composer, change: dict[str, object], words: str) -> None:
    request = replace(Request(tune(1), "tiny", 0), **change)  # type: ignore[arg-type]
    with pytest.raises((RequestError, UnknownModelError), match=words):
        composer.arrange(request)


def test_the_variety_option_reaches_the_model(composer: Composer) -> None:
    def notes(variety: float, seed: int) -> object:
        (arrangement,) = composer.arrange(Request(tune(16), "tiny", seed, options={"variety": variety}))
        return [track.notes for track in arrangement.score.tracks]

    assert notes(0.0, 1) == notes(0.0, 2)
    assert notes(1.5, 1) != notes(0.0, 1)


def test_a_network_is_loaded_once(tmp_path: Path) -> None:
    write_bundle(tmp_path / "tiny")
    opened: list[Path] = []

    def open_and_count(graph: Path):  # type: ignore[no-untyped-def]
        opened.append(graph)
        return open_onnx(graph)

    composer = Composer(Registry([tmp_path]), open_and_count)
    for seed in range(3):
        composer.arrange(Request(tune(1), "tiny", seed))
    assert opened == [tmp_path / "tiny" / "model.onnx"]


def test_drums_come_last_and_a_nameless_melody_gets_a_name() -> None:
    score = Score((Track("", (Note(0, 60, 480),)),))
    parts = (Track("Drums", is_drum=True), Track("Bass"))
    arranged = assemble(score, MelodyLine(0, score.tracks[0].notes, False), parts, "")
    assert [track.name for track in arranged.tracks] == ["Melody", "Bass", "Drums"]


def test_the_credit_replaces_an_older_one() -> None:
    once = credited("A folk song.", "tiny", 4)
    assert once == "A folk song. Parts written with Tutti by the model tiny, seed 4."
    assert credited(once, "tiny", 5) == "A folk song. Parts written with Tutti by the model tiny, seed 5."
    assert credited("", "tiny", 4) == "Parts written with Tutti by the model tiny, seed 4."


def test_a_model_that_needs_no_melody_writes_a_piece_out_of_nothing(composer: Composer) -> None:
    assert composer.needs_melody("tiny") and not composer.needs_melody("whole")
    empty = Score(tempos=(Tempo(0, 400_000),))
    first, second = composer.arrange(Request(empty, "whole", 1, takes=2, options={"bars": 6.0}))
    assert [(track.role, track.generated_by) for track in first.score.tracks] == [
        ("melody", "whole"),
        ("bass", "whole"),
        ("drums", "whole"),
    ]
    # Notes sound in the first half of every quarter, up to the end of the sixth bar and no further.
    assert max(track.end_tick for track in first.score.tracks) == 6 * 4 * 480 - 240
    assert first.score.tempos == empty.tempos and first.score.title == "Whole"
    assert first.notes == () and set(first.stages_ms) == {"load", "compose"}
    assert first.score.tracks != second.score.tracks
    (again,) = composer.arrange(Request(empty, "whole", 2, options={"bars": 6.0}))
    assert score_to_bytes(again.score) == score_to_bytes(second.score)
    (usual,) = composer.arrange(Request(empty, "whole", 1))
    assert max(track.end_tick for track in usual.score.tracks) == 8 * 4 * 480 - 240


def test_a_model_that_needs_no_melody_says_that_it_did_not_use_one(composer: Composer) -> None:
    (alone,) = composer.arrange(Request(Score(), "whole", 1))
    (beside,) = composer.arrange(Request(tune(2), "whole", 1))
    assert beside.notes == (OWN_PIECE_NOTE,)
    assert beside.score.tracks == alone.score.tracks
