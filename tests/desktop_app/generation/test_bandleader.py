"""Redoing with techniques that write everything, and stopping one that writes bar by bar."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_app.generation.bandleader import Bandleader
from desktop_app.generation.composer import Composer, Request
from desktop_app.generation.joining import cut_off, joined
from desktop_app.generation.registry import Registry
from desktop_app.paths import resources_folder
from music_core.adapters import open_onnx
from music_core.decoding.predictor import GenerationCancelled
from music_core.decoding.redo import ANEW, Redo
from music_core.score import Metre, Note, Score, Track
from tests.desktop_app.generation.tiny_model import write_bundle

BAR = 1920


@pytest.fixture(scope="module")
def leader(tmp_path_factory: pytest.TempPathFactory) -> Bandleader:
    folder = tmp_path_factory.mktemp("models")
    write_bundle(folder / "tiny")
    registry = Registry([folder, resources_folder() / "models"])
    return Bandleader(Composer(registry, open_onnx), registry)


def tune(bars: int) -> Score:
    notes = tuple(Note(480 * i, 60 + (i * 5) % 12, 480) for i in range(4 * bars))
    return Score((Track("Tune", notes, role="melody"),), metres=(Metre(0, 4, 4),))


def test_a_technique_that_writes_everything_redoes_one_part(leader: Bandleader) -> None:
    (first,) = leader.arrange(Request(tune(8), "tiny", 1))
    (other,) = leader.arrange(Request(tune(8), "tiny", 9))
    (redone,) = leader.arrange(Request(first.score, "tiny", 9, 0, redo=Redo(frozenset({"tenor"}))))
    assert redone.score.tracks[1] == first.score.tracks[1]
    assert redone.score.tracks[2].notes == other.score.tracks[2].notes != first.score.tracks[2].notes
    assert redone.score.tracks[3] == first.score.tracks[3]


def test_and_only_some_bars_of_it(leader: Bandleader) -> None:
    (first,) = leader.arrange(Request(tune(8), "tiny", 1))
    (filled,) = leader.arrange(Request(first.score, "tiny", 9, 0, redo=Redo(frozenset({"bass"}), (2, 4))))
    before, after = first.score.tracks[3].notes, filled.score.tracks[3].notes
    assert before != after
    inside = range(2 * BAR, 4 * BAR)
    assert [n for n in before if n.start_tick not in inside] == [n for n in after if n.start_tick not in inside]
    assert all(note.end_tick <= 4 * BAR for note in after if note.start_tick in inside)


def test_takes_that_are_done_are_kept_when_stopped(leader: Bandleader) -> None:
    stop: list[int] = []
    takes = leader.arrange(
        Request(tune(4), "tiny", 1, takes=3), lambda done, _all: stop.append(done), stopped=lambda: len(stop) >= 2
    )
    whole = leader.arrange(Request(tune(4), "tiny", 1, takes=3))
    assert 0 < len(takes) < 3
    assert [take.score for take in takes] == [take.score for take in whole[: len(takes)]]
    assert leader.arrange(Request(tune(4), "tiny", 1), stopped=lambda: True) == ()
    with pytest.raises(GenerationCancelled):
        leader.arrange(Request(tune(4), "tiny", 1), cancelled=lambda: True)


@pytest.mark.parametrize("model", ["tiny", "pop-piano"])
def test_the_first_of_several_takes_is_told_of_and_kept_when_stopped(leader: Bandleader, model: str) -> None:
    request, told = Request(tune(4), model, 3, takes=2), []
    takes = leader.arrange(request, first_done=told.append)
    assert told == [takes[0]]
    assert takes[0].score == leader.arrange(replace(request, takes=1))[0].score
    told.clear()
    stopped = leader.arrange(request, stopped=lambda: bool(told), first_done=told.append)
    assert [take.score for take in stopped] == [takes[0].score]


def stopped_after(leader: Bandleader, request: Request, windows: int) -> tuple[Score, tuple[str, ...]]:
    """What is left of a request that is stopped once so many windows are done."""
    reached: list[int] = []
    (take,) = leader.arrange(request, lambda done, _all: reached.append(done), stopped=lambda: len(reached) >= windows)
    return take.score, take.notes


def test_a_band_that_is_stopped_keeps_its_bars(leader: Bandleader) -> None:
    score = tune(11)
    partly, told = stopped_after(leader, Request(score, "pop-piano", 3), 1)
    assert told == ("Stopped after bar 8; what follows is as it was.",)
    (keys,) = partly.tracks[1:]
    assert keys.notes
    assert 6 * BAR < keys.notes[-1].start_tick < 8 * BAR
    (whole,) = leader.arrange(Request(score, "pop-piano", 3))
    assert {(n.start_tick // BAR, n.pitch) for n in keys.notes if n.start_tick < 7 * BAR} == {
        (n.start_tick // BAR, n.pitch) for n in whole.score.tracks[1].notes if n.start_tick < 7 * BAR
    }


def test_a_redo_that_is_stopped_keeps_the_old_notes_after_its_bars(leader: Bandleader) -> None:
    (first,) = leader.arrange(Request(tune(11), "pop-piano", 3))
    redo = Redo(frozenset({"keys"}))
    partly, _told = stopped_after(leader, Request(first.score, "pop-piano", 8, 0, redo=redo), 1)
    old, new = first.score.tracks[1].notes, partly.tracks[1].notes
    assert [n for n in new if n.start_tick >= 8 * BAR] == [n for n in old if n.start_tick >= 8 * BAR]
    assert [n for n in new if n.start_tick < 8 * BAR] != [n for n in old if n.start_tick < 8 * BAR]


def test_redo_without_any_part_is_a_whole_band(leader: Bandleader) -> None:
    score = tune(2)
    (asked,) = leader.arrange(Request(score, "pop-piano", 3, redo=Redo(frozenset({"keys", "bass"}))))
    (plain,) = leader.arrange(Request(score, "pop-piano", 3, redo=ANEW))
    assert asked.score == plain.score


def test_new_notes_end_where_the_old_ones_go_on() -> None:
    old = Track("Bass", (Note(0, 40, 480), Note(480, 41, 480), Note(960, 42, 480)), role="bass", generated_by="a")
    new = Track("Bass", (Note(480, 50, 1000),), role="bass", generated_by="b")
    merged = joined(old, new, lambda tick: 480 <= tick < 960)
    assert merged.notes == (Note(0, 40, 480), Note(480, 50, 480), Note(960, 42, 480))
    assert merged.generated_by == "b"
    assert joined(old, new, lambda _tick: False) is old
    assert cut_off(None, new, 480).notes == ()
