"""The models on this computer: bundles found in folders, checked, and refused in a sentence one can act on."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from desktop_app.generation.techniques import REWRITERS, TECHNIQUES, WITHOUT_PARTS
from music_core.manifest import Manifest, ManifestError, check_files, read_bundle

# A bundle's networks take longer to check than all else that the studio does before its window is there.
_CHECKED_WHEN_FOUND = 1_000_000

_log = logging.getLogger(__name__)


class UnknownModelError(ValueError):
    """No such model; the message lists those there are."""


class Registry:
    """Reads the folders when first asked; `refresh` looks again."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._found: dict[str, tuple[Manifest, Path]] | None = None
        self._refused: tuple[str, ...] = ()
        self._sound: set[str] = set()  # ids of the bundles whose files were all checked

    def models(self) -> tuple[Manifest, ...]:
        """Every usable model that writes parts; `get` also finds the others.

        Bands that can redo what they wrote come first, then those of earlier folders.
        """
        found = (manifest for manifest, _ in self._bundles().values() if manifest.parts)
        return tuple(sorted(found, key=lambda manifest: manifest.technique not in REWRITERS))

    def refused(self) -> tuple[str, ...]:
        """A sentence for each bundle that cannot be used."""
        self._bundles()
        return self._refused

    def get(self, model_id: str) -> Manifest:
        """A model by its id; raises UnknownModelError, which lists the valid ids."""
        return self._entry(model_id)[0]

    def folder_of(self, model_id: str) -> Path:
        """Where a model's files are."""
        return self._entry(model_id)[1]

    def graph_of(self, model_id: str) -> Path:
        """The model's graph, checked, which may lie in the bundle that it shares it with.

        Raises UnknownModelError, and ManifestError for a damaged file.
        """
        manifest, folder = self._entry(model_id)
        self._check(manifest, folder)
        if not manifest.shares:
            return folder / manifest.graph
        shared, its_folder = self._entry(manifest.shares)
        if (shared.inputs, shared.outputs) != (manifest.inputs, manifest.outputs) or shared.shares:
            raise UnknownModelError(f"The model {model_id} does not fit {shared.id}; install both anew together.")
        self._check(shared, its_folder)
        return its_folder / shared.graph

    def refresh(self) -> None:
        """Look again at the next question: a model was added or removed."""
        self._found = None
        self._sound.clear()

    def _check(self, manifest: Manifest, folder: Path) -> None:
        if manifest.id not in self._sound:
            check_files(manifest, folder)
            self._sound.add(manifest.id)

    def _entry(self, model_id: str) -> tuple[Manifest, Path]:
        bundles = self._bundles()
        if model_id not in bundles:
            there = f"there are: {', '.join(bundles)}" if bundles else "there are none; install Tutti's models again"
            why = f" ({' '.join(self._refused)})" if self._refused else ""
            raise UnknownModelError(f"There is no model {model_id!r}; {there}.{why}")
        return bundles[model_id]

    def _bundles(self) -> dict[str, tuple[Manifest, Path]]:
        if self._found is None:
            self._found, refused = {}, []
            for folder in self._candidates():
                try:
                    manifest = self._checked(folder)
                except ManifestError as error:
                    _log.warning("Model refused: %s", error)
                    refused.append(str(error))
                else:
                    self._found[manifest.id] = (manifest, folder)
            self._refused = tuple(refused)
        return self._found

    def _candidates(self) -> list[Path]:
        found = []
        for folder in self._folders:
            try:
                found += sorted(entry for entry in folder.iterdir() if (entry / "manifest.json").is_file())
            except OSError:
                continue  # no such folder: no models of one's own yet
        return found

    def _checked(self, folder: Path) -> Manifest:
        try:
            manifest = read_bundle(folder, _CHECKED_WHEN_FOUND)
        except OSError as error:
            raise ManifestError(f"The model in {folder.name} cannot be read ({error.strerror or error}).") from None
        if not manifest.parts and manifest.technique not in WITHOUT_PARTS:
            raise ManifestError(f"The model {manifest.id} names no part that it writes; install it again.")
        if manifest.technique not in (*TECHNIQUES, *REWRITERS, *WITHOUT_PARTS):
            raise ManifestError(
                f"The model {manifest.id} needs the technique {manifest.technique!r}, which this Tutti does not have "
                f"(it has: {', '.join((*TECHNIQUES, *REWRITERS))}); update Tutti."
            )
        assert self._found is not None
        if manifest.id in self._found:
            raise ManifestError(
                f"The model {manifest.id} is there twice; the one in {self._found[manifest.id][1]} is used."
            )
        return manifest
