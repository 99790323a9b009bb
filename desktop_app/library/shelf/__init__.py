"""What the studio has at hand: sample melodies, pieces, takes and models, listed and searched."""
