"""All that is kept and made: projects, models, the library's list, and the workers that read and write."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.app.lines import Lines
from desktop_app.audio.player import Player
from desktop_app.generation.bandleader import Bandleader
from desktop_app.generation.composer import Composer
from desktop_app.generation.registry import Registry
from desktop_app.jobs import Jobs
from desktop_app.language import spoken
from desktop_app.library.shelf.catalogue import Catalogue
from desktop_app.library.shelf.index import Index
from desktop_app.library.shelf.marks import MarkFile
from desktop_app.library.shelf.sources import ModelFacts
from desktop_app.library.store import Store
from desktop_app.paths import AppPaths
from desktop_app.preview import Preview
from desktop_app.session import Session
from desktop_app.shelf import Shelf
from music_core.adapters import open_onnx


@dataclass(frozen=True, slots=True)
class LibraryRoom:
    """Projects and models; `readers` is a worker of its own: a search, or a file to read, does not wait for a model."""

    paths: AppPaths
    registry: Registry
    store: Store
    composer: Composer
    leader: Bandleader
    jobs: Jobs
    readers: Jobs

    def shelf(self, session: Session, lines: Lines) -> Shelf:
        """The list that the window shows."""
        return Shelf(self._catalogue(), self.readers, session, lines.events)

    def preview(self, session: Session, lines: Lines, player: Player) -> Preview:
        """Hearing a row of the list before it is opened."""
        return Preview(player, session, self.readers, lines.events, self.store.open, self.paths.melodies)

    def card(self, model_id: str) -> str:
        """A model's card, or the little that is known without one."""
        try:
            return (self.registry.folder_of(model_id) / "CARD.md").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return f"{self.registry.get(model_id).description}\n\nThis model came without a card."

    def _catalogue(self) -> Catalogue:
        """What it says is in the language spoken, so each language has an index of its own."""
        return Catalogue(
            Index(self.paths.library / f"index-{spoken().code}.sqlite"),
            MarkFile(self.paths.library / "marks.json"),
            self.store.open,
            self.paths.melodies,
            self.paths.projects,
            lambda: (ModelFacts(m.id, m.title, m.genre, m.description, m.licence) for m in self.registry.models()),
        )


def library_room(lines: Lines, paths: AppPaths) -> LibraryRoom:
    """Build it; the folders are read when they are first asked for."""
    registry, store = Registry(paths.models), Store(paths.recovery, give_way=lines.way.give_way)
    composer = Composer(registry, open_onnx)
    leader = Bandleader(composer, registry)
    return LibraryRoom(paths, registry, store, composer, leader, _jobs(lines), _jobs(lines))


def _jobs(lines: Lines) -> Jobs:
    return Jobs(lines.post, lines.way.give_way)
