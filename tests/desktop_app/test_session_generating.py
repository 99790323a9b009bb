"""Generate, takes, cancelling, and results that come too late."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.document import TAKES_KEPT
from desktop_app.events import JobEnded, JobProgress, Notice, TakesChanged
from desktop_app.generation.registry import UnknownModelError
from music_core.score import Metre, Note, Score, Track
from tests.desktop_app.conftest import Studio
from tests.desktop_app.fakes import Listener


def bass(score: Score) -> list[int]:
    return [note.pitch for note in score.tracks[-1].notes]


def generate(studio: Studio, seed: int = 1, takes: int = 1) -> None:
    studio.session.generate("model", seed, takes, {"variety": 0.5})
    studio.jobs.settle()


def test_generating_is_one_step_and_turning_through_takes_stays_in_it(studio: Studio, tune: Score) -> None:
    session = studio.session
    session.edit("Draw", tune)
    heard = Listener(studio.events, TakesChanged, JobEnded)
    generate(studio, takes=3)
    first, rest = [TakesChanged(1, None), TakesChanged(1, 0)], [TakesChanged(3, 0), JobEnded("generate", "done")]
    assert heard.heard == [*first, *rest]
    assert bass(session.score)[0] == 59
    session.choose_take(2)
    session.choose_take(1)
    assert (bass(session.score)[0], session.chosen_take) == (58, 1)
    assert session.undo_label == "Generate"
    session.undo()
    assert session.score == tune
    assert session.chosen_take is None
    session.redo()
    assert session.chosen_take == 1
    assert [(take.seed, dict(take.options)) for take in session.takes] == [(s, {"variety": 0.5}) for s in (1, 2, 3)]


def test_the_first_take_is_heard_while_the_others_are_written(studio: Studio, tune: Score) -> None:
    session = studio.session
    session.edit("Draw", tune)
    seen: list[object] = []
    studio.composer.meanwhile = lambda: seen.append((session.is_generating, session.is_playing, session.score))
    generate(studio, takes=3)
    assert seen == [(True, True, session.score)]
    assert bass(session.score)[0] == 59
    session.undo()
    assert session.score == tune


def test_who_cancels_the_others_keeps_the_first(studio: Studio, tune: Score) -> None:
    session = studio.session
    session.edit("Draw", tune)
    heard = Listener(studio.events, JobEnded)
    studio.composer.meanwhile = session.cancel
    generate(studio, takes=3)
    assert (len(session.takes), session.chosen_take) == (1, 0)
    session.edit("Draw", tune)
    studio.composer.meanwhile = lambda: (session.cancel(), session.cancel())
    generate(studio, takes=3)
    assert (len(session.takes), session.chosen_take) == (2, 1)
    assert heard.heard[-1] == JobEnded("generate", "kept")


def test_others_for_a_melody_that_has_changed_are_dropped(studio: Studio, tune: Score) -> None:
    session = studio.session
    session.edit("Draw", tune)
    heard = Listener(studio.events, JobEnded, Notice)
    studio.composer.meanwhile = lambda: session.edit("Draw", replace(session.score, metres=(Metre(0, 3, 4),)))
    generate(studio, takes=3)
    assert len(session.takes) == 1
    assert heard.heard[0] == JobEnded("generate", "kept")
    assert "Generate again" in heard.heard[1].sentence


def test_another_run_is_another_step(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    generate(studio, seed=1)
    generate(studio, seed=5)
    assert (len(studio.session.takes), studio.session.chosen_take) == (2, 1)
    studio.session.undo()
    assert studio.session.chosen_take == 0
    studio.session.undo()
    assert studio.session.score == tune


def test_the_model_never_sees_its_own_parts(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    generate(studio)
    generate(studio)
    assert [request.score for request in studio.composer.requests] == [
        tune,
        replace(tune, provenance=studio.session.score.provenance),
    ]


def test_the_result_is_played_from_the_start(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    studio.session.seek(960)
    generate(studio)
    assert studio.session.is_playing
    assert studio.player.score == studio.session.score
    assert studio.session.position_tick() == 0


def test_it_stays_quiet_when_so_wished_and_goes_on_when_already_playing(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    studio.session.play()
    studio.clock.advance(1)
    generate(studio)
    assert studio.session.position_tick() == 960
    studio.session.stop()
    studio.session.change_settings(play_after_generate=False)
    generate(studio)
    assert not studio.session.is_playing


def test_a_melody_with_chords_stays_and_the_user_is_told(studio: Studio) -> None:
    chords = Score((Track("Melody", (Note(0, 60, 480), Note(0, 64, 480)), role="melody"),))
    studio.session.edit("Draw", chords)
    heard = Listener(studio.events, Notice)
    generate(studio)
    assert heard.sentences() == ["told"]
    assert studio.session.score.tracks[0] == chords.tracks[0]


def test_without_a_melody_it_says_what_to_do(studio: Studio) -> None:
    heard = Listener(studio.events, Notice, JobProgress)
    studio.session.edit("Empty track", Score((Track("Melody", role="melody"),)))
    generate(studio)
    assert heard.sentences() == ["There is no melody yet. Record, type, import or pick a melody."]
    assert not studio.session.is_generating


def test_an_empty_piece_will_do_for_a_model_that_needs_no_melody(studio: Studio) -> None:
    heard = Listener(studio.events, Notice)
    studio.session.generate("whole", 3)
    studio.jobs.settle()
    assert studio.composer.requests[0].melody_track is None
    assert [(track.role, track.generated_by) for track in studio.session.score.tracks] == [("melody", "whole")]
    assert heard.sentences() == ["own"]
    studio.session.undo()
    assert studio.session.score.tracks == ()


def test_ones_own_melody_is_silent_under_a_whole_piece_and_comes_back(studio: Studio, tune: Score) -> None:
    studio.session.edit("Tune", tune)
    studio.session.generate("whole", 3)
    studio.jobs.settle()
    assert [(track.role, track.muted) for track in studio.session.score.tracks] == [("melody", True), ("melody", False)]
    generate(studio)
    assert [(track.role, track.muted) for track in studio.session.score.tracks] == [("melody", False), ("bass", False)]


def test_cancel_leaves_everything_as_it_was(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    heard = Listener(studio.events, JobEnded, Notice)
    studio.session.generate("model", 1)
    assert studio.session.is_generating
    studio.session.cancel()
    assert not studio.session.is_generating
    studio.jobs.settle()
    studio.session.cancel()
    assert studio.session.score == tune
    assert heard.heard == [JobEnded("generate", "cancelled")]


def test_a_newer_request_overtakes(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    studio.session.generate("model", 1)
    generate(studio, seed=7)
    assert [take.seed for take in studio.session.takes] == [7]


def test_a_result_for_another_melody_is_dropped_and_told(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    heard = Listener(studio.events, Notice, JobEnded)
    studio.session.generate("model", 1)
    changed = tune.with_track(0, replace(tune.tracks[0], notes=tune.tracks[0].notes[:3]))
    studio.session.edit("Erase", changed)
    studio.jobs.settle()
    assert studio.session.score == changed
    assert heard.heard == [
        JobEnded("generate", "cancelled"),
        Notice(
            "info", "The melody or its chords changed while the parts were being written. Generate again.", "Generate"
        ),
    ]


def test_a_result_for_another_project_is_dropped(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    studio.session.generate("model", 1)
    studio.session.new()
    studio.session.edit("Draw", tune)
    studio.jobs.settle()
    assert studio.session.takes == ()


def test_the_mix_and_the_tempo_are_free_while_it_works(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    studio.session.generate("model", 1)
    studio.session.set_tempo(90)
    studio.session.change_mix(0, volume=7)
    studio.jobs.settle()
    assert len(studio.session.takes) == 1
    assert studio.session.score.tracks[0].volume == 7
    assert round(studio.session.score.bpm) == 90


def test_progress_tells_the_time_left_only_when_it_takes_long(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    heard = Listener(studio.events, JobProgress)
    studio.session.generate("model", 1, 4)
    studio.clock.advance(3)
    studio.jobs.settle()
    assert [event.sentence for event in heard.heard][:3] == [
        "Writing the parts",
        "Writing the parts: 1 of 4 windows, about 9 s left",
        "Writing the parts: 2 of 4 windows, about 3 s left",
    ]
    assert [event.fraction for event in heard.heard] == [0, 0.25, 0.5, 0.75, 1]


def test_errors_are_shown_in_words(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    heard = Listener(studio.events, Notice, JobEnded)
    for error in (UnknownModelError("There is no model 'x'."), MemoryError(), ZeroDivisionError("division by zero")):
        studio.composer.error = error
        generate(studio)
    assert heard.heard[::2] == [JobEnded("generate", "failed")] * 3
    assert [notice.sentence for notice in heard.heard[1::2]] == [
        "There is no model 'x'.",
        "The model stopped: not enough memory for 2 bars.",
        "The model stopped: division by zero. The log has the details.",
    ]
    assert studio.session.score == tune


def test_stars_keep_a_take_when_old_ones_make_room(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    generate(studio, seed=1, takes=2)
    studio.session.star_take(0)
    generate(studio, seed=10, takes=TAKES_KEPT - 1)
    assert [take.seed for take in studio.session.takes] == [1, *range(10, 10 + TAKES_KEPT - 1)]
    assert studio.session.takes[0].starred
    assert studio.session.chosen_take == 1


def test_an_edited_part_belongs_to_no_take_until_it_is_undone(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    generate(studio)
    score = studio.session.score
    studio.session.edit("Erase", score.with_track(1, replace(score.tracks[1], notes=score.tracks[1].notes[1:])))
    assert studio.session.chosen_take is None
    studio.session.choose_take(0)
    assert studio.session.chosen_take == 0
    assert studio.session.undo_label == "Take A"
    studio.session.undo()
    studio.session.undo()
    assert studio.session.chosen_take == 0
