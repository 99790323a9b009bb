from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.paths import app_paths, resources_folder


def test_a_home_of_its_own_holds_everything_the_user_owns(tmp_path: Path) -> None:
    paths = app_paths(tmp_path)
    for path in (paths.settings_file, paths.projects, paths.recovery, paths.exports, paths.log_file, paths.user_models):
        assert path.is_relative_to(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_environment_may_name_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTTI_HOME", str(tmp_path))
    assert app_paths().settings_file == tmp_path / "settings.json"


def test_resources_are_found_in_a_checkout_and_in_a_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (resources_folder() / "melodies" / "ode-to-joy.toml").is_file()
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert resources_folder() == tmp_path / "resources"
