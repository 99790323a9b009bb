"""Which keys do what: the table's own keys, and what the user changed of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from PySide6.QtGui import QKeySequence

from desktop_app.ui.actions import COMMANDS, TAKES_WITH_KEYS, Command

KEYS_EACH = 4
_Portable = QKeySequence.SequenceFormat.PortableText
_Native = QKeySequence.SequenceFormat.NativeText
TAKE_KEYS = tuple(f"Alt+{number}" for number in range(1, TAKES_WITH_KEYS + 1))
"""What chooses a take; these stay as they are."""


@dataclass(frozen=True, slots=True)
class KeyMap:
    """The keys of every command; `changed` holds the user's by command id. A key does one thing."""

    changed: Mapping[str, tuple[str, ...]]
    commands: tuple[Command, ...] = COMMANDS

    def table(self) -> dict[str, tuple[str, ...]]:
        """Every command's keys; what the user gave one command, another's default no longer has."""
        taken = {key for keys in self.changed.values() for key in keys}
        return {
            command.id: self.changed[command.id]
            if command.id in self.changed
            else tuple(key for key in map(normal, command.keys) if key not in taken)
            for command in self.commands
        }

    def owner(self, key: str, but: str = "") -> Command | None:
        """The command, other than `but`, that a key would call now."""
        table, wanted = self.table(), normal(key)
        return next((one for one in self.commands if one.id != but and wanted in table[one.id]), None)

    def with_key(self, command_id: str, key: str) -> KeyMap:
        """A command's only key; whoever had it loses it. Raises ValueError for a key that stays as it is."""
        wanted = normal(key)
        if not wanted or wanted in TAKE_KEYS:
            raise ValueError(f"{key!r} cannot be a command's key")
        table = self.table()
        changed = dict(self.changed)
        owner = self.owner(wanted, command_id)
        if owner is not None:
            changed[owner.id] = tuple(other for other in table[owner.id] if other != wanted)
        changed[command_id] = (wanted,)
        return self._lean(changed)

    def without_keys(self, command_id: str) -> KeyMap:
        """A command that no key calls."""
        return self._lean({**self.changed, command_id: ()})

    def reset(self, command_id: str) -> KeyMap:
        """A command's own keys again, taken back from whoever has them."""
        own = self._own()[command_id]
        changed = {
            name: tuple(key for key in keys if key not in own)
            for name, keys in self.changed.items()
            if name != command_id
        }
        return self._lean(changed)

    def is_changed(self, command_id: str) -> bool:
        """Whether its keys are other than the table's."""
        return self.table()[command_id] != self._own()[command_id]

    def _own(self) -> dict[str, tuple[str, ...]]:
        return {command.id: tuple(map(normal, command.keys)) for command in self.commands}

    def _lean(self, changed: Mapping[str, tuple[str, ...]]) -> KeyMap:
        """Without entries that say what the table says anyway."""
        own = self._own()
        return replace(self, changed={name: keys for name, keys in changed.items() if keys != own[name]})


def key_map(settings: Mapping[str, object]) -> KeyMap:
    """The map from the settings' `keys`; entries that mean nothing are passed over, a key goes to the first."""
    known = {command.id for command in COMMANDS}
    changed: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set(TAKE_KEYS)
    for name, keys in settings.items():
        if name in known and isinstance(keys, (list, tuple)):
            good = [key for key in _readable(keys) if key not in seen]
            seen.update(good)
            changed[name] = tuple(dict.fromkeys(good))[:KEYS_EACH]
    return KeyMap(changed)


@cache
def normal(key: str) -> str:
    """One spelling for a key: `Del` and `Delete` are the same; empty for what is none."""
    return QKeySequence(key).toString(_Portable)


@cache
def shown(key: str) -> str:
    """A key as this system writes it."""
    return QKeySequence(key).toString(_Native)


def _readable(keys: Iterable[object]) -> list[str]:
    return [normal(key) for key in keys if isinstance(key, str) and len(key) < 40 and normal(key)]
