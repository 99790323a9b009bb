"""The chorales that music21 ships, a few of them, read for real."""

from __future__ import annotations

import pytest

from model_training.data.chorales import Piece, chorale_paths, read_chorales, to_song
from model_training.data.song import notes_of
from music_core.theory import find_key, key_name

pytest.importorskip("music21")


@pytest.fixture(scope="module")
def pieces() -> dict[str, Piece]:
    chosen = tuple(path for path in chorale_paths() if path.stem in ("bwv269", "bwv66.6", "bwv846"))
    return {result.name: result for result in read_chorales(chosen) if isinstance(result, Piece)}


def test_there_are_some_four_hundred() -> None:
    assert len(chorale_paths()) > 380


def test_true_pitch_and_pickup(pieces: dict[str, Piece]) -> None:
    """BWV 269, "Aus meines Herzens Grunde": G major, 3/4 with a pickup, soprano G4 B4 as its first two pitches."""
    score = pieces["bwv269"].score
    assert [m.numerator for m in score.metres[:2]] == [1, 3]
    assert [n.pitch for n in score.tracks[0].notes[:3]] == [67, 67, 74]
    assert key_name(find_key(score.tracks[0].notes)) == "G major"


def test_voices_are_monophonic_and_in_order(pieces: dict[str, Piece]) -> None:
    for piece in pieces.values():
        assert [track.role for track in piece.score.tracks] == ["soprano", "alto", "tenor", "bass"]
        for track in piece.score.tracks:
            assert all(a.end_tick <= b.start_tick for a, b in zip(track.notes, track.notes[1:], strict=False))


def test_what_is_no_chorale_is_left_out(pieces: dict[str, Piece]) -> None:
    assert "bwv846" not in pieces and len(pieces) == 2


def test_a_piece_becomes_a_song_with_the_soprano_as_its_melody(pieces: dict[str, Piece]) -> None:
    piece = pieces["bwv66.6"]
    song = to_song(piece)
    assert [part.role for part in song.parts] == ["melody", "alto", "tenor", "bass"]
    assert [part.program for part in song.parts] == [52, 68, 60, 70]
    assert all(notes_of(part) == track.notes for part, track in zip(song.parts, piece.score.tracks, strict=True))
    assert (song.tonic, song.minor, song.tier, song.genre) == (6, True, "amber", "baroque")
    assert song.metres == piece.score.metres
