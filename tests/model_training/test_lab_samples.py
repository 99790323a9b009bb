"""Samples and films as one finds them in a run's folder."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from model_training.lab.colours import on_dark
from model_training.lab.film import MOST_FRAMES, make_films, thinned
from model_training.lab.roll_image import draw_roll
from model_training.lab.rolls import first_bars, picture, pitch_range, span
from model_training.lab.samples import SAMPLE_RATE, Gallery, file_stem, read_sample, read_stages
from music_core import soundfonts
from music_core.midi_file import read_midi
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Metre, Note, Score, Tempo, Track


def band(shift: int = 0, title: str = "A tune") -> Score:
    """Three bars of 4/4: a melody, a bass and drums."""
    melody = tuple(Note(i * Q, 72 + shift, Q) for i in range(12))
    bass = tuple(Note(i * 4 * Q, 40 + shift, 4 * Q) for i in range(3))
    drums = tuple(Note(i * Q, 36 if i % 2 == 0 else 38, Q // 4) for i in range(12))
    tracks = (
        Track("Melody", melody, role="melody"),
        Track("Bass", bass, program=33, role="bass"),
        Track("Drums", drums, is_drum=True, role="drums"),
    )
    return Score(tracks, title=title)


def test_a_picture_lays_out_every_note_with_the_melody_on_top() -> None:
    laid = picture(band())
    assert laid.quarters == 12 and laid.bars == (0, 4, 8, 12) and laid.seconds == 6
    assert [block.role for block in laid.blocks] == ["bass"] * 3 + ["melody"] * 12
    assert laid.lanes == (36, 38) and {block.row for block in laid.drums} == {0, 1}
    assert laid.roles == ("melody", "bass", "drums")
    assert laid.low <= 40 and laid.high >= 72


def test_the_first_bars_are_cut_at_their_bar_line_with_their_metres_and_tempos() -> None:
    score = replace(band(), metres=(Metre(0, 1), Metre(Q, 3)), tempos=(Tempo(0, 400_000), Tempo(2 * Q, 600_000)))
    short = first_bars(score, 2)
    assert short.end_tick == 4 * Q
    assert short.tracks[1].notes == (Note(0, 40, 4 * Q),)
    later = span(score, Q, 4 * Q)
    assert later.metres == (Metre(0, 3),) and later.tempos == (Tempo(0, 400_000), Tempo(Q, 600_000))
    assert later.tracks[1].notes == (Note(0, 40, 3 * Q),)
    assert first_bars(score, 100) == score


def test_the_image_shows_each_part_in_its_colour_and_ends_at_the_last_bar() -> None:
    image = np.asarray(draw_roll(picture(band()), "epoch 4", done=0.5))
    melody = (image == on_dark("melody")).all(axis=2)
    drums = (abs(image.astype(int) - on_dark("drums")).sum(axis=2) < 120).any()
    assert melody.sum() > 12 * 8 * 40  # twelve notes, eight pixels high
    assert drums
    silent = np.asarray(draw_roll(picture(replace(band(), tracks=band().tracks[:1]))))
    assert silent.shape[1] == image.shape[1]


def test_an_empty_score_can_be_drawn() -> None:
    assert draw_roll(picture(Score())).width > 0


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("bwv10.7", "03-bwv10.7"),
        ("x.mid", "03-x"),
        ("Song No. 1.MXL", "03-Song-No.-1"),
        ("../../etc/passwd", "03-etc-passwd"),
        ("Ä/ö", "03-untitled"),
        ("", "03-untitled"),
    ],
)
def test_titles_become_harmless_file_names(title: str, stem: str) -> None:
    assert file_stem(3, title) == stem


def test_a_gallery_keeps_midi_pictures_and_sound(tmp_path: Path) -> None:
    said: list[str] = []
    (shown,) = Gallery(tmp_path, said.append).keep(4, [band(title="../x")])
    assert shown == tmp_path / "samples" / "epoch-0004" / "01-x.png"
    assert Image.open(shown).format == "PNG"
    assert read_midi(shown.with_suffix(".mid")).tracks[1].notes == band().tracks[1].notes
    if soundfonts.find_soundfont() is None:
        assert len(said) == 1 and "SoundFont" in said[0]
    else:
        info = soundfile.info(str(shown.with_suffix(".wav")))
        assert said == [] and info.samplerate == SAMPLE_RATE and info.duration > 6


def test_without_a_soundfont_it_says_so_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model_training.lab.samples.find_soundfont", lambda: None)
    said: list[str] = []
    gallery = Gallery(tmp_path, said.append)
    gallery.keep(1, [band(), band()])
    gallery.keep(2, [band()])
    assert len(said) == 1 and "SoundFont" in said[0]
    assert not list(tmp_path.rglob("*.wav")) and len(list(tmp_path.rglob("*.mid"))) == 3


def test_a_soundfont_that_cannot_be_read_is_named_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken.sf2"
    broken.write_bytes(b"no")
    monkeypatch.setattr("model_training.lab.samples.find_soundfont", lambda: broken)
    said: list[str] = []
    gallery = Gallery(tmp_path, said.append)
    gallery.keep(1, [band(), band()])
    assert len(said) == 1 and said[0].startswith("No more WAV samples")


def test_a_film_has_a_frame_for_each_stage_and_one_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model_training.lab.samples.find_soundfont", lambda: None)
    gallery = Gallery(tmp_path, lambda sentence: None)
    for epoch, shift in ((4, 0), (8, 7), (12, -9)):
        gallery.keep(epoch, [band(shift)])
    assert [stage.epoch for stage in read_stages(tmp_path)] == [4, 8, 12]
    (film,) = make_films(tmp_path)
    with Image.open(film) as image:
        assert image.n_frames == 3  # type: ignore[attr-defined]
        frames = []
        for index in range(3):
            image.seek(index)
            frames.append(np.asarray(image.convert("RGB")))
    assert len({frame.shape for frame in frames}) == 1
    assert (frames[0] != frames[1]).any()
    scores = [read_sample(stage.files["01-A-tune"]) for stage in read_stages(tmp_path)]
    assert pitch_range(scores) == (40 - 9 - 2, 72 + 7 + 2)


def test_a_run_without_samples_has_no_film(tmp_path: Path) -> None:
    assert make_films(tmp_path) == []


def test_a_long_run_is_thinned_between_its_first_and_last_stage() -> None:
    takes = [(epoch, Score()) for epoch in range(500)]
    kept = thinned(takes, MOST_FRAMES)
    assert len(kept) == MOST_FRAMES and kept[0][0] == 0 and kept[-1][0] == 499


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are a Unix matter")
def test_a_full_disk_leaves_no_half_picture(tmp_path: Path) -> None:
    script = tmp_path / "full.py"
    script.write_text(
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from model_training.lab.roll_image import draw_roll\n"
        "from model_training.lab.rolls import picture\n"
        "from model_training.lab.samples import _write_picture\n"
        "from music_core.score import Note, Score, Track\n"
        "score = Score((Track('M', (Note(0, 60, 480),)),))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))\n"
        "_write_picture(score, Path(sys.argv[1]) / 'a.png', 1)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parents[2], env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert "File too large" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["full.py"]
