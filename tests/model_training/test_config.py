"""Every shipped config loads; mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from model_training.config import Config, ConfigError, config_from_dict, config_to_dict, load_config

CONFIGS = sorted((Path(__file__).parents[2] / "model_training" / "configs").glob("*.toml"))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_shipped_configs_load(path: Path) -> None:
    config = load_config(path)
    assert config_from_dict(config_to_dict(config)) == config


def test_there_are_shipped_configs() -> None:
    assert "bach_unet_gan" in [path.stem for path in CONFIGS]


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"learning_rat": 0.1}, "unknown key 'learning_rat'"),
        ({"epochs": 0}, "epochs must be a whole number"),
        ({"epochs": 1.5}, "epochs cannot be 1.5"),
        ({"tracks": []}, "tracks must name at least one role"),
        ({"tracks": ["bass"], "programs": [1, 2]}, "one program for each"),
        ({"technique": "magic"}, "no technique 'magic'; there are unet-gan"),
        ({"model": {"widht": 3}}, "unknown key 'widht'"),
        ({"model": {"betas": ["a", "b"]}}, "betas cannot be"),
        ({"grid": {"pitches": "many"}}, "pitches cannot be 'many'"),
        ({"learning_rate": 3}, "learning_rate must lie between"),
        ({"precision": "8-bit"}, "precision cannot be '8-bit'"),
    ],
)
def test_mistakes_are_named(extra: dict[str, object], words: str) -> None:
    base = {"model_id": "m", "title": "M", "genre": "g", "description": "d"}
    with pytest.raises(ConfigError, match=words):
        config_from_dict({**base, **extra})


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "none.toml")


def test_config_is_frozen(config: Config) -> None:
    with pytest.raises(AttributeError):
        config.epochs = 3  # type: ignore[misc]
