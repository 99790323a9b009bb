"""All that a run needs to go on bit for bit: tensors and plain data, nothing that runs code when read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from music_core.atomic import replacing

LAST, BEST = "last.ckpt", "best.ckpt"


class CheckpointError(ValueError):
    """The checkpoint cannot be used; one plain sentence."""


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write beside the target and replace it, so that a kill or a full disk leaves the older one whole."""
    try:
        with replacing(path) as fresh:
            torch.save(state, fresh)
    except (OSError, RuntimeError):  # torch's own writer meets a full disk with a RuntimeError
        raise CheckpointError(f"The checkpoint {path} could not be written; free some space on its disk.") from None


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Read tensors and plain data only (`weights_only`). Raises CheckpointError for anything else."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise CheckpointError(f"There is no checkpoint {path}; name the folder of a run that has one.") from None
    except Exception:  # torch raises many kinds; whatever it is, the file is of no use
        raise CheckpointError(f"The checkpoint {path} is damaged or was not written by Tutti.") from None
    if not isinstance(state, dict):
        raise CheckpointError(f"The checkpoint {path} was not written by Tutti.")
    return state
