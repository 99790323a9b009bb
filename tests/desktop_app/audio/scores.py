"""Scores for tests, given and generated."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

from music_core.score import ControlChange, Note, PitchBend, Score, Tempo, Track

# Whole scores take long to make up, and no machine is always fast.
few = settings(max_examples=10, deadline=None)


def line(*pitches: int, step_ticks: int = 480, start_tick: int = 0, **fields: object) -> Track:
    """A track of equal notes one after the other."""
    notes = tuple(Note(start_tick + i * step_ticks, pitch, step_ticks) for i, pitch in enumerate(pitches))
    return Track("line", notes, **fields)  # type: ignore[arg-type]


def at_tempo(bpm: float, *tracks: Track) -> Score:
    """A score of one speed; at 125 bpm a tick is a millisecond."""
    return Score(tracks, tempos=(Tempo(0, round(60_000_000 / bpm)),))


_notes = st.builds(
    Note,
    st.integers(0, 4000),
    st.integers(58, 63),  # few pitches, so that equal ones meet
    st.integers(1, 1500),
    st.integers(1, 127),
)

tracks = st.builds(
    Track,
    st.just("t"),
    st.lists(_notes, max_size=12).map(lambda notes: tuple(sorted(notes))),
    is_drum=st.booleans(),
    muted=st.booleans(),
    soloed=st.booleans(),
    controls=st.lists(
        st.builds(ControlChange, st.integers(0, 4000), st.sampled_from([1, 7, 64]), st.integers(0, 127)), max_size=6
    ).map(lambda entries: tuple(sorted(entries))),
    bends=st.lists(st.builds(PitchBend, st.integers(0, 4000), st.integers(-8192, 8191)), max_size=4).map(
        lambda entries: tuple(sorted(entries))
    ),
)

scores = st.builds(
    Score,
    st.lists(tracks, max_size=3).map(tuple),
    st.lists(st.integers(200_000, 1_500_000), min_size=1, max_size=3).map(
        lambda speeds: tuple(Tempo(i * 1111, speed) for i, speed in enumerate(speeds))
    ),
)
