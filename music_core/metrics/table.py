"""The table of metrics of one score, and what everyone who shows a value must know about it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from music_core.metrics import band, four_voice, tonal
from music_core.metrics.setting import setting_of
from music_core.score import Score


@dataclass(frozen=True, slots=True)
class Facts:
    """What a metric's value means.

    `best` is the perfect value where there is one, and None where only the music it is compared to can tell.
    `passed_by_silence`: an accompaniment without notes gets a value that a good one could have, so it means nothing
    without `silent` or `empty_bars` beside it. `passed_by_shuffle`: so does one whose pitches were drawn in another
    order. `for_voices` and `for_bands`: where it tells something. `worst` names the end (max, min) at which the
    pitched part stands that speaks for all: over several scores, each part's own mean comes first (`mean_measures`).
    """

    title: str
    definition: str
    best: float | None
    passed_by_silence: bool = False
    passed_by_shuffle: bool = False
    for_voices: bool = True
    for_bands: bool = True
    worst: str = ""


METRICS: Mapping[str, Callable[[Score], float]] = MappingProxyType(
    {
        "in_key": four_voice.in_key,
        "strict_chord": four_voice.strict_chord,
        "clash": four_voice.clash,
        "silent": four_voice.silent,
        "one_note": four_voice.one_note,
        "short_notes": four_voice.short_notes,
        "onsets_a_beat": four_voice.onsets_a_beat,
        "empty_bars": band.empty_bars,
        "pitch_classes_a_bar": band.pitch_classes_a_bar,
        "qualified_notes": band.qualified_notes,
        "polyphonic_rate": band.polyphonic_rate,
        "polyphony": band.polyphony,
        "notes_a_bar": band.notes_a_bar,
        "note_length": band.note_length,
        "in_scale": tonal.in_scale,
        "chord_fit": tonal.chord_fit,
        "tonal_distance": tonal.tonal_distance,
        "drum_pattern": band.drum_pattern,
        "drums_on_eighths": band.drums_on_eighths,
        "drum_hits_a_bar": band.drum_hits_a_bar,
    }
)

METRIC_FACTS: Mapping[str, Facts] = MappingProxyType(
    {
        "in_key": Facts("In the melody's key", "accompaniment time in the best key of the melody, by two bars", 1.0),
        "strict_chord": Facts("Strict chords", "beats with three or more pitch classes that form one chord", 1.0),
        "clash": Facts("Semitone clashes", "steps on which two pitch classes a semitone apart sound", 0.0, True),
        "silent": Facts("Silence", "steps without a note, worst voice", 0.0, passed_by_shuffle=True, worst="max"),
        "one_note": Facts(
            "One note a step", "steps with exactly one note, worst voice", 1.0,
            passed_by_shuffle=True, for_bands=False, worst="min",
        ),
        "short_notes": Facts(
            "Notes of one sixteenth", "notes that last one sixteenth, worst voice", 0.0, True, True, worst="max"
        ),
        "onsets_a_beat": Facts("Notes a beat", "notes struck a beat, mean of the voices", None, passed_by_shuffle=True),
        "empty_bars": Facts(
            "Empty bars", "bars in which a part does not sound, worst part of each piece", 0.0, passed_by_shuffle=True
        ),
        "pitch_classes_a_bar": Facts(
            "Pitch classes a bar", "different pitch classes in a bar that a part plays in, mean of the parts", None
        ),
        "qualified_notes": Facts(
            "Qualified notes", "notes of a 32nd or longer, mean of the parts; on a raster of sixteenths all", 1.0,
            passed_by_shuffle=True,
        ),
        "polyphonic_rate": Facts(
            "Polyphonic steps", "steps on which a part sounds two or more pitches, mean of the parts", None, True, True
        ),
        "polyphony": Facts("Polyphony", "pitches at a time while it sounds", None, passed_by_shuffle=True),
        "notes_a_bar": Facts("Notes a bar", "notes struck a bar by all pitched parts", None, passed_by_shuffle=True),
        "note_length": Facts("Note length", "mean length of notes in quarters", None, passed_by_shuffle=True),
        "in_scale": Facts(
            "In one scale", "accompaniment time in its own best diatonic scale", None, passed_by_shuffle=True
        ),
        "chord_fit": Facts(
            "Chord fit", "sounding time, melody included, in the best chord of its half bar", 1.0, True
        ),
        "tonal_distance": Facts(
            "Tonal distance", "distance of two parts' tonal centroids by half bars in which both sound", None
        ),
        "drum_pattern": Facts(
            "Drums on sixteenths", "drum onsets on sixteenths; on a raster of sixteenths all", None,
            passed_by_shuffle=True, for_voices=False,
        ),
        "drums_on_eighths": Facts(
            "Drums on eighths", "drum onsets on eighths", None, passed_by_shuffle=True, for_voices=False
        ),
        "drum_hits_a_bar": Facts(
            "Drum hits a bar", "drum onsets a bar", None, passed_by_shuffle=True, for_voices=False
        ),
    }
)  # fmt: skip

# Silence gets a good value on these, so they mean nothing without `silent` or `empty_bars` beside them.
PASSED_BY_SILENCE = tuple(name for name, facts in METRIC_FACTS.items() if facts.passed_by_silence)


def metric_names(*, drums: bool, chords: bool) -> tuple[str, ...]:
    """The metrics that tell something about music with these features.

    `drums`: some part is drums; `chords`: parts play chords, as no voice of a chorale does.
    """
    return tuple(
        name for name, facts in METRIC_FACTS.items() if (facts.for_voices or drums) and (facts.for_bands or not chords)
    )


def measure(score: Score, names: Iterable[str] = METRICS) -> dict[str, float]:
    """The value of each named metric; nan where one has no meaning for this score (no drums, no accompaniment).

    Raises ValueError when the score has no melody, KeyError for an unknown name.
    """
    return {name: METRICS[name](score) for name in names}


def by_part(score: Score, name: str) -> tuple[float, ...]:
    """A metric of each accompanying track in order, alone with the melody; drums give nan or 0 where pitches count."""
    melody = setting_of(score).melody_part
    others = [track for i, track in enumerate(score.tracks) if i != melody]
    return tuple(METRICS[name](score.with_tracks(score.tracks[melody], track)) for track in others)


def mean_values(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Each metric's mean over scores, nan left out; nan only where no score has a value."""
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: [row[name] for row in rows if not math.isnan(row.get(name, math.nan))] for name in names}
    return {name: sum(values) / len(values) if values else math.nan for name, values in columns.items()}


def mean_measures(scores: Sequence[Score]) -> dict[str, float]:
    """Every metric's mean over scores with the same tracks, melody first; the worst part's where one speaks for all.

    Raises ValueError when a score has no melody.
    """
    row = mean_values([measure(score) for score in scores])
    voices = [i for i, track in enumerate(scores[0].tracks) if i and not track.is_drum]
    for name, facts in METRIC_FACTS.items():
        if facts.worst and voices:
            alone = [{str(i): METRICS[name](s.with_tracks(s.tracks[0], s.tracks[i])) for i in voices} for s in scores]
            row[name] = _ENDS[facts.worst](mean_values(alone).values())
    return row


_ENDS: Mapping[str, Callable[[Iterable[float]], float]] = {"max": max, "min": min}
