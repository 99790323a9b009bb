"""A performance: what it may not touch, what it draws, where it puts notes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from music_core.harmony.chord import Chord
from music_core.performing.counter import normals, philox, uniforms
from music_core.performing.draws import rank
from music_core.performing.drum_context import contexts
from music_core.performing.parts import Player, drum_velocities
from music_core.performing.perform import perform
from music_core.performing.positions import Bars
from music_core.performing.swing import EVEN, band_off_beat, off_beat, swung
from music_core.performing.tables import QUANTILES, Tables, TablesError, at_rank, read_tables, write_tables
from music_core.performing.voices import voices
from music_core.score import ChordChange, Metre, Note, Score, Tempo, Track

TABLES = read_tables(Path(__file__).parents[2] / "resources" / "performance")
BAR = 1920


def part(name: str, role: str, step: int, pitches: tuple[int, ...], *, bars: int = 4, program: int = 0) -> Track:
    notes = tuple(Note(tick, pitch, step) for tick in range(0, bars * BAR, step) for pitch in pitches)
    return Track(name, notes, program, role=role, is_drum=role == "drums")


def band(bars: int = 4) -> Score:
    return Score(
        (
            part("Tune", "melody", 480, (72,), bars=bars),
            part("Bass", "bass", 240, (36,), bars=bars, program=33),
            part("Guitar", "guitar", 240, (52, 57, 60, 64), bars=bars, program=25),
            part("Piano", "keys", 480, (48, 60, 64), bars=bars),
            part("Drums", "drums", 240, (36, 38, 42), bars=bars),
        ),
        chords=(ChordChange(0, Chord(0)), ChordChange(2 * BAR, Chord(7))),
    )


def in_bar(track: Track, bar: int) -> list[Note]:
    """Notes by the bar that they were written in: none is more than 60 ticks away from it here."""
    return [note for note in track.notes if bar * BAR - 60 <= note.start_tick < (bar + 1) * BAR - 60]


def test_the_counter_gives_the_published_numbers() -> None:
    """Known answers of Random123 for philox4x32-10."""
    ones = np.full((1, 4), 0xFFFFFFFF, np.uint64)
    pi = np.array([[0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344]], np.uint64)
    zeros = np.zeros((1, 4), np.uint64)
    assert [hex(word) for word in philox(zeros, (0, 0))[0]] == ["0x6627e8d5", "0xe169c58d", "0xbc57ac4c", "0x9b00dbd8"]
    assert [hex(w) for w in philox(ones, (0xFFFFFFFF,) * 2)[0]] == [
        "0x408f276d",
        "0x41c83b0e",
        "0xa20bc7c6",
        "0x6d5451fd",
    ]
    assert [hex(w) for w in philox(pi, (0xA4093822, 0x299F31D0))[0]] == [
        "0xd16cfe09", "0x94fdcceb", "0x5001e420", "0x24126ea1",
    ]  # fmt: skip


def test_a_place_keeps_its_numbers_whatever_else_is_drawn() -> None:
    many = uniforms(7, "x", np.arange(100), 3)
    assert np.array_equal(many[41:42], uniforms(7, "x", 41, 3))
    assert not np.array_equal(many[41:42], uniforms(7, "y", 41, 3))
    assert not np.array_equal(many[41:42], uniforms(8, "x", 41, 3))
    drawn = normals(1, "x", np.arange(20_000)).ravel()
    assert abs(drawn.mean()) < 0.02 and abs(drawn.std() - 1) < 0.02
    assert abs(rank(drawn).mean() - 0.5) < 0.01 and rank(np.array([1.959964]))[0] == pytest.approx(0.975, abs=1e-6)
    with pytest.raises(ValueError, match="one to three"):
        uniforms(1, "x", 1, 2, 3, 4)


def test_places_know_metres_and_pickups() -> None:
    straight = Bars((Metre(0),), 2 * BAR).places([0, 120, 240, 360, 480, 160, 320, BAR + 960])
    assert straight.position.tolist() == [0, 1, 2, 3, 6, 4, 5, 12]
    assert straight.bar.tolist() == [0] * 7 + [1]
    jig = Bars((Metre(0, 6, 8),), 1440).places([0, 240, 480, 720])
    assert jig.position.tolist() == [0, 4, 5, 6]
    waltz = Bars((Metre(0, 3, 4),), 1440).places([0, 480, 960])
    assert waltz.position.tolist() == [0, 12, 12]
    pickup = Bars((Metre(0, 1, 4), Metre(480, 4, 4)), 480 + BAR).places([0, 480])
    assert (pickup.bar.tolist(), pickup.position.tolist()) == ([0, 1], [18, 0])


def test_drum_context_stays_in_the_bar() -> None:
    places = Bars((Metre(0),), 2 * BAR).places([0, 0, 120, BAR - 120, BAR])
    found = contexts(places, np.array([0, 1, 1, 1, 1]))
    assert found.before.tolist() == [0, 0, 1, 0, 0]
    assert found.after.tolist() == [0, 1, 0, 0, 0]
    assert found.with_kick.tolist() == [1, 1, 0, 0, 0]
    assert found.busy.tolist() == [0, 1, 1, 1, 0]


def test_voices_of_chords() -> None:
    starts, pitches = np.array([0, 0, 0, 240, 480]), np.array([40, 60, 64, 62, 50])
    assert voices(starts, pitches).tolist() == [0, 1, 2, 3, 0]


@pytest.mark.parametrize("genre", ["pop", "rock", "jazz", "symphony", "singer-songwriter", "unheard of"])
def test_the_melody_is_never_touched_and_zero_is_the_grid(genre: str) -> None:
    score = band()
    played = perform(score, genre=genre, tables=TABLES, seed=3)
    assert played.tracks[0] is score.tracks[0]
    assert perform(score, genre=genre, tables=TABLES, humanise=0.0) is score
    for before, after in zip(score.tracks[1:], played.tracks[1:], strict=True):
        assert len(before.notes) == len(after.notes)
        assert sorted(n.pitch for n in before.notes) == sorted(n.pitch for n in after.notes)
        assert before.notes != after.notes


def test_a_little_human_is_between_the_grid_and_all_of_it() -> None:
    score = band()

    def away(humanise: float) -> float:
        drums = perform(score, genre="rock", tables=TABLES, humanise=humanise, seed=1).tracks[4]
        return sum(abs((n.start_tick + 60) % 240 - 60) for n in drums.notes)

    assert 0 < away(0.25) < away(0.5) < away(1.0)
    with pytest.raises(ValueError, match="from 0 to 1"):
        perform(score, genre="rock", tables=TABLES, humanise=1.5)


@pytest.mark.parametrize("genre", ["rock", "jazz"])
def test_a_bar_or_part_written_anew_leaves_the_rest_bit_identical(genre: str) -> None:
    score = band()
    guitar = score.tracks[2]
    others = [n for n in guitar.notes if not BAR <= n.start_tick < 2 * BAR]
    anew = (Note(BAR, 55, 960), Note(BAR + 960, 52, 1200), Note(BAR + 1440, 59, 480))
    changed = score.with_track(2, replace(guitar, notes=(*others, *anew)))
    more = score.with_tracks(*score.tracks[:3], part("Strings", "strings", BAR, (60, 64)), *score.tracks[3:])
    before, after, joined = (perform(s, genre=genre, tables=TABLES, seed=9) for s in (score, changed, more))
    assert [t for i, t in enumerate(before.tracks) if i != 2] == [t for i, t in enumerate(after.tracks) if i != 2]
    for bar in (0, 2, 3):
        assert in_bar(before.tracks[2], bar) == in_bar(after.tracks[2], bar)
    assert in_bar(before.tracks[2], 1) != in_bar(after.tracks[2], 1)
    assert [t for t in joined.tracks if t.name != "Strings"] == list(before.tracks)


def test_only_the_tracks_asked_for_are_played() -> None:
    score = band()
    played = perform(score, genre="pop", tables=TABLES, tracks={4})
    assert played.tracks[:4] == score.tracks[:4]
    assert played.tracks[4] != score.tracks[4]


def test_seeds_differ_and_repeat() -> None:
    one, same, other = (perform(band(), genre="pop", tables=TABLES, seed=seed) for seed in (1, 1, 2**63 - 1))
    assert one == same
    assert one.tracks[4] != other.tracks[4]


def test_drums_have_a_backbeat_and_ghosts() -> None:
    bars = 64
    notes = [Note(b * BAR + i * 240, 42, 60) for b in range(bars) for i in range(8)]
    notes += [Note(b * BAR + tick, 38, 60) for b in range(bars) for tick in (480, 1440)]
    notes += [Note(b * BAR + tick, 38, 60) for b in range(bars) for tick in (600, 1080)]
    track = Track("Drums", tuple(notes), is_drum=True, role="drums")
    places = Bars((Metre(0),), bars * BAR).places([note.start_tick for note in track.notes])
    loud = np.mean([drum_velocities(Player(s, "d", 4, TABLES), track, places) for s in range(8)], axis=0)
    snare = np.array([note.pitch == 38 for note in track.notes])
    backbeat = np.isin(places.in_bar, (480, 1440))
    assert loud[snare & backbeat].mean() > loud[snare & ~backbeat].mean() + 40


def test_written_bins_of_velocity_hold() -> None:
    drums = band().tracks[4]
    written = [replace(note, velocity=20 + 35 * (i % 4)) for i, note in enumerate(drums.notes)]
    track = replace(drums, notes=tuple(written))
    places = Bars((Metre(0),), 4 * BAR).places([note.start_tick for note in track.notes])
    made = drum_velocities(Player(0, "d", 2, TABLES, (40, 75, 105)), track, places)
    edges = (0, 40, 75, 105)
    bins = [np.searchsorted(edges, values, side="right") for values in (made, [n.velocity for n in track.notes])]
    assert np.array_equal(*bins)
    assert len(set(np.round(made))) > 10


def test_swing_is_a_triplet_at_middle_tempo_and_even_when_very_fast() -> None:
    assert off_beat(TABLES, 120) == pytest.approx(2 / 3, abs=0.03)
    assert off_beat(TABLES, 340) == EVEN
    ticks = np.array([0, 240, 320, 160, 360, 480, 719])
    moved = swung(ticks, (Metre(0),), 2 / 3)
    assert moved.tolist()[:4] == [0, 320, 320, 160]
    assert moved[4] == pytest.approx(400) and moved[5] == 480 and moved[6] < 960
    assert swung(np.array([240]), (Metre(0, 6, 8),), 2 / 3).tolist() == [240]


def test_the_band_meets_a_straight_tune_halfway() -> None:
    straight = part("Tune", "melody", 240, (72,))
    quarters = part("Tune", "melody", 480, (72,))
    score = Score((straight,), tempos=(Tempo(0, 500_000),))
    usual = band_off_beat(score, (quarters,), "jazz", TABLES)
    assert usual == off_beat(TABLES, 120)
    assert band_off_beat(score, (straight,), "jazz", TABLES) == pytest.approx((usual + 0.5) / 2)
    assert band_off_beat(score, (straight,), "rock", TABLES) == EVEN


def test_a_few_even_eighths_take_little_of_the_bands_swing() -> None:
    starts = [480 * beat for beat in range(30)] + [480 * 30, 480 * 30 + 240]
    tune = Track("Tune", tuple(Note(start, 72, 200) for start in starts), role="melody")
    score = Score((tune,), tempos=(Tempo(0, 500_000),))
    usual = off_beat(TABLES, 120)
    assert band_off_beat(score, (tune,), "jazz", TABLES) == pytest.approx(usual + (0.5 - usual) / 32)


def test_guitars_strum_down_on_the_beat_and_up_off_it() -> None:
    score = band().with_tracks(band().tracks[2])
    played = perform(score, genre="pop", tables=TABLES, seed=1).tracks[0]
    at = {beat: [n for n in played.notes if abs(n.start_tick - beat) < 60] for beat in (480, 720)}
    assert [n.pitch for n in at[480]] == [52, 57, 60, 64]
    assert [n.pitch for n in at[720]] == [64, 60, 57, 52]
    assert at[480][-1].start_tick > at[480][0].start_tick
    first = [n.start_tick for n in played.notes if n.start_tick < 60]
    assert len(set(first)) == 4  # no string is squeezed against the beginning


def test_the_pedal_changes_with_the_chords_and_is_let_go() -> None:
    played = perform(band(), genre="pop", tables=TABLES, seed=1)
    pedal = [(c.tick, c.value) for c in played.tracks[3].controls if c.controller == 64]
    assert (2 * BAR, 0) in pedal and (2 * BAR + 60, 127) in pedal
    assert pedal[-1] == (played.tracks[3].end_tick, 0)
    assert not played.tracks[2].controls and not played.tracks[1].controls
    assert not perform(band(), genre="jazz", tables=TABLES).tracks[3].controls


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 4000), st.integers(58, 62), st.integers(1, 900), st.integers(1, 127)),
        min_size=1,
        max_size=40,
    ),
    st.sampled_from(["drums", "keys", "guitar"]),
    st.sampled_from(["jazz", "rock"]),
    st.sampled_from([Metre(0), Metre(0, 6, 8), Metre(0, 3, 4), Metre(0, 5, 8)]),
)
def test_any_notes_stay_sound(rows: list[tuple[int, int, int, int]], role: str, genre: str, metre: Metre) -> None:
    notes = tuple(Note(start, pitch, length, loud) for start, pitch, length, loud in rows)
    score = Score((Track("Part", notes, role=role, is_drum=role == "drums"),), metres=(metre,))
    played = perform(score, genre=genre, tables=TABLES, seed=5).tracks[0].notes
    lines: dict[int, list[Note]] = {}
    for note in played:
        lines.setdefault(note.pitch, []).append(note)
    for line in lines.values():
        assert all(a.end_tick <= b.start_tick for a, b in pairwise(line))


def test_tables_survive_their_file_and_damage_is_named(tmp_path: Path) -> None:
    write_tables(tmp_path / "tables.npz", TABLES)
    again = read_tables(tmp_path)
    assert np.array_equal(again.drum_velocity, TABLES.drum_velocity)
    assert np.array_equal(again.key_velocity, TABLES.key_velocity)
    assert "Creative Commons" in str(again.about["drums"])
    with pytest.raises(TablesError, match="missing or damaged"):
        read_tables(tmp_path / "nowhere")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "tables.npz").write_bytes(b"PK\x03\x04 nonsense")
    with pytest.raises(TablesError, match="missing or damaged"):
        read_tables(tmp_path / "bad")
    with pytest.raises(TablesError, match="damaged"):
        Tables(**{**{f: getattr(TABLES, f) for f in Tables.__slots__}, "swing": np.zeros(3, np.float32)})


def test_values_at_ranks_lie_between_their_quantiles() -> None:
    rows = np.tile(np.array(QUANTILES, np.float32) * 100, (4, 1))
    assert at_rank(rows, np.array([0.0, 0.5, 0.55, 1.0])) == pytest.approx([2, 50, 55, 98])
