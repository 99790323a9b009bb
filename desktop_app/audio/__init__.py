"""Sound: synths, the scheduler and the player."""
