"""Whoever answers questions, ours or a baseline."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gateway.evaluation.question import Question

Scores = NDArray[np.float64]


class Contender(Protocol):
    """Answers with rows, best first; what is known already may be among them, and is taken out by whoever asks."""

    def answer(self, question: Question, count: int) -> Sequence[int]:
        """Up to `count` rows; none where it has nothing to say."""
        ...


def best(rows: NDArray[np.int64], scores: Scores, count: int) -> list[int]:
    """The `count` rows of the highest scores above 0, of equals the lower row first."""
    kept = np.flatnonzero(scores > 0)
    if len(kept) > count:
        bound = np.partition(scores[kept], len(kept) - count)[len(kept) - count]
        kept = kept[scores[kept] >= bound]
    order = np.lexsort((rows[kept], -scores[kept]))[:count]
    return [int(row) for row in rows[kept][order]]
