"""Broken note streams still make notes; the streams are written in a small language."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from music_core.performance import BendMessage, ControlMessage, LiveMessage, NoteMessage, PerformedNote, pair_notes

PITCHES = {"c": 60, "d": 62, "e": 64}


def stream(text: str) -> list[LiveMessage]:
    """One word a second: `+c` down, `-c` up, `+P` pedal down, `-P` up, `.` nothing; `+c'` is on channel 1."""
    messages: list[LiveMessage] = []
    for second, word in enumerate(text.split()):
        channel = 1 if word.endswith("'") else 0
        if word[1:2] == "P":
            messages.append(ControlMessage(float(second), 64, 127 if word[0] == "+" else 0, channel))
        elif word != ".":
            velocity = 90 if word[0] == "+" else 0
            messages.append(NoteMessage(float(second), PITCHES[word[1]], velocity, channel))
    return messages


def paired(text: str, *, pedal: bool = True) -> list[str]:
    """Notes as `c0-1`, in order of onset."""
    names = {pitch: name for name, pitch in PITCHES.items()}
    notes = pair_notes(stream(text), float(len(text.split())), pedal=pedal)
    return [f"{names[note.pitch]}{note.onset_s:g}-{note.offset_s:g}" for note in notes]


def test_downs_and_ups_make_notes() -> None:
    assert paired("+c -c +d +e -d -e") == ["c0-1", "d2-4", "e3-5"]


def test_a_key_struck_twice_ends_its_first_note() -> None:
    assert paired("+c +c -c") == ["c0-1", "c1-2"]
    assert paired("+c +c -c -c") == ["c0-1", "c1-2"]


def test_a_key_that_never_comes_up_ends_with_the_take() -> None:
    assert paired("+c +d -d .") == ["c0-4", "d1-2"]


def test_an_up_without_a_down_is_passed_over() -> None:
    assert paired("-c +c -c -c -d") == ["c1-2"]


def test_the_pedal_holds_notes_until_it_is_let_go() -> None:
    assert paired("+P +c -c +d -P . -d") == ["c1-4", "d3-6"]
    assert paired("+c +P -c +d -d .") == ["c0-6", "d3-6"]
    assert paired("+P +c -c +d -P . -d", pedal=False) == ["c1-2", "d3-6"]


def test_a_pedalled_note_ends_where_it_is_struck_again() -> None:
    assert paired("+P +c -c +c -c -P") == ["c1-3", "c3-5"]


def test_a_pedal_pressed_after_the_key_came_up_does_nothing() -> None:
    assert paired("+c -c +P -P") == ["c0-1"]


def test_channels_do_not_touch_one_another() -> None:
    assert paired("+c +c' -c -c'") == ["c0-2", "c1-3"]
    assert paired("+P' +c -c -P'") == ["c1-2"]


def test_half_a_pedal_is_a_pedal() -> None:
    half = [NoteMessage(0, 60, 80), ControlMessage(1, 64, 64), NoteMessage(2, 60, 0), ControlMessage(3, 64, 63)]
    assert pair_notes(half, 9) == (PerformedNote(0, 3, 60, 80),)


def test_messages_are_put_in_order_of_time() -> None:
    assert pair_notes(reversed(stream("+c -c")), 9) == pair_notes(stream("+c -c"), 9)


times = st.floats(0, 10, allow_nan=False)
messages = st.one_of(
    st.builds(NoteMessage, times, st.sampled_from([60, 61]), st.sampled_from([0, 1, 127]), st.integers(0, 1)),
    st.builds(ControlMessage, times, st.sampled_from([1, 64]), st.sampled_from([0, 127]), st.integers(0, 1)),
    st.builds(BendMessage, times, st.just(5)),
)


@given(st.lists(messages, max_size=60), st.booleans())
def test_every_key_that_went_down_is_one_note_and_none_overlap(stream: list[LiveMessage], pedal: bool) -> None:
    notes = pair_notes(stream, 10.0, pedal=pedal)
    downs = sorted((m.time_s, m.pitch) for m in stream if isinstance(m, NoteMessage) and m.velocity)
    assert sorted((note.onset_s, note.pitch) for note in notes) == downs
    assert all(note.onset_s <= note.offset_s <= 10.0 for note in notes)
    one_channel = pair_notes([m for m in stream if m.channel == 0], 10.0, pedal=pedal)
    for pitch in (60, 61):
        line = sorted((note.onset_s, note.offset_s) for note in one_channel if note.pitch == pitch)
        assert all(end <= start for (_, end), (start, _) in itertools.pairwise(line))


@given(st.lists(st.tuples(times, st.floats(0.01, 3), st.integers(0, 127)), max_size=30, unique_by=lambda row: row[2]))
def test_sound_streams_come_back_exactly(rows: list[tuple[float, float, int]]) -> None:
    expected = sorted(
        (PerformedNote(on, on + length, p, 77) for on, length, p in rows), key=lambda n: (n.onset_s, n.pitch)
    )
    stream = [NoteMessage(n.onset_s, n.pitch, 77) for n in expected] + [
        NoteMessage(n.offset_s, n.pitch, 0) for n in expected
    ]
    assert pair_notes(stream, 20.0) == tuple(expected)
