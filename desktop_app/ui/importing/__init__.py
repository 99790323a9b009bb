"""What the window shows of a file that was imported."""
