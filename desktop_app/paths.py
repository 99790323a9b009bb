"""Where things are kept on this computer, and where the app's own resources lie."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import platformdirs

APP_NAME = "Tutti"


@dataclass(frozen=True, slots=True)
class AppPaths:
    """The folders and files one installation uses; nothing is created until it is needed."""

    settings_file: Path
    projects: Path
    recovery: Path
    exports: Path
    log_file: Path
    library: Path
    user_models: Path
    resources: Path

    @property
    def models(self) -> tuple[Path, ...]:
        """Folders that hold model bundles, the user's own after the shipped ones."""
        return (self.resources / "models", self.user_models)

    @property
    def melodies(self) -> Path:
        """The folder of the sample melodies."""
        return self.resources / "melodies"


def app_paths(home: Path | None = None) -> AppPaths:
    """The folders of this system; `home` (or TUTTI_HOME) puts everything the user owns under one folder."""
    given = home or (Path(os.environ["TUTTI_HOME"]) if os.environ.get("TUTTI_HOME") else None)
    if given is not None:
        config = data = logs = given
        music = given / "Music"
    else:
        config = Path(platformdirs.user_config_dir(APP_NAME, appauthor=False))
        data = Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))
        logs = Path(platformdirs.user_log_dir(APP_NAME, appauthor=False))
        music = Path(platformdirs.user_music_dir()) / APP_NAME
    return AppPaths(
        settings_file=config / "settings.json",
        projects=music,
        recovery=data / "recovery",
        exports=music / "Exports",
        log_file=logs / "tutti.log",
        library=data / "library",
        user_models=data / "models",
        resources=resources_folder(),
    )


def resources_folder() -> Path:
    """The folder `resources`: beside the packages in a checkout, inside the bundle in a packaged app."""
    bundle = getattr(sys, "_MEIPASS", None)
    return Path(bundle) / "resources" if bundle else _resources_of_a_checkout()


@cache
def _resources_of_a_checkout() -> Path:
    here = Path(__file__).resolve().parent
    candidates = (here.parent / "resources", here / "resources", Path(sys.prefix) / "share" / "tutti" / "resources")
    return next((folder for folder in candidates if folder.is_dir()), candidates[0])
