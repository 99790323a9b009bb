"""Which pieces train, which tell when to stop, and which are never seen: decided by tune, not by file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise

from music_core.score import Note

NGRAM = 9
SPLITS = ("train", "valid", "test")


def tune_groups(lines: Sequence[Sequence[Note]]) -> tuple[int, ...]:
    """A group number for each melody: melodies that share `NGRAM` intervals in a row, in any key, go together.

    Union-find over interval n-grams of the onsets; repeated notes count as an interval of 0.
    """
    parent = list(range(len(lines)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first_seen: dict[tuple[int, ...], int] = {}
    for index, line in enumerate(lines):
        steps = [b.pitch - a.pitch for a, b in pairwise(sorted(line))]
        for at in range(len(steps) - NGRAM + 1):
            gram = tuple(steps[at : at + NGRAM])
            parent[root(index)] = root(first_seen.setdefault(gram, index))
    return tuple(root(i) for i in range(len(lines)))


def assign_splits(names: Sequence[str], groups: Sequence[int], seed: int, held_out: float = 0.1) -> tuple[str, ...]:
    """A split for each piece: about `held_out` of all pieces for valid and for test, whole groups only.

    Groups are taken in the order of a hash of their first member's name, so the split does not depend
    on the order of files and does not move when other pieces are added.
    """
    members: dict[int, list[int]] = {}
    for index, group in enumerate(groups):
        members.setdefault(group, []).append(index)
    limit = max(1.0, held_out * len(names))
    order = sorted(members.values(), key=lambda ids: _hash(min(names[i] for i in ids), seed))
    splits = ["train"] * len(names)
    counts = {"test": 0, "valid": 0}
    for ids in order:
        # A tune with very many settings stays in training, or it would fill a held-out set alone.
        if len(ids) > max(2, limit / 4):
            continue
        for split in counts:
            if counts[split] + len(ids) <= limit:
                counts[split] += len(ids)
                for i in ids:
                    splits[i] = split
                break
    # A few tunes with many settings each: the smallest are held out all the same, as long as one is left to learn from.
    empty = [split for split in counts if not counts[split]]
    training = sorted((ids for ids in order if splits[ids[0]] == "train"), key=len)
    for split, ids in zip(empty, training[:-1], strict=False):
        for i in ids:
            splits[i] = split
    return tuple(splits)


def _hash(name: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()
