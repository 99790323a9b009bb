"""Songs as the harmoniser learns them: a melody's slots, and the chord and the bass of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from model_training.data.corpus import Corpus, load_corpus
from model_training.data.song import Song, notes_of, to_score
from music_core.analysis.beats import BeatGrid, beat_grid
from music_core.analysis.phrases import phrases
from music_core.decoding.harmoniser import home_shift
from music_core.harmony.infer import infer_chords
from music_core.harmony.lane import ChordLane, change_at
from music_core.harmony.priors import Counts, Priors
from music_core.harmony.slots import pitch_slots, place_slots
from music_core.harmony.vocabulary import NAMES, NO_CHORD, members, state_of
from music_core.melody import top_line
from music_core.score import Metre, Note

# Genres by the corpus that a song is of and, after a slash, what the corpus calls its genre; the first that fits.
# The lead sheets that are filed under pop and rock are the standards that later bands recorded, in jazz harmony.
GENRES: Mapping[str, tuple[str, ...]] = {
    "pop": ("pop909",),
    "rock": ("freedoom-rock",),
    "jazz": ("openewld/jazz", "openewld/pop", "openewld/rock", "openewld/stage & screen", "openewld/latin",
             "openewld/funk / soul", "openewld/blues", "openewld/unlabelled", "openewld/electronic"),
    "symphony": ("openscore-orchestra-hauptstimme", "openscore-quartets-cc0", "openscore-lieder-cc0"),
    "singer-songwriter": (),
    "baroque": ("music21 Bach chorales",),
    "folk": ("openewld",),
}  # fmt: skip
# Songs of these genres whose chords are nearly all plain triads stand for singer-songwriters too: nobody else does.
_SINGERS = ("pop", "folk")
_PLAIN_SHARE = 0.9
# Lead sheets whose melody is so seldom on a chord's tone carry another song's chords.
_LEAST_CHORD_TONES = 0.45
_FEWEST_SLOTS = 16
UNKNOWN = -1


@dataclass(frozen=True, slots=True, eq=False)
class HarmonySong:
    """A song with its key at home: `pitches` (slots, views * 12) and `places` (slots, PLACE_SIZE) float32, `states` and
    `basses` int64 (slots,), -1 where unknown. `shift` semitones brought it home; `written` tells that people wrote its
    chords, that they were not heard in its notes."""

    name: str
    genre: str
    notes: tuple[Note, ...]
    metres: tuple[Metre, ...]
    grid: BeatGrid
    shift: int
    pitches: NDArray[np.float32]
    places: NDArray[np.float32]
    states: NDArray[np.int64]
    basses: NDArray[np.int64]
    written: bool

    def __len__(self) -> int:
        return len(self.states)


@lru_cache(maxsize=4)
def harmony_songs(
    corpus: Corpus, split: str, genres: tuple[str, ...], also: tuple[str, ...] = (), most_slots: int = 0
) -> tuple[HarmonySong, ...]:
    """The songs of a split with chords, those of the prepared corpora `also` too, in the order of their names.

    `most_slots` is about the most of one genre whose chords have to be heard in the notes; 0 takes all.
    """
    found: list[HarmonySong] = []
    heard: dict[str, int] = {}
    for source in (corpus, *map(load_corpus, also)):
        # By a hash that does not depend on the corpus's order, so that a limit takes songs from everywhere.
        for index in sorted(source.songs(split), key=lambda i: source.spec.entries[i].sha256):
            entry = source.spec.entries[index]
            genre = genre_of(entry.corpus, entry.genre)
            if genre not in genres:
                continue
            if most_slots and heard.get(genre, 0) >= most_slots:
                continue
            song = harmony_song(source.song(index), genre)
            if song is not None:
                found.append(song)
                heard[genre] = heard.get(genre, 0) + (0 if song.written else len(song))
    return tuple(sorted(found, key=lambda song: song.name))


def genre_of(corpus: str, genre: str) -> str:
    """The harmoniser's genre for a song; its own word where no corpus says otherwise."""
    for name, sources in GENRES.items():
        if f"{corpus}/{genre}" in sources:
            return name
    return next((name for name, sources in GENRES.items() if corpus in sources), genre)


def harmony_song(song: Song, genre: str) -> HarmonySong | None:
    """A song for the harmoniser, or None where it is too short or its chords are another song's."""
    notes, _ = top_line(notes_of(song.parts[0]))
    if not notes:
        return None
    written = bool(song.chords)
    lane = song.chords or infer_chords(to_score(song))
    grid = beat_grid(song.metres, song.end_tick)
    shift = home_shift(notes, None)
    states, basses = _labels(lane, grid, shift)
    pitches = pitch_slots(notes, grid, shift)
    if (states >= 0).sum() < _FEWEST_SLOTS or (written and _on_chord(pitches, states) < _LEAST_CHORD_TONES):
        return None
    return HarmonySong(
        song.name, genre, notes, song.metres, grid, shift,
        pitches.reshape(len(grid), -1), place_slots(notes, grid), states, basses, written,
    )  # fmt: skip


def with_singers(songs: Sequence[HarmonySong], genres: Sequence[str]) -> list[tuple[HarmonySong, int]]:
    """Each song with the number of its genre; plain ones a second time as a singer-songwriter's."""
    number = {genre: i for i, genre in enumerate(genres)}
    pairs = [(song, number[song.genre]) for song in songs]
    if "singer-songwriter" in number:
        pairs += [(song, number["singer-songwriter"]) for song in songs if song.genre in _SINGERS and _is_plain(song)]
    return pairs


def habits_of(songs: Sequence[HarmonySong], genres: Sequence[str]) -> Priors:
    """What the songs' chords do, counted by genre."""
    counts = {genre: Counts() for genre in genres}
    for song, genre in with_singers(songs, genres):
        closing = np.zeros(len(song), np.bool_)
        bars = np.array(song.grid.bars)
        for phrase in phrases(song.notes, song.metres):
            if phrase.label and (bars < phrase.end_bar).any():
                closing[np.flatnonzero(bars < phrase.end_bar).max()] = True
        counts[genres[genre]].add(song.states, song.grid, closing)
    return Priors(counts)


def _labels(lane: ChordLane, grid: BeatGrid, shift: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    states, basses = np.full(len(grid), UNKNOWN), np.full(len(grid), UNKNOWN)
    for slot in range(len(grid)):
        # What sounds an eighth of the way in: a chord a moment early belongs to the beat.
        change = change_at(lane, grid.ticks[slot] + (grid.ticks[slot + 1] - grid.ticks[slot]) // 8)
        if change is not None:
            states[slot] = state_of(change.chord, shift)
            basses[slot] = (change.chord.bass + shift) % 12 if change.chord else UNKNOWN
    return states.astype(np.int64), basses.astype(np.int64)


def _on_chord(pitches: NDArray[np.float32], states: NDArray[np.int64]) -> float:
    """Share of the melody's time on the tones of its chords."""
    known = states > NO_CHORD
    time = pitches[known, :2].sum(axis=1)
    total = float(time.sum())
    return float((time * members()[states[known]]).sum()) / total if total else 1.0


def _is_plain(song: HarmonySong) -> bool:
    known = song.states[song.states > NO_CHORD]
    plain = np.isin((known - 1) % len(NAMES), [NAMES.index("maj"), NAMES.index("min")])
    return bool(len(known)) and float(plain.mean()) >= _PLAIN_SHARE
