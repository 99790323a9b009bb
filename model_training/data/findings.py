"""What a musician should know of a corpus before training on it, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator

from model_training.data.health import Health
from model_training.data.song import ROLES

FEW_SONGS = 100  # fewer than this are learnt by heart before their style is
FEW_HELD_OUT = 5
# A role that fewer songs have than this is silence for most of training.
USUAL = 0.6


def findings(health: Health) -> tuple[str, ...]:
    """The sentences, the most pressing first; none where nothing is wrong."""
    return tuple(sentence for rule in _RULES for sentence in rule(health))


def usual_roles(health: Health) -> tuple[str, ...]:
    """Roles besides the melody that most songs have: what `tracks` in a recipe may well name."""
    songs = dict(health.counts["role"]) if health.entries else {}
    return tuple(r for r in ROLES if r != "melody" and songs.get(r, 0) >= USUAL * len(health.entries) > 0)


def _left_out(health: Health) -> Iterator[str]:
    files = len(health.entries) + health.left_out
    if health.refused and health.left_out > 0.5 * files:
        kind = health.refused[0]
        yield (
            f"{_share(health.left_out, files)} of the files were left out, {len(kind.files)} of them for one reason: "
            f"{kind.kind}."
        )


def _few(health: Health) -> Iterator[str]:
    songs = len(health.entries)
    if songs < FEW_SONGS:
        yield (
            f"{songs} songs are few: the network will know them by heart before it knows their style. Add songs, or "
            "train for fewer epochs and let the run stop early."
        )
    for split in health.splits[1:]:
        if split.tunes < FEW_HELD_OUT:
            tunes = _count(split.tunes, "tune")
            yield f"Only {tunes} in the {split.split} split: figures measured on so little say little."


def _guessed(health: Health) -> Iterator[str]:
    guessed = dict(health.counts.get("melody_by", ())).get("guessed", 0)
    if guessed >= 0.2 * len(health.entries) > 0:
        yield (
            f"In {_share(guessed, len(health.entries))} of the songs nobody marked the melody, and it was guessed from "
            "what the tracks play. Look at the pictures; where a guess is wrong, mark the track in a MANIFEST.csv."
        )


def _lopsided(health: Health) -> Iterator[str]:
    if health.entries:
        longest = max(health.entries, key=lambda entry: entry.bars)
        if longest.bars > 0.2 * health.bars and len(health.entries) > 1:
            share = _share(longest.bars, health.bars)
            yield f"One song, {longest.name}, is {share} of all bars; cut it or leave it out."


def _roles(health: Health) -> Iterator[str]:
    for role, songs in health.counts.get("role", ()):
        if songs < 0.1 * len(health.entries):
            few = _count(songs, "song")
            yield f"Only {few} with {role}: leave it out of `tracks`, or find more songs that have it."


def _resting(health: Health) -> Iterator[str]:
    for row in health.roles:
        if row.role == "melody" and row.empty > 0.3:
            yield (
                f"The melody rests in {100 * row.empty:.0f} % of the bars, and those teach nothing about following "
                "it. That is usual for a band that plays without a singer; otherwise another track may be the melody."
            )


def _metres(health: Health) -> Iterator[str]:
    other = sum(songs for metre, songs in health.counts.get("metre", ()) if metre != "4/4")
    if other > 0.2 * len(health.entries):
        yield (
            f"{_share(other, len(health.entries))} of the songs are not mainly in 4/4; recipes that learn from whole "
            "bars of 4/4 pass them over."
        )


def _licences(health: Health) -> Iterator[str]:
    tiers = dict(health.counts.get("tier", ()))
    unknown = tiers.get("unknown", 0)
    if unknown:
        yield (
            f"Nobody said under which licence {_count(unknown, 'song')} may be used. Train for yourself, and pass the "
            "model on only when you know."
        )
    for tier, what in (("amber", "may be learnt from but not passed on"), ("red", "are for your own use only")):
        if tiers.get(tier):
            yield f"The notes of {_count(tiers[tier], 'song')} are {tier}: they {what}."


_RULES = (_left_out, _few, _guessed, _lopsided, _resting, _roles, _metres, _licences)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / max(1, whole):.0f} %"


def _count(number: int, unit: str) -> str:
    return f"{number:,} {unit}{'s' if number != 1 else ''}"
