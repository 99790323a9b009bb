"""The desktop studio: play a melody, hear a band, keep the result."""
