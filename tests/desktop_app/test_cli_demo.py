"""The demo: every model over sample melodies, in files that can be read back."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from desktop_app import cli_demo
from desktop_app.cli import main
from desktop_app.exports.demo_page import DemoModel, DemoPiece, demo_page
from desktop_app.exports.roll_picture import ROLE_COLOURS, WIDTH, png, roll, write_roll
from desktop_app.library.melodies import load_sample
from desktop_app.library.sample_charts import charted_samples
from music_core.midi_file import read_midi
from music_core.score import ROLES, Note, Score, Track
from tests.desktop_app.generation.tiny_model import write_bundle


@pytest.fixture
def one_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_bundle(tmp_path / "models" / "tiny")
    monkeypatch.setenv("TUTTI_HOME", str(tmp_path))
    monkeypatch.setattr("desktop_app.paths.resources_folder", lambda: tmp_path / "nothing")


def decoded(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The pixels of a PNG as `png` writes them, every checksum compared."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed, size = 8, b"", (0, 0)
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + body)
        size = struct.unpack(">II", body[:8]) if kind == b"IHDR" else size
        packed += body if kind == b"IDAT" else b""
        at += 12 + length
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(size[1], 1 + 3 * size[0])
    assert not rows[:, 0].any()
    return rows[:, 1:].reshape(size[1], size[0], 3)


def test_a_roll_is_drawn_and_read_back(tmp_path: Path) -> None:
    melody = Track("Tune", (Note(0, 72, 480), Note(480, 60, 480)), role="melody")
    drums = Track("Drums", (Note(0, 36, 120), Note(1800, 42, 120)), is_drum=True, role="drums")
    image = roll(Score((melody, drums)))
    assert image.shape[1:] == (WIDTH, 3)
    first, second = (np.argwhere((half == ROLE_COLOURS["melody"]).all(axis=2)) for half in np.split(image, 2, axis=1))
    assert first[:, 0].min() < first[:, 0].max() and not len(second)  # both notes lie in the first half bar
    assert np.array_equal(decoded(png(image)), image)
    write_roll(Score((melody,)), tmp_path / "a.png")
    assert decoded((tmp_path / "a.png").read_bytes()).shape == roll(Score((melody,))).shape
    assert roll(Score()).shape[0] > 0


def test_every_colour_is_a_roles() -> None:
    assert set(ROLE_COLOURS) <= set(ROLES)


def test_the_demo_writes_what_its_page_names(
    one_model: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "demo"
    asked = ["--melody", "twinkle-twinkle", "--melody", "greensleeves"]
    assert main(["make-demo", str(out), "--silent", "--charts", *asked]) == 0
    page = (out / "index.html").read_text(encoding="utf-8")
    (folder,) = [entry for entry in out.iterdir() if entry.is_dir()]
    for name in ("twinkle-twinkle", "greensleeves"):
        score = read_midi(folder / f"{name}.mid")
        given = load_sample(name).tracks[0].notes
        assert len(score.tracks) > 1
        assert [(n.start_tick, n.pitch) for n in score.tracks[0].notes] == [(n.start_tick, n.pitch) for n in given]
        assert decoded((folder / f"{name}.png").read_bytes()).shape[1] == WIDTH
        assert f'href="{folder.name}/{name}.mid"' in page and f'src="{folder.name}/{name}.png"' in page
    assert "<audio" not in page and "Greensleeves" in page
    assert "index.html" in capsys.readouterr().out


def test_bad_requests_are_sentences(one_model: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "demo")
    assert main(["make-demo", out, "--silent", "--melody", "nothing"]) == 2
    assert "no sample melody" in capsys.readouterr().err
    assert main(["make-demo", out, "--silent", "--model", "nothing"]) == 2
    assert "There is no model" in capsys.readouterr().err
    assert main(["make-demo", out, "--silent", "--seed", "-1"]) == 2
    assert "--seed" in capsys.readouterr().err
    assert not Path(out).exists()


def test_the_usual_twelve_have_charts_and_four_metres() -> None:
    assert len(set(cli_demo.MELODIES)) == 12
    assert set(cli_demo.MELODIES) <= set(charted_samples())
    metres = [load_sample(name).metres[-1] for name in cli_demo.MELODIES]
    assert {(metre.numerator, metre.denominator) for metre in metres} >= {(4, 4), (3, 4), (6, 8), (2, 4)}


def test_a_page_lets_no_word_become_markup() -> None:
    piece = DemoPiece("<b>", "a & b", "m/a b.mid", "m/a.png", "m/a.wav", "| C |", '"x"')
    page = demo_page([DemoModel('"><script>', "<i>", "d", "l", (piece,))])
    assert "<script>" not in page and "<b>" not in page and "<i>" not in page
    assert 'src="m/a.wav"' in page and 'href="m/a%20b.mid"' in page
