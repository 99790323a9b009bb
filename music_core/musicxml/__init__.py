"""Reading MusicXML: hostile until checked, and read as far as it goes. Writing it is `adapters.musicxml`'s work."""
