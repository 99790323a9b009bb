"""CARD.md as a model folder is born with it: what is known of the training, and where its maker's own words go."""

from __future__ import annotations

from music_core.manifest import Manifest

CARD = "CARD.md"

# The settings that a reader asks for first; the manifest has them all.
_TOLD = ("epochs", "learning_rate", "update_ratio", "batch_size", "seed")


def first_card(manifest: Manifest) -> str:
    """The card in Markdown, without figures: `tutti-train evaluate --record` adds those."""
    training = manifest.training
    config = training.get("config", {})
    tracks = ", ".join(part.name for part in manifest.parts)
    settings = ", ".join(f"{name} {config[name]}" for name in _TOLD if name in config)
    lines = [
        f"# {manifest.title}",
        manifest.description,
        "## What it is good for, and what not",
        "Nobody has written it here yet: in your own words, please, when you have listened to it.",
        "## How it was made",
        f"A network of the kind {manifest.technique}{f', which writes {tracks}' if tracks else ''}. "
        f"{training.get('songs', '?')} songs of “{training.get('corpus', '?')}” taught it "
        f"(licences: {', '.join(training.get('licences', ())) or 'unknown'}; "
        f"tier: {', '.join(training.get('tiers', ())) or 'unknown'}).",
        f"The run: {training.get('steps', '?')} steps ({settings}) on {training.get('machine', '?')}, torch "
        f"{training.get('torch', '?')}, code {training.get('code', '?')}. `history.json` holds its figures, `samples/` "
        "what it sounded like on the way.",
        f"Licence: {manifest.licence}.",
    ]
    return "\n\n".join(line for line in lines if line) + "\n"
