"""The score as sound in a WAV file, rendered on a synth of its own."""

from __future__ import annotations

from pathlib import Path

from music_core.decoding.predictor import Cancelled, Progress, never_cancelled, no_progress
from music_core.score import Score, TempoMap


class AudioExportError(ValueError):
    """The sound could not be made; the message is one sentence for the user."""


def export_wav(
    score: Score,
    path: Path,
    soundfont: Path | None = None,
    progress: Progress = no_progress,
    cancelled: Cancelled = never_cancelled,
) -> str:
    """Render to a 48 kHz stereo WAV file and return the sentence to show; an old file stays unless that works."""
    from music_core.adapters.audio_render import find_soundfont, write_wav  # loads the native synth

    found = find_soundfont(soundfont)
    if found is None:
        raise AudioExportError(
            "No SoundFont was found, so there is nothing to render with; choose one in the settings."
        )
    write_wav(score, path, found, progress=progress, cancelled=cancelled)
    seconds = round(TempoMap(score.tempos).seconds(score.end_tick))
    return f"Rendered {seconds // 60}:{seconds % 60:02d} of sound to «{path.name}» with {found.name}."
