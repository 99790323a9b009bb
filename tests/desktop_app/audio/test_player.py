from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from desktop_app.audio.player import Player
from desktop_app.audio.recording_synth import RecordingSynth
from desktop_app.audio.synth import LIVE_CHANNEL, METRONOME_CHANNEL, Control, NoteOn, NullSynth
from music_core.score import ControlChange, Note, Score, Track
from tests.desktop_app.audio.scores import at_tempo, line
from tests.desktop_app.playing import Clock
from tests.waiting import until

MS = 125  # beats a minute at which a tick is a millisecond


class Stage:
    """A player on a recording synth, in time that passes only by `wait`."""

    def __init__(self, latency_s: float = 0.0) -> None:
        self.clock = Clock()
        self.synth = RecordingSynth(self.clock, latency_s)
        self.player = Player(self.synth, self.clock, own_thread=False)
        self.ended = 0
        self.player.on_finished = self.count_end

    def count_end(self) -> None:
        self.ended += 1

    def wait(self, seconds: float, step_s: float = 0.01) -> None:
        for _ in range(round(seconds / step_s)):
            self.clock.advance(step_s)
            self.player.pump()

    def onsets(self, *channels: int) -> list[float]:
        """Times of the notes since the first."""
        times = [at_s for at_s, _ in self.synth.notes_on(*channels)]
        return [round(at_s - times[0], 6) for at_s in times]


def test_plays_a_score_to_its_end_and_says_so_once() -> None:
    stage = Stage()
    stage.player.play(at_tempo(MS, line(60, 62, 64)))
    assert stage.player.is_playing
    stage.wait(3.0)
    assert stage.onsets() == [0.0, 0.48, 0.96]
    assert not stage.player.is_playing
    assert stage.ended == 1
    assert stage.player.position_tick() == 1440
    assert not stage.synth.sounding


def test_stopping_silences_and_is_no_ending() -> None:
    stage = Stage()
    stage.player.play(at_tempo(MS, line(60, 62, 64)))
    stage.wait(0.7)
    position = stage.player.position_tick()
    stage.player.stop()
    assert not stage.synth.sounding
    assert not stage.synth.scheduled
    assert stage.player.position_tick() == pytest.approx(position)
    stage.wait(2.0)
    assert (stage.ended, len(stage.onsets())) == (0, 2)


def test_the_position_is_what_is_heard() -> None:
    stage = Stage(latency_s=0.03)
    stage.player.play(at_tempo(MS, line(*range(60, 80))))
    stage.wait(1.0)
    (first_s, _), *_ = stage.synth.notes_on()
    heard_for_s = stage.synth.now_s() - first_s - 0.03
    assert stage.player.position_tick() == pytest.approx(heard_for_s * 1000, abs=1)


def test_the_origin_is_when_tick_zero_is_heard() -> None:
    stage = Stage(latency_s=0.03)
    stage.player.play(at_tempo(MS, line(*range(60, 80))), from_tick=960)
    origin_s = stage.player.origin_s
    stage.wait(0.5)
    (first_s, _), *_ = stage.synth.notes_on()
    assert origin_s == pytest.approx(100.0 + first_s + 0.03 - 0.96, abs=1e-6)
    assert stage.player.origin_s == pytest.approx(origin_s, abs=1e-6)


def test_the_count_in_clicks_before_the_music() -> None:
    stage = Stage()
    stage.player.play(at_tempo(MS, line(60)), count_in_bars=1)
    assert stage.player.position_tick() < -1900
    origin_s = stage.player.origin_s
    stage.wait(3.0)
    assert [at_s for at_s, _ in stage.synth.notes_on(METRONOME_CHANNEL)] == pytest.approx(
        [0.05, 0.53, 1.01, 1.49], abs=1e-6
    )
    assert stage.synth.notes_on(0)[0][0] == pytest.approx(1.97, abs=1e-6)
    assert origin_s == pytest.approx(101.97, abs=1e-6)


def test_stopping_in_the_count_in_stops_the_clicks() -> None:
    stage = Stage()
    stage.player.play(at_tempo(MS, line(60)), from_tick=0, count_in_bars=2)
    stage.wait(0.6)
    stage.player.stop()
    stage.wait(5.0)
    assert len(stage.synth.notes_on()) == 2
    assert stage.player.position_tick() == 0


@pytest.mark.parametrize("metronome", [False, True])
@pytest.mark.parametrize("loop", [None, (0, 960)])
def test_sleeping_as_long_as_it_says_it_hands_everything_over_as_early(
    loop: tuple[int, int] | None, metronome: bool
) -> None:
    stage, sparse, early = Stage(), Stage(), []
    music = at_tempo(MS, line(60, 62, 64, 65), line(*range(40, 56), step_ticks=30, start_tick=1000))
    for each in (stage, sparse):
        each.player.play(music, loop=loop, metronome=metronome)
    stage.wait(1.9)
    schedule = sparse.synth.schedule
    sparse.synth.schedule = lambda at_s, event: (early.append(at_s - sparse.synth.now_s()), schedule(at_s, event))
    rests = []
    while sparse.clock() < stage.clock() - 1e-6:
        rests.append(min(sparse.player.rest_s(), stage.clock() - sparse.clock()))
        sparse.clock.advance(rests[-1])
        sparse.player.pump()
    assert max(rests) == pytest.approx(0.03)
    assert min(early) > 0.15 - 0.01 - 1e-6
    assert sparse.onsets(0, 1, METRONOME_CHANNEL) == stage.onsets(0, 1, METRONOME_CHANNEL)


def test_at_rest_there_is_little_to_look_after_and_what_waits_is_done_at_once() -> None:
    stage = Stage()
    assert stage.player.rest_s() == pytest.approx(0.1)
    stage.player.update(at_tempo(MS, line(60, program=5)))
    assert stage.player.rest_s() == 0.0


def test_the_mixer_is_heard_at_once() -> None:
    stage = Stage()
    score = at_tempo(MS, line(*range(60, 80)), line(*range(40, 60)))
    stage.player.play(score)
    stage.wait(0.5)
    for fields, controller, value in (
        ({"volume": 33}, 7, 33),
        ({"pan": 5}, 10, 5),
        ({"reverb": 99}, 91, 99),
        ({"muted": True}, 7, 0),
    ):
        stage.player.update(score.with_track(1, replace(score.tracks[1], **fields)))
        assert stage.synth.happened[-1] == (pytest.approx(stage.synth.now_s()), Control(1, controller, value))
        stage.player.update(score)


def test_solo_turns_the_others_down_and_back_up() -> None:
    stage = Stage()
    score = at_tempo(MS, line(60, 61), line(40, 41))
    stage.player.play(score)
    stage.player.update(score.with_track(0, replace(score.tracks[0], soloed=True)))
    assert stage.synth.happened[-1][1] == Control(1, 7, 0)
    stage.player.update(score)
    assert stage.synth.happened[-1][1] == Control(1, 7, 100)


def test_an_edit_while_playing_is_heard_and_nothing_is_played_twice() -> None:
    stage = Stage()
    score = at_tempo(MS, line(*range(60, 70)))
    stage.player.play(score)
    stage.wait(1.0)
    stage.player.update(score.with_track(0, line(*range(60, 65), 90, 91)))
    stage.wait(5.0)
    assert [event.pitch for _, event in stage.synth.notes_on()] == [*range(60, 65), 90, 91]
    assert stage.ended == 1


def test_a_new_tempo_goes_on_from_where_it_is() -> None:
    stage = Stage()
    tracks = (line(*range(60, 72)),)
    stage.player.play(at_tempo(MS, *tracks))
    stage.wait(1.0)
    before = stage.player.position_tick()
    stage.player.update(at_tempo(2 * MS, *tracks))
    assert stage.player.position_tick() == pytest.approx(before, abs=2)
    stage.wait(6.0)
    assert [event.pitch for _, event in stage.synth.notes_on()] == list(range(60, 72))
    assert stage.onsets()[-1] - stage.onsets()[-2] == pytest.approx(0.24)


def test_the_loop_and_the_metronome_can_be_changed_while_playing() -> None:
    stage = Stage()
    stage.player.play(at_tempo(MS, line(*range(60, 70))))
    stage.wait(0.3)
    stage.player.set_loop((0, 960))
    stage.player.set_metronome(True)
    stage.wait(3.0)
    pitches = [event.pitch for _, event in stage.synth.notes_on(0)]
    assert pitches[:6] == [60, 61, 60, 61, 60, 61]
    assert stage.synth.notes_on(METRONOME_CHANNEL)
    stage.player.set_loop(None)
    stage.player.set_metronome(False)
    stage.wait(8.0)
    assert stage.ended == 1


def test_instruments_are_chosen_before_play_is_pressed() -> None:
    stage = Stage()
    score = at_tempo(MS, line(60, program=48), line(36, is_drum=True, program=0))
    stage.player.update(score)
    assert stage.synth.programs == {}, "not on the caller's thread"
    for _ in range(5):
        stage.player.pump()
    assert stage.synth.programs[0] == (48, 0, False)
    assert stage.synth.programs[9] == (0, 0, True)
    assert stage.synth.programs[METRONOME_CHANNEL][2]


def test_a_track_added_while_playing_sounds_with_its_own_instrument() -> None:
    stage = Stage()
    score = at_tempo(MS, line(*range(60, 70)))
    stage.player.play(score)
    stage.wait(0.5)
    stage.player.update(score.with_tracks(*score.tracks, line(*range(40, 50), program=32)))
    stage.wait(1.0)
    assert stage.synth.programs[1] == (32, 0, False)
    assert stage.synth.notes_on(1)


def test_pedals_and_wheels_are_where_they_should_be_when_starting_in_the_middle() -> None:
    stage = Stage()
    track = replace(line(60, 62), controls=(ControlChange(0, 64, 127),))
    stage.player.play(at_tempo(MS, track), from_tick=480)
    assert Control(0, 64, 127) in [event for _, event in stage.synth.happened]


def test_playing_anew_while_playing_starts_over() -> None:
    stage = Stage()
    score = at_tempo(MS, line(60, 62, 64))
    stage.player.play(score)
    stage.wait(0.6)
    stage.player.play(score)
    stage.wait(3.0)
    assert [event.pitch for _, event in stage.synth.notes_on()] == [60, 62, 60, 62, 64]
    assert stage.ended == 1


def test_endless_playing_goes_on_past_the_end() -> None:
    stage = Stage()
    stage.player.play(Score(), metronome=True, endless=True)
    stage.wait(20.0)
    assert stage.player.is_playing
    assert stage.player.position_tick() > 19_000


def test_panic_silences_even_what_the_player_does_not_play() -> None:
    stage = Stage()
    stage.player.play(at_tempo(MS, line(60, 62)))
    stage.wait(0.2)
    stage.synth.note_on(LIVE_CHANNEL, 70, 80)
    stage.player.panic()
    assert not stage.synth.sounding
    assert not stage.player.is_playing


def test_stop_leaves_the_live_keys_alone() -> None:
    stage = Stage()
    stage.player.play(at_tempo(MS, line(60, 62)))
    stage.synth.note_on(LIVE_CHANNEL, 70, 80)
    stage.player.stop()
    assert stage.synth.sounding == {(LIVE_CHANNEL, 70)}


def test_a_late_pump_loses_nothing() -> None:
    stage = Stage()
    stage.player.play(at_tempo(MS, line(*range(60, 70))))
    stage.wait(6.0, step_s=0.7)
    assert [event.pitch for _, event in stage.synth.notes_on()] == list(range(60, 70))
    assert stage.ended == 1


def test_the_thread_plays_in_real_time_and_ends_with_close() -> None:
    clock = time.perf_counter
    synth = RecordingSynth(clock)
    player = Player(synth, clock)
    ended = threading.Event()
    player.on_finished = ended.set
    player.play(at_tempo(1000, Track("t", tuple(Note(i * 120, 60, 100) for i in range(4)))))
    assert ended.wait(10)
    assert [type(event) for _, event in synth.happened].count(NoteOn) == 4
    player.close()
    assert not player.is_playing
    assert not any(thread.name == "player" and thread.is_alive() for thread in threading.enumerate())


class SlowToLoad(RecordingSynth):
    """Reads its samples when told to."""

    def __init__(self) -> None:
        super().__init__(time.perf_counter)
        self.may_load = threading.Event()

    def program(self, channel: int, program: int, bank: int = 0, *, is_drum: bool = False) -> None:
        self.may_load.wait(10)
        super().program(channel, program, bank, is_drum=is_drum)


def test_nobody_waits_for_samples_and_the_piece_starts_when_they_are_there() -> None:
    synth = SlowToLoad()
    player = Player(synth, time.perf_counter)
    ended = threading.Event()
    player.on_finished = ended.set
    score = at_tempo(1000, line(60, 62), line(40, 41))
    player.play(score, from_tick=480)
    assert player.is_playing
    assert player.position_tick() == 480
    assert not synth.notes_on()
    player.update(score.with_tracks(score.tracks[0]))
    synth.may_load.set()
    assert ended.wait(10)
    assert [event.pitch for _, event in synth.notes_on()] == [62]
    player.close()


def test_stopped_before_the_samples_are_there_it_does_not_start() -> None:
    synth = SlowToLoad()
    player = Player(synth, time.perf_counter)
    player.play(at_tempo(1000, line(60, 62)), from_tick=480)
    player.stop()
    synth.may_load.set()
    assert until(lambda: any(isinstance(event, Control) for _, event in synth.happened))
    player.close()
    assert not synth.notes_on()
    assert player.position_tick() == 480


def test_silence_plays_in_time_too() -> None:
    clock = Clock()
    player = Player(NullSynth(clock), clock, own_thread=False)
    player.play(at_tempo(MS, line(60, 62)))
    for _ in range(50):
        clock.advance(0.01)
        player.pump()
    assert player.position_tick() == pytest.approx(450, abs=2)
