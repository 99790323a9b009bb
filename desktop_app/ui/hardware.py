"""What the buttons and knobs of a MIDI keyboard do in the studio."""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.session import Session
from music_core.score import Score


class HardwareControls:
    """Acts on the session by an action's name (`devices.ControlAction` values) and a value 0..127.

    The three mixer knobs are the levels of the accompaniment, from its first part on; pan and reverb belong to
    the selected track, and the volume slider is the master.
    """

    def __init__(self, session: Session, set_master: Callable[[int], None]) -> None:
        self._session = session
        self._set_master = set_master

    def act(self, action: str, value: int) -> None:
        """Do it; a knob without a track to turn does nothing."""
        session = self._session
        if action == "play":
            session.toggle_play()
        elif action == "stop":
            session.stop()
        elif action == "record":
            session.record()
        elif action == "volume":
            self._set_master(value)
        elif action in ("pan", "reverb") and session.score.tracks:
            session.change_mix(session.selected_track, **{action: value})
        elif action.startswith("mixer_"):
            parts = accompaniment(session.score)
            knob = int(action.removeprefix("mixer_")) - 1
            if knob < len(parts):
                session.change_mix(parts[knob], volume=value)


def accompaniment(score: Score) -> tuple[int, ...]:
    """Indices of the tracks under the melody; a piece without a melody role counts its first track as one."""
    roles = [track.role for track in score.tracks]
    melody = roles.index("melody") if "melody" in roles else 0
    return tuple(index for index in range(len(roles)) if index != melody)
