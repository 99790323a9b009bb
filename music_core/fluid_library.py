"""Finding the native FluidSynth library where Python's own search does not look."""

from __future__ import annotations

import ctypes.util
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

NO_FLUIDSYNTH = (
    "Sound needs the FluidSynth library, which is not installed; "
    "run packaging/bootstrap.py install, which installs it or says how."
)

# FluidSynth's gain at full volume, live and rendered: arrangements as the studio mixes them stay below the limit.
MASTER_GAIN = 0.5

_PATTERNS = ("libfluidsynth.so*", "libfluidsynth*.dylib", "libfluidsynth*.dll", "fluidsynth*.dll")
_FOLDERS = {
    "darwin": ("/opt/homebrew/lib", "/usr/local/lib", "/opt/local/lib"),
    "win32": ("C:/tools/fluidsynth/bin",),
}


@contextmanager
def library_search(folders: Iterable[Path] | None = None) -> Iterator[None]:
    """Within this block, `import fluidsynth` also finds a library beside the packaged program or in Homebrew.

    pyfluidsynth takes the library from `ctypes.util.find_library` while it is imported, and from nowhere else. Where
    the environment has CI set, it prints what it found to stdout, in the middle of our output: here it has not.
    """
    announced = os.environ.pop("CI", None)
    usual = ctypes.util.find_library
    places = tuple(_usual_folders() if folders is None else folders)

    def find(name: str) -> str | None:
        own = _library_in(places) if "fluidsynth" in name else None
        return own or usual(name)

    ctypes.util.find_library = find
    try:
        yield
    finally:
        ctypes.util.find_library = usual
        if announced is not None:
            os.environ["CI"] = announced


def _usual_folders() -> Iterator[Path]:
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle:
        yield Path(bundle)
    yield from (Path(folder) for folder in _FOLDERS.get(sys.platform, ()))


def _library_in(folders: Iterable[Path]) -> str | None:
    for folder in folders:
        for pattern in _PATTERNS:
            for path in sorted(folder.glob(pattern)):
                return str(path)
    return None
