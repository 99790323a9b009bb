"""The Mixer tab: a strip a track, with fader, pan, sends, mute, solo and meter, and the master."""
