from __future__ import annotations

from pathlib import Path

from desktop_app.exports.order import ExportOrder, file_name
from desktop_app.exports.stems import stems_of
from music_core.score import Note, Score, Track

HIT = (Note(0, 36, 10), Note(5, 38, 10), Note(9, 42, 10), Note(9, 70, 10))


def test_every_part_that_is_heard_becomes_a_stem_with_a_name_of_its_own() -> None:
    note = (Note(0, 60, 480),)
    score = Score((Track("Keys", note), Track("keys", note), Track("Mute", note, muted=True), Track("Empty")))
    stems = stems_of(score)
    assert [stem.name for stem in stems] == ["Keys", "keys 2"]
    assert all(len(stem.score.tracks) == 1 for stem in stems)
    soloed = score.with_track(1, Track("Solo", note, soloed=True))
    (stem,) = stems_of(soloed)
    assert stem.name == "Solo" and not stem.score.tracks[0].soloed


def test_drums_are_split_without_losing_a_hit() -> None:
    stems = stems_of(Score((Track("Drums", HIT, is_drum=True),)), split_drums=True)
    assert [stem.name for stem in stems] == ["Drums Kick", "Drums Snare", "Drums Hi-hat", "Drums Percussion"]
    assert sorted(note for stem in stems for note in stem.score.tracks[0].notes) == sorted(HIT)


def test_files_have_harmless_names() -> None:
    order = ExportOrder(Path("out"), "../a/b", ("midi",), "wav")
    (stem,) = stems_of(Score((Track("x:y", (Note(0, 60, 1),)),)))
    assert order.file("midi") == Path("out/-a-b.mid")
    assert order.stem_file(stem) == Path("out/-a-b stems/-a-b - x-y.wav")
    assert [file_name(name) for name in ("a/b:c", "...", "Größe", "x" * 300)] == [
        "a-b-c",
        "Untitled",
        "Größe",
        "x" * 120,
    ]
