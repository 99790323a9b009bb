"""MuseGAN's generator (Dong et al. 2018, the hybrid model): shared and private noise, constant and through time.

Every bar of every track is written from four noises: what all bars of all tracks share, what all tracks share in
this bar, what all bars of this track share, and what is this bar's and track's own; the second and the fourth pass a
temporal generator first. A shared trunk grows a bar from its shared noise (and from the given melody, encoded bar by
bar and joined at every level); a private column grows each track beside it from the track's own noise. The trunk never
hears a column and no column hears another, so a track's noise can move only that track.

Time grows before pitch, as in the paper, by transposed convolutions whose kernel is as long as their stride: bar,
beats, eighths, sixteenths, steps, then octaves, then semitones. Such a layer is one matrix product on (place,
channels), and is written so: on a processor that is several times faster than a convolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

BEATS = 4
OCTAVE = 12
_SLOPE = 0.2
# What one place becomes at each level on the way from a bar to sixteenths: 4 beats, 8 eighths, 16 sixteenths.
_GROWTH = (BEATS, 2, 2)
_SIXTEENTHS = 16


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes that fix the parameters: `steps` a bar (a multiple of 16), `pitches` (of 12), tracks that are written."""

    tracks: int = 4
    melody: bool = True  # whether a melody is given
    bars: int = 4
    steps: int = 48
    pitches: int = 84
    noise: int = 32
    width: int = 64

    def __post_init__(self) -> None:
        if self.steps % _SIXTEENTHS or self.pitches % OCTAVE:
            raise ValueError(
                f"MuseGAN needs 16, 32, 48 ... steps a bar and whole octaves of pitches, not {self.steps} steps and "
                f"{self.pitches} pitches; set steps_per_quarter to a multiple of 4 and pitches to a multiple of 12."
            )

    @property
    def octaves(self) -> int:
        """Octaves of the raster."""
        return self.pitches // OCTAVE


class Noise(NamedTuple):
    """The four noises: (batch, n), (batch, n, bars), (batch, tracks, n) and (batch, tracks, n, bars)."""

    shared: Tensor
    shared_bars: Tensor
    private: Tensor
    private_bars: Tensor


class TrackLinear(nn.Module):
    """One affine map for each track: (tracks, rows, inputs) to (tracks, rows, outputs); tracks never meet."""

    def __init__(self, tracks: int, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(tracks, inputs, outputs).uniform_(-1, 1) * (3 / inputs) ** 0.5)
        self.bias = nn.Parameter(torch.zeros(tracks, 1, outputs))

    def forward(self, x: Tensor) -> Tensor:
        """Each track's rows through its own matrix."""
        return torch.bmm(x, self.weight) + self.bias


class TemporalGenerator(nn.Module):
    """A path through the bars from each bar's fresh noise: bar b hears its own noise and that of the two bars before.

    Causal, so that what comes later never changes what was there. `groups` separate paths never meet.
    """

    def __init__(self, noise: int, groups: int) -> None:
        super().__init__()
        self.first = nn.Conv1d(groups * noise, groups * noise, 2, groups=groups)
        self.second = nn.Conv1d(groups * noise, groups * noise, 2, groups=groups)

    def forward(self, noise: Tensor) -> Tensor:
        """(batch, groups * noise, bars) to the same shape."""
        x = functional.leaky_relu(self.first(functional.pad(noise, (1, 0))), _SLOPE)
        path: Tensor = noise + self.second(functional.pad(x, (1, 0)))
        return path


class MelodyEncoder(nn.Module):
    """The given melody bar by bar, at every level of the trunk (the paper's conditional encoder)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        w, last = shape.width, shape.steps // _SIXTEENTHS
        self.shape = shape
        self.octave = nn.Linear(2 * OCTAVE, w // 4)
        self.levels = nn.ModuleList(
            _Layer(inputs, outputs)
            for inputs, outputs in (
                (shape.octaves * (w // 4), w), (last * w, w), (2 * w, w), (2 * w, w), (BEATS * w, 2 * w),
            )
        )  # fmt: skip
        self.neighbours = nn.Conv1d(2 * w, 2 * w, 3, padding=1)

    def forward(self, melody: Tensor) -> list[Tensor]:
        """`melody` (batch, 2, bars * steps, pitches) of sounding and struck to maps (batch * bars, places, channels).

        From the bar (one place, which hears its neighbours too) to its steps: 1, 4, 8, 16 and `steps` places.
        """
        s = self.shape
        x = melody.reshape(-1, 2, s.bars, s.steps, s.octaves, OCTAVE)
        x = x.permute(0, 2, 3, 4, 1, 5).flatten(4).flatten(0, 1)
        x = functional.leaky_relu(self.octave(x), _SLOPE).flatten(2)
        maps = []
        for level, places in zip(self.levels, (s.steps, _SIXTEENTHS, 8, BEATS, 1), strict=True):
            x = level(x.reshape(x.shape[0], places, -1))
            maps.append(x)
        across = x.reshape(-1, s.bars, x.shape[2]).transpose(1, 2)
        maps[-1] = x + self.neighbours(across).transpose(1, 2).reshape(x.shape)
        return maps[::-1]


class SharedTrunk(nn.Module):
    """A bar from what its tracks share: maps at beats, eighths, sixteenths and steps."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        w = shape.width
        self.sizes = (6 * w, 4 * w, 3 * w, 3 * w // 2)
        self.factors = (*_GROWTH, shape.steps // _SIXTEENTHS)
        told = (2 * w, w, w, w) if shape.melody else (0, 0, 0, 0)
        inputs = (2 * shape.noise, *self.sizes[:-1])
        self.layers = nn.ModuleList(
            _Grow(a + m, b, factor) for a, m, b, factor in zip(inputs, told, self.sizes, self.factors, strict=True)
        )

    def forward(self, shared: Tensor, melody: Sequence[Tensor]) -> list[Tensor]:
        """`shared` (rows, 2 * noise), `melody` the encoder's maps or nothing; maps (rows, places, channels)."""
        x = shared.unsqueeze(1)
        maps = []
        for level, layer in enumerate(self.layers):
            x = layer(torch.cat([x, melody[level]], 2) if melody else x)
            maps.append(x)
        return maps


class PrivateColumns(nn.Module):
    """Every track from its own noise, reading the shared trunk at each level; then octaves, then semitones."""

    def __init__(self, shape: Shape, trunk: SharedTrunk) -> None:
        super().__init__()
        w, t = shape.width, shape.tracks
        self.shape, self.factors = shape, trunk.factors
        fine = w // 2
        sizes = (3 * w // 2, 3 * w // 2, 3 * w // 2, w)
        outputs = [size * factor for size, factor in zip(sizes, self.factors, strict=True)]
        outputs.append(fine * shape.octaves)
        told = w if shape.melody else 0
        heard = (2 * shape.noise + (2 * told), *(size + told for size in trunk.sizes))
        own = (2 * shape.noise, *sizes)
        self.own = nn.ModuleList(TrackLinear(t, a, b) for a, b in zip(own, outputs, strict=True))
        self.heard = nn.ModuleList(nn.Linear(a, t * b, bias=False) for a, b in zip(heard, outputs, strict=True))
        self.semitones = TrackLinear(t, fine, 2 * OCTAVE)
        self.bias = nn.Parameter(torch.zeros(2, t, 1, shape.pitches))

    def forward(self, private: Tensor, shared: Tensor, maps: Sequence[Tensor], melody: Sequence[Tensor]) -> Tensor:
        """`private` (tracks, rows, 2 * noise), the trunk's input and maps; logits (2, tracks, rows, steps, pitches)."""
        x, rows, places = private, private.shape[1], 1
        for level, (own, heard) in enumerate(zip(self.own, self.heard, strict=True)):
            told = shared.unsqueeze(1) if level == 0 else maps[level - 1]
            told = torch.cat([told, melody[level]], 2) if melody else told
            reading = heard(told).reshape(rows * places, self.shape.tracks, -1).transpose(0, 1)
            x = own(x) + reading
            if level < len(self.factors):
                places *= self.factors[level]
                x = x.reshape(self.shape.tracks, rows * places, -1)
                x = functional.layer_norm(x, x.shape[-1:])
            x = functional.leaky_relu(x, _SLOPE)
        cells = self.semitones(x.reshape(self.shape.tracks, rows * places * self.shape.octaves, -1))
        cells = cells.reshape(self.shape.tracks, rows, places, self.shape.octaves, 2, OCTAVE)
        logits: Tensor = cells.permute(4, 0, 1, 2, 3, 5).flatten(4) + self.bias.unsqueeze(2)
        return logits


class Generator(nn.Module):
    """Noise, and the melody where one is given, to the logits of sounding and of being struck anew in every cell."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.melody = MelodyEncoder(shape) if shape.melody else None
        self.shared_path = TemporalGenerator(shape.noise, 1)
        self.private_path = TemporalGenerator(shape.noise, shape.tracks)
        self.trunk = SharedTrunk(shape)
        self.columns = PrivateColumns(shape, self.trunk)

    @torch.no_grad()
    def expect(self, rolls: Tensor) -> None:
        """Start from how often each pitch of each track sounds, (phrases, tracks, steps, pitches) with 0 for off."""
        often = (rolls > 0).float().mean((0, 2)).clamp(1e-5, 0.5)
        self.columns.bias[0] = torch.logit(often).unsqueeze(1)

    def forward(
        self, shared: Tensor, shared_bars: Tensor, private: Tensor, private_bars: Tensor, melody: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Noise as in `Noise`, melody (batch, 2, bars * steps, pitches); two of (batch, tracks, bars * steps, pitches).

        The second answer counts only where the first says that the cell sounds.
        """
        told = [] if self.melody is None or melody is None else self.melody(melody)
        return self.write(Noise(shared, shared_bars, private, private_bars), told)

    def write(self, noise: Noise, told: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """`forward` for a melody that is encoded already."""
        s = self.shape
        path = self.shared_path(noise.shared_bars).transpose(1, 2)
        shared = torch.cat([noise.shared.unsqueeze(1).expand(-1, s.bars, -1), path], 2).flatten(0, 1)
        own = self.private_path(noise.private_bars.flatten(1, 2)).reshape(noise.private_bars.shape)
        own = torch.cat([noise.private.unsqueeze(3).expand(-1, -1, -1, s.bars), own], 2)
        private = own.permute(1, 0, 3, 2).flatten(1, 2)
        logits = self.columns(private, shared, self.trunk(shared, told), told)
        logits = logits.reshape(2, s.tracks, -1, s.bars * s.steps, s.pitches).transpose(1, 2)
        return logits[0], logits[1]


class _Layer(nn.Module):
    """An affine map of every place, normalised over its channels."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)
        self.norm = nn.LayerNorm(outputs)

    def forward(self, x: Tensor) -> Tensor:
        return functional.leaky_relu(self.norm(self.linear(x)), _SLOPE)


class _Grow(nn.Module):
    """A transposed convolution whose kernel is its stride: every place becomes `factor` places."""

    def __init__(self, inputs: int, outputs: int, factor: int) -> None:
        super().__init__()
        self.factor = factor
        self.linear = nn.Linear(inputs, outputs * factor)
        self.norm = nn.LayerNorm(outputs)

    def forward(self, x: Tensor) -> Tensor:
        x = self.linear(x).reshape(x.shape[0], x.shape[1] * self.factor, -1)
        return functional.leaky_relu(self.norm(x), _SLOPE)
