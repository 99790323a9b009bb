"""Leads the composer: whatever the technique, some parts or bars can be redone, and a stop keeps what is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from desktop_app.generation.composer import LARGEST_SEED, Arrangement, Composer, Request, ignore
from desktop_app.generation.registry import Registry
from desktop_app.generation.techniques import REWRITERS
from desktop_app.language import tr
from music_core.decoding.predictor import Cancelled, GenerationCancelled, Progress, never_cancelled, no_progress
from music_core.decoding.redo import ANEW
from music_core.manifest import Manifest
from music_core.score import TICKS_PER_SIXTEENTH, Score, Track, bar_lines


class Bandleader:
    """Asks one composer; takes of a technique that writes everything are put into the parts that stay."""

    def __init__(self, composer: Composer, registry: Registry) -> None:
        self._composer = composer
        self._registry = registry

    def needs_melody(self, model_id: str) -> bool:
        """Whether the model writes under a melody; raises UnknownModelError."""
        return self._composer.needs_melody(model_id)

    def arrange(
        self,
        request: Request,
        progress: Progress = no_progress,
        cancelled: Cancelled = never_cancelled,
        stopped: Cancelled = never_cancelled,
        first_done: Callable[[Arrangement], None] = ignore,
    ) -> tuple[Arrangement, ...]:
        """One arrangement a take; once `stopped`, those that are done, and bands as far as their bars are written.

        Of several takes `first_done` is told the first as soon as it is written, from the thread that writes.
        Raises GenerationCancelled once `cancelled`, or an error whose message is one sentence for the user.
        """
        manifest = self._registry.get(request.model_id)
        if manifest.technique in REWRITERS:
            return self._band(request, manifest, progress, cancelled, stopped, first_done)
        return self._whole(request, manifest, progress, cancelled, stopped, first_done)

    def _band(
        self, request: Request, manifest: Manifest, progress: Progress, cancelled: Cancelled, stopped: Cancelled,
        first_done: Callable[[Arrangement], None],
    ) -> tuple[Arrangement, ...]:  # fmt: skip
        redo = request.redo
        if redo.bars is None and redo.share == 1 and not any(redo.old(request.score, part) for part in manifest.parts):
            request = replace(request, redo=ANEW)  # nothing stays: chords and repeats are free
        windows = 0

        def counted(done: int, total: int) -> None:
            nonlocal windows
            windows = done
            progress(done, total)

        try:
            return self._composer.arrange(request, counted, lambda: cancelled() or stopped(), first_done)
        except GenerationCancelled as stop:
            if cancelled() or not isinstance(stop.done, tuple) or not windows:
                return _nothing(cancelled)
            return tuple(_as_far(arrangement, request, manifest, windows) for arrangement in stop.done)

    def _whole(
        self, request: Request, manifest: Manifest, progress: Progress, cancelled: Cancelled, stopped: Cancelled,
        first_done: Callable[[Arrangement], None],
    ) -> tuple[Arrangement, ...]:  # fmt: skip
        from desktop_app.generation.joining import redone  # loads the arranger's tables

        takes: list[Arrangement] = []
        try:
            for take in range(request.takes):
                seed = (request.seed + take) % (LARGEST_SEED + 1)
                one = replace(request, seed=seed, takes=1, redo=ANEW)
                (written,) = self._composer.arrange(
                    one,
                    lambda done, total, take=take: progress(take * total + done, request.takes * total),  # type: ignore[misc]
                    lambda: cancelled() or stopped(),
                )
                if request.redo != ANEW:
                    parts = redone(request.score, _parts(written.score), manifest, request.redo, seed)
                    own = tuple(track for track in written.score.tracks if not track.generated_by)
                    written = replace(written, score=written.score.with_tracks(*own, *parts))
                takes.append(written)
                if take == 0 < request.takes - 1:
                    first_done(written)
        except GenerationCancelled:
            return tuple(takes) or _nothing(cancelled)
        return tuple(takes)


def _nothing(cancelled: Cancelled) -> tuple[Arrangement, ...]:
    """What a stop leaves before anything was written."""
    if cancelled():
        raise GenerationCancelled
    return ()


def _as_far(arrangement: Arrangement, request: Request, manifest: Manifest, windows: int) -> Arrangement:
    """The arrangement up to the last bar that was done, and from there on what was there before."""
    from desktop_app.generation.joining import cut_off

    until = _written_until(arrangement.score, windows)
    old = {
        (part.role, part.is_drum): request.redo.old(request.score, part) if request.redo != ANEW else None
        for part in manifest.parts
    }
    tracks = (
        cut_off(old.get((track.role, track.is_drum)), track, until) if track.generated_by == manifest.id else track
        for track in arrangement.score.tracks
    )
    bar = len(bar_lines(arrangement.score.metres, until)) - 1
    told = tr("Stopped after bar {bar}; what follows is as it was.", bar=bar)
    return replace(arrangement, score=arrangement.score.with_tracks(*tracks), notes=(*arrangement.notes, told))


def _written_until(score: Score, windows: int) -> int:
    """The tick of the bar line up to which so many windows of bars have written; the first track is the melody."""
    from music_core.decoding.arranger.sheet import bars_of
    from music_core.decoding.arranger.writing import KNOWN_BARS, WINDOW_BARS

    tune = score.tracks[0]
    bars = bars_of(score.metres, tune.end_tick, tune.notes[0].start_tick, ())
    last = bars[min(len(bars), (windows - 1) * (WINDOW_BARS - KNOWN_BARS) + WINDOW_BARS) - 1]
    return last.span.stop * TICKS_PER_SIXTEENTH


def _parts(score: Score) -> tuple[Track, ...]:
    return tuple(track for track in score.tracks if track.generated_by)
