"""The language both wings of Tutti speak: scores, performances, rolls, models' metadata."""
