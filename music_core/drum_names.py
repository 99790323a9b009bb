"""What General MIDI's drum notes are called, in full and as short as a piano key is wide."""

from __future__ import annotations

from music_core.theory import MIDDLE_OCTAVE, pitch_name

# Note 27 and up; the short name stands behind the stroke.
_FIRST = 27
_NAMES = (
    "High Q/Hi Q", "Slap/Slap", "Scratch push/Scr push", "Scratch pull/Scr pull", "Sticks/Sticks", "Square click/Click",
    "Metronome click/Click", "Metronome bell/Bell", "Low kick/Kick 2", "Kick/Kick", "Rim shot/Rim", "Snare/Snare",
    "Hand clap/Clap", "Electric snare/Snare 2", "Low floor tom/Tom 6", "Closed hi-hat/Hat", "High floor tom/Tom 5",
    "Pedal hi-hat/Hat ped", "Low tom/Tom 4", "Open hi-hat/Hat open", "Low middle tom/Tom 3", "High middle tom/Tom 2",
    "Crash cymbal/Crash", "High tom/Tom 1", "Ride cymbal/Ride", "Chinese cymbal/China", "Ride bell/Ride bell",
    "Tambourine/Tamb", "Splash cymbal/Splash", "Cowbell/Cowbell", "Second crash/Crash 2", "Vibraslap/Vibrasl",
    "Second ride/Ride 2", "High bongo/Bongo hi", "Low bongo/Bongo lo", "Muted high conga/Conga mt",
    "Open high conga/Conga hi", "Low conga/Conga lo", "High timbale/Timb hi", "Low timbale/Timb lo",
    "High agogo/Agogo hi", "Low agogo/Agogo lo", "Cabasa/Cabasa", "Maracas/Maracas", "Short whistle/Whistle",
    "Long whistle/Whistle 2", "Short guiro/Guiro", "Long guiro/Guiro 2", "Claves/Claves", "High wood block/Block hi",
    "Low wood block/Block lo", "Muted cuica/Cuica mt", "Open cuica/Cuica", "Muted triangle/Tri mt",
    "Open triangle/Triangle", "Shaker/Shaker", "Jingle bell/Jingle", "Bell tree/Bell tree", "Castanets/Castan",
    "Muted surdo/Surdo mt", "Open surdo/Surdo",
)  # fmt: skip


def drum_name(pitch: int, *, middle_octave: int = MIDDLE_OCTAVE) -> str:
    """The drum that a MIDI pitch strikes: 36 is Kick; the pitch's own name where General MIDI has none."""
    return _split(pitch)[0] or pitch_name(pitch, middle_octave=middle_octave)


def short_drum_name(pitch: int) -> str:
    """The same in nine letters or fewer; empty where General MIDI has none."""
    return _split(pitch)[1]


def _split(pitch: int) -> tuple[str, str]:
    if not 0 <= pitch - _FIRST < len(_NAMES):
        return "", ""
    full, _, short = _NAMES[pitch - _FIRST].partition("/")
    return full, short
