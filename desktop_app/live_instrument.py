"""Keeps the played keys' instrument that of the selected track."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from desktop_app.audio.live_voice import LiveVoice
from desktop_app.events import EventBus, ScoreChanged, SelectionChanged
from desktop_app.session import Session
from music_core.score import Track


class LiveInstrument:
    """Follows selection and score; samples are read on a thread of its own, as that may take a while."""

    def __init__(self, voice: LiveVoice, session: Session, events: EventBus) -> None:
        self._voice = voice
        self._session = session
        self._chosen: tuple[int, int, bool] | None = None
        self._mix: tuple[int, int, int, int] | None = None
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="live-instrument")
        events.subscribe(ScoreChanged, lambda _event: self.follow())
        events.subscribe(SelectionChanged, lambda _event: self.follow())

    def follow(self) -> None:
        """Take over instrument and mix of the selected track; without one, a piano."""
        tracks, index = self._session.score.tracks, self._session.selected_track
        track = tracks[index] if index < len(tracks) else Track("")
        wanted = (track.program, track.bank, track.is_drum)
        mix = (track.volume, track.pan, track.reverb, track.chorus)
        if wanted != self._chosen:
            self._chosen = wanted
            self._worker.submit(self._voice.choose, track.program, track.bank, is_drum=track.is_drum)
        if mix != self._mix:
            self._mix = mix
            self._worker.submit(self._voice.mix, *mix)

    def close(self) -> None:
        """Finish what is under way."""
        self._worker.shutdown(wait=True, cancel_futures=True)
