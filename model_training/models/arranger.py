"""The arranger's network: a bidirectional encoder over quarter notes that fills in what is masked.

Slots (sixteenths) are embedded alike, four of them make a token, and the encoder sees tokens; the heads see the
encoder's answer beside the slot's own embedding. Pitches are answered twice, absolutely and in steps above the chord's
root, and the two are added; where it is shown the notes beside each note, so is what it thinks of the interval to each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from music_core.decoding.arranger.context import TOKEN
from music_core.decoding.arranger.features import RELATIVE, WISHES, slot_width, token_width
from music_core.decoding.arranger.lanes import COUNTS, DRUM_LANES, LENGTHS, LEVELS, PITCHES, RANKS
from music_core.decoding.arranger.neighbours import SIDES, WIDTH

_FARTHEST = 64  # tokens; all that lie farther apart share one bias
_QUICK = 10.0  # how many times faster than other weights intervals are learned: they are few, and seen in every note


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network."""

    parts: int
    drums: bool
    genres: int
    wishes: int = WISHES
    lines: bool = False
    intervals: bool = False
    width: int = 256
    slot: int = 128
    layers: int = 6
    heads: int = 8
    dropout: float = 0.1


class Block(nn.Module):
    """Attention with a learned bias for each distance, then a feed-forward layer; both behind a norm."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self._heads = shape.heads
        self.attention_norm = nn.LayerNorm(shape.width)
        self.questions = nn.Linear(shape.width, 3 * shape.width)
        self.answers = nn.Linear(shape.width, shape.width)
        self.distances = nn.Parameter(torch.zeros(shape.heads, 2 * _FARTHEST + 1))
        self.forward_norm = nn.LayerNorm(shape.width)
        self.widen = nn.Linear(shape.width, 4 * shape.width)
        self.narrow = nn.Linear(4 * shape.width, shape.width)
        self.dropout = nn.Dropout(shape.dropout)

    def forward(self, x: Tensor, apart: Tensor) -> Tensor:
        batch, tokens, width = x.shape
        split = (batch, tokens, 3, self._heads, width // self._heads)
        q, k, v = self.questions(self.attention_norm(x)).view(split).permute(2, 0, 3, 1, 4)
        bias = self.distances[:, apart].unsqueeze(0).to(q.dtype)
        scores = q @ k.transpose(-1, -2) * (width // self._heads) ** -0.5 + bias
        mixed = torch.softmax(scores, dim=-1) @ v
        x = x + self.dropout(self.answers(mixed.transpose(1, 2).reshape(batch, tokens, width)))
        forward: Tensor = self.dropout(self.narrow(F.gelu(self.widen(self.forward_norm(x)))))
        return x + forward


class Intervals(nn.Module):
    """How likely each pitch is by its interval to the note before and to the one after, for each part."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self._sides = shape.parts * SIDES
        self.nats = nn.Parameter(torch.zeros(self._sides, 2 * PITCHES - 1))
        self.say = nn.Linear(2 * shape.slot, self._sides)  # how much that counts here
        nn.init.zeros_(self.say.weight)
        nn.init.ones_(self.say.bias)

    def forward(self, seen: Tensor, h: Tensor) -> Tensor:
        """Nats (B, T, parts, 72) by the heights of neighbours (B, T, parts, 2), 0 where unknown, and what is known."""
        batch, slots, parts, _ = seen.shape
        pitch = torch.arange(PITCHES, device=h.device)
        rows = self.nats[:, pitch[None, :] - pitch[:, None] + PITCHES - 1] * _QUICK  # by neighbour, by pitch
        rows = F.pad(rows, (0, 0, 1, 0)).flatten(0, 1)  # the first of each is for an unknown neighbour
        known = (seen.flatten(2) * PITCHES).round().long().clamp(0, PITCHES)
        index = known + (PITCHES + 1) * torch.arange(self._sides, device=h.device)
        nats: Tensor = (F.embedding(index, rows) * self.say(h).unsqueeze(-1)).view(batch, slots, parts, SIDES, PITCHES)
        return nats.sum(dim=-2)


class Arranger(nn.Module):
    """Logits of counts, pitches, lengths and drum hits for every slot.

    Inputs: slots float (B, N, 4, slot_width), tokens float (B, N, token_width), root float (B, N * 4).
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        slots = slot_width(shape.parts, shape.drums, shape.lines)
        self.slot = nn.Sequential(nn.Linear(slots, shape.slot), nn.GELU())
        self.join = nn.Linear(TOKEN * shape.slot, shape.width)
        self.token = nn.Linear(token_width(shape.parts, shape.genres, shape.wishes), shape.width)
        self.dropout = nn.Dropout(shape.dropout)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(shape.width)
        self.part = nn.Linear(shape.width, TOKEN * shape.slot)
        self.hidden = nn.Linear(2 * shape.slot, 2 * shape.slot)
        self.counts = nn.Linear(2 * shape.slot, shape.parts * COUNTS)
        self.pitches = nn.Linear(2 * shape.slot, shape.parts * PITCHES)
        self.relative = nn.Linear(2 * shape.slot, shape.parts * RELATIVE)
        self.intervals = Intervals(shape) if shape.intervals else None
        self.lengths = nn.Linear(2 * shape.slot, shape.parts * RANKS * len(LENGTHS))
        self.hits = nn.Linear(2 * shape.slot, DRUM_LANES * LEVELS) if shape.drums else None

    def begin_with(self, learned: Mapping[str, Tensor]) -> None:
        """Take over what another network learned, which may have seen less of a slot; ValueError for another shape."""
        own, eyes = self.state_dict(), "slot.0.weight"
        if eyes in learned and learned[eyes].shape[0] == own[eyes].shape[0]:
            # New features come last, and begin without a say.
            unseen = own[eyes].shape[1] - learned[eyes].shape[1]
            learned = {**learned, eyes: F.pad(learned[eyes], (0, max(0, unseen)))}
        fresh = {name: value for name, value in own.items() if name.startswith("intervals.")}
        learned = {**fresh, **learned}
        try:
            self.load_state_dict(dict(learned))
        except RuntimeError:
            raise ValueError("The network to begin with has other sizes; copy its run's [model] settings.") from None

    def forward(self, slots: Tensor, tokens: Tensor, root: Tensor) -> tuple[Tensor, ...]:
        """Counts (B, parts, T, 7), pitches (B, parts, T, 72), lengths (B, parts, T, 3, 16), hits (B, T, 9, 5)."""
        batch, count = tokens.shape[:2]
        shape = self.shape
        slot = self.slot(slots)
        x = self.dropout(self.join(slot.flatten(2)) + self.token(tokens))
        place = torch.arange(count, device=tokens.device)
        apart = (place[None, :] - place[:, None]).clamp(-_FARTHEST, _FARTHEST) + _FARTHEST
        for block in self.blocks:
            x = block(x, apart)
        told = self.part(self.norm(x)).view(batch, count, TOKEN, shape.slot)
        h = F.gelu(self.hidden(torch.cat((slot, told), dim=-1))).view(batch, count * TOKEN, 2 * shape.slot)

        def by_part(head: nn.Linear, *sizes: int) -> Tensor:
            answer: Tensor = head(h).view(batch, count * TOKEN, shape.parts, *sizes).transpose(1, 2)
            return answer

        steps = torch.arange(PITCHES, device=root.device) + (RELATIVE - PITCHES)
        index = (steps - root.long().unsqueeze(-1)).unsqueeze(1).expand(-1, shape.parts, -1, -1)
        pitches = by_part(self.pitches, PITCHES) + by_part(self.relative, RELATIVE).gather(-1, index)
        if self.intervals is not None:
            said = slots[..., -shape.parts * WIDTH :].reshape(batch, count * TOKEN, shape.parts, SIDES, WIDTH // SIDES)
            pitches = pitches + self.intervals(said[..., -1], h).transpose(1, 2)
        answers = (by_part(self.counts, COUNTS), pitches, by_part(self.lengths, RANKS, len(LENGTHS)))
        if self.hits is None:
            return answers
        return *answers, self.hits(h).view(batch, count * TOKEN, DRUM_LANES, LEVELS)
