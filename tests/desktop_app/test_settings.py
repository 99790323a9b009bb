from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from desktop_app.settings import Settings, load_settings, save_settings, settings_from_dict


def test_round_trip(tmp_path: Path) -> None:
    settings = Settings(theme="dark", takes=5, metronome=True, recent_projects=("/a", "/b"), controls={"play": 105})
    path = tmp_path / "config" / "settings.json"
    save_settings(settings, path)
    assert load_settings(path) == settings
    assert list(path.parent.iterdir()) == [path]


def test_no_file_means_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.json") == Settings()


@pytest.mark.parametrize("content", ["", "[]", "{", "\x00", '"text"', "[" * 5000, "1e999"])
def test_a_damaged_file_means_defaults_and_a_warning(
    content: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content)
    with caplog.at_level(logging.WARNING):
        assert load_settings(path) == Settings()
    assert "defaults are used" in caplog.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("theme", True),
        ("takes", 0),
        ("takes", 2.5),
        ("takes", True),
        ("takes", "3"),
        ("metronome", 1),
        ("quantise_strength", 1.5),
        ("quantise_step_ticks", 7),
        ("midi_port", None),
        ("recent_projects", ["ok", 5]),
        ("controls", []),
        ("nonsense", 1),
    ],
)
def test_a_bad_entry_falls_back_alone(name: str, value: object, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        settings = settings_from_dict({name: value, "middle_c": "C3"})
    assert settings == Settings(middle_c="C3")
    assert name in caplog.text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@hypothesis_settings(max_examples=15)
@given(st.dictionaries(st.sampled_from([*Settings.__dataclass_fields__, "other"]), json_values))
def test_anything_at_all_gives_settings_that_save(data: dict[str, object]) -> None:
    settings = settings_from_dict(json.loads(json.dumps(data)))
    assert settings_from_dict(json.loads(json.dumps(data))) == settings
    for name in ("count_in_bars", "takes", "typing_velocity"):
        assert isinstance(getattr(settings, name), int)


def test_a_folder_that_cannot_be_written_is_logged_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    with caplog.at_level(logging.WARNING):
        save_settings(Settings(), tmp_path / "file" / "settings.json")
    assert "could not be saved" in caplog.text
