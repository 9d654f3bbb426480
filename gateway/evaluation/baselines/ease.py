"""EASE: every product's best linear guess from all others, in closed form; for catalogs whose square fits the memory.

Steck, "Embarrassingly Shallow Autoencoders for Sparse Data" (WWW 2019): B = I − P·diag(1/diag P), P = (XᵀX + λI)⁻¹.
"""

from collections.abc import Sequence

import numpy as np
import scipy.linalg
import scipy.sparse as sp
from numpy.typing import NDArray

from gateway.evaluation.baselines.contender import best
from gateway.evaluation.question import Question

LARGEST = 6_000  # products: 300 MB and half a minute


class Ease:
    """Learnt from orders; `strength` is λ."""

    def __init__(self, basket: NDArray[np.int64], product: NDArray[np.int64], strength: float) -> None:
        self._known = np.unique(product)
        column = np.searchsorted(self._known, product)
        bought = sp.csr_array((np.ones(len(basket)), (basket, column)))
        gram = (bought.T @ bought).toarray()
        gram[np.diag_indices_from(gram)] += strength
        inverse = scipy.linalg.inv(gram, overwrite_a=True, check_finite=False)
        self._guess = inverse / -np.diag(inverse)
        np.fill_diagonal(self._guess, 0)

    def answer(self, question: Question, count: int) -> Sequence[int]:
        """What the seeds together make likeliest."""
        places = np.searchsorted(self._known, sorted(question.known))
        rows = [
            place
            for place, row in zip(places, sorted(question.known), strict=True)
            if place < len(self._known) and self._known[place] == row
        ]
        if not rows:
            return []
        scores = self._guess[rows].sum(axis=0)
        scores[rows] = 0
        return best(self._known, scores, count)
