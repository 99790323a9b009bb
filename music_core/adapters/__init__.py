"""The only homes of heavy optional libraries that both wings need; imported only when used."""

from __future__ import annotations

from pathlib import Path

from music_core.decoding.predictor import Predictor


def open_onnx(graph: Path) -> Predictor:
    """The network in an ONNX file; onnxruntime is imported only now, so a program that opens none starts faster."""
    from music_core.adapters.onnx_predictor import OnnxPredictor

    return OnnxPredictor(graph)
