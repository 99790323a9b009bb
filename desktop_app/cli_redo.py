"""Which parts and bars `tutti generate` writes anew: its --redo, --in-bars and --vary."""

from __future__ import annotations

import re
from argparse import Namespace

from desktop_app.cli_files import CommandError
from music_core.decoding.redo import ANEW, Redo
from music_core.manifest import Manifest

_BARS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_ALL = "all"


def redo_of(arguments: Namespace, manifest: Manifest) -> Redo:
    """What the command line says; raises CommandError with one plain sentence."""
    if arguments.redo in (None, _ALL) and arguments.in_bars is None and arguments.vary is None:
        return ANEW
    share = 100 if arguments.vary is None else arguments.vary
    if not 1 <= share <= 100:
        raise CommandError(f"--vary goes from 1 to 100 percent, not {share}.")
    return Redo(_roles(arguments.redo or _ALL, manifest), _bars(arguments.in_bars), share / 100)


def _roles(text: str, manifest: Manifest) -> frozenset[str]:
    known = [part.role for part in manifest.parts]
    named = known if text == _ALL else [role.strip() for role in text.split(",")]
    for role in named:
        if role not in known:
            raise CommandError(f"{manifest.id} has no part {role!r}; it has: {', '.join(known)}.")
    return frozenset(named)


def _bars(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    match = _BARS.fullmatch(text.strip())
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= first <= last:
        raise CommandError(f"--in-bars takes a range such as 5-8, counted from 1, not {text}.")
    return first - 1, last
