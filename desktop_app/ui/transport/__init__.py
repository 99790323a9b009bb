"""The parts of the transport along the top: tempo, meters, what the sound costs, and the Sound check page."""
