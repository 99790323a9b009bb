"""The [model] table of the harmoniser. It needs no torch, so configs are read without it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HarmoniserSettings:
    """What the harmoniser can be told beyond the main settings; it writes chords, so its config names no tracks."""

    genres: tuple[str, ...] = (
        "pop",
    )  # those it tells apart, the first being the usual one; songs of others are left out
    weights: tuple[float, ...] = ()  # how much of what is drawn is of each genre; empty draws all genres alike
    also: tuple[str, ...] = ()  # further prepared corpora to learn from
    most_slots: int = 60_000  # about the most beats of a genre whose chords must be heard in the notes; 0 takes all
    width: int = 128  # of the network; twice the width is four times the work
    window: int = 128  # beats of a song that are seen at once
    dropout: float = 0.35  # share of the network that is left out in a step; higher learns less by heart
    wrong_keys: float = 0.2  # share of windows in a key that a key finder could take for theirs; higher is sturdier
    smoothing: float = 0.05  # share of belief that is kept for other chords than the written one
    weight_decay: float = 0.05  # pull of the weights to zero; higher learns less by heart and less at all
    ema_decay: float = 0.995  # of the exported weights' moving average; higher is smoother and lags more
    emission: float = 0.7  # how much the network counts when chords are chosen
    prior: float = 0.0  # how much of a chord's general frequency is taken out of what the network says
    moves: float = 0.4  # how much it counts which chord usually follows which
    rhythm: float = 0.5  # how much it counts how long chords usually last
    change: float = 1.0  # how much the network's sense of where chords change is added to that
    closing: float = 0.5  # how much it counts how phrases and pieces usually end
    free: tuple[float, ...] = ()  # nats that a genre's chord loses where it holds the melody; empty takes none
    again: float = 4.0  # nats for the same chords where the melody is the same again
    root: float = 0.5  # nats for the root in the bass
