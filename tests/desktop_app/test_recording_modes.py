"""Ways to record: with the first note, round a loop, added, within a range, without a click; again; another pass."""

from __future__ import annotations

import pytest

from desktop_app.events import Notice, PassesChanged
from music_core.performance import NoteMessage
from music_core.quantize import Grid
from music_core.score import Note, Score, Track
from tests.desktop_app.conftest import Studio
from tests.desktop_app.fakes import Listener

# At 120 bpm a bar is 2 s.
LOOP = (0, 1920)


def press(studio: Studio, pitch: int = 60) -> None:
    """A key struck now, as the hub hands it on."""
    message = NoteMessage(studio.clock.now_s, pitch, 80)
    studio.recorder.feed(message)
    studio.store.journal.feed(message)
    studio.session.live_message(message)


def melody(studio: Studio) -> list[tuple[int, int, int]]:
    track = studio.session.score.tracks[0]
    return [(note.start_tick, note.pitch, note.duration_ticks) for note in track.notes]


def loop_take(studio: Studio) -> None:
    """Three rounds: two notes, nothing, three notes, the first of them a little early."""
    studio.session.set_loop(LOOP)
    studio.session.record()
    studio.play_keys("@0.02 +60 @0.5 -60 @1.0 +62 @1.9 -62")
    studio.play_keys("@3.95 +64 @4.4 -64 @4.5 +65 @5.0 -65 @5.0 +67 @5.95 -67")
    studio.clock.advance(0.05)
    studio.session.stop()


def test_the_first_note_starts_the_music(studio: Studio) -> None:
    session = studio.session
    session.change_settings(record_on_first_note=True)
    session.record()
    assert (session.is_recording, session.is_playing) == (True, False)
    assert not studio.player.is_playing
    studio.clock.advance(7.3)
    press(studio)
    assert session.is_playing
    assert studio.player.calls[-1][1]["count_in_bars"] == 0
    studio.play_keys("@0.5 -60 @0.5 +62 @1.0 -62")
    session.stop()
    assert melody(studio) == [(0, 60, 480), (480, 62, 480)]


def test_waiting_for_the_first_note_can_be_called_off_or_ended(studio: Studio) -> None:
    session = studio.session
    session.change_settings(record_on_first_note=True)
    heard = Listener(studio.events, Notice)
    session.record()
    session.record()
    assert not session.is_recording
    assert heard.sentences() == ["Nothing was played, so nothing was recorded."]
    session.record()
    session.toggle_play()  # Space does not wait
    assert session.is_playing
    studio.play_keys("@1.0 +60 @1.5 -60")
    session.stop()
    assert melody(studio) == [(960, 60, 480)]


def test_each_round_of_a_loop_is_a_pass_and_the_last_one_is_taken(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    loop_take(studio)
    rest = [(note.start_tick, note.pitch, note.duration_ticks) for note in tune.tracks[0].notes[4:]]
    assert studio.player.loop == LOOP
    assert melody(studio) == [(0, 64, 360), (480, 65, 480), (960, 67, 960), *rest]
    desk = studio.session.recordings
    assert (len(desk.passes), desk.chosen_pass) == (2, 1)  # the silent round is none
    assert [(one.start_tick, one.end_tick, one.stack) for one in studio.session.recorded] == [(0, 1920, 1)] * 2


def test_another_pass_is_one_step_and_can_be_quantised(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    loop_take(studio)
    desk = studio.session.recordings
    desk.choose_pass(0)
    desk.choose_pass(1)
    desk.choose_pass(0)
    assert desk.chosen_pass == 0
    assert melody(studio)[:2] == [(0, 60, 480), (960, 62, 840)]
    studio.session.quantise(Grid(480))
    assert melody(studio)[:2] == [(0, 60, 480), (960, 62, 960)]
    assert desk.chosen_pass == 0
    studio.session.undo()
    studio.session.undo()
    assert melody(studio)[0] == (0, 64, 360)  # all turning through passes was one step
    studio.session.undo()
    assert studio.session.score == tune
    assert len(studio.session.recorded) == 2


def test_again_takes_the_take_out_and_records_in_its_place(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    loop_take(studio)
    studio.session.recordings.again()
    assert studio.session.score == tune
    assert studio.session.is_recording
    studio.play_keys("@0.0 +72 @0.5 -72")
    studio.session.stop()
    assert melody(studio)[0] == (0, 72, 480)
    assert [one.stack for one in studio.session.recorded] == [1, 1, 2]


def test_an_overdub_is_added_and_hears_the_melody(studio: Studio, tune: Score) -> None:
    session = studio.session
    session.edit("Draw", tune)
    session.change_settings(record_mode="overdub")
    session.record()
    assert not studio.player.score.tracks[0].muted
    studio.play_keys("@0.26 +48 @0.74 -48")
    session.stop()
    assert melody(studio)[:3] == [(0, 60, 480), (240, 48, 480), (480, 62, 480)]
    session.quantise(Grid(480))
    assert melody(studio)[:3] == [(0, 60, 480), (480, 48, 480), (480, 62, 480)]
    session.undo()
    session.undo()
    assert session.score == tune


def test_overdubs_round_a_loop_pile_up(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    studio.session.change_settings(record_mode="overdub")
    loop_take(studio)
    assert [m for m in melody(studio) if m[0] == 0] == [(0, 60, 480), (0, 64, 360)]
    assert studio.session.recordings.passes == ()
    studio.session.undo()
    assert studio.session.score == tune


def test_a_punch_changes_its_range_only(studio: Studio, tune: Score) -> None:
    session = studio.session
    session.edit("Draw", tune)
    session.set_punch((960, 1920))
    session.record()
    assert [note.start_tick for note in studio.player.score.tracks[0].notes] == [0, 480, *range(1920, 3840, 480)]
    assert not studio.player.score.tracks[0].muted
    studio.play_keys("@0.0 +50 @0.4 -50 @0.95 +70 @1.4 -70 @1.5 +72 @2.6 -72 @2.7 +74 @3 -74")
    session.stop()
    before = [(n.start_tick, n.pitch, n.duration_ticks) for n in tune.tracks[0].notes]
    assert melody(studio) == [*before[:2], (960, 70, 360), (1440, 72, 480), *before[4:]]


def test_a_playhead_behind_the_punch_starts_a_bar_before_it(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    studio.session.set_punch((1920, 2400))
    studio.session.seek(3360)
    studio.session.record()
    studio.play_keys("@2.0 +70 @2.4 -70")
    studio.session.stop()
    assert (1920, 70, 360) in melody(studio)
    assert (2400, 65, 480) in melody(studio)


def test_a_free_take_finds_its_tempo_and_its_bars(studio: Studio) -> None:
    session = studio.session
    session.change_settings(record_mode="free")
    heard = Listener(studio.events, Notice)
    done = Listener(studio.events, PassesChanged)
    session.record()
    assert studio.player.calls[-1][1] == {"metronome": False, "count_in_bars": 0, "endless": True}
    beat = 60 / 96
    tune = [64, 62, 60, 62, 64, 64, 64, None, 62, 62, 62, None, 64, 67, 67, None]
    tune += [64, 62, 60, 62, 64, 64, 64, 64, 62, 62, 64, 62, 60, None, None, None]
    uneven = (0.0, 0.02, -0.02, 0.03)
    keys = [(3.1 + i * beat + uneven[i % 4], pitch) for i, pitch in enumerate(tune) if pitch]
    studio.play_keys(" ".join(f"@{at:.3f} +{pitch} @{at + 0.9 * beat:.3f} -{pitch}" for at, pitch in keys))
    session.stop()
    assert len(session.recorded) == 1  # kept raw before its beat is looked for
    studio.jobs.settle()
    assert [start for start, _, _ in melody(studio)] == [480 * i for i, pitch in enumerate(tune) if pitch]
    assert session.score.bpm == pytest.approx(96, rel=0.03)
    assert session.score.metres[0].bar_ticks == 1920
    assert heard.sentences()[-1].startswith("Found 4/4 at 9")
    assert done.heard[-1].is_done
    session.undo()
    assert session.score == Score()


def test_a_free_take_can_be_read_at_another_tempo_and_from_another_beat(studio: Studio) -> None:
    test_a_free_take_finds_its_tempo_and_its_bars(studio)
    studio.session.redo()
    tempo, starts = studio.session.score.bpm, [start for start, _, _ in melody(studio)]
    desk = studio.session.recordings
    desk.reread("double")
    assert studio.session.score.bpm == pytest.approx(2 * tempo, rel=1e-3)
    assert [start for start, _, _ in melody(studio)] == [2 * start for start in starts]
    desk.reread("half")
    desk.reread("later")
    assert [start for start, _, _ in melody(studio)] == [start + 480 for start in starts]
    studio.session.quantise(Grid(960))
    assert all(start % 960 == 0 for start, _, _ in melody(studio))


def test_too_few_notes_for_a_beat_stay_as_they_were_played(studio: Studio) -> None:
    studio.session.change_settings(record_mode="free")
    heard = Listener(studio.events, Notice)
    studio.session.record()
    studio.play_keys("@0.5 +60 @1 -60")
    studio.session.stop()
    studio.jobs.settle()
    assert melody(studio) == [(480, 60, 480)]
    assert heard.sentences() == ["Too little was played to find its beat. Play at least four notes."]


def test_a_beat_found_too_late_for_its_project_writes_nothing(studio: Studio, tune: Score) -> None:
    studio.session.change_settings(record_mode="free")
    studio.session.record()
    studio.play_keys("@0 +60 @0.5 -60 +62 @1 -62 +64 @1.5 -64 +65 @2 -65")
    studio.session.stop()
    studio.session.new()
    studio.session.edit("Draw", tune)
    studio.jobs.settle()
    assert studio.session.score == tune


def test_other_tracks_keep_their_metre_under_a_free_take(studio: Studio) -> None:
    bass = Track("Bass", (Note(0, 40, 1440),), role="bass")
    studio.session.edit("Draw", Score((bass,)))
    studio.session.set_metre(3, 4)
    studio.session.change_settings(record_mode="free")
    studio.session.record()
    keys = " ".join(f"@{0.5 * i} +{60 + i % 5} @{0.5 * i + 0.4} -{60 + i % 5}" for i in range(16))
    studio.play_keys(keys)
    studio.session.stop()
    studio.jobs.settle()
    assert [(m.numerator, m.denominator) for m in studio.session.score.metres] == [(3, 4)]
