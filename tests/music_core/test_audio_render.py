"""Real sound from the real synth, with the smallest SoundFont there is."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from music_core.adapters import audio_render, sound_files
from music_core.adapters.audio_render import AudioError, render
from music_core.adapters.sound_files import compressed, write_sound
from music_core.decoding.predictor import GenerationCancelled
from music_core.score import Note, Score, Tempo, Track
from music_core.soundfonts import find_soundfonts

RATE = 16_000


def _obstacle() -> str:
    try:
        audio_render._import_fluidsynth()
    except AudioError as error:
        return str(error)
    return "" if find_soundfonts() else "there is no SoundFont on this machine"


pytestmark = [pytest.mark.device, pytest.mark.skipif(bool(_obstacle()), reason=_obstacle() or "sound works")]


@pytest.fixture(scope="module")
def soundfont() -> Path:
    return min(find_soundfonts(), key=lambda path: path.stat().st_size)


def score(*programs: int, **fields: object) -> Score:
    """A second of one note, struck twice, on each of some programs."""
    notes = (Note(0, 60, 240), Note(480, 60, 240))
    return Score(tuple(Track(f"P{p}", notes, program=p, **fields) for p in programs))  # type: ignore[arg-type]


def test_notes_sound_at_their_time_and_ring_out(soundfont: Path) -> None:
    piece = Score((Track("Piano", (Note(960, 60, 480),)),), tempos=(Tempo(0, 400_000),))
    samples = render(piece, soundfont, sample_rate=RATE)
    assert samples.dtype == np.float32
    assert samples.shape[1] == 2
    loud = np.flatnonzero(np.abs(samples).max(axis=1) > 0.01)
    assert loud[0] / RATE == pytest.approx(0.8, abs=0.02)
    assert len(samples) > 1.2 * RATE
    assert np.abs(samples[-1]).max() < 1e-3


def test_a_crowd_at_full_force_does_not_clip(soundfont: Path) -> None:
    chord = tuple(Note(0, pitch, 480, 127) for pitch in range(36, 96, 4))
    crowd = Score(tuple(Track(f"T{i}", chord, program=61, volume=127) for i in range(17)))
    samples = render(crowd, soundfont, sample_rate=RATE)
    assert np.abs(samples).max() == pytest.approx(0.89, abs=1e-3)
    assert np.mean(np.abs(samples) > 0.88) < 0.001


def test_the_instrument_is_settled_before_the_first_note(soundfont: Path) -> None:
    flute = render(score(73), soundfont, sample_rate=RATE)
    first, second = (flute[start : start + RATE // 4, 0] for start in (0, RATE // 2))
    assert np.corrcoef(np.abs(np.fft.rfft(first)), np.abs(np.fft.rfft(second)))[0, 1] > 0.95
    piano = render(score(0), soundfont, sample_rate=RATE)[: RATE // 4, 0]
    assert np.corrcoef(np.abs(np.fft.rfft(first)), np.abs(np.fft.rfft(piano)))[0, 1] < 0.95


def test_muted_and_unsoloed_tracks_are_not_heard(soundfont: Path) -> None:
    alone = render(score(0), soundfont, sample_rate=RATE)
    piano, organ = score(0, 19).tracks
    for tracks in ((piano, replace(organ, muted=True)), (replace(piano, soloed=True), organ)):
        np.testing.assert_array_equal(render(Score(tracks), soundfont, sample_rate=RATE), alone)
    assert not np.array_equal(render(score(0, 19), soundfont, sample_rate=RATE)[: len(alone)], alone)
    with pytest.raises(AudioError, match="nothing to hear"):
        render(score(0, muted=True), soundfont)


def test_volume_and_pan_are_heard_and_drums_are_drums(soundfont: Path) -> None:
    left = render(score(0, pan=0, reverb=0), soundfont, sample_rate=RATE)
    assert np.abs(left[:, 0]).max() > 5 * np.abs(left[:, 1]).max()
    drums = render(score(0, is_drum=True), soundfont, sample_rate=RATE)
    piano = render(score(0), soundfont, sample_rate=RATE)
    assert not np.array_equal(drums[:RATE], piano[:RATE])


def test_progress_rises_to_the_end_and_the_wish_to_cancel_is_granted(soundfont: Path) -> None:
    seen: list[tuple[int, int]] = []
    render(score(0), soundfont, sample_rate=RATE, progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]
    with pytest.raises(GenerationCancelled):
        render(score(0), soundfont, cancelled=lambda: True)


def test_a_wav_file_is_written_whole_and_over_an_old_one(soundfont: Path, tmp_path: Path) -> None:
    import soundfile

    target = tmp_path / "été.wav"
    target.write_bytes(b"old")
    write_sound(score(0), target, soundfont)
    samples, rate = soundfile.read(target, dtype="float32")
    assert rate == 48_000
    np.testing.assert_allclose(samples, render(score(0), soundfont), atol=1e-4)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("formats", [{"MP3": ""}, {}])
def test_compressed_sound_is_small_and_plays_as_long(
    soundfont: Path, monkeypatch: pytest.MonkeyPatch, formats: dict[str, str]
) -> None:
    if formats and "MP3" not in soundfile.available_formats():
        pytest.skip("this libsndfile writes no MP3")
    monkeypatch.setattr(soundfile, "available_formats", lambda: formats)
    clip = compressed(score(0), soundfont)
    plain = render(score(0), soundfont, sample_rate=24_000)
    read, rate = soundfile.read(io.BytesIO(clip.data))
    assert clip.media_type == ("audio/mpeg" if formats else "audio/ogg")
    assert rate == 24_000 and len(read) / rate == pytest.approx(len(plain) / rate, abs=0.1)
    assert len(clip.data) < 0.3 * len(plain) * 2  # of the same as 16 bits
    assert np.corrcoef(read[: len(plain)], plain.mean(axis=1)[: len(read)])[0, 1] > 0.9


def test_a_cancelled_or_failed_file_leaves_the_old_one(soundfont: Path, tmp_path: Path) -> None:
    target = tmp_path / "x.wav"
    target.write_bytes(b"old")
    with pytest.raises(GenerationCancelled):
        write_sound(score(0), target, soundfont, cancelled=lambda: True)
    with pytest.raises(AudioError, match="nothing to hear"):
        write_sound(Score(), target, soundfont)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]
    with pytest.raises(AudioError, match="could not be written"):
        write_sound(score(0), tmp_path / "none" / "x.wav", soundfont)


def test_what_is_missing_is_said_in_a_sentence(
    soundfont: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    junk = tmp_path / "junk.sf2"
    junk.write_bytes(b"RIFF\x04\0\0\0sfbk")
    for path in (junk, tmp_path / "gone.sf2"):
        with pytest.raises(AudioError, match="cannot be read as a SoundFont"):
            render(score(0), path)
    monkeypatch.setattr(sound_files, "find_soundfont", lambda preferred: None)
    with pytest.raises(AudioError, match="No SoundFont was found"):
        write_sound(score(0), tmp_path / "x.wav")
    monkeypatch.setitem(sys.modules, "fluidsynth", None)
    with pytest.raises(AudioError, match="FluidSynth library"):
        render(score(0), soundfont)
