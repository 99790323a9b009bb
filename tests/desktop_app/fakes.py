"""Stand-ins for what moves by itself: a player, jobs that end when told, and a composer that doubles the tune."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from desktop_app.events import EventBus
from desktop_app.generation.composer import Arrangement, Request, assemble, ignore
from desktop_app.jobs import JobHandle
from music_core.decoding.predictor import Cancelled, GenerationCancelled, Progress, no_progress
from music_core.melody import find_melody
from music_core.score import Note, Score, TempoMap, Track
from tests.desktop_app.playing import Clock


class FakePlayer:
    """Follows the clock like the real one, without sound; `calls` has what it was asked to do."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._from_tick = 0
        self.score = Score()
        self.is_playing = False
        self.origin_s = 0.0
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.loop: tuple[int, int] | None = None

    def play(self, score: Score, from_tick: int = 0, loop=None, metronome=False, count_in_bars=0, *, endless=False):
        self.calls.append(("play", {"metronome": metronome, "count_in_bars": count_in_bars, "endless": endless}))
        self.score, self.loop, self.is_playing = score, loop, True
        tempo = TempoMap(score.tempos)
        count_in_s = count_in_bars * 4 * 60 / score.bpm
        self.origin_s = self._clock() + count_in_s - tempo.seconds(from_tick)

    def stop(self) -> None:
        self.is_playing = False

    def update(self, score: Score) -> None:
        self.score = score

    def set_loop(self, loop) -> None:
        self.loop = loop

    def set_metronome(self, on: bool) -> None:
        self.calls.append(("set_metronome", {"on": on}))

    def position_tick(self) -> float:
        return TempoMap(self.score.tempos).tick(self._clock() - self.origin_s)

    def panic(self) -> None:
        self.calls.append(("panic", {}))


@dataclass
class HeldJobs:
    """Keeps each job until `settle`, or for ever; cancelled ones hand nothing back, as with the real Jobs."""

    waiting: list[tuple[JobHandle, Callable[[], None]]] = field(default_factory=list)

    def run(self, name, work, done, failed, on_progress: Progress | None = None) -> JobHandle:
        handle = JobHandle(name, len(self.waiting))

        def serve() -> None:
            try:
                result = work(on_progress or no_progress, lambda: handle.is_cancelled)
            except GenerationCancelled:
                return
            except Exception as error:
                if not handle.is_cancelled:
                    failed(error)
            else:
                if not handle.is_cancelled:
                    done(result)

        self.waiting.append((handle, serve))
        return handle

    def hand_over(self, call: Callable[[], None]) -> None:
        call()

    def settle(self) -> None:
        """Run what waits."""
        while self.waiting:
            self.waiting.pop(0)[1]()


class DoublingComposer:
    """Its one part is the melody, an octave lower for each seed: enough to tell takes apart."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.error: Exception | None = None
        self.meanwhile: Callable[[], object] = lambda: None  # what happens between the first of several and the rest

    def needs_melody(self, model_id: str) -> bool:
        return model_id != "whole"

    def arrange(
        self, request: Request, progress: Progress, cancelled: Cancelled, stopped: Cancelled, first_done=ignore
    ) -> tuple[Arrangement, ...]:
        self.requests.append(request)
        if self.error:
            raise self.error
        if not self.needs_melody(request.model_id):
            tune = Track("Melody", (Note(0, 70 + request.seed, 480),), role="melody", generated_by=request.model_id)
            return (Arrangement(request.score.with_tracks(tune), request.seed, request.model_id, {}, ("own",)),)
        line = find_melody(request.score, request.melody_track)
        arrangements = []
        for seed in range(request.seed, request.seed + request.takes):
            progress(seed - request.seed + 1, request.takes)
            notes = tuple(Note(n.start_tick, max(0, n.pitch - seed), n.duration_ticks, 60) for n in line.notes)
            part = Track("Bass", notes, program=32, role="bass", generated_by=request.model_id)
            score = assemble(request.score, line, (part,), f"seed {seed}")
            arrangements.append(Arrangement(score, seed, request.model_id, {}, ("told",) if line.had_chords else ()))
            if len(arrangements) == 1 < request.takes:
                first_done(arrangements[0])
                self.meanwhile()
            if stopped():
                break
        return tuple(arrangements)


class Listener:
    """Every event of some classes, in order."""

    def __init__(self, events: EventBus, *kinds: type) -> None:
        self.heard: list[Any] = []
        for kind in kinds:
            events.subscribe(kind, self.heard.append)

    def sentences(self) -> list[str]:
        """Of the notices."""
        return [event.sentence for event in self.heard]
