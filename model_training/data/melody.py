"""Which track of a band is the melody, where nobody says: by its name, or by what can be heard of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model_training.data.melody_cues import CUES, cues, top_onsets
from model_training.data.raw import RawTrack
from model_training.data.song import PITCH, START, NoteTable
from music_core.score import TICKS_PER_QUARTER

# What each cue is worth, in natural logarithms of odds. Fitted on one half of the files of nine corpora, names hidden,
# by `python -m benchmarks.melody_finding DATA --fit`, which also measures them on the other half.
WEIGHTS: dict[str, float] = {
    "single onsets": 2.093,
    "chords sounding": -2.746,
    "on top": 2.044,
    "skyline": 3.872,
    "far from the voice": -0.462,
    "dense": 1.476,
    "odd density": -0.096,
    "steps": -0.011,
    "repeats": 2.496,
    "leaps": -5.41,
    "pitches": 0.978,
    "loud": 3.344,
    "higher than others": -0.168,
    "lowest": -0.386,
    "bass": -8.333,
    "noise": -4.168,
    "voice": 3.246,
    "synth lead": 0.432,
    "ensemble": 2.08,
    "wind": 1.01,
    "solo string": 2.936,
    "guitar": 4.695,
    "pad": 2.087,
}

# How often a track that calls itself the melody is one; people name tracks with care or not at all.
NAMED_CONFIDENCE = 0.95

FEWEST_ONSETS = 4
MOST_TRACKS = 64  # of more, those with the most notes are looked at
_LOWEST_MEAN = 45.0  # A two octaves below the A of the violin: what stays under it is a bass
_SOUND_EFFECTS = frozenset(range(119, 128))
_DOUBLED = 0.8  # share of common onsets and pitch classes from which two tracks play one tune

# Best names first. Names of synthesiser sounds ("Lead 2 (sawtooth)", "Synth Voice", "Solo Vox") say nothing.
_NAMES = (
    re.compile(r"melod(y|ie|ia|ía|i)?(?![a-z])|hauptstimme|singstimme|cantus firmus"),
    re.compile(r"(lead |main |^)(vocals?|vox|voice|singer|canto|cantus|gesang|chant|voz)( ?\d)?$|^sopran[oe]?\b"),
    re.compile(r"^lead ?\d?$"),
)
_NOT_THE_MELODY = re.compile(
    r"support|harmon|counter|second|backing|back ?ing|\bbg|accomp|begleit|chord|bass|drum|bridge|pad\b|r(h)?yth?m|\b2nd"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """The melody's track, how likely that is right (0..1), and whether its name, its notes or nothing else decided."""

    index: int
    confidence: float
    by: Literal["named", "guessed", "only"]


def choose_melody(tracks: Sequence[RawTrack], end_tick: int) -> Choice:
    """The track that is most likely the melody; raises ValueError, in a few plain words, where none can be.

    The confidence of a track without rivals is the share of its onsets that are single notes.
    """
    able = able_tracks(tracks)
    lines = [tracks[i] for i in able]
    if len(able) == 1:
        sizes = top_onsets(lines[0].notes)[2]
        return Choice(able[0], float(np.mean(sizes == 1)), "only")
    table = cues(lines, end_tick)
    named = _named(lines, end_tick)
    chosen = named or range(len(able))
    chances = likelihoods(table[list(chosen)])
    best = int(np.argmax(chances))
    # Whichever of two tracks that play one tune is taken, it is that tune.
    sure = sum(
        float(chance)
        for i, chance in zip(chosen, chances, strict=True)
        if i == chosen[best] or _same_tune(lines[i].notes, lines[chosen[best]].notes)
    )
    confidence = min(1.0, sure) * (NAMED_CONFIDENCE if named else 1.0)
    return Choice(able[chosen[best]], confidence, "named" if named else "guessed")


def likelihoods(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """The chance of each row of `melody_cues.cues` to be the melody; they add up to 1."""
    worth = table @ np.array([WEIGHTS[cue] for cue in CUES])
    odds = np.exp(worth - worth.max())
    return np.asarray(odds / odds.sum())


def able_tracks(tracks: Sequence[RawTrack]) -> list[int]:
    """Numbers of the tracks that could be a melody; raises ValueError, in a few plain words, where none could."""
    full = [i for i, track in enumerate(tracks) if len(track.notes)]
    if not full:
        raise ValueError("it has no notes")
    pitched = [i for i in full if not tracks[i].is_drum]
    if not pitched:
        raise ValueError("it has only drums")
    able = [i for i in pitched if _can_sing(tracks[i])]
    if not able:
        raise ValueError("no track could be a melody: all are basses, sound effects or hardly play")
    return sorted(sorted(able, key=lambda i: -len(tracks[i].notes))[:MOST_TRACKS])


def _can_sing(track: RawTrack) -> bool:
    starts, top, _ = top_onsets(track.notes)
    moves = len(starts) >= FEWEST_ONSETS and len(np.unique(top)) > 1
    return moves and bool(top.mean() >= _LOWEST_MEAN) and track.program not in _SOUND_EFFECTS


def _named(tracks: Sequence[RawTrack], end_tick: int) -> list[int]:
    """Tracks with the best name that any has; a track that plays in less than a tenth of the bars has no say."""
    bar = 4 * TICKS_PER_QUARTER
    names = [" ".join(re.sub(r"[\W_]+", " ", track.name.lower()).split()) for track in tracks]
    for pattern in _NAMES:
        found = [
            i
            for i, (name, track) in enumerate(zip(names, tracks, strict=True))
            if pattern.search(name)
            and not _NOT_THE_MELODY.search(name)
            and len(np.unique(track.notes[:, START] // bar)) * 10 >= end_tick // bar
        ]
        if found:
            return found
    return []


def _same_tune(first: NoteTable, second: NoteTable) -> bool:
    """Whether two tracks play the same pitch classes at the same times, in any octave."""
    a, b = (set(zip((n[:, START] // 60).tolist(), (n[:, PITCH] % 12).tolist(), strict=True)) for n in (first, second))
    return len(a & b) >= _DOUBLED * len(a | b)
