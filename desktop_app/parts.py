"""Which tracks are the user's and which a model wrote, and how takes replace one another in a score."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.generation.composer import credited
from desktop_app.library.project import Take
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

    Instruments and names that the user gave to a model's parts stay. Other tracks of the user's that would
    sound against the new parts are muted the first time. The melody is muted where the take has one of its own, and
    comes back with a take that has none. Where the take has chords, they come with it, under the user's locked ones.
    """
    old = {key: track for key, track in _ranked(score) if track.generated_by}
    new = [_dressed(old.get(key), track) for key, track in _ranked(score.with_tracks(*take.tracks))]
    own = own_score(score).tracks
    melody = melody_index(score)
    names = [i for i, track in enumerate(score.tracks) if not track.generated_by]
    if not old:
        own = tuple(
            track if i == melody or track.muted or not track.notes else replace(track, muted=True)
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
        tracks=(*own, *new),
        provenance=credited(score.provenance, take.model_id, take.seed),
        chords=with_locked(take.chords, score.chords) if take.chords else score.chords,
    )


def belongs_to(score: Score, take: Take) -> bool:
    """Whether the score's generated parts are exactly this take's notes."""
    parts = [track for track in score.tracks if track.generated_by]
    return len(parts) == len(take.tracks) and all(
        part.notes == track.notes and part.generated_by == track.generated_by
        for part, track in zip(parts, take.tracks, strict=True)
    )


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
    return replace(track, name=before.name, program=before.program, bank=before.bank)
