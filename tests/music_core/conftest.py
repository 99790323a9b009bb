"""How hard Hypothesis looks in the quick suite; a machine that trains a network meanwhile must not fail a deadline."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("quick", max_examples=12, deadline=None)
settings.load_profile("quick")
