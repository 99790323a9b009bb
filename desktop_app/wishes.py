"""From what was asked for to what a model is shown, what it may write, and what becomes of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop_app.library.project import Wish
from desktop_app.note_edits.repitched import repitched
from desktop_app.parts import melody_index, own_score
from music_core.decoding.redo import ANEW, Redo
from music_core.score import ROLES, Note, Score, Track, bar_lines

FEWER_BARS = 32


def shown(score: Score, wish: Wish) -> Score:
    """What the model is shown: the melody, and what is to stay beside what it writes; of a band's bars those alone."""
    melody = melody_index(score)
    if wish.verb == "band":
        locked = [index for index, track in enumerate(score.tracks) if track.locked and index != melody]
        whole = score.with_tracks(*_of(score, melody, locked)) if locked else own_score(score)
        return whole if wish.bars is None else _up_to_bar(whole, wish.bars[1])
    parts = {track.role for track in score.tracks if track.generated_by}
    stay = [i for i, track in enumerate(score.tracks) if track.generated_by or track.role not in parts]
    return score.with_tracks(*_of(score, melody, stay))


def redo_of(score: Score, wish: Wish) -> Redo:
    """What of the score the model may write: never what is locked, and only a band brings parts that are not there.

    Its `roles` are empty where nothing is left.
    """
    melody = melody_index(score)
    others = [track for index, track in enumerate(score.tracks) if index != melody]
    if wish.verb == "band":
        kept = {track.role for track in others if track.locked}
    else:
        parts = [track for track in others if track.generated_by]
        kept = set(ROLES) - {track.role for track in parts} | {track.role for track in parts if track.locked}
    if wish == Wish() and not kept:
        return ANEW
    wanted = ROLES if wish.roles is None else wish.roles
    # A band for some bars is a band for a piece that ends there: nothing of one is there yet that would go on.
    bars = None if wish.verb == "band" else wish.bars
    return Redo(frozenset(role for role in wanted if role not in kept), bars, wish.share)


def bars_of(score: Score, wish: Wish) -> tuple[int, int]:
    """The bars that a wish is about, [first, end) from 0."""
    return wish.bars or (0, max(1, len(bar_lines(score.metres, score.end_tick)) - 1))


def for_fewer_bars(score: Score, wish: Wish) -> Wish | None:
    """The same for the first bars of it only; None where it is about no more than that."""
    first, end = bars_of(score, wish)
    return replace(wish, bars=(first, first + FEWER_BARS)) if end - first > FEWER_BARS else None


def rewritten(now: Score, written: Sequence[Track], wish: Wish, redo: Redo) -> tuple[Track, ...]:
    """A take's tracks: what was written of what was asked for, and beside it the score's own parts as they are."""
    answers = [track for track in written if track.generated_by and (redo.roles is None or track.role in redo.roles)]
    if wish.verb == "band":
        locked = (track for track in now.tracks if track.generated_by and track.locked)
        return tuple(sorted((*answers, *locked), key=lambda track: track.is_drum))
    tracks = []
    for track in now.tracks:
        if track.generated_by:
            answer = next((new for new in answers if _same(new, track)), None)
            tracks.append(track if answer is None else _taken_over(track, answer, wish))
            answers = [new for new in answers if new is not answer]
    return tuple(tracks)


def kept_material(score: Score, redo: Redo) -> object:
    """The notes of parts of which something stays: an answer that goes with other ones comes too late."""
    if redo == ANEW or (redo.bars is None and redo.share == 1):
        return None
    roles = redo.roles or frozenset()
    return tuple(track.notes for track in score.tracks if track.generated_by and track.role in roles)


def own_material(score: Score) -> object:
    """What parts are written for; the tempo and the mix are free to change meanwhile."""
    melody = melody_index(score)
    locked = tuple(change for change in score.chords if change.locked)
    return () if melody is None else (score.tracks[melody].notes, score.metres, score.keys, locked)


def _up_to_bar(score: Score, bar: int) -> Score:
    """The score as far as the line before a bar, counted from 0; what rings over the line ends there."""
    lines = bar_lines(score.metres, score.end_tick)
    if bar >= len(lines) - 1:
        return score
    end = lines[bar]

    def kept(note: Note) -> Note:
        return replace(note, duration_ticks=min(note.duration_ticks, end - note.start_tick))

    tracks = (replace(t, notes=tuple(kept(note) for note in t.notes if note.start_tick < end)) for t in score.tracks)
    chords = tuple(change for change in score.chords if change.tick < end)
    return replace(score.with_tracks(*tracks), chords=chords)


def _of(score: Score, melody: int | None, others: Sequence[int]) -> tuple[Track, ...]:
    return tuple(track for index, track in enumerate(score.tracks) if index == melody or index in others)


def _same(one: Track, other: Track) -> bool:
    return (one.role, one.is_drum) == (other.role, other.is_drum)


def _taken_over(track: Track, answer: Track, wish: Wish) -> Track:
    """The track with the answer's notes, or only with their pitches, by its model as far as they are new."""
    if answer.notes == track.notes:
        return track
    if wish.keeps_rhythm and not track.is_drum and track.notes:
        return replace(track, notes=repitched(track.notes, answer.notes), generated_by=answer.generated_by)
    return replace(track, notes=answer.notes, controls=answer.controls, generated_by=answer.generated_by)
