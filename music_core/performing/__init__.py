"""How written parts are played: loudness, timing, pedal, endings, balance; pure functions from a Score to a Score."""
