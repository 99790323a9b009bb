"""What the writer and the critic are trained to make small."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional

from model_training.models.unet_gan import Answer


@dataclass(frozen=True, slots=True)
class Targets:
    """The real parts of a batch as tensors: see data/windows.Batch."""

    rows: Tensor
    onsets: Tensor
    hits: Tensor
    inside: Tensor
    asked: Tensor  # weight of each voice (batch, voices): 0 where it was given
    asked_drums: Tensor  # weight of the drums (batch,)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The variational bound in nats a cell of 16 steps: pitch, onset and drum errors, and the noise's divergence."""

    pitch: Tensor
    onset: Tensor
    drums: Tensor
    divergence: Tensor


def evidence(answer: Answer, real: Targets, mean: Tensor, log_variance: Tensor) -> Evidence:
    """Negative log-likelihood of the real parts and KL(q || N(0, 1)), averaged over cells (Kingma and Welling 2014).

    Steps outside the piece and parts that were given do not count; an onset counts only where the voice sounds.
    """
    cells = mean.shape[0] * mean.shape[2]
    mask = real.inside[:, None] * real.asked[:, :, None]
    logits = answer.pitch
    pitch = functional.cross_entropy(logits.flatten(0, 2), real.rows.flatten(), reduction="none").view(real.rows.shape)
    rest = logits.shape[-1] - 1
    onset = functional.binary_cross_entropy_with_logits(answer.onset, real.onsets, reduction="none")
    divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum()
    drums = mean.new_zeros(())
    if answer.drums is not None:
        errors = functional.binary_cross_entropy_with_logits(answer.drums, real.hits, reduction="none")
        drums = (errors * real.inside[:, None] * real.asked_drums[:, None, None]).sum() / cells
    struck = (onset * mask * (real.rows != rest)).sum() / cells
    return Evidence((pitch * mask).sum() / cells, struck, drums, divergence / cells)
