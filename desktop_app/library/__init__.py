"""Projects and sample melodies, kept safe on disk."""
