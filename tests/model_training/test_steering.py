"""What options move is measured on both places of the slider, melody by melody."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.paths import resources_folder
from model_training.cli import main
from model_training.data.corpus import Member, corpus_of, save_corpus
from model_training.data.song import Song, part_of
from model_training.proof.played import player
from model_training.proof.steering import chord_tones, humanity, markdown, notes_a_bar, openings, share_heard, steered
from music_core.harmony.chord import Chord
from music_core.manifest import Manifest, read_bundle
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import ChordChange, Metre, Note, Score, Tempo, Track

BAR = 4 * Q
MODELS = resources_folder() / "models"


@pytest.fixture(scope="module")
def pop() -> Manifest:
    return read_bundle(MODELS / "pop")


def melody(bars: int = 2, up: int = 0) -> Score:
    notes = tuple(Note(beat * Q, 72 + up, Q) for beat in range(4 * bars))
    return Score(
        (Track("Melody", notes, role="melody"),), tempos=(Tempo(0, 500_000),), chords=(ChordChange(0, Chord(0)),)
    )


def by_rule(score: Score, seed: int, options: Mapping[str, float]) -> Score:
    """A bass with as many notes a bar as its option says in tenths, C where it is safe and D flat where it is wild."""
    count, wild = round(10 * options.get("busy_bass", 0.5)), options.get("wild", 0.5)
    pitch = 36 + (seed if wild > 0.5 else 0)
    bass = tuple(Note(bar * BAR + i * 120, pitch, 120) for bar in range(2) for i in range(count))
    return score.with_tracks(score.tracks[0], Track("Bass", bass, role="bass"))


def test_a_part_is_heard_in_the_bars_it_sounds_in() -> None:
    take = melody(bars=4).with_tracks(
        melody(bars=4).tracks[0],
        Track("Bass", (Note(0, 36, Q), Note(BAR + 3 * Q, 36, 2 * Q)), role="bass"),
        Track("Keys", (), role="keys"),
        Track("Drums", tuple(Note(bar * BAR, 36, Q) for bar in range(4)), is_drum=True, role="drums"),
    )
    assert share_heard(take) == (3 / 4 + 0) / 2


def test_every_option_is_measured_by_what_it_says(pop: Manifest) -> None:
    rows = {(row.option, row.figure): row for row in steered(pop, [melody(), melody(up=2)], by_rule, None)}
    assert {option for option, _ in rows} == {option.name for option in pop.options} - {"human"}
    busy = rows["busy_bass", "bass: notes a bar"]
    assert (busy.at_low, busy.at_high, busy.change[0], busy.rose, busy.melodies) == (2.0, 8.0, 6.0, 2, 2)
    tones = rows["wild", "share of onsets on chord tones"]
    assert (tones.at_low, tones.at_high, tones.fell) == (1.0, 0.0, 2)
    assert rows["wild", "difference between two seeds"].at_high == 1.0
    assert rows["energy", "pitched parts: notes a bar"].change == (0.0, 0.0, 0.0)
    assert rows["energy", "drums: hits a bar"].at_high == 0.0


def test_the_table_says_the_figure_its_change_and_on_how_many_it_rose(pop: Manifest) -> None:
    text = markdown("Pop band", steered(pop, [melody()], by_rule, None), 1)
    assert "| Bass: sparse to busy (`busy_bass`) | bass: notes a bar | 2 | 8 | +6 (+6 to +6) | 1 of 1 |" in text


def test_notes_count_by_role_and_chord_tones_by_the_chord_in_force() -> None:
    take = by_rule(melody(), 1, {})
    take = replace(take, chords=(ChordChange(0, Chord(0)), ChordChange(BAR, Chord(2))))
    assert notes_a_bar(take, "bass") == notes_a_bar(take, pitched=True) == 5
    assert notes_a_bar(take, "drums") == 0
    assert chord_tones(take) == 0.5
    assert np.isnan(chord_tones(melody()))


def test_humanity_is_milliseconds_and_the_spread_of_velocities() -> None:
    written = by_rule(melody(), 1, {})
    late = [
        replace(n, start_tick=n.start_tick + 12, velocity=60 + 20 * (i % 2))
        for i, n in enumerate(written.tracks[1].notes)
    ]
    played = written.with_tracks(written.tracks[0], replace(written.tracks[1], notes=tuple(late)))
    assert humanity(written, played) == pytest.approx((12.5, 10.0))


def test_the_band_is_played_ever_freer(pop: Manifest) -> None:
    play = player(resources_folder() / "performance", pop)
    assert play is not None
    rows = [row for row in steered(pop, [melody(), melody(up=2)], by_rule, play) if row.option == "human"]
    assert [row.figure for row in rows] == ["onsets off the written ones, ms", "spread of velocities"]
    assert all(0 < row.at_low < row.at_high for row in rows)


def song(number: int) -> Song:
    """Four bars of a tune with a piano under it."""
    rng = np.random.default_rng(number)
    tune = tuple(Note(BAR + i * Q, int(rng.choice((67, 69, 72, 76))), Q) for i in range(16))
    piano = tuple(Note(BAR + bar * BAR, 48 + tone, BAR) for bar in range(4) for tone in (0, 4, 7))
    parts = (part_of("melody", 0, tune), part_of("keys", 0, piano))
    return Song(f"s{number}", f"s{number}", "c", "pop", "CC0", "green", parts, (Metre(0),), 100.0, 0, False)


def test_melodies_begin_where_someone_sings_and_chords_are_heard(pop: Manifest) -> None:
    corpus = corpus_of([song(number) for number in range(4)], ["test", "test", "test", "train"])
    found = openings(corpus, "test", pop, 2, 2)
    assert len(found) == 2
    assert all(len(score.tracks) == 1 and score.tracks[0].notes[0].start_tick == 0 for score in found)
    assert all(score.end_tick == 2 * BAR and score.chords[0].chord == Chord(0) for score in found)
    with pytest.raises(ValueError, match="No valid song has a melody and chords"):
        openings(corpus, "valid", pop, 2, 2)


@pytest.mark.slow
def test_the_command_steers_a_shipped_band_and_writes_its_card(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    members = [Member(song(0), 0, "test"), Member(song(1), 1, "train")]
    save_corpus(members, tmp_path / "prepared", title="Mine", seed=1)
    shutil.copytree(MODELS / "pop", tmp_path / "pop")
    (tmp_path / "rock").symlink_to(MODELS / "rock")  # whose graph it shares
    out = tmp_path / "steering.json"
    given = ["steer", str(tmp_path / "pop"), "--data", str(tmp_path / "prepared"), "--songs", "1", "--bars", "2"]
    given += ["--performance", str(resources_folder() / "performance"), "--out", str(out), "--record"]
    assert main(given) == 0
    rows = json.loads(out.read_text(encoding="utf-8"))
    assert {row["option"] for row in rows} == {option.name for option in read_bundle(MODELS / "pop").options}
    printed = capsys.readouterr().out.strip()
    card = (tmp_path / "pop" / "CARD.md").read_text(encoding="utf-8")
    assert printed in card
    assert main(given) == 0  # again: the table takes the old one's place, and the bundle is still whole
    assert (tmp_path / "pop" / "CARD.md").read_text(encoding="utf-8") == card
    assert read_bundle(tmp_path / "pop").id == "pop"
