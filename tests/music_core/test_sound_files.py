"""Sound files of every kind, judged by reading them back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from music_core.adapters.audio_render import AudioError
from music_core.adapters.sound_files import SoundTags, kinds_here, write_sound, write_stems
from music_core.id3 import id3_tag
from music_core.score import Note, Score, Track
from music_core.soundfonts import find_soundfonts

pytestmark = [pytest.mark.device, pytest.mark.skipif(not find_soundfonts(), reason="no SoundFont on this machine")]

TAGS = SoundTags("Freude, schöner – 歓喜", "A. Player", "Tutti", "Made with Tutti, model pop, seed 5.", "CC0")


@pytest.fixture(scope="module")
def soundfont() -> Path:
    return min(find_soundfonts(), key=lambda path: path.stat().st_size)


def band() -> Score:
    bass = tuple(Note(tick, 40, 400) for tick in (0, 480))
    chord = tuple(Note(0, pitch, 900) for pitch in (60, 64, 67))
    return Score((Track("Keys", chord, program=4, chorus=60), Track("Bass", bass, program=33, pan=30)))


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".mp3"])
def test_every_kind_says_its_length_and_who_made_it(soundfont: Path, tmp_path: Path, suffix: str) -> None:
    if suffix not in kinds_here():
        pytest.skip(f"this libsndfile writes no {suffix}")
    exact, target = tmp_path / "exact.wav", tmp_path / f"song{suffix}"
    write_sound(band(), exact, soundfont, sample_rate=24_000)
    write_sound(band(), target, soundfont, sample_rate=24_000, tags=TAGS)
    with soundfile.SoundFile(target) as file:
        assert (file.title, file.artist, file.comment) == (TAGS.title, TAGS.artist, TAGS.comment)
        sound = file.read(dtype="float32")
    plain, _ = soundfile.read(exact, dtype="float32")
    assert len(sound) == pytest.approx(len(plain), abs=2400)
    shared = min(len(sound), len(plain))
    assert np.corrcoef(sound[:shared, 0], plain[:shared, 0])[0, 1] > 0.98


def test_a_kind_nobody_knows_is_refused(soundfont: Path, tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"\.flac"):
        write_sound(band(), tmp_path / "song.aiff", soundfont)
    assert list(tmp_path.iterdir()) == []


def test_stems_laid_over_one_another_are_the_mix(soundfont: Path, tmp_path: Path) -> None:
    score = band()
    stems = [
        (score.with_track(1 - index, replace(score.tracks[1 - index], muted=True)), tmp_path / f"{track.name}.flac")
        for index, track in enumerate(score.tracks)
    ]
    seen: list[tuple[int, int]] = []
    write_stems(
        score, stems, soundfont, lambda *now: seen.append(now), sample_rate=24_000, tags=replace(TAGS, album="Band")
    )
    write_sound(score, tmp_path / "mix.flac", soundfont, sample_rate=24_000)
    mix, _ = soundfile.read(tmp_path / "mix.flac")
    keys, bass = (soundfile.read(path)[0] for _, path in stems)
    assert keys.shape == bass.shape == mix.shape
    scale = float((mix * (keys + bass)).sum() / (mix * mix).sum())  # a stem may be louder than the mix
    np.testing.assert_allclose(keys + bass, scale * mix, atol=2e-3)
    assert soundfile.SoundFile(stems[1][1]).copy_metadata()["title"] == "Bass"
    assert seen == sorted(seen) and seen[-1][0] == seen[-1][1]


def test_chorus_is_heard(soundfont: Path, tmp_path: Path) -> None:
    dry, wet = tmp_path / "dry.wav", tmp_path / "wet.wav"
    for path, amount in ((dry, 0), (wet, 127)):
        write_sound(Score((replace(band().tracks[0], chorus=amount),)), path, soundfont, sample_rate=24_000)
    one, other = (soundfile.read(path)[0] for path in (dry, wet))
    shared = min(len(one), len(other))
    assert np.abs(one[:shared] - other[:shared]).max() > 0.02


def test_a_tag_of_an_mp3_is_utf_8() -> None:
    tag = id3_tag({"title": "é", "comment": "c", "album": ""})
    assert tag[:6] == b"ID3\x04\x00\x00"
    assert tag[10:] == b"TIT2\x00\x00\x00\x03\x00\x00\x03\xc3\xa9" + b"COMM\x00\x00\x00\x06\x00\x00\x03eng\x00c"
    assert id3_tag({}) == b""
    assert len(id3_tag({"title": "x" * 200})) == 10 + 10 + 201
