"""The harmoniser's network: gated convolutions that see ever farther, and attention over the whole melody.

Neighbours at growing distances are read as WaveNet does (van den Oord et al. 2016), to both sides; attention lets a
verse hear the other verses.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from music_core.harmony.slots import PLACE_SIZE, VIEWS
from music_core.harmony.vocabulary import STATES

PITCH_SIZE = 12 * len(VIEWS)
_REACHES = (1, 2, 4, 8, 16)
_ATTENDS_AFTER = (2, 4)
_HEADS = 4
_LENGTHS = slice(8, 16)  # of the places: one of them is 1 in every slot that is no padding


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a network: genres that it tells apart, width, and the share left out in training."""

    genres: int
    width: int
    dropout: float


class Neighbours(nn.Module):
    """Each slot with those `reach` before and after it, gated and added."""

    def __init__(self, width: int, reach: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.reach = reach
        self.gather = nn.Linear(3 * width, 2 * width)
        self.drop = nn.Dropout(dropout)
        self.give = nn.Linear(width, width)

    def forward(self, slots: Tensor) -> Tensor:
        """(batch, slots, width) to the same."""
        padded = F.pad(self.norm(slots), (0, 0, self.reach, self.reach))
        count = slots.shape[1]
        near = [padded[:, at : at + count] for at in (0, self.reach, 2 * self.reach)]
        value, gate = self.gather(torch.cat(near, dim=-1)).chunk(2, dim=-1)
        given: Tensor = slots + self.give(self.drop(F.silu(gate) * value))
        return given


class Attention(nn.Module):
    """Every slot looks at all that are no padding."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.ask = nn.Linear(width, 3 * width)
        self.drop = nn.Dropout(dropout)
        self.give = nn.Linear(width, width)

    def forward(self, slots: Tensor, real: Tensor) -> Tensor:
        """(batch, slots, width) to the same; `real` (batch, slots) is True outside padding."""
        batch, count, width = slots.shape
        parts = self.ask(self.norm(slots)).view(batch, count, 3, _HEADS, width // _HEADS)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        heard = F.scaled_dot_product_attention(query, key, value, attn_mask=real[:, None, None, :])
        given: Tensor = slots + self.give(self.drop(heard.transpose(1, 2).reshape(batch, count, width)))
        return given


class Harmoniser(nn.Module):
    """Logits of chords (batch, slots, STATES), of basses (batch, slots, 12) and of changes (batch, slots)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.read = nn.Linear(PITCH_SIZE + PLACE_SIZE + shape.genres, width)
        self.layers = nn.ModuleList(Neighbours(width, reach, shape.dropout) for reach in _REACHES)
        self.attention = nn.ModuleList(Attention(width, shape.dropout) for _ in _ATTENDS_AFTER)
        self.drop = nn.Dropout(shape.dropout)
        self.norm = nn.LayerNorm(width)
        self.chords = nn.Linear(width, STATES)
        self.basses = nn.Linear(width, 12)
        self.changes = nn.Linear(width, 1)

    def forward(self, pitches: Tensor, places: Tensor, genre: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """From (batch, slots, PITCH_SIZE), (batch, slots, PLACE_SIZE) and (batch, genres)."""
        real = places[..., _LENGTHS].sum(dim=-1) > 0
        wanted = genre[:, None].expand(-1, pitches.shape[1], -1)
        slots = self.drop(F.gelu(self.read(torch.cat([pitches, places, wanted], dim=-1))))
        attention = iter(self.attention)
        for number, layer in enumerate(self.layers):
            slots = layer(slots)
            if number in _ATTENDS_AFTER:
                slots = next(attention)(slots, real)
        slots = self.drop(self.norm(slots))
        return self.chords(slots), self.basses(slots), self.changes(slots).squeeze(-1)
