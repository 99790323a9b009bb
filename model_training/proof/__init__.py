"""Proof: what an arranger reaches on songs that it has never seen, beside people, rules, retrieval and chance."""
