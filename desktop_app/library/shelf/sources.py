"""What a melody, a project file or a model is on the shelf."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop_app.key_names import key_text
from desktop_app.language import mark, tr, tr_count
from desktop_app.library.melodies import SampleMelody
from desktop_app.library.project import Project, Take, take_letter
from desktop_app.library.shelf.entry import Entry, Marks
from music_core.score import Score, bar_lines


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What the library tells of a model."""

    id: str
    title: str
    genre: str
    description: str
    licence: str


def melody_entry(melody: SampleMelody) -> Entry:
    """A sample melody."""
    composer, source = tr(melody.composer), tr(melody.source)
    about = ((mark("Composer"), composer), (mark("From"), source))
    words = f"{source} {melody.composer} {melody.source}"  # found in either language
    return Entry(f"melody:{melody.id}", "melody", melody.title, composer, about, words)


def model_entry(model: ModelFacts) -> Entry:
    """A model that writes parts."""
    about = ((mark("Genre"), model.genre), (mark("Licence"), model.licence))
    words = f"{model.genre} {model.id} {model.title}"
    return Entry(f"model:{model.id}", "model", tr(model.title), tr(model.description), about, words)


def unread_entry(path: Path, why: str) -> Entry:
    """A piece that cannot be looked into; it is listed all the same."""
    return Entry(piece_key(path), "piece", path.stem, why, ((mark("File"), str(path)),), "", str(path))


def piece_entries(path: Path, project: Project, models: Mapping[str, ModelFacts]) -> Iterator[Entry]:
    """A saved piece and the takes in it."""
    score = project.score
    about = [(mark("File"), str(path))]
    about += [(mark("From"), tr(score.provenance))] if score.provenance else []
    about += [(mark("Licence"), score.copyright)] if score.copyright else []
    written = {track.generated_by for track in score.tracks if track.generated_by}
    about += [(mark("Parts by"), _title(name, models)) for name in sorted(written)]
    names = " ".join(track.name for track in score.tracks)
    words = f"{score.title} {names} {' '.join(sorted(written))}"
    yield Entry(piece_key(path), "piece", path.stem, piece_line(score), tuple(about), words, str(path))
    for place, take in enumerate(project.takes):
        yield _take_entry(path, place, take, models)


def piece_key(path: Path) -> str:
    """The key of a piece."""
    return f"piece:{path}"


def piece_line(score: Score) -> str:
    """A piece in a few words: "16 bars, G major, 120 BPM"."""
    bars = len(bar_lines(score.metres, score.end_tick)) - 1 if score.end_tick else 0
    key = [key_text(score.keys[0])] if score.keys else []
    length = tr_count("{count} bar", "{count} bars", bars)
    return ", ".join([length, *key, tr("{tempo} BPM", tempo=f"{score.bpm:.0f}")])


def _take_entry(path: Path, place: int, take: Take, models: Mapping[str, ModelFacts]) -> Entry:
    options = ", ".join(f"{name} {value:g}" for name, value in sorted(take.options.items()))
    about = [(mark("Piece"), path.stem), (mark("Model"), _title(take.model_id, models)), (mark("Seed"), str(take.seed))]
    about += [(mark("Options"), options)] if options else []
    about += [(mark("Licence"), models[take.model_id].licence)] if take.model_id in models else []
    about += [(mark("Noted"), tr(note)) for note in take.notes]
    line = tr("{model}, seed {seed}", model=_title(take.model_id, models), seed=take.seed)
    title = tr("{piece}, take {letter}", piece=path.stem, letter=take_letter(place))
    key = f"take:{path}#{place}"
    return Entry(key, "take", title, line, tuple(about), take.model_id, str(path), place, Marks(take.starred))


def _title(model_id: str, models: Mapping[str, ModelFacts]) -> str:
    return tr(models[model_id].title) if model_id in models else model_id
