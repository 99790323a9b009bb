"""Choosing what to export, and dragging it out of the window."""
