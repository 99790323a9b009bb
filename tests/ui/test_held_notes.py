"""No note is left hanging, whatever is pressed and let go in whatever order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop_app.ui.held_notes import HeldNotes
from music_core.performance import LiveMessage, NoteMessage


class Heard:
    """What was sent, and what sounds because of it."""

    def __init__(self) -> None:
        self.sent: list[NoteMessage] = []
        self.sounding: set[int] = set()

    def send(self, message: LiveMessage) -> None:
        assert isinstance(message, NoteMessage)
        self.sent.append(message)
        if message.velocity:
            self.sounding.add(message.pitch)
        else:
            self.sounding.discard(message.pitch)


def held(heard: Heard) -> HeldNotes:
    return HeldNotes(heard.send, lambda: 1.0)


def test_a_key_up_ends_the_pitch_of_its_key_down() -> None:
    heard = Heard()
    keys = held(heard)
    keys.press("z", 60, 90)
    keys.release("z")
    assert [(m.pitch, m.velocity) for m in heard.sent] == [(60, 90), (60, 0)]


def test_repeated_downs_of_one_key_sound_once() -> None:
    heard = Heard()
    keys = held(heard)
    assert keys.press("z", 60, 90)
    assert not keys.press("z", 72, 90)  # as after an octave shift while it is held
    keys.release("z")
    assert heard.sounding == set()
    assert len(heard.sent) == 2


def test_a_pitch_held_twice_ends_with_the_second_release() -> None:
    heard = Heard()
    keys = held(heard)
    keys.press("z", 60, 90)
    keys.press("mouse", 60, 50)
    keys.release("z")
    assert heard.sounding == {60}
    keys.release("mouse")
    assert heard.sounding == set()


def test_sliding_ends_the_old_note_first() -> None:
    heard = Heard()
    keys = held(heard)
    keys.press("mouse", 60, 90)
    assert keys.slide("mouse", 62, 80)
    assert not keys.slide("mouse", 62, 80)
    assert not keys.slide("finger", 64, 80)
    assert [(m.pitch, m.velocity) for m in heard.sent] == [(60, 90), (60, 0), (62, 80)]


def test_pitches_outside_midi_are_not_played_and_velocity_is_never_an_off() -> None:
    heard = Heard()
    keys = held(heard)
    assert not keys.press("x", 128, 90)
    keys.press("y", 127, 0)
    assert heard.sent == [NoteMessage(1.0, 127, 1)]


hands = st.lists(st.tuples(st.sampled_from("+-s"), st.integers(0, 4), st.integers(55, 60)), max_size=60)


@given(hands)
def test_what_sounds_is_what_is_held_and_nothing_after_release_all(deeds: list[tuple[str, int, int]]) -> None:
    heard = Heard()
    keys = held(heard)
    for deed, source, pitch in deeds:
        if deed == "+":
            keys.press(source, pitch, 90)
        elif deed == "-":
            keys.release(source)
        else:
            keys.slide(source, pitch, 90)
        assert heard.sounding == keys.pitches
    keys.release_all()
    assert heard.sounding == set()
    assert not keys.release_all()
