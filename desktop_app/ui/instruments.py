"""The General MIDI instruments by family, as a musician looks for them."""

from __future__ import annotations

# Eight programs each, in General MIDI's order.
_FAMILIES = (
    (
        "Piano",
        "Grand piano, Bright piano, Electric grand, Honky-tonk, Electric piano 1, "
        "Electric piano 2, Harpsichord, Clavinet",
    ),
    (
        "Chromatic percussion",
        "Celesta, Glockenspiel, Music box, Vibraphone, Marimba, Xylophone, Tubular bells, Dulcimer",
    ),
    ("Organ", "Drawbar organ, Percussive organ, Rock organ, Church organ, Reed organ, Accordion, Harmonica, Bandoneon"),
    (
        "Guitar",
        "Nylon guitar, Steel guitar, Jazz guitar, Clean guitar, Muted guitar, "
        "Overdrive guitar, Distortion guitar, Harmonics",
    ),
    (
        "Bass",
        "Acoustic bass, Finger bass, Pick bass, Fretless bass, Slap bass 1, Slap bass 2, Synth bass 1, Synth bass 2",
    ),
    ("Strings", "Violin, Viola, Cello, Contrabass, Tremolo strings, Pizzicato strings, Harp, Timpani"),
    (
        "Ensemble",
        "Strings 1, Strings 2, Synth strings 1, Synth strings 2, Choir aahs, Voice oohs, Synth voice, Orchestra hit",
    ),
    ("Brass", "Trumpet, Trombone, Tuba, Muted trumpet, French horn, Brass section, Synth brass 1, Synth brass 2"),
    ("Reed", "Soprano sax, Alto sax, Tenor sax, Baritone sax, Oboe, English horn, Bassoon, Clarinet"),
    ("Pipe", "Piccolo, Flute, Recorder, Pan flute, Blown bottle, Shakuhachi, Whistle, Ocarina"),
    (
        "Synth lead",
        "Square lead, Sawtooth lead, Calliope lead, Chiff lead, Charang lead, Voice lead, Fifths lead, Bass and lead",
    ),
    ("Synth pad", "New age pad, Warm pad, Polysynth pad, Choir pad, Bowed pad, Metallic pad, Halo pad, Sweep pad"),
    ("Synth effects", "Rain, Soundtrack, Crystal, Atmosphere, Brightness, Goblins, Echoes, Sci-fi"),
    ("World", "Sitar, Banjo, Shamisen, Koto, Kalimba, Bagpipe, Fiddle, Shanai"),
    ("Percussive", "Tinkle bell, Agogo, Steel drums, Woodblock, Taiko, Melodic tom, Synth drum, Reverse cymbal"),
    ("Sound effects", "Fret noise, Breath noise, Seashore, Bird tweet, Telephone, Helicopter, Applause, Gunshot"),
)

FAMILIES: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    (family, tuple(names.split(", "))) for family, names in _FAMILIES
)

DRUM_KITS: tuple[tuple[int, str], ...] = (
    (0, "Standard kit"),
    (8, "Room kit"),
    (16, "Power kit"),
    (24, "Electronic kit"),
    (25, "TR-808 kit"),
    (32, "Jazz kit"),
    (40, "Brush kit"),
    (48, "Orchestra kit"),
)


def instrument_name(program: int, *, is_drum: bool = False) -> str:
    """The name of a General MIDI program 0..127, or of a drum kit."""
    if is_drum:
        return dict(DRUM_KITS).get(program, f"Drum kit {program + 1}")
    family, place = divmod(program, 8)
    return FAMILIES[family][1][place]
