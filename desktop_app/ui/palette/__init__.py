"""The command palette: every command, melody and take, found by a few of its letters."""
