"""What is compared: every way of accompanying a melody as one kind of function, and the takes that it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from model_training.data.corpus import Corpus
from model_training.data.song import to_score
from model_training.evaluate import generated
from model_training.proof.retrieval import Donors, donors_of, retrieved
from music_core.adapters.onnx_predictor import OnnxPredictor
from music_core.harmony.infer import infer_chords
from music_core.harmony.rules import rule_chords
from music_core.manifest import Manifest, graph_beside
from music_core.melody import find_melody
from music_core.rules import RULE_GENRES, block_chords, in_key_random, rule_band
from music_core.rules.bars import melody_of
from music_core.score import Score

# From a melody with its chord lane and a seed to the melody with parts under it.
System = Callable[[Score, int], Score]


def baselines(genre: str, donors: Donors | None = None) -> dict[str, System]:
    """B0 to B3: notes of the key at random, block chords, rules of the genre, retrieval where there are donors."""
    styled = genre if genre in RULE_GENRES else "pop"
    systems: dict[str, System] = {
        "B0 random in key": lambda score, seed: in_key_random(score, styled, seed),
        "B1 block chords": lambda score, seed: block_chords(harmonised(score), styled, seed),
        "B2 rules": lambda score, seed: rule_band(harmonised(score), styled, seed),
    }
    if donors is not None:
        systems["B3 retrieval"] = lambda score, seed: retrieved(donors, harmonised(score), seed)
    return systems


def harmonised(score: Score) -> Score:
    """The score itself where it has chords, else with chords by rule, which is what the baselines have to go by."""
    return score if score.chords else replace(score, chords=rule_chords(score, find_melody(score)))


def model_system(folder: Path, manifest: Manifest) -> System:
    """A model folder's own decoder, as the studio runs it."""
    predictor = OnnxPredictor(graph_beside(manifest, folder))
    return lambda score, seed: generated(predictor, manifest, score, seed)


def genre_of(manifest: Manifest) -> str:
    """The rules that a model is compared with: those of its id, or of its genre."""
    return manifest.id if manifest.id in RULE_GENRES else manifest.genre


def songs_with_chords(
    corpus: Corpus, split: str, roles: Sequence[str], most: int = 0, *, heard: bool = False, called: Sequence[str] = ()
) -> list[Score]:
    """The songs of a split that have chords, a melody and one of these parts, as scores; at most so many, 0 for all.

    Songs of the genres `called` so, or of all; `heard` takes songs without chords too, with the chords that are heard
    in all their notes.
    """
    found = []
    for index in corpus.songs(split):
        song = corpus.song(index)
        if called and song.genre not in called:
            continue
        score = to_score(song, tuple(roles))
        if not score.tracks[0].notes or not any(track.notes for track in score.tracks[1:]):
            continue
        if not song.chords and heard:
            score = replace(score, chords=infer_chords(to_score(song)))
        if score.chords:
            found.append(score)
        if most and len(found) == most:
            break
    return found


def donors_from(corpus: Corpus, roles: Sequence[str], *, heard: bool = False, called: Sequence[str] = ()) -> Donors:
    """The passages of the training songs."""
    return donors_of(songs_with_chords(corpus, "train", roles, heard=heard, called=called))


def takes_of(system: System, scores: Iterable[Score], seed: int, *, chords: bool = True) -> list[Score]:
    """One take of each song's melody, with its chords or without; a take without a lane of its own has the song's.

    A song's take has a seed of its own, so that no two songs share their randomness.
    """
    takes = []
    for number, score in enumerate(scores):
        given = score.with_tracks(melody_of(score))
        take = system(given if chords else replace(given, chords=()), seed * 10_007 + number)
        takes.append(take if take.chords else replace(take, chords=score.chords))
    return takes
