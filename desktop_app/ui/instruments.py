"""The General MIDI instruments by family, as a musician looks for them."""

from __future__ import annotations

from functools import cache

from desktop_app.language import mark, spoken, tr

# Eight programs each, in General MIDI's order.
_FAMILIES = (
    (
        mark("Piano"),
        mark(
            "Grand piano, Bright piano, Electric grand, Honky-tonk, Electric piano 1, "
            "Electric piano 2, Harpsichord, Clavinet"
        ),
    ),
    (
        mark("Chromatic percussion"),
        mark("Celesta, Glockenspiel, Music box, Vibraphone, Marimba, Xylophone, Tubular bells, Dulcimer"),
    ),
    (
        mark("Organ"),
        mark("Drawbar organ, Percussive organ, Rock organ, Church organ, Reed organ, Accordion, Harmonica, Bandoneon"),
    ),
    (
        mark("Guitar"),
        mark(
            "Nylon guitar, Steel guitar, Jazz guitar, Clean guitar, Muted guitar, "
            "Overdrive guitar, Distortion guitar, Harmonics"
        ),
    ),
    (
        mark("Bass"),
        mark(
            "Acoustic bass, Finger bass, Pick bass, Fretless bass, Slap bass 1, Slap bass 2, Synth bass 1, Synth bass 2"
        ),
    ),
    (mark("Strings"), mark("Violin, Viola, Cello, Contrabass, Tremolo strings, Pizzicato strings, Harp, Timpani")),
    (
        mark("Ensemble"),
        mark(
            "Strings 1, Strings 2, Synth strings 1, Synth strings 2, Choir aahs, Voice oohs, Synth voice, Orchestra hit"
        ),
    ),
    (
        mark("Brass"),
        mark("Trumpet, Trombone, Tuba, Muted trumpet, French horn, Brass section, Synth brass 1, Synth brass 2"),
    ),
    (mark("Reed"), mark("Soprano sax, Alto sax, Tenor sax, Baritone sax, Oboe, English horn, Bassoon, Clarinet")),
    (mark("Pipe"), mark("Piccolo, Flute, Recorder, Pan flute, Blown bottle, Shakuhachi, Whistle, Ocarina")),
    (
        mark("Synth lead"),
        mark(
            "Square lead, Sawtooth lead, Calliope lead, Chiff lead, "
            "Charang lead, Voice lead, Fifths lead, Bass and lead"
        ),
    ),
    (
        mark("Synth pad"),
        mark("New age pad, Warm pad, Polysynth pad, Choir pad, Bowed pad, Metallic pad, Halo pad, Sweep pad"),
    ),
    (mark("Synth effects"), mark("Rain, Soundtrack, Crystal, Atmosphere, Brightness, Goblins, Echoes, Sci-fi")),
    (mark("World"), mark("Sitar, Banjo, Shamisen, Koto, Kalimba, Bagpipe, Fiddle, Shanai")),
    (
        mark("Percussive"),
        mark("Tinkle bell, Agogo, Steel drums, Woodblock, Taiko, Melodic tom, Synth drum, Reverse cymbal"),
    ),
    (
        mark("Sound effects"),
        mark("Fret noise, Breath noise, Seashore, Bird tweet, Telephone, Helicopter, Applause, Gunshot"),
    ),
)

_DRUM_KITS: tuple[tuple[int, str], ...] = (
    (0, mark("Standard kit")),
    (8, mark("Room kit")),
    (16, mark("Power kit")),
    (24, mark("Electronic kit")),
    (25, mark("TR-808 kit")),
    (32, mark("Jazz kit")),
    (40, mark("Brush kit")),
    (48, mark("Orchestra kit")),
)


def families() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The sixteen families and the eight names of each, in the language spoken."""
    return _families(spoken().code)


def drum_kits() -> tuple[tuple[int, str], ...]:
    """The drum kits by program, in the language spoken."""
    return tuple((program, tr(name)) for program, name in _DRUM_KITS)


def instrument_name(program: int, *, is_drum: bool = False) -> str:
    """The name of a General MIDI program 0..127, or of a drum kit."""
    if is_drum:
        return dict(drum_kits()).get(program) or tr("Drum kit {number}", number=program + 1)
    family, place = divmod(program, 8)
    return families()[family][1][place]


@cache
def _families(language: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    del language
    return tuple((tr(family), tuple(tr(names).split(", "))) for family, names in _FAMILIES)
