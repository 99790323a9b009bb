"""Chords: what they are, how people write them, and the lane of them that a score carries."""
