"""SoundFonts are found once each, the best first, and the user's word goes before all."""

from __future__ import annotations

import ctypes.util
import os
import sys
from pathlib import Path

import pytest

from music_core import soundfonts
from music_core.fluid_library import library_search
from music_core.soundfonts import find_soundfont, find_soundfonts, is_soundfont


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"RIFF\0\0\0\0sfbk")


def test_the_best_comes_first_and_links_count_once(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    touch(one / "TimGM6mb.sf2", one / "Mine.SF3", two / "FluidR3_GM.sf2", two / "readme.txt")
    (two / "default-GM.sf2").symlink_to(one / "TimGM6mb.sf2")
    (two / "broken.sf2").symlink_to(two / "gone.sf2")
    (two / "folder.sf2").mkdir()
    found = find_soundfonts(folders=[one, two, tmp_path / "none"], environment={})
    assert [path.name for path in found] == ["FluidR3_GM.sf2", "Mine.SF3", "TimGM6mb.sf2"]


def test_the_environment_names_one_that_goes_first(tmp_path: Path) -> None:
    touch(tmp_path / "FluidR3_GM.sf2", tmp_path / "Mine.sf2")
    named = {"TUTTI_SOUNDFONT": str(tmp_path / "Mine.sf2")}
    assert [p.name for p in find_soundfonts(folders=[tmp_path], environment=named)] == ["Mine.sf2", "FluidR3_GM.sf2"]
    gone = {"TUTTI_SOUNDFONT": str(tmp_path / "gone.sf2")}
    assert [p.name for p in find_soundfonts(folders=[tmp_path], environment=gone)] == ["FluidR3_GM.sf2", "Mine.sf2"]


def test_a_preferred_one_wins_if_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path / "a" / "Mine.sf2", tmp_path / "b" / "Other.sf2")
    monkeypatch.setattr(soundfonts, "_usual_folders", lambda environment: [tmp_path / "b"])
    monkeypatch.delenv("TUTTI_SOUNDFONT", raising=False)
    assert find_soundfont(tmp_path / "a" / "Mine.sf2") == tmp_path / "a" / "Mine.sf2"
    assert find_soundfont(tmp_path / "gone.sf2") == tmp_path / "b" / "Other.sf2"
    monkeypatch.setattr(soundfonts, "_usual_folders", lambda environment: [])
    assert find_soundfont() is None


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_a_wheel_that_carries_one_is_found_without_running_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    touch(tmp_path / "pretty_midi" / "TimGM6mb.sf2")
    (tmp_path / "pretty_midi" / "__init__.py").write_text("raise RuntimeError('must not run')")
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "pretty_midi", raising=False)
    found = find_soundfonts(environment={"PROGRAMDATA": str(tmp_path)})
    assert any(path.parent.name == "pretty_midi" for path in found)
    assert "pretty_midi" not in sys.modules


def test_a_soundfont_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    touch(tmp_path / "x.sf2")
    (tmp_path / "y.sf2").write_bytes(b"RIFF\0\0\0\0WAVE")
    assert is_soundfont(tmp_path / "x.sf2")
    assert not is_soundfont(tmp_path / "y.sf2")
    assert not is_soundfont(tmp_path / "gone.sf2")


def test_a_library_beside_the_program_is_found_first_and_the_search_is_put_back(tmp_path: Path) -> None:
    usual = ctypes.util.find_library
    (tmp_path / "libfluidsynth.so.3").touch()
    with library_search([tmp_path]):
        assert ctypes.util.find_library("fluidsynth") == str(tmp_path / "libfluidsynth.so.3")
        assert ctypes.util.find_library("c") == usual("c")
    assert ctypes.util.find_library is usual
    with library_search([tmp_path / "none"]):
        assert ctypes.util.find_library("fluidsynth") == usual("fluidsynth")


def test_the_library_is_looked_for_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """pyfluidsynth prints to stdout where CI is set, which would be in the middle of `tutti generate --json`."""
    monkeypatch.setenv("CI", "true")
    with library_search([]):
        assert "CI" not in os.environ
    assert os.environ["CI"] == "true"
