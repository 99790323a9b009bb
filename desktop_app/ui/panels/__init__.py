"""The regions of the window: transport, library, tracks, generate, piano, notices."""
