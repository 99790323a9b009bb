"""The library at the left: what there is to play, to open and to compose with."""
