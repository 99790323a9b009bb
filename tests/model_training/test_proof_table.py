"""The whole table on a corpus small enough to run in a moment, and genres told apart by notes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model_training.data.corpus import Corpus, corpus_of
from model_training.data.song import Part, Song
from model_training.proof.command import Wishes, has_chords, prove
from model_training.proof.genre import genre_vector, own_accuracy, recognised_genres, sample, without_drums
from model_training.proof.measured import human_rows, rows_like
from model_training.proof.systems import baselines, harmonised, songs_with_chords, takes_of
from model_training.proof.table import proof, song_distances
from model_training.proof.worst import worst_songs
from music_core.harmony.chord import Chord
from music_core.rules import RULE_GENRES, rule_band
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import ChordChange, Metre, Score

BAR = 4 * Q


def song(number: int, *, bars: int = 8) -> Song:
    """A song of one chord a bar; each has another turn of chords and another way to break them."""
    rng = np.random.default_rng(number)
    roots = rng.choice([0, 2, 4, 5, 7, 9], bars)
    tune = [(i * Q, 72 + int(rng.choice([0, 2, 4, 5, 7])), Q, 80) for i in range(4 * bars)]
    keys = []
    for bar, root in enumerate(roots.tolist()):
        for i in range(8):
            if rng.random() < 0.7:
                keys.append((bar * BAR + i * Q // 2, 48 + root + int(rng.choice([0, 4, 7, 12])), Q, 70))
    lane = tuple(ChordChange(bar * BAR, Chord(root)) for bar, root in enumerate(roots.tolist()))
    parts = (Part("melody", 0, np.array(tune, np.int32)), Part("keys", 0, np.array(keys, np.int32)))
    name = f"song {number}"
    return Song(name, name, "c", "pop", "CC0", "green", parts, (Metre(0),), 100.0, 0, False, chords=lane)


def corpus(songs: int = 12) -> Corpus:
    splits = ["test" if number < songs // 2 else "train" for number in range(songs)]
    return corpus_of([song(number) for number in range(songs)], splits)


@pytest.mark.slow
def test_the_table_has_every_system_beside_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "report.json"
    prove(corpus(), Wishes(None, "pop-piano", seeds=2, resamples=50), out)
    report = json.loads(out.read_text(encoding="utf-8"))
    systems = report["systems"]
    assert list(systems) == ["human", "B0 random in key", "B1 block chords", "B2 rules", "B3 retrieval"]
    assert report["segments"] == 6
    blocks = systems["B1 block chords"]
    assert blocks["features"]["chord_tone_time"]["mean"] == 1.0
    assert blocks["features"]["chord_tone_time"]["sd_off"] > 0
    assert systems["human"]["features"]["mean_pitch"]["sd_off"] == pytest.approx(0.0)
    assert blocks["lane"]["MCTD"]["sd_off"] == pytest.approx(0.0)  # the chords are the songs' own
    assert blocks["told_apart"] > 0.9
    assert systems["B3 retrieval"]["told_apart"] < blocks["told_apart"] + 1e-9
    assert not any(value for name, row in systems.items() if name != "human" for value in row["faults"].values())
    assert set(blocks["p_distance_differs"]) == {"B0 random in key", "B2 rules", "B3 retrieval"}
    assert systems["B3 retrieval"]["copied"] is not None
    assert len(report["worst"]) == 6
    assert {path.name for path in (tmp_path / "report-worst").iterdir()} >= {"01-take.png", "01-human.png"}
    text = capsys.readouterr().out
    assert "| bass_on_bass |" in text and "| B2 rules |" in text


def test_a_human_take_has_no_distance_and_is_not_told_apart() -> None:
    songs = songs_with_chords(corpus(), "test", ("keys",))
    report, takes = proof(songs, {"same": lambda score, _: same_as(songs, score)}, seeds=1, resamples=20)
    row = report["systems"]["same"]
    assert row["overlap"] == 1.0
    assert row["likeness"]["note_f1"] == 1.0
    assert row["told_apart"] == pytest.approx(0.5)
    assert takes["same"] == songs


def same_as(songs: list[Score], melody: Score) -> Score:
    return next(score for score in songs if score.title == melody.title)


def test_systems_see_no_more_than_they_are_given() -> None:
    songs = songs_with_chords(corpus(), "test", ("keys",))
    seen: list[Score] = []

    def nosy(score: Score, seed: int) -> Score:
        seen.append(score)
        return score

    takes_of(nosy, songs, 0)
    assert all([track.role for track in score.tracks] == ["melody"] and score.chords for score in seen)
    seen.clear()
    takes = takes_of(nosy, songs, 0, chords=False)
    assert not any(score.chords for score in seen)
    assert [take.chords for take in takes] == [score.chords for score in songs]


def test_baselines_find_chords_of_their_own_where_none_are_given() -> None:
    melody = replace(songs_with_chords(corpus(), "test", ("keys",))[0], chords=())
    assert harmonised(melody).chords
    for name, system in baselines("pop").items():
        assert len(system(melody, 1).tracks) > 1, name


def test_songs_without_chords_are_left_out_or_heard() -> None:
    bare = corpus_of([replace(song(1), chords=())], ["test"])
    assert not has_chords(bare, "test")
    assert songs_with_chords(bare, "test", ("keys",)) == []
    heard = songs_with_chords(bare, "test", ("keys",), heard=True)
    assert heard[0].chords


def test_only_songs_of_the_genres_asked_for_are_taken() -> None:
    both = corpus_of([replace(song(1), genre="pop"), replace(song(2), genre="jazz")], ["test", "test"])
    pop, jazz = songs_with_chords(both, "test", ("keys",))
    assert songs_with_chords(both, "test", ("keys",), called=("jazz",)) == [jazz]
    assert songs_with_chords(both, "test", ("keys",), called=("jazz", "pop")) == [pop, jazz]


def test_too_few_songs_are_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="2 of 2 songs have eight bars"):
        proof(songs_with_chords(corpus(4), "test", ("keys",)), {}, seeds=1)


def test_the_worst_are_furthest_from_people(tmp_path: Path) -> None:
    songs = songs_with_chords(corpus(), "test", ("keys",))
    takes = [*songs[:-1], songs[-1].with_tracks(songs[-1].tracks[0])]  # the last one is silent
    human = human_rows(songs)
    assert max(song_distances(human, rows_like(human, takes)).items(), key=lambda item: item[1])[0] == len(songs) - 1
    worst = worst_songs(songs, takes, tmp_path / "rolls", count=2)
    assert worst[0].song == len(songs) - 1
    assert (tmp_path / "rolls" / worst[0].file).stat().st_size > 0


def test_genres_are_recognised_by_notes_alone() -> None:
    melodies = songs_with_chords(corpus(16), "test", ("keys",))
    played = {genre: [rule_band(score, genre, i) for i, score in enumerate(melodies)] for genre in ("rock", "jazz")}
    human = sample(played)
    assert own_accuracy(human) > 0.9
    again = {genre: [rule_band(score, genre, 99) for score in melodies[:3]] for genre in played}
    assert recognised_genres(human, sample(again))["mean"] > 0.9
    pitched = without_drums(human)
    assert np.isnan(pitched.values).sum() > np.isnan(human.values).sum()
    assert own_accuracy(pitched) > 0.9  # walking bass and shells tell enough


def test_a_genre_vector_sees_neither_programs_nor_velocities() -> None:
    score = rule_band(songs_with_chords(corpus(), "test", ("keys",))[0], "pop")
    other = score.with_tracks(
        score.tracks[0],
        *(
            replace(t, program=5, name="x", notes=tuple(replace(n, velocity=1) for n in t.notes))
            for t in score.tracks[1:]
        ),
    )
    np.testing.assert_array_equal(genre_vector(score), genre_vector(other))
    assert set(RULE_GENRES) >= {"pop", "rock", "jazz", "symphony", "singer-songwriter", "pop-piano"}
