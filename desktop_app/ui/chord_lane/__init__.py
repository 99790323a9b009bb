"""The chord lane above the tracks: symbols at their bars, typed, moved and removed by hand."""
