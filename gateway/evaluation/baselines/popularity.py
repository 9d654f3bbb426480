"""Popularity: what most visits of the past saw, the same for everybody."""

from collections.abc import Sequence

import numpy as np

from gateway.evaluation.baselines.contender import best
from gateway.evaluation.question import Question


class Popularity:
    """Rows by the number of groups they are in."""

    def __init__(self, product: np.ndarray[tuple[int], np.dtype[np.int64]], products: int) -> None:
        counts = np.bincount(product, minlength=products).astype(np.float64)
        self._ranked = best(np.arange(products), counts, products)

    def answer(self, question: Question, count: int) -> Sequence[int]:
        """The head of the ranking, further down by as much as is known of it already."""
        del question
        return self._ranked[:count]
