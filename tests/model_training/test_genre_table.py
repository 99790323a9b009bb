"""Genres told by notes: who is taken for whom, under the same melodies, and bands as the studio runs them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.paths import resources_folder
from model_training.cli import main
from model_training.commands.genres import sources_of
from model_training.data.corpus import Corpus, Member, corpus_of, save_corpus
from model_training.data.song import Song, part_of
from model_training.proof.drums import FIGURES, at_tempos, compared, in_proportion
from model_training.proof.drums import markdown as drums_text
from model_training.proof.genre_table import Confusion, Source, genre_tables, markdown, sung_openings
from model_training.proof.played import band_of
from music_core.rules import rule_band
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Metre, Note, Score, Tempo, Track

BAR = 4 * Q
MODELS, PERFORMANCE = resources_folder() / "models", resources_folder() / "performance"


def song(number: int, genre: str, bars: int = 8) -> Song:
    """A tune of quarters with slow chords where it is slow, with sixteenths where it is fast."""
    rng = np.random.default_rng(number)
    tune = tuple(Note(i * Q, 72 + int(rng.choice((0, 2, 4, 7))), Q) for i in range(4 * bars))
    unit = BAR if genre == "slow" else Q // 4
    keys = tuple(Note(tick, 48 + int(rng.choice((0, 4, 7))), unit) for tick in range(0, bars * BAR, unit))
    parts = (part_of("melody", 0, tune), part_of("keys", 0, keys))
    name = f"{genre}-{number}"
    return Song(name, name, "c", genre, "CC0", "green", parts, (Metre(0),), 100.0, 0, False)


def both() -> Corpus:
    songs = [song(number, "slow" if number % 2 else "fast") for number in range(24)]
    return corpus_of(songs, ["test" if number < 8 else "train" for number in range(24)])


def steady(unit: int) -> object:
    """A band of one part that strikes evenly."""

    def band(score: Score, seed: int) -> Score:
        rng = np.random.default_rng(seed)
        notes = tuple(Note(tick, 48 + int(rng.choice((0, 4, 7))), unit) for tick in range(0, 8 * BAR, unit))
        return score.with_tracks(score.tracks[0], Track("Keys", notes, role="keys"))

    return band


def test_bands_are_heard_as_the_people_they_play_like() -> None:
    corpus = both()
    sources = [Source("fast", corpus, ("fast",)), Source("slow", corpus, ("slow",))]
    bands = {"fast": steady(Q // 4), "slow": steady(Q // 4)}  # both are fast
    tables = genre_tables(sources, bands, songs=20, melodies=3)  # type: ignore[arg-type]
    assert len(tables) == 6  # people, bands, bands under their own melodies; with drums heard and unheard
    people, made, own = tables[:3]
    assert people.accuracy == 1.0
    assert people.passages == (4, 4)
    assert made.genres == ("fast", "slow")
    assert made.shares == ((1.0, 0.0), (1.0, 0.0))
    assert made.accuracy == 0.5
    assert made.passages == (6, 6)  # every band under the melodies of both genres
    assert own.passages == (3, 3)
    assert "| slow | 100% | 0% | 6 |" in markdown(tables)


def test_a_genre_without_passages_counts_nowhere() -> None:
    table = Confusion("x", ("a", "b"), ((0.5, 0.5), (0.0, 0.0)), (2, 0))
    assert table.accuracy == 0.5
    assert "| b | 0%" not in markdown([table])


def test_openings_are_sung_in_four_four_and_bring_no_chords() -> None:
    waltz = replace(song(1, "slow"), metres=(Metre(0, 3, 4),))
    corpus = corpus_of([song(0, "slow"), waltz], ["test", "test"])
    (tune,) = sung_openings(Source("", corpus).songs("test", 9), 5)
    assert len(tune.tracks) == 1
    assert tune.end_tick == 8 * BAR
    assert not tune.chords


def test_words_choose_songs_of_a_corpus(tmp_path: Path) -> None:
    members = [Member(song(number, name), number, "test") for number, name in enumerate(("slow", "fast", "rock"))]
    save_corpus(members, tmp_path / "all", title="All", seed=1)
    chosen, every = sources_of([f"a={tmp_path / 'all'}:slow,rock", f"b={tmp_path / 'all'}"])
    assert (chosen.genre, chosen.called) == ("a", ("slow", "rock"))
    assert sorted(score.title for score in chosen.songs("test", 9)) == ["rock-2", "slow-0"]
    assert len(every.songs("test", 2)) == 2
    with pytest.raises(ValueError, match="names no corpus by genre"):
        sources_of([str(tmp_path / "all")])


def test_a_model_without_a_corpus_of_its_genre_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_corpus([Member(song(0, "slow"), 0, "test")], tmp_path / "all", title="All", seed=1)
    given = ["genres", str(MODELS / "pop"), "--data", f"slow={tmp_path / 'all'}", "--performance", str(PERFORMANCE)]
    assert main(given) == 2
    assert "add pop=DIR" in capsys.readouterr().err


@pytest.mark.slow
def test_a_band_runs_as_in_the_studio_chords_parts_and_performance() -> None:
    manifest, band = band_of(MODELS / "pop", PERFORMANCE)
    (tune,) = sung_openings(Source("", corpus_of([song(0, "slow")], ["test"])).songs("test", 1), 1, 2)
    take = band(tune, 1)
    assert take == band(tune, 1)
    assert [track.role for track in take.tracks] == ["melody", *(part.role for part in manifest.parts)]
    assert take.chords
    assert any(note.start_tick % 120 for track in take.tracks[1:] for note in track.notes)  # played, not only written


def test_melodies_are_played_at_tempos_from_all_recordings() -> None:
    human = [Score((), tempos=(Tempo(0, us), Tempo(960, 100_000))) for us in (300_000, 400_000, 500_000, 600_000)]
    found = at_tempos([Score(), Score()], human)
    assert [score.tempos for score in found] == [(Tempo(0, 300_000),), (Tempo(0, 500_000),)]


def test_bands_are_counted_as_often_as_their_genres_were_recorded() -> None:
    def drummed(bars: int, number: int = 0) -> Score:
        hits = tuple(Note(tick, 36, 10, 1 + number) for tick in range(0, bars * BAR, Q))
        return Score((Track("Drums", hits, is_drum=True, role="drums"),), metres=(Metre(0),))

    rock, jazz = ([drummed(4, number) for number in range(start, start + 8)] for start in (0, 50))
    found = in_proportion([rock, jazz], [[drummed(16)], [drummed(4)]])
    assert found == [*rock, jazz[0], jazz[4]]  # four windows to one
    assert in_proportion([rock, jazz], [[drummed(16)], [Score()]]) == [*rock, jazz[0]]


def test_drummers_overlap_with_themselves_wholly_and_rules_with_each_other_less() -> None:
    def played(genre: str, number: int) -> Score:
        tune = Score((Track("M", tuple(Note(i * Q, 72, Q) for i in range(16)), role="melody"),))
        return rule_band(tune, genre, number)

    rock, jazz = ([played(genre, number) for number in range(8)] for genre in ("rock", "jazz"))
    same = compared(rock, rock)
    assert all(same[name] == pytest.approx(1.0) for name in FIGURES)
    assert compared(rock, jazz)["groove"] < 1.0
    assert "| x | 1.000 | 1.000 | 1.000 | 1.000 |" in drums_text({"x": same})
