"""Keyboard shortcuts: which keys do what, changing them, and the sheet to read them from."""
