"""Which tracks are the user's and which a model wrote, and how takes replace one another in a score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from desktop_app.generation.composer import credited
from desktop_app.library.project import Take
from desktop_app.mix import MIX_FIELDS
from music_core.harmony.lane import with_locked
from music_core.melody import MelodyError, find_melody
from music_core.score import Score, Track


def own_score(score: Score) -> Score:
    """The piece without the parts that a model wrote."""
    return score.with_tracks(*(track for track in score.tracks if not track.generated_by))


def melody_index(score: Score) -> int | None:
    """The user's track that holds the melody, or None when there are no notes to be one.

    A track with the role melody is it even while it is empty: that is where recordings go.
    """
    own = [i for i, track in enumerate(score.tracks) if not track.generated_by]
    for index in own:
        if score.tracks[index].role == "melody":
            return index
    try:
        return own[find_melody(own_score(score)).track_index]
    except MelodyError:
        return None


def with_take(score: Score, take: Take) -> Score:
    """The score with a take's parts in place of the generated ones.

    Instruments, names and mix that the user gave to a model's parts stay, and locked parts stay altogether. Other
    tracks of the user's that would sound against the new parts are muted the first time. The melody is muted where the
    take has one of its own, and comes back with a take that has none. Where the take has chords, they come with it,
    under the user's locked ones.
    """
    old = {key: track for key, track in _ranked(score) if track.generated_by}
    new = _parts_after(score, take, old)
    own = own_score(score).tracks
    melody = melody_index(score)
    names = [i for i, track in enumerate(score.tracks) if not track.generated_by]
    if not old:
        own = tuple(
            track if i == melody or track.muted or track.locked or not track.notes else replace(track, muted=True)
            for i, track in zip(names, own, strict=True)
        )
    had_tune, has_tune = (any(track.role == "melody" for track in parts) for parts in (old.values(), take.tracks))
    if had_tune != has_tune:
        own = tuple(
            replace(track, muted=has_tune) if i == melody and track.notes else track
            for i, track in zip(names, own, strict=True)
        )
    return replace(
        score,
        tracks=(*own, *_in_order(new)),
        provenance=credited(score.provenance, take.model_id, take.seed),
        chords=with_locked(take.chords, score.chords) if take.chords else score.chords,
    )


def _parts_after(score: Score, take: Take, old: Mapping[tuple[str, str, int], Track]) -> list[Track]:
    """The take's parts dressed as before; each locked part in its place there, or after the others."""
    locked = [track for track in score.tracks if track.generated_by and track.locked]
    free = unlocked(score, take)
    parts: list[Track] = []
    for key, track in _ranked(score.with_tracks(*take.tracks)):
        if track in free:
            parts.append(_dressed(old.get(key), track))
        else:
            stays = [kept for kept in locked if _part_of(kept) == _part_of(track)]
            parts += stays
            locked = [kept for kept in locked if kept not in stays]
    return parts + locked


def belongs_to(score: Score, take: Take) -> bool:
    """Whether the score's generated parts are exactly this take's notes; locked parts do not count."""
    parts = [track for track in score.tracks if track.generated_by and not track.locked]
    own = unlocked(score, take)
    return (
        len(parts) == len(own)
        and (bool(parts) or not take.tracks)
        and all(
            part.notes == track.notes and part.generated_by == track.generated_by
            for part, track in zip(parts, own, strict=True)
        )
    )


def unlocked(score: Score, take: Take) -> tuple[Track, ...]:
    """The take's tracks for which the score has no locked part of a model."""
    locked = {_part_of(track) for track in score.tracks if track.generated_by and track.locked}
    return tuple(track for track in take.tracks if _part_of(track) not in locked)


def _part_of(track: Track) -> tuple[str, bool]:
    return track.role, track.is_drum


def _in_order(parts: list[Track]) -> list[Track]:
    return sorted(parts, key=lambda part: part.is_drum)


def _ranked(score: Score) -> list[tuple[tuple[str, str, int], Track]]:
    """Tracks with what makes them the same part in two takes: model, role, and rank among such."""
    seen: dict[tuple[str, str], int] = {}
    ranked = []
    for track in score.tracks:
        same = (track.generated_by, track.role)
        rank = seen.get(same, 0)
        seen[same] = rank + 1
        ranked.append(((*same, rank), track))
    return ranked


def _dressed(before: Track | None, track: Track) -> Track:
    if before is None:
        return track
    mix = {name: getattr(before, name) for name in MIX_FIELDS}
    return replace(track, name=before.name, program=before.program, bank=before.bank, **mix)
