from __future__ import annotations

from desktop_app.audio.live_voice import LiveVoice
from desktop_app.audio.recording_synth import RecordingSynth
from desktop_app.audio.synth import AUDITION_CHANNEL, LIVE_CHANNEL, Bend, Control, NoteOff, NoteOn
from tests.desktop_app.playing import Clock, played


def told(text: str):
    synth = RecordingSynth(Clock())
    voice = LiveVoice(synth)
    for message in played(text):
        voice.feed(message)
    return [event for _, event in synth.happened]


def test_playing_goes_straight_to_the_live_channel() -> None:
    live = LIVE_CHANNEL
    assert told("+60v99 p127 m5 b-200 -60") == [
        NoteOn(live, 60, 99),
        Control(live, 64, 127),
        Control(live, 1, 5),
        Bend(live, -200),
        NoteOff(live, 60),
    ]


def test_knobs_and_buttons_are_not_for_this_voice() -> None:
    assert told("c7=5 c10=5 c21=5 c91=5 c105=127 c0=4") == []


def test_all_notes_off_from_the_keyboard_is_obeyed() -> None:
    assert told("+60 +64 c123=0")[-2:] == [NoteOff(LIVE_CHANNEL, 60), NoteOff(LIVE_CHANNEL, 64)]


def test_its_instrument_and_mix_are_its_own() -> None:
    synth = RecordingSynth(Clock())
    voice, audition = LiveVoice(synth), LiveVoice(synth, AUDITION_CHANNEL)
    voice.choose(40, 1)
    audition.choose(0, is_drum=True)
    assert synth.programs == {LIVE_CHANNEL: (40, 1, False), AUDITION_CHANNEL: (0, 0, True)}
    voice.mix(volume=90, pan=10, reverb=20)
    voice.mix(volume=90, pan=10, reverb=20)
    assert [event for _, event in synth.happened] == [
        Control(LIVE_CHANNEL, 7, 90),
        Control(LIVE_CHANNEL, 10, 10),
        Control(LIVE_CHANNEL, 91, 20),
        Control(LIVE_CHANNEL, 93, 0),
    ]


def test_silence_releases_only_its_own() -> None:
    synth = RecordingSynth(Clock())
    voice = LiveVoice(synth)
    synth.note_on(0, 50, 80)
    voice.feed(played("+60")[0])
    voice.silence()
    assert synth.sounding == {(0, 50)}
