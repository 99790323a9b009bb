"""Chords for a melody: a network says what fits each beat, a chain of habits finds the best way through, exactly.

The network sees the melody with its key at C major or A minor. Its answers are the chain's emissions; which chord
follows which, how long chords last and how phrases end come from counts in the model's bundle. Chords that a person
gave are never touched, and bars that are sung again get the same chords unless more wildness is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from music_core.analysis.beats import BeatGrid, beat_grid
from music_core.analysis.phrases import phrases, sung_again
from music_core.decoding.home import semitones_home
from music_core.decoding.predictor import FloatArray, Predictor
from music_core.harmony.chain import Chain, best_path, sampled_path
from music_core.harmony.lane import ChordLane, locked_spans, merged
from music_core.harmony.priors import Habits, Priors, priors_from_json, rhythm_cell
from music_core.harmony.slots import held_shares, pitch_slots, place_slots
from music_core.harmony.vocabulary import NAMES, NO_CHORD, STATES, chord_of, majmin, state_of
from music_core.manifest import Manifest, ManifestError
from music_core.melody import MelodyLine
from music_core.score import ChordChange, KeySignature, Note, Score
from music_core.theory import find_key

Array = NDArray[np.float64]

# Chords that are nowhere within so many nats of the best one of a slot are not considered further.
_REACH = 9.0
_MOST_STATES = 96
# Rare chords have small probabilities everywhere; below this they count as this rare, or they would seem surprising.
_RAREST = -7.0
_COLDEST, _WILDEST = 0.25, 1.25
_PLAIN = (NAMES.index("maj"), NAMES.index("min"))


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each voice counts in the chain, 0 or more; found on validation songs, kept in the bundle.

    emission: the network. prior: how much of a chord's general frequency is taken out of it. moves: which chord follows
    which. rhythm: how long chords last. change: the network's own sense of where they change. closing: how phrases and
    pieces end. again: nats for the chords of a bar that is sung again. root: nats for the root in the bass.
    """

    emission: float = 0.7
    prior: float = 0.0
    moves: float = 0.4
    rhythm: float = 0.5
    change: float = 1.0
    closing: float = 0.5
    again: float = 4.0
    root: float = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What the network says with the key at home: logs of probabilities of chords (slots, STATES) and of basses
    (slots, 12), and the log-odds of a change (slots,)."""

    chords: Array
    basses: Array
    changes: Array


def harmonise(
    predictor: Predictor,
    manifest: Manifest,
    score: Score,
    melody: MelodyLine,
    *,
    genre: str,
    seed: int,
    wildness: float = 0.0,
    locked: ChordLane = (),
    key: KeySignature | None = None,
) -> ChordLane:
    """Chords from tick 0 to the end of the melody's last bar; none under a melody without notes.

    `genre` is one of the manifest's data["genres"], any other is taken for the first. At `wildness` 0 the best chords
    are found and the seed does not matter; up to 1 they are drawn ever more freely. Changes in `locked` that are marked
    as locked hold to the tick and steer their neighbours; `key` is what a person says, else it is found.
    """
    if not melody.notes:
        return ()
    known = model_data(manifest)
    grid = beat_grid(score.metres, max(note.end_tick for note in melody.notes))
    shift = home_shift(melody.notes, key or (score.keys[0] if score.keys else None), sure=key is not None)
    number = known.genres.index(genre) if genre in known.genres else 0
    answers = ask(predictor, melody.notes, grid, shift, number, len(known.genres))
    habits = known.priors.habits(known.genres[number])
    fixed = _fixed_slots(locked, grid, shift)
    wild = min(1.0, max(0.0, wildness))
    # What is drawn holds the melody as people's chords do; the less is drawn, the more the best path must let go.
    free = known.free[number] * (1.0 - wild)
    loose = replace(answers, chords=answers.chords - free * held_shares(melody.notes, grid, shift))
    repeats = _slot_pairs(sung_again(melody.notes, score.metres), grid)
    path = find_path(loose, habits, known.weights, grid, endings(melody.notes, score, grid), fixed, repeats, wild, seed)
    path = coloured(path, shared(answers.chords, repeats), fixed, repeats)
    lane = _lane(path, answers.basses, grid, shift, known.weights.root)
    return _overlaid(lane, locked, grid.ticks[-1])


@dataclass(frozen=True, slots=True, eq=False)
class ModelData:
    """What the bundle holds beside the graph.

    `free` has for each genre the nats that a chord loses in a beat whose whole melody it holds: the likeliest chords
    hold more of a melody than people's do, and than the network itself expects.
    """

    genres: tuple[str, ...]
    weights: Weights
    priors: Priors
    free: tuple[float, ...]


def model_data(manifest: Manifest) -> ModelData:
    """The genres, weights and habits of a harmoniser's bundle; raises ManifestError where they are not there."""
    try:
        data = manifest.data
        genres = tuple(str(genre) for genre in data["genres"])
        weights = weights_from(data["weights"])
        if not genres:
            raise ValueError("it knows no genre")
        return ModelData(genres, weights, _priors(str(data["priors"])), _free(data.get("free", ()), len(genres)))
    except (KeyError, TypeError, ValueError) as error:
        raise ManifestError(f"The model {manifest.id} lacks what chords need ({error}); install it again.") from None


def weights_from(plain: Any) -> Weights:
    """Weights from plain data; raises ValueError or TypeError where it is no table of them."""
    values = {entry.name: float(plain[entry.name]) for entry in fields(Weights) if entry.name in plain}
    if not all(np.isfinite(value) and value >= 0 for value in values.values()):
        raise ValueError("a weight is no number of 0 or more")
    return Weights(**values)


def _free(plain: Any, genres: int) -> tuple[float, ...]:
    """One for each genre; bundles from before it was measured have none."""
    free = tuple(float(value) for value in plain) or (0.0,) * genres
    if len(free) != genres or not all(np.isfinite(value) and value >= 0 for value in free):
        raise ValueError("what chords lose is no number of 0 or more for each genre")
    return free


@lru_cache(maxsize=4)
def _priors(text: str) -> Priors:
    return priors_from_json(text)


def home_shift(notes: Sequence[Note], signature: KeySignature | None, *, sure: bool = False) -> int:
    """Semitones that bring the melody's key home; a signature breaks ties, or where it is `sure`, decides."""
    key = signature if sure and signature is not None else find_key(notes, signature)
    return semitones_home(key.tonic_pitch_class, key.minor)


def ask(predictor: Predictor, notes: Sequence[Note], grid: BeatGrid, shift: int, genre: int, genres: int) -> Answers:
    """The network's answers for one melody."""
    said = predictor.run(inputs_of(notes, grid, shift, genre, genres))
    chords, basses = (_log_softmax(said[name][0].astype(np.float64)) for name in ("chords", "basses"))
    return Answers(chords, basses, said["changes"][0].astype(np.float64))


def inputs_of(notes: Sequence[Note], grid: BeatGrid, shift: int, genre: int, genres: int) -> dict[str, FloatArray]:
    """The network's inputs by name, a batch of one."""
    wanted = np.zeros((1, genres), np.float32)
    wanted[0, genre] = 1.0
    pitches = pitch_slots(notes, grid, shift)
    return {
        "pitches": pitches.reshape(1, len(grid), -1),
        "places": place_slots(notes, grid)[None],
        "genre": wanted,
    }


def find_path(
    answers: Answers,
    habits: Habits,
    weights: Weights,
    grid: BeatGrid,
    ends: tuple[NDArray[np.int64], int],
    fixed: dict[int, int],
    repeats: Sequence[tuple[int, int, int]] = (),
    wildness: float = 0.0,
    seed: int = 0,
) -> NDArray[np.int64]:
    """The states of all slots, int64 (slots,): the best ones, or ones drawn with some wildness.

    `ends` are the slots that close phrases and the one that closes the piece; `fixed` states of slots are kept;
    `repeats` are (slot, earlier slot, semitones higher).
    """
    chords = shared(answers.chords, repeats)
    emissions = weights.emission * (chords - weights.prior * np.maximum(habits.beats, _RAREST))
    closing, last = ends
    emissions[closing] += weights.closing * habits.closing
    emissions[last] += weights.closing * habits.last
    rhythm = _rhythm(answers.changes, habits, weights, grid)
    rng = np.random.default_rng(seed)
    path = _chosen(emissions, fixed, habits, weights, rhythm, wildness, rng)
    again = weights.again * (1.0 - wildness)
    if not repeats or not again:
        return path
    for slot, earlier, shift in repeats:
        emissions[slot, _moved_state(int(path[earlier]), shift)] += again
        emissions[earlier, path[earlier]] += again
    # The same draws again: what is not repeated stays as it was, as far as its neighbours let it.
    return _chosen(emissions, fixed, habits, weights, rhythm, wildness, np.random.default_rng(seed))


def _chosen(
    emissions: Array,
    fixed: dict[int, int],
    habits: Habits,
    weights: Weights,
    rhythm: tuple[Array, Array],
    wildness: float,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    near = (emissions - emissions.max(axis=1, keepdims=True)).max(axis=0)
    kept = np.argsort(-near, kind="stable")[:_MOST_STATES]
    kept = np.unique(np.concatenate([kept[near[kept] > -_REACH], list(fixed.values())]).astype(np.int64))
    place = {int(state): i for i, state in enumerate(kept)}
    chosen = emissions[:, kept]
    for slot, state in fixed.items():
        chosen[slot] = np.where(np.arange(len(kept)) == place[state], 0.0, -np.inf)
    moves = weights.moves * habits.gains[np.ix_(kept, kept)]
    chain = Chain(chosen, weights.moves * habits.first[kept], moves, *rhythm)
    if wildness <= 0:
        return kept[best_path(chain)]
    temperature = _COLDEST + (_WILDEST - _COLDEST) * wildness
    return kept[sampled_path(chain.tempered(temperature), rng)]


def _rhythm(changes: Array, habits: Habits, weights: Weights, grid: BeatGrid) -> tuple[Array, Array]:
    """Logs of staying and of changing at each slot, (slots, ages): the genre's habit, and what the melody suggests."""
    cells = np.array([rhythm_cell(grid, slot) for slot in range(len(grid))])
    aged, usual = habits.change[cells[:, 0], cells[:, 1]], habits.usual_change[cells[:, 0], cells[:, 1]]
    # The network knows the place in the bar too: what it says beyond that is added.
    odds = aged + weights.change * (changes - usual)[:, None]
    return -weights.rhythm * np.logaddexp(0.0, odds), -weights.rhythm * np.logaddexp(0.0, -odds)


def endings(notes: Sequence[Note], score: Score, grid: BeatGrid) -> tuple[NDArray[np.int64], int]:
    """The slots in which phrases end, int64, and the slot in which the melody's last note is struck."""
    bars = np.array(grid.bars)
    closing = [
        int(np.flatnonzero(bars < phrase.end_bar).max()) for phrase in phrases(notes, score.metres) if phrase.label
    ]
    return np.array(sorted(set(closing)), np.int64), grid.slot(max(note.start_tick for note in notes))


def _slot_pairs(bars: Sequence[tuple[int, int, int]], grid: BeatGrid) -> list[tuple[int, int, int]]:
    """Slots for bars that are sung again: slot, earlier slot, semitones."""
    by_bar: dict[int, list[int]] = {}
    for slot, bar in enumerate(grid.bars):
        by_bar.setdefault(bar, []).append(slot)
    return [
        (slot, earlier, shift)
        for bar, first, shift in bars
        if len(by_bar[bar]) == len(by_bar[first])
        for slot, earlier in zip(by_bar[bar], by_bar[first], strict=True)
    ]


def shared(chords: Array, repeats: Sequence[tuple[int, int, int]]) -> Array:
    """The answers with those for the same music averaged; the music that is the same is heard in several contexts."""
    groups: dict[int, list[tuple[int, int]]] = {}
    for slot, earlier, shift in repeats:
        groups.setdefault(earlier, [(earlier, 0)]).append((slot, shift))
    shared = chords.copy()
    for members in groups.values():
        mean = np.mean([_turned(chords[slot], -shift) for slot, shift in members], axis=0)
        for slot, shift in members:
            shared[slot] = _turned(mean, shift)
    return shared


def coloured(
    path: NDArray[np.int64], chords: Array, fixed: dict[int, int], repeats: Sequence[tuple[int, int, int]] = ()
) -> NDArray[np.int64]:
    """The path with as many sevenths and other colours as the network expects over all, where they are likeliest.

    The best path has next to none of them: each chord by itself is likelier plain. A chord keeps its root and its
    third, a person's chord all of itself; what comes again with the same chord has the same colour.
    """
    classes = majmin()
    edges = np.flatnonzero(np.diff(path, prepend=-1, append=-1))
    spans = [(a, b) for a, b in pairwise(edges.tolist()) if classes[path[a]] >= 0 and not fixed.keys() & range(a, b)]
    kin = [np.flatnonzero(classes == classes[path[a]]) for a, _ in spans]
    found, taken = path.copy(), set[int]()
    shares = np.zeros((len(spans), len(NAMES)))
    for i, ((a, b), same) in enumerate(zip(spans, kin, strict=True)):
        shares[i, (same - 1) % len(NAMES)] = np.exp(_log_softmax(chords[a:b, same].mean(axis=0)))
    lengths = np.array([b - a for a, b in spans])
    for quality in np.flatnonzero(shares.any(axis=0)).tolist():
        wanted = float(lengths @ shares[:, quality]) if quality not in _PLAIN else 0.0
        for i in np.argsort(-shares[:, quality], kind="stable").tolist():
            if wanted < lengths[i] / 2 or not shares[i, quality]:
                break
            if i not in taken:
                taken.add(i)
                root = (found[spans[i][0]] - 1) // len(NAMES)
                found[slice(*spans[i])] = 1 + root * len(NAMES) + quality
                wanted -= float(lengths[i])
    for slot, earlier, shift in repeats:
        if slot not in fixed and path[slot] == _moved_state(int(path[earlier]), shift):
            found[slot] = _moved_state(int(found[earlier]), shift)
    return found


def _turned(states: Array, shift: int) -> Array:
    """A row of states (STATES,) whose chords are `shift` semitones higher."""
    return np.concatenate([states[:1], np.roll(states[1:], shift * len(NAMES))]) if shift else states


def _moved_state(state: int, shift: int) -> int:
    return state if state == NO_CHORD else 1 + (state - 1 + shift * len(NAMES)) % (STATES - 1)


def _fixed_slots(locked: ChordLane, grid: BeatGrid, shift: int) -> dict[int, int]:
    """The states of the slots that a person's chords fill for the most part."""
    fixed: dict[int, int] = {}
    for start, end, chord in locked_spans(locked, grid.ticks[-1]):
        for slot in range(grid.slot(start), min(len(grid), grid.slot(max(start, end - 1)) + 1)):
            time = min(end, grid.ticks[slot + 1]) - max(start, grid.ticks[slot])
            if 2 * time >= grid.ticks[slot + 1] - grid.ticks[slot]:
                fixed[slot] = state_of(chord, shift)
    return fixed


def _lane(path: NDArray[np.int64], basses: Array, grid: BeatGrid, shift: int, root: float) -> ChordLane:
    """Chords where they change, each with the bass among its tones that fits best."""
    starts = [slot for slot in range(len(path)) if slot == 0 or path[slot] != path[slot - 1]]
    changes = []
    for start, end in zip(starts, [*starts[1:], len(path)], strict=True):
        chord = chord_of(int(path[start]))
        if chord is not None:
            fits = basses[start:end].mean(axis=0)
            fits[chord.root] += root
            bass = max(sorted(chord.pitch_classes), key=lambda tone: fits[tone])
            chord = replace(chord, bass=bass).transposed(-shift)
        changes.append(ChordChange(grid.ticks[start], chord))
    return tuple(changes)


def _overlaid(lane: ChordLane, locked: ChordLane, end_tick: int) -> ChordLane:
    """The lane with a person's chords over it, to the tick."""
    spans = locked_spans(locked, end_tick)
    inside = [change for change in lane if not any(start <= change.tick < end for start, end, _ in spans)]
    changes = {change.tick: change for change in inside}
    for start, end, chord in spans:
        changes[start] = ChordChange(start, chord, locked=True)
        if end < end_tick and end not in changes and not any(other == end for other, _, _ in spans):
            changes[end] = replace(_before(lane, end), tick=end)
    return merged(tuple(changes[tick] for tick in sorted(changes)))


def _before(lane: ChordLane, tick: int) -> ChordChange:
    return max((change for change in lane if change.tick <= tick), key=lambda change: change.tick)


def _log_softmax(logits: Array) -> Array:
    top = logits.max(axis=-1, keepdims=True)
    logs: Array = logits - top - np.log(np.exp(logits - top).sum(axis=-1, keepdims=True))
    return logs
