"""Masked infilling: parts are written by filling in what is unknown, given the melody, the chords and the rest."""
