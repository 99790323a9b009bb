"""The piano roll: pure coordinates, drawing of notes, gestures, and the views that use them."""
