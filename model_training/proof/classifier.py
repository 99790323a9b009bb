"""Whether a logistic regression can tell two kinds of music apart, by songs that it did not learn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from model_training.proof.measured import FloatArray, IntArray, Rows

L2 = 1e-3
CLIP = 5.0
FOLDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """A fitted regression, with the means and deviations that its features are standardised by."""

    mean: FloatArray
    deviation: FloatArray
    model: Any

    def predicted(self, values: FloatArray) -> NDArray[Any]:
        """The most likely kind of each row (rows, features)."""
        kinds: NDArray[Any] = self.model.predict(_expanded(values, self.mean, self.deviation))
        return kinds

    def probabilities(self, values: FloatArray) -> FloatArray:
        """The probability of each kind, in the order of `model.classes_`, float64 (rows, kinds)."""
        shares: FloatArray = self.model.predict_proba(_expanded(values, self.mean, self.deviation))
        return shares


def fitted(values: FloatArray, kinds: NDArray[Any]) -> Classifier:
    """Logistic regression (L2 1e-3 a row, not on the intercept) on standardised features and squares, clipped at +-5.

    A feature that is nan, for want of chords or drums, counts as the mean of those that have it.
    """
    known = np.maximum((~np.isnan(values)).sum(axis=0), 1)
    mean = np.nansum(values, axis=0) / known
    deviation = np.sqrt(np.nansum((values - mean) ** 2, axis=0) / known)
    deviation = np.where(deviation > 0, deviation, 1.0)
    # scikit-learn weighs the sum of losses against half the squared norm: C = 1 / (rows x L2).
    model = LogisticRegression(C=1.0 / (L2 * len(values)), max_iter=2000)
    with threadpool_limits(1):  # on products this small threads only wait for each other
        return Classifier(mean, deviation, model.fit(_expanded(values, mean, deviation), kinds))


def told_apart(one: Rows, other: Rows, *, seed: int = 0, folds: int = FOLDS) -> float:
    """How often rows of two kinds are told apart, 0..1, both kinds counting alike; five folds, whole songs only.

    0.5 is chance. Songs of both kinds with the same number are in the same fold. nan where there are too few songs.
    """
    return balanced(*recognised(*joined(one, other), seed=seed, folds=folds))


def joined(one: Rows, other: Rows) -> tuple[FloatArray, IntArray, IntArray]:
    """Features, kinds (0 and 1) and songs of two sets of rows, one after the other."""
    kinds = np.repeat([0, 1], [len(one.values), len(other.values)]).astype(np.int64)
    return np.concatenate([one.values, other.values]), kinds, np.concatenate([one.songs, other.songs])


def recognised(
    values: FloatArray, kinds: NDArray[Any], songs: IntArray, *, seed: int = 0, folds: int = FOLDS
) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """Whether each row was recognised (1 or 0) by a classifier that saw other songs only, nan where there was none.

    With the kinds, as `balanced` takes them.
    """
    numbers = np.random.default_rng(seed).permutation(np.unique(songs))
    right = np.full(len(values), np.nan)
    for fold in range(folds if len(numbers) >= folds else 0):
        held = np.isin(songs, numbers[fold::folds])
        if len(np.unique(kinds[~held])) > 1:
            right[held] = fitted(values[~held], kinds[~held]).predicted(values[held]) == kinds[held]
    return right, kinds


def balanced(right: NDArray[np.float64], kinds: NDArray[Any]) -> float:
    """The mean over kinds of the share of rows that were recognised, 0..1; nan where no row was tested."""
    tested = ~np.isnan(right)
    shares = [float(right[tested & (kinds == kind)].mean()) for kind in np.unique(kinds[tested])]
    return float(np.mean(shares)) if shares else float("nan")


def _expanded(values: FloatArray, mean: FloatArray, deviation: FloatArray) -> FloatArray:
    z = np.clip(np.where(np.isnan(values), 0.0, (values - mean) / deviation), -CLIP, CLIP)
    return np.concatenate([z, np.clip(z**2 - 1.0, -CLIP, CLIP)], axis=1)
