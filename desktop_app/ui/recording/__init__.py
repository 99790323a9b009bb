"""The window's part in recording: the bar of passes, the ways to record, step input."""
