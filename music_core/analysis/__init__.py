"""What a melody tells of itself: its beats, its key and mode, its phrases."""
