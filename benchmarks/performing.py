"""How near the performance is to people's: `python -m benchmarks.performing DATA [--json]`.

Drums: every 4/4 bar of Groove's validation split keeps its human hits on the grid and gets our velocities and timing.
Overlap area: intersection of 20-bin histograms over the joint range. Errors: mean of |ours - theirs| for each hit, and
of |mean ours - mean theirs| over places (family, lane, sixteenth) with 20 hits. Before: the lanes' fixed velocities.
Keys: the POP909 songs that the tables have not seen (none of them reserved). Last, the time for 32 bars of 5 tracks.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model_training.performance.drums import hits_of
from model_training.performance.groove import TRAIN, VALIDATION, Take, read_takes
from model_training.performance.keys import held_out, read_piano
from music_core.decoding.drums import LANES, lanes_to_notes
from music_core.performing.draws import rank, variation
from music_core.performing.parts import Player, drum_offsets_ms, drum_velocities
from music_core.performing.perform import perform
from music_core.performing.positions import Places
from music_core.performing.tables import FAMILIES, Tables, at_rank, read_tables
from music_core.score import Note, Score, Tempo, Track

Floats = NDArray[np.float64]
_BINS = 20
_LEAST = 20
# Edges of the four levels in which an arranger writes drum hits.
_QUARTERS = (32, 64, 96)
_RESOURCES = Path(__file__).parents[1] / "resources" / "performance"


def overlap_area(first: Floats, second: Floats) -> float:
    """Intersection of two histograms of 20 bins over the joint range; 1 is the same distribution, 0 if one is empty."""
    if not len(first) or not len(second):
        return 0.0
    reach = (min(first.min(), second.min()), max(first.max(), second.max()))
    one, other = (np.histogram(values, _BINS, reach)[0] / len(values) for values in (first, second))
    return float(np.minimum(one, other).sum())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    tables = read_tables(_RESOURCES)
    figures = {**drum_figures(options.data, tables), **key_figures(options.data, tables), **latency_ms(tables)}
    if options.json:
        print(json.dumps(figures, indent=2))
    for name, value in () if options.json else figures.items():
        print(f"{name:58s} {value:8.3f}")


def drum_figures(data: Path, tables: Tables) -> dict[str, float]:
    """Overlap areas and errors on the validation split; the training split stands for what people can reach."""
    takes, others = list(read_takes(data, VALIDATION)), list(read_takes(data, TRAIN))
    human, train = hits_of(takes, _swing(tables)), hits_of(others, _swing(tables))
    ours = np.concatenate([_velocities(take, index, tables) for index, take in enumerate(takes)])
    typical = np.concatenate([_velocities(take, index, tables, middle=True) for index, take in enumerate(takes)])
    levels = np.concatenate([_velocities(take, index, tables, levels=True) for index, take in enumerate(takes)])
    late = np.concatenate([_offsets(take, index, tables) for index, take in enumerate(takes)])
    usual = {note.pitch: note.velocity for note in lanes_to_notes(np.ones((len(LANES), 1), np.bool_), 120)}
    fixed = np.asarray([usual[pitch] for _, pitch, _ in LANES], np.float64)[human.lane]
    kept, seen = ~human.stray, ~train.stray

    def by_lane(values: Floats, lanes: NDArray[np.int64]) -> float:
        return _weighted(overlap_area(values[lanes == i], human.velocity[human.lane == i]) for i in range(len(LANES)))

    def _weighted(areas: Iterable[float]) -> float:
        return float(np.average(list(areas), weights=np.bincount(human.lane, minlength=len(LANES))))

    return {
        "drum hits": float(len(human.lane)),
        "velocity overlap area, fixed velocities": overlap_area(fixed, human.velocity),
        "velocity overlap area, performed": overlap_area(ours, human.velocity),
        "velocity overlap area, other people (training split)": overlap_area(train.velocity, human.velocity),
        "the same, mean of the lanes: fixed": by_lane(fixed, human.lane),
        "the same, mean of the lanes: performed": by_lane(ours, human.lane),
        "the same, mean of the lanes: other people": by_lane(train.velocity, train.lane),
        "velocity error for a hit, fixed": _error(fixed, human.velocity),
        "velocity error for a hit, the tables' middle": _error(typical, human.velocity),
        "velocity error for a hit, performed": _error(ours, human.velocity),
        "velocity overlap area, from four written levels": overlap_area(levels, human.velocity),
        "velocity error for a hit, from four written levels": _error(levels, human.velocity),
        "velocity error for a place, fixed": place_error(
            fixed, human.velocity, human.family, human.lane, human.position
        ),
        "velocity error for a place, performed": place_error(
            ours, human.velocity, human.family, human.lane, human.position
        ),
        "timing overlap area (ms), on the grid": overlap_area(np.zeros(int(kept.sum())), human.offset_ms[kept]),
        "timing overlap area (ms), performed": overlap_area(late[kept], human.offset_ms[kept]),
        "timing overlap area (ms), other people": overlap_area(train.offset_ms[seen], human.offset_ms[kept]),
        "timing spread (ms), people": float(human.offset_ms[kept].std()),
        "timing spread (ms), performed": float(late[kept].std()),
    }


def key_figures(data: Path, tables: Tables) -> dict[str, float]:
    """The piano's velocities beside their mean, on songs held out."""
    parts = [part for part in read_piano(data) if held_out(part.name)]
    human = np.concatenate([part.beside_mean for part in parts])
    made, middle = [], []
    for index, part in enumerate(parts):
        rows = tables.key_velocity[part.voice, part.position]
        zero = np.zeros_like(part.bar)
        places = Places(part.bar, part.in_bar, part.position, zero + 480, zero)
        value = variation(index, "loud", part.name, part.name, tables.key_shares, places, part.voice, zero)
        made.append(at_rank(rows, rank(value)))
        middle.append(at_rank(rows, np.full(len(rows), 0.5)))
    return {
        "piano notes": float(len(human)),
        "piano velocity overlap area, fixed": overlap_area(np.zeros_like(human), human),
        "piano velocity overlap area, performed": overlap_area(np.concatenate(made), human),
        "piano velocity error, fixed": _error(np.zeros_like(human), human),
        "piano velocity error, the tables' middle": _error(np.concatenate(middle), human),
    }


def latency_ms(tables: Tables) -> dict[str, float]:
    """Milliseconds for 32 bars of five tracks, best and 95th percentile of 20; the processor's own, too."""
    score = _dense_score(32)
    both = [_timed(lambda: perform(score, genre="rock", tables=tables)) for _ in range(20)]
    taken, busy = sorted(wall for wall, _ in both), sorted(cpu for _, cpu in both)
    notes = sum(len(track.notes) for track in score.tracks[1:])
    return {
        "32 bars x 5 tracks, notes": float(notes),
        "time (ms), best": taken[0],
        "time (ms), p95": taken[18],
        "processor time (ms), best": busy[0],
    }


def place_error(
    ours: Floats, theirs: Floats, family: NDArray[np.int64], lane: NDArray[np.int64], position: NDArray[np.int64]
) -> float:
    """Mean of |mean ours - mean theirs| over places with enough hits, weighted by hits."""
    place = (family * 16 + lane) * 32 + position
    count = np.bincount(place)
    kept = count >= _LEAST
    means = [np.bincount(place, weights=values)[kept] / count[kept] for values in (ours, theirs)]
    return float(np.average(np.abs(means[0] - means[1]), weights=count[kept]))


def _player(take: Take, seed: int, tables: Tables) -> Player:
    return Player(seed, take.name, FAMILIES.index(take.family), tables)


def _track(take: Take) -> Track:
    """The hits on the grid, each at the middle of its quarter of the velocities."""
    middles = (take.velocities // 32 * 32 + 16).tolist()
    rows = zip(take.ticks.tolist(), take.lanes.tolist(), middles, strict=True)
    notes = tuple(Note(tick, LANES[lane][1], 1, velocity) for tick, lane, velocity in rows)
    return Track("Drums", notes, is_drum=True, role="drums")


def _in_take_order(take: Take, values: Floats) -> Floats:
    """A track sorts its notes by pitch within a tick; takes are sorted by lane."""
    pitch = np.asarray([LANES[lane][1] for lane in take.lanes])
    back = np.empty_like(values)
    back[np.lexsort((pitch, take.ticks))] = values
    return back


def _velocities(take: Take, seed: int, tables: Tables, *, middle: bool = False, levels: bool = False) -> Floats:
    track = _track(take)
    places = take.bars().places([note.start_tick for note in track.notes])
    if middle:
        still = Tables(
            **{name: getattr(tables, name) for name in ("drum_velocity", "drum_offset_ms", "key_velocity", "swing")},
            velocity_shares=np.zeros_like(tables.velocity_shares),
            offset_shares=tables.offset_shares,
            key_shares=tables.key_shares,
            about=tables.about,
        )
        return _in_take_order(take, drum_velocities(_player(take, seed, still), track, places))
    player = _player(take, seed, tables)._replace(drum_bins=_QUARTERS if levels else ())
    return np.round(_in_take_order(take, drum_velocities(player, track, places)))


def _offsets(take: Take, seed: int, tables: Tables) -> Floats:
    track = _track(take)
    places = take.bars().places([note.start_tick for note in track.notes])
    return _in_take_order(take, drum_offsets_ms(_player(take, seed, tables), track, places))


def _error(ours: Floats, theirs: Floats) -> float:
    return float(np.abs(ours - theirs).mean())


def _swing(tables: Tables) -> tuple[float, float]:
    return float(tables.swing[0]), float(tables.swing[1])


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock and of the processor."""
    started, busy = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - started) * 1000, (time.process_time() - busy) * 1000


def _dense_score(bars: int) -> Score:
    """A melody and five parts that play throughout: 79 notes a bar."""

    def part(name: str, role: str, program: int, step: int, pitches: Iterable[int], *, drums: bool = False) -> Track:
        chord = tuple(pitches)
        notes = tuple(Note(tick, pitch, step) for tick in range(0, bars * 1920, step) for pitch in chord)
        return Track(name, notes, program, role=role, is_drum=drums)

    return Score(
        (
            part("Melody", "melody", 0, 480, (72,)),
            part("Bass", "bass", 33, 240, (36,)),
            part("Guitar", "guitar", 25, 240, (52, 57, 60, 64)),
            part("Keys", "keys", 0, 480, (48, 60, 64)),
            part("Strings", "strings", 48, 1920, (60, 64, 67)),
            part("Drums", "drums", 0, 240, (36, 42, 38), drums=True),
        ),
        tempos=(Tempo(0, 500_000),),
    )


if __name__ == "__main__":
    main()
