"""Files that leave the studio: MIDI and audio."""
