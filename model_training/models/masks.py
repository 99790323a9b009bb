"""Which parts of a training window are given to the writer and which it is asked for."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from music_core.decoding.given import writing_order
from music_core.manifest import PartSpec


@dataclass(frozen=True, slots=True)
class Masks:
    """Given or not, per window: bool (batch, parts); and the weights of the voices and drums that are asked for.

    `loose` (batch, 1, 1) marks windows whose noise says nothing of the real setting: half of those with a given part.
    """

    given: Tensor
    asked: Tensor
    asked_drums: Tensor
    loose: Tensor


def draw_masks(parts: tuple[PartSpec, ...], size: int, draws: Tensor) -> Masks:
    """From uniform `draws` (batch, parts + 3) in 0..1: half the windows give the first parts in the order of writing,
    half any parts; at least one is always asked for. A window with few asked parts weighs each of them more.
    """
    count = len(parts)
    ordered = draws[:, 0] < 0.5
    how_many = (draws[:, 1] * count).long().clamp(max=count - 1)
    loose = (draws[:, 2] < 0.5) & (how_many > 0)
    rank = draws[:, 3:].argsort(1).argsort(1)
    order = torch.empty(count, dtype=torch.long, device=draws.device)
    for turn, part in enumerate(writing_order(parts)):
        order[part] = turn
    place = torch.where(ordered[:, None], order.expand(size, -1), rank)
    given = place < how_many[:, None]
    weight = (~given).float() * (count / (count - how_many).float())[:, None]
    voices = [weight[:, i : i + 1].expand(-1, p.voices) for i, p in enumerate(parts) if not p.is_drum]
    drums = next((weight[:, i] for i, p in enumerate(parts) if p.is_drum), weight.new_zeros(size))
    return Masks(given, torch.cat(voices, 1), drums, loose[:, None, None])


def part_of_planes(parts: tuple[PartSpec, ...], lanes: int) -> list[int]:
    """For each plane of the rolls (sounding, struck, drum lanes) the part that it belongs to."""
    voices = [i for i, part in enumerate(parts) if not part.is_drum for _ in range(part.voices)]
    drums = next((i for i, part in enumerate(parts) if part.is_drum), 0)
    return [*voices, *voices, *[drums] * lanes]


def given_planes(rolls: Tensor, masks: Masks, planes: list[int]) -> Tensor:
    """The given parts' rolls and a plane of ones for each given part, as in decoding/given.py."""
    known = masks.given.float()
    shown = rolls * known[:, planes][:, :, None, None]
    flags = known[:, :, None, None].expand(-1, -1, *rolls.shape[2:])
    return torch.cat([shown, flags], 1)
