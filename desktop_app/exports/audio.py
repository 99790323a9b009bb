"""The score as sound in a WAV file, rendered on a synth of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop_app.language import tr
from music_core.decoding.predictor import Cancelled, Progress, never_cancelled, no_progress
from music_core.score import Score, TempoMap
from music_core.soundfonts import find_soundfont

# Writes a score to a WAV file with a SoundFont; the adapter that does it is chosen in `app` and `cli`.
WavWriter = Callable[[Score, Path, Path | None, Progress, Cancelled], None]


class AudioExportError(ValueError):
    """The sound could not be made; the message is one sentence for the user."""


def soundfont_for(preferred: Path | None) -> Path:
    """The SoundFont to render with; raises AudioExportError when there is none."""
    if preferred is not None and not preferred.is_file():
        raise AudioExportError(tr("The SoundFont «{file}» does not exist; choose another one.", file=preferred.name))
    found = find_soundfont(preferred)
    if found is None:
        raise AudioExportError(tr("No SoundFont was found, so nothing can be rendered; install one or choose a file."))
    return found


def export_wav(
    write_wav: WavWriter,
    score: Score,
    path: Path,
    soundfont: Path | None = None,
    progress: Progress = no_progress,
    cancelled: Cancelled = never_cancelled,
) -> str:
    """Render to a 48 kHz stereo WAV file and return the sentence to show; an old file stays unless that works."""
    found = soundfont_for(soundfont)
    write_wav(score, path, found, progress, cancelled)
    seconds = round(TempoMap(score.tempos).seconds(score.end_tick))
    length = f"{seconds // 60}:{seconds % 60:02d}"
    return tr(
        "Rendered {length} of sound to «{file}» with {soundfont}.", length=length, file=path.name, soundfont=found.name
    )
