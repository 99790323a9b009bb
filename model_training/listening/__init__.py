"""A listening test to send to people: blind, in random order, equally loud, and what they said of it."""
