"""What a model is shown, what it may write, and what becomes of the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_app.library.project import Take, Wish
from desktop_app.parts import belongs_to, with_take
from desktop_app.wishes import for_fewer_bars, kept_material, redo_of, rewritten, shown
from music_core.decoding.redo import ANEW, Redo
from music_core.score import ChordChange, Note, Score, Track

TUNE = Track("Tune", (Note(0, 72, 480),), role="melody")
OWN = Track("My organ", (Note(0, 48, 480),), role="keys")


def part(role: str, pitch: int = 40, model: str = "pop", *, locked: bool = False) -> Track:
    track = Track(role.title(), (Note(0, pitch, 480),), role=role, generated_by=model, locked=locked)
    return replace(track, is_drum=role == "drums")


BAND = (part("drums"), part("bass"), part("keys"))


def names(score: Score) -> list[str]:
    return [track.name for track in score.tracks]


def test_a_band_is_written_for_the_users_own_tracks() -> None:
    score = Score((TUNE, OWN, *BAND))
    assert names(shown(score, Wish())) == ["Tune", "My organ"]
    assert redo_of(score, Wish()) == ANEW


def test_a_band_for_some_bars_is_written_for_a_piece_that_ends_there() -> None:
    tune = Track("Tune", tuple(Note(i * 480, 72, 960) for i in range(160)), role="melody")
    score = Score((tune,), chords=tuple(ChordChange(bar * 1920, None) for bar in range(40)))
    fewer = for_fewer_bars(score, Wish())
    assert fewer == Wish(bars=(0, 32))
    seen = shown(score, fewer)
    assert (seen.end_tick, len(seen.tracks[0].notes), len(seen.chords)) == (32 * 1920, 128, 32)
    assert redo_of(score, fewer).bars is None
    assert for_fewer_bars(score, fewer) is None
    assert shown(seen, fewer) == seen


def test_fewer_bars_of_what_is_filled_are_its_first() -> None:
    score = Score((replace(TUNE, notes=(Note(0, 72, 60 * 1920),)), *BAND))
    assert for_fewer_bars(score, Wish("fill", bars=(10, 50))) == Wish("fill", bars=(10, 42))
    assert redo_of(score, Wish("fill", bars=(10, 42))).bars == (10, 42)
    assert shown(score, Wish("fill", bars=(10, 42))) == score


def test_a_band_is_written_around_what_is_locked() -> None:
    score = Score((TUNE, OWN, BAND[0], part("bass", locked=True), BAND[2]))
    assert names(shown(score, Wish())) == ["Tune", "Bass"]
    roles = redo_of(score, Wish()).roles
    assert roles is not None
    assert "bass" not in roles
    assert {"drums", "keys", "strings"} <= roles
    mine = Score((TUNE, replace(OWN, locked=True)))
    assert "keys" not in (redo_of(mine, Wish()).roles or ())


def test_redo_shows_the_piece_and_writes_only_parts_that_are_there() -> None:
    score = Score((TUNE, OWN, *BAND))
    wish = Wish("redo", frozenset({"bass", "strings"}))
    assert names(shown(score, wish)) == ["Tune", "Drums", "Bass", "Keys"]  # the organ would pass for the keys
    assert redo_of(score, wish) == Redo(frozenset({"bass"}))
    assert redo_of(score, Wish("vary", share=0.3)) == Redo(frozenset({"drums", "bass", "keys"}), None, 0.3)
    locked = score.with_track(3, part("bass", locked=True))
    assert redo_of(locked, Wish("fill", frozenset({"bass"}), (0, 2))).roles == frozenset()


def test_of_an_answer_only_what_was_asked_for_is_taken() -> None:
    now = Score((TUNE, *BAND, part("strings", 60, "rock")))
    answer = (TUNE, part("drums", 1), part("bass", 2), part("keys", 3), part("guitar", 4))
    wish = Wish("redo", frozenset({"bass"}))
    taken = rewritten(now, answer, wish, redo_of(now, wish))
    assert [track.notes[0].pitch for track in taken] == [40, 2, 40, 60]
    assert [track.generated_by for track in taken] == ["pop", "pop", "pop", "rock"]
    some = Wish("band", frozenset({"bass", "keys"}))
    assert [track.role for track in rewritten(now, answer, some, redo_of(now, some))] == ["bass", "keys"]


def test_a_rhythm_that_is_kept_takes_the_answers_pitches_only() -> None:
    old = (Note(0, 40, 200, 70), Note(480, 43, 100, 90), Note(480, 47, 100, 90), Note(960, 40, 400, 60))
    new = (Note(10, 45, 900, 100), Note(470, 50, 240, 80), Note(470, 54, 240, 80), Note(470, 57, 240, 80))
    now = Score((TUNE, replace(part("drums"), notes=old), replace(part("keys"), notes=old)))
    answer = tuple(replace(part(role, model="rock"), notes=new) for role in ("drums", "keys"))
    wish = Wish("redo", keeps_rhythm=True)
    drums, keys = rewritten(now, answer, wish, redo_of(now, wish))
    assert drums.notes == new, "drums are their rhythm"
    assert [(n.start_tick, n.duration_ticks, n.velocity) for n in keys.notes] == [
        (n.start_tick, n.duration_ticks, n.velocity) for n in old
    ]
    assert [n.pitch for n in keys.notes] == [45, 50, 54, 50]
    assert keys.generated_by == "rock"


def test_a_take_of_a_band_has_the_locked_part_too() -> None:
    now = Score((TUNE, *BAND[:2], part("keys", 55, locked=True)))
    answer = (TUNE, part("bass", 2), part("keys", 3), part("drums", 1))
    taken = rewritten(now, answer, Wish(), redo_of(now, Wish()))
    assert [(track.role, track.notes[0].pitch) for track in taken] == [("bass", 2), ("keys", 55), ("drums", 1)]


def test_choosing_a_take_leaves_locked_parts_alone() -> None:
    take = Take((part("bass", 30), part("keys", 31), part("drums", 32)), "pop", 1)
    score = Score((TUNE, *BAND[1:], BAND[0])).with_track(2, part("keys", 55, locked=True))
    assert not belongs_to(score, take)
    chosen = with_take(score, take)
    assert [track.notes[0].pitch for track in chosen.tracks] == [72, 30, 55, 32]
    assert belongs_to(chosen, take)
    opened = with_take(chosen.with_track(2, replace(chosen.tracks[2], locked=False)), take)
    assert [track.notes[0].pitch for track in opened.tracks] == [72, 30, 31, 32]
    every = Score((TUNE, *(replace(track, locked=True) for track in (*BAND[1:], BAND[0]))))
    assert with_take(every, take).tracks == every.tracks
    assert not belongs_to(every, take)


def test_the_mix_stays_when_takes_are_compared() -> None:
    score = with_take(Score((TUNE,)), Take((part("bass", 30),), "pop", 1))
    mixed = score.with_track(1, replace(score.tracks[1], volume=33, soloed=True))
    (_, bass) = with_take(mixed, Take((part("bass", 31),), "pop", 2)).tracks
    assert (bass.volume, bass.soloed, bass.notes[0].pitch) == (33, True, 31)


def test_own_tracks_that_are_locked_are_not_muted_by_a_band() -> None:
    score = Score((TUNE, replace(OWN, locked=True), replace(OWN, name="Other")))
    assert [track.muted for track in with_take(score, Take(BAND, "pop", 1)).tracks[:3]] == [False, False, True]


@pytest.mark.parametrize("wish", [Wish("redo"), Wish("fill", bars=(0, 1)), Wish("vary", share=0.5)])
def test_only_where_something_of_a_part_stays_must_it_be_as_it_was(wish: Wish) -> None:
    one, other = Score((TUNE, part("bass", 30))), Score((TUNE, part("bass", 31)))
    redo = redo_of(one, wish)
    assert (kept_material(one, redo) == kept_material(other, redo)) is (wish.verb == "redo")


@pytest.mark.parametrize(
    "fields", [{"verb": "sing"}, {"bars": (3, 3)}, {"share": 0.0}, {"share": 1.5}, {"keeps_rhythm": True}]
)
def test_impossible_wishes_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Wish(**fields)
