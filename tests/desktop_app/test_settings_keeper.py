"""Preferences reach the disk, a burst of them as one."""

from __future__ import annotations

from pathlib import Path

from desktop_app.settings import Settings, load_settings
from desktop_app.settings_keeper import SettingsKeeper
from tests.waiting import until


def test_the_last_of_a_burst_is_written_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    keeper = SettingsKeeper(path)
    for takes in (1, 2, 5):
        keeper.keep(Settings(takes=takes))
    assert until(path.is_file)
    assert load_settings(path).takes == 5


def test_flushing_writes_what_waits_and_then_nothing(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    keeper = SettingsKeeper(path)
    keeper.keep(Settings(takes=4))
    keeper.flush()
    assert load_settings(path).takes == 4
    path.unlink()
    keeper.flush()
    assert not path.exists()
