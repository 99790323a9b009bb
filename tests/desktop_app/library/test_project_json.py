from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.library.fields import LibraryError
from desktop_app.library.project import VERBS, Project, Recording, Take, Wish
from desktop_app.library.project_json import project_from_bytes, project_to_bytes
from music_core.harmony.chord import QUALITIES, Chord
from music_core.performance import BendMessage, ControlMessage, NoteMessage, PerformedTake
from music_core.quantize import Grid
from music_core.score import (
    ROLES,
    ChordChange,
    ControlChange,
    KeySignature,
    Marker,
    Metre,
    Note,
    PitchBend,
    Score,
    Tempo,
    Track,
)

ticks = st.integers(0, 100_000)
seven_bits = st.integers(0, 127)
words = st.text(max_size=8)
times = st.floats(-1e6, 1e6)

notes = st.builds(Note, ticks, seven_bits, st.integers(1, 9999), st.integers(1, 127))
tracks = st.builds(
    Track,
    name=words,
    notes=st.lists(notes, max_size=3).map(tuple),
    program=seven_bits,
    bank=st.integers(0, 16383),
    is_drum=st.booleans(),
    role=st.sampled_from(ROLES),
    volume=seven_bits,
    pan=seven_bits,
    reverb=seven_bits,
    chorus=seven_bits,
    muted=st.booleans(),
    soloed=st.booleans(),
    locked=st.booleans(),
    controls=st.lists(st.builds(ControlChange, ticks, seven_bits, seven_bits), max_size=2).map(tuple),
    bends=st.lists(st.builds(PitchBend, ticks, st.integers(-8192, 8191)), max_size=2).map(tuple),
    generated_by=words,
)
tracks = st.tuples(tracks, st.sets(st.integers(0, 2))).map(
    lambda drawn: replace(drawn[0], by_hand=frozenset(n for i, n in enumerate(drawn[0].notes) if i in drawn[1]))
)
chords = st.none() | st.builds(Chord, st.integers(0, 11), st.sampled_from(sorted(QUALITIES)), st.integers(0, 11))
lanes = st.lists(st.tuples(chords, st.booleans()), max_size=3).map(
    lambda rows: tuple(ChordChange(i * 480, chord, locked) for i, (chord, locked) in enumerate(rows))
)
scores = st.builds(
    Score,
    tracks=st.lists(tracks, max_size=2).map(tuple),
    tempos=st.lists(st.integers(20_000, 0xFFFFFF), min_size=1, max_size=3).map(
        lambda speeds: tuple(Tempo(480 * i, us) for i, us in enumerate(speeds))
    ),
    metres=st.sampled_from([(Metre(0),), (Metre(0, 1, 8), Metre(240, 6, 8))]),
    keys=st.lists(st.builds(KeySignature, ticks, st.integers(-7, 7), st.booleans()), max_size=2).map(tuple),
    markers=st.lists(st.builds(Marker, ticks, words), max_size=2).map(tuple),
    title=words,
    copyright=words,
    provenance=words,
    chords=lanes,
)
bar_ranges = st.tuples(st.integers(0, 99), st.integers(1, 99)).map(lambda drawn: (drawn[0], drawn[0] + drawn[1]))
wishes = st.builds(
    Wish,
    st.sampled_from(VERBS),
    st.none() | st.frozensets(words, max_size=3),
    st.none() | bar_ranges,
    st.floats(0.01, 1),
)
takes = st.builds(
    Take,
    tracks=st.lists(tracks, max_size=2).map(tuple),
    model_id=words,
    seed=st.integers(0, 2**63 - 1),
    options=st.dictionaries(words, st.floats(-1e6, 1e6), max_size=2),
    starred=st.booleans(),
    notes=st.lists(words, max_size=2).map(tuple),
    chords=lanes,
    wish=wishes,
)
channels = st.integers(0, 15)
messages = st.one_of(
    st.builds(NoteMessage, times, seven_bits, seven_bits, channels),
    st.builds(ControlMessage, times, seven_bits, seven_bits, channels),
    st.builds(BendMessage, times, st.integers(-8192, 8191), channels),
)
recordings = st.builds(
    Recording,
    st.builds(PerformedTake, st.lists(messages, max_size=4).map(tuple), times, times, st.floats(1, 999)),
    ticks,
    st.none() | ticks,
    st.none() | st.builds(Grid, st.integers(1, 960), st.floats(0, 1), st.floats(0, 1)),
)
projects = st.builds(
    Project, words, scores, st.lists(takes, max_size=2).map(tuple), st.lists(recordings, max_size=2).map(tuple)
)

SAMPLE = Project(
    "Song",
    Score(
        (Track("Melody", (Note(0, 60, 480),), controls=(ControlChange(0, 64, 127),), bends=(PitchBend(0, 1),)),),
        chords=(ChordChange(0, Chord(9, "min7", 7), locked=True), ChordChange(960, None)),
    ),
    (
        Take(
            (Track("Bass", (Note(0, 40, 480),)),),
            "model",
            5,
            {"variety": 1.0},
            True,
            ("Told.",),
            (ChordChange(0, Chord(0)),),
            Wish("fill", frozenset({"bass"}), (4, 8)),
        ),
    ),
    (
        Recording(
            PerformedTake((NoteMessage(1.0, 60, 80), ControlMessage(1.0, 64, 1)), 0.0, 2.0, 120.0), 0, 5, Grid(120)
        ),
    ),
)


@settings(max_examples=15, deadline=None)
@given(projects)
def test_round_trip(project: Project) -> None:
    data = project_to_bytes(project)
    assert project_from_bytes(data) == project
    assert project_to_bytes(project_from_bytes(data)) == data


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside JSON data."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(place for key, inner in entries for place in places(inner, (*way, key)))]


def changed(data: Any, way: tuple[Any, ...], value: Any) -> Any:
    if not way:
        return value
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[way[0]] = changed(data[way[0]], way[1:], value)
    return copy


PARSED = json.loads(project_to_bytes(SAMPLE))
HOSTILE = [None, -1, 10**30, 1e300, "x" * 20_000, [[]], {"a": 1}]


def fits_anyway(way: tuple[Any, ...], value: Any) -> bool:
    """An open-ended recording, one as played, all parts and bars, the options' names are the file's own affair."""
    if value is None:
        return way[-1] in ("grid", "end_tick", "beats", "roles", "bars")
    return value == {"a": 1} and way[-1] == "options"


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:12])
def test_a_wrong_value_anywhere_is_refused_in_a_sentence(value: Any) -> None:
    for way in places(PARSED):
        if way and fits_anyway(way, value):
            continue
        data = json.dumps(changed(PARSED, way, value)).encode()
        try:
            loaded = project_from_bytes(data, "song.tutti")
        except LibraryError as error:
            assert "song.tutti" in str(error)
            assert len(str(error)) < 400
        else:
            # A number where another number may stand; then it must be there, and nothing else changed.
            assert json.loads(project_to_bytes(loaded)) == changed(PARSED, way, value)
            assert value == -1


@pytest.mark.parametrize("way", [way for way in places(PARSED) if way and isinstance(way[-1], str)], ids=str)
def test_a_missing_entry_is_refused(way: tuple[Any, ...]) -> None:
    if way[-1] == "variety":
        return
    parent: Any = PARSED
    for step in way[:-1]:
        parent = parent[step]
    without = {key: value for key, value in parent.items() if key != way[-1]}
    with pytest.raises(LibraryError):
        project_from_bytes(json.dumps(changed(PARSED, way[:-1], without)).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"format_version": NaN}',
        b'{"format_version": 1e400}',
        b'{"format_version": ' + b"9" * 5000 + b"}",
        b"MThd\x00\x00\x00\x06",
    ],
    ids=lambda data: repr(data[:12]),
)
def test_what_is_no_project_is_refused(data: bytes) -> None:
    with pytest.raises(LibraryError, match=r"«song\.tutti»"):
        project_from_bytes(data, "song.tutti")


def test_the_error_names_the_place() -> None:
    data = changed(PARSED, ("score", "tracks", 0, "notes", 0, 1), 200)
    with pytest.raises(LibraryError) as caught:
        project_from_bytes(json.dumps(data).encode(), "song.tutti")
    assert str(caught.value) == (
        "«song.tutti» cannot be opened: the project, score, tracks 1, notes 1 has 200 "
        "where a whole number from 0 to 127 belongs."
    )


@pytest.mark.parametrize(
    "tempos", [[], [[5, 500_000]], [[0, 90_000], [0, 90_000]], [[0, 90_000], [9, 90_000], [3, 90_000]]]
)
def test_tempos_begin_at_zero_and_go_up(tempos: list[list[int]]) -> None:
    with pytest.raises(LibraryError, match="tempos"):
        project_from_bytes(json.dumps(changed(PARSED, ("score", "tempos"), tempos)).encode())


def test_a_project_from_before_the_chord_lane_opens() -> None:
    old = changed(PARSED, ("format_version",), 1)
    old = changed(old, ("score",), {key: value for key, value in PARSED["score"].items() if key != "chords"})
    old = changed(old, ("takes", 0), {key: value for key, value in PARSED["takes"][0].items() if key != "chords"})
    opened = project_from_bytes(json.dumps(old).encode())
    assert opened == replace(
        SAMPLE, score=replace(SAMPLE.score, chords=()), takes=(replace(SAMPLE.takes[0], chords=(), wish=Wish()),)
    )


def without_chorus(holder: dict[str, Any]) -> dict[str, Any]:
    return {**holder, "tracks": [{k: v for k, v in one.items() if k != "chorus"} for one in holder["tracks"]]}


def test_a_project_from_before_the_chorus_opens() -> None:
    old = changed(PARSED, ("format_version",), 2)
    old = changed(old, ("score",), without_chorus(PARSED["score"]))
    old = changed(old, ("takes",), [without_chorus(take) for take in PARSED["takes"]])
    whole_band = replace(SAMPLE.takes[0], wish=Wish())
    assert project_from_bytes(json.dumps(old).encode()) == replace(SAMPLE, takes=(whole_band,))


@pytest.mark.parametrize("broken", [{"score": None}, {"takes": None}, {"takes": [3]}, {"score": [1]}])
def test_a_broken_project_from_before_the_chord_lane_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(LibraryError, match="cannot be opened"):
        project_from_bytes(json.dumps({**PARSED, "format_version": 1, **broken}).encode())


@pytest.mark.parametrize("row", [{"chord": "Kazoo"}, {"chord": ""}, {"tick": 960}])
def test_a_lane_that_cannot_be_is_refused(row: dict[str, Any]) -> None:
    data = changed(PARSED, ("score", "chords", 0), {**PARSED["score"]["chords"][0], **row})
    with pytest.raises(LibraryError, match="chord"):
        project_from_bytes(json.dumps(data).encode())


def without_hands(holder: dict[str, Any]) -> dict[str, Any]:
    return {**holder, "tracks": [{k: v for k, v in one.items() if k != "by_hand"} for one in holder["tracks"]]}


def test_in_a_project_from_before_marks_every_note_of_a_model_is_the_models() -> None:
    old = changed(PARSED, ("format_version",), 4)
    old = changed(old, ("score",), without_hands(PARSED["score"]))
    old = changed(old, ("takes",), [without_hands(take) for take in PARSED["takes"]])
    assert project_from_bytes(json.dumps(old).encode()) == SAMPLE
    assert not project_from_bytes(json.dumps(old).encode()).score.tracks[0].by_hand


@pytest.mark.parametrize("places", [[1], [-1], [0.5], ["0"], None])
def test_marks_on_notes_that_are_not_there_are_refused(places: object) -> None:
    track = {**PARSED["score"]["tracks"][0], "by_hand": places}
    with pytest.raises(LibraryError, match="by_hand"):
        project_from_bytes(json.dumps({**PARSED, "score": {**PARSED["score"], "tracks": [track]}}).encode())
