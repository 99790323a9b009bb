"""Which files a command reads and writes, checked before any work is done, so that nothing is half written."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from desktop_app.sentences import os_reason, shown


class CommandError(ValueError):
    """The command cannot be carried out as given; the message is one plain sentence."""


def take_paths(out: Path, takes: int) -> tuple[Path, ...]:
    """OUT.mid for one take, OUT-1.mid, OUT-2.mid ... for several."""
    if takes == 1:
        return (out,)
    return tuple(out.with_name(f"{out.stem}-{take}{out.suffix}") for take in range(1, takes + 1))


def output_in(folder: Path, melody: Path) -> Path:
    """Where a melody's arrangement goes in an output folder: same name, always `.mid`."""
    name = melody.name if melody.suffix.lower() in (".mid", ".midi") else f"{melody.name}.mid"
    return folder / name


def check_outputs(outputs: Sequence[Path], inputs: Iterable[Path]) -> None:
    """Refuse outputs that are folders, cannot be written, coincide, or would replace an input."""
    seen: set[str] = set()
    for path in outputs:
        _check_writable(path)
        real = os.path.realpath(path)
        if real in seen:
            raise CommandError(
                f"Two results would both be written to {shown(path)}; give the melodies different names."
            )
        seen.add(real)
    for path in inputs:
        if os.path.realpath(path) in seen or any(_same_file(path, output) for output in outputs):
            raise CommandError(f"{shown(path)} is the melody itself and is not overwritten; choose another output.")


def make_output_folder(folder: Path) -> None:
    """Create the output folder unless it is there."""
    if folder.exists() and not folder.is_dir():
        raise CommandError(f"{shown(folder)} is a file, not a folder to write to.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"The folder {shown(folder)} cannot be made: {os_reason(error)}.") from None


def _check_writable(path: Path) -> None:
    folder = path.parent
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
    except FileNotFoundError:
        kind = stat.S_IFREG
    except (OSError, ValueError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else "its name holds what no file name may hold"
        raise CommandError(f"{shown(path)} cannot be written: {reason}.") from None
    if kind == stat.S_IFDIR:
        raise CommandError(f"{shown(path)} is a folder; give the name of a file to write.")
    if kind != stat.S_IFREG:
        raise CommandError(f"{shown(path)} is not a file that can be replaced.")
    if not folder.is_dir():
        raise CommandError(f"{shown(path)} cannot be written: the folder {shown(folder)} does not exist.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CommandError(f"{shown(path)} cannot be written: you may not write to the folder {shown(folder)}.")


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
