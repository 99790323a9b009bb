"""Edits of a track's notes by hand, as pure functions: old notes and a selection give new ones."""
