"""A network in an ONNX file, run by onnxruntime on one thread of the CPU."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime

from music_core.decoding.predictor import FloatArray
from music_core.manifest import ManifestError

# What onnxruntime says where it gets no memory; it has no class for it.
_NO_MEMORY = ("Failed to allocate memory", "bad allocation", "bad_alloc")


class OnnxPredictor:
    """A `Predictor` for one graph. One intra-op thread: sound and window keep the rest, and runs repeat exactly."""

    def __init__(self, graph: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 3
        if not graph.is_file():
            raise ManifestError(f"The network {graph.name} is missing; install the model again.")
        try:
            self._session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's exceptions share no public base class
            raise ManifestError(
                f"The network {graph.name} cannot be loaded ({_first_line(error)}); install the model again."
            ) from None
        self._inputs = tuple(tensor.name for tensor in self._session.get_inputs())
        self._outputs = tuple(tensor.name for tensor in self._session.get_outputs())

    @property
    def input_names(self) -> tuple[str, ...]:
        """Names of the graph's inputs, in its order."""
        return self._inputs

    @property
    def output_names(self) -> tuple[str, ...]:
        """Names of the graph's outputs, in its order."""
        return self._outputs

    def run(self, inputs: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        """One forward pass; raises ManifestError when the arrays are not what the graph takes, or MemoryError."""
        arrays = {name: np.ascontiguousarray(array) for name, array in inputs.items()}
        try:
            outputs = self._session.run(self._outputs, arrays)
        except Exception as error:
            if any(word in str(error) for word in _NO_MEMORY):
                raise MemoryError from None
            raise ManifestError(f"The network could not run on this music ({_first_line(error)}).") from None
        return dict(zip(self._outputs, outputs, strict=True))


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else type(error).__name__
