"""Accompaniments made by rule from a melody and its chords: what learned ones are measured against.

All of them are pure functions of a score (its first track with the role melody, its chord lane), a genre and a seed,
and return the melody, untouched, with their parts under it. The same arguments give the same notes. Where the lane
says "no chord", or nothing yet, they rest.
"""

from music_core.rules.band import RULE_GENRES, rule_band
from music_core.rules.plain import block_chords, in_key_random

__all__ = ["RULE_GENRES", "block_chords", "in_key_random", "rule_band"]
