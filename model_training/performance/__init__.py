"""What the recordings teach about playing: tables of loudness and timing for `music_core.performing`."""
