"""What `tutti-train evaluate` does for music with chords: gather songs and systems, prove, print, write."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from model_training.data.corpus import Corpus, load_corpus
from model_training.data.song import to_score
from model_training.proof import drums, genre
from model_training.proof.closeness import RESAMPLES
from model_training.proof.played import PERFORMANCE, player
from model_training.proof.systems import (
    System,
    baselines,
    donors_from,
    genre_of,
    model_system,
    songs_with_chords,
    takes_of,
)
from model_training.proof.table import proof
from model_training.proof.text import markdown
from model_training.proof.worst import worst_songs
from music_core.atomic import replacing
from music_core.manifest import read_bundle
from music_core.metrics import Passages
from music_core.score import Score


@dataclass(frozen=True, slots=True)
class Wishes:
    """What to prove: a model folder, or none for the baselines of a genre alone; how many songs (0 for all) and seeds.

    `heard` gives songs without chords those that are heard in their notes; only songs of the genres `called` so are
    asked, where any is named. `beside` are other models that stand in the same table. `groove` is the folder of drum
    recordings, None for no comparison; `genres` names prepared corpora by genre.
    """

    model: Path | None
    genre: str = "pop-piano"
    split: str = "test"
    seeds: int = 3
    songs: int = 0
    chords: bool = True
    groove: Path | None = None
    genres: tuple[tuple[str, Path], ...] = ()
    pictures: Path | None = None
    copies: bool = True
    heard: bool = False
    called: tuple[str, ...] = ()
    beside: tuple[Path, ...] = ()
    resamples: int = RESAMPLES
    performance: Path = PERFORMANCE


def has_chords(corpus: Corpus, split: str) -> bool:
    """Whether the songs of a split carry chord lanes: any of the first fifty."""
    return any(corpus.song(index).chords for index in corpus.songs(split)[:50])


def prove(corpus: Corpus, wishes: Wishes, out: Path | None) -> dict[str, Any]:
    """The whole report: printed as Markdown, written as JSON where asked, the worst songs drawn beside it."""
    manifest = read_bundle(wishes.model) if wishes.model else None
    style = genre_of(manifest) if manifest else wishes.genre
    roles = tuple(part.role for part in manifest.parts) if manifest else ("keys",)
    heard, called = wishes.heard, wishes.called
    songs = songs_with_chords(corpus, wishes.split, roles, wishes.songs, heard=heard, called=called)
    systems = baselines(style, donors_from(corpus, roles, heard=heard, called=called))
    systems |= {folder.name: model_system(folder, read_bundle(folder)) for folder in wishes.beside}
    if wishes.model is not None and manifest is not None:
        systems["model"] = model_system(wishes.model, manifest)
    passages = _passages(corpus, roles) if wishes.copies else None
    report, takes = proof(
        songs,
        systems,
        seeds=wishes.seeds,
        chords=wishes.chords,
        passages=passages,
        resamples=wishes.resamples,
        say=lambda text: print(text, flush=True),
    )
    report |= {"model": manifest.id if manifest else "", "genre": style, "split": wishes.split}
    if wishes.groove is not None:
        human = drums.recorded(wishes.groove, genre=style)
        play = player(wishes.performance, manifest) if manifest else None
        if play is not None:  # drummers are recorded, so the model's drums are heard as they are played
            played = takes | {"model": [play(take, seed, {}) for seed, take in enumerate(takes["model"])]}
        else:
            played = takes
        report["drums"] = {name: drums.compared(scores, human) for name, scores in played.items()}
    if wishes.genres and manifest is not None:
        report["genres"] = _genres(wishes.genres, manifest.genre, systems["model"], songs, wishes.split)
    judged = "model" if manifest else "B2 rules"
    folder = wishes.pictures or (out.with_suffix("").with_name(f"{out.stem}-worst") if out else None)
    if folder is not None:
        report["worst"] = [asdict(worst) for worst in worst_songs(songs, takes[judged], folder)]
    print(f"\n{markdown(report)}")
    if out is not None:
        with replacing(out) as beside:
            beside.write_text(json.dumps(_plain(report), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return report


def _passages(corpus: Corpus, roles: Sequence[str]) -> Passages:
    training = (corpus.song(index) for index in corpus.songs("train"))
    return Passages(((song.name, to_score(song, tuple(roles))) for song in training), together=True)


def _genres(
    places: Sequence[tuple[str, Path]], own: str, system: System, songs: Sequence[Score], split: str
) -> Mapping[str, float]:
    """How well people's genres are told apart, and how often the model's takes are heard as its own."""
    corpora = {name: load_corpus(place) for name, place in places}
    human = genre.sample({name: _all_parts(corpus, "train") for name, corpus in corpora.items()})
    melodies = _all_parts(corpora[own], split) if own in corpora else list(songs)
    made = genre.sample({own: takes_of(system, melodies, 0)})
    figures: dict[str, float] = {}
    for name, view in (("", _as_it_is), (" by pitched parts", genre.without_drums)):
        found = genre.recognised_genres(view(human), view(made))
        figures |= {f"people, held out{name}": genre.own_accuracy(view(human)), f"{own}{name}": found[own]}
    return figures


def _all_parts(corpus: Corpus, split: str) -> list[Score]:
    return [to_score(corpus.song(index)) for index in corpus.songs(split)]


def _plain(value: Any) -> Any:
    """The report with numpy's numbers as Python's, and null for what is no number, as JSON wants it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(value) if value == value and abs(value) != float("inf") else None
    return value


def _as_it_is(one: genre.Sample) -> genre.Sample:
    return one
