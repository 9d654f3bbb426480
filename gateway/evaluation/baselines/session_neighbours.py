"""VS-kNN: visits of the past that are like this one vote for what else was in them.

Ludewig and Jannach, "Evaluation of session-based recommendation algorithms" (UMUAI 2018): of the 5,000 newest visits that share a
product, the 500 most alike, by linearly decaying weights of what is shared; a vote also weighs by how lately the newest shared
product was seen, and by the inverse frequency of what is voted for.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gateway.evaluation.baselines.contender import best
from gateway.evaluation.question import Question

NEIGHBOURS, SAMPLE = 500, 5_000
_STEPS = 10  # from the end; a product says less with each, and nothing past them. In whole numbers, so that equals are equal


class SessionNeighbours:
    """Asked about a prefix; knows visits as pairs of visit and product, the newest visit being 0."""

    def __init__(self, visit: NDArray[np.int64], product: NDArray[np.int64], products: int) -> None:
        visits = int(visit[-1]) + 1 if len(visit) else 0
        self._products = product
        self._starts = np.searchsorted(visit, np.arange(visits + 1))
        order = np.argsort(product, kind="stable")
        self._visits = visit[order]  # by product, the newest first
        self._ends = np.searchsorted(product[order], np.arange(products + 1))
        seen_in = np.diff(self._ends)
        self._rarity = np.log(max(visits, 1) / np.maximum(seen_in, 1))

    def answer(self, question: Question, count: int) -> Sequence[int]:
        """What the neighbours of the visit vote for."""
        found = self._alike(question.prefix)
        if found is None:
            return []
        visits, votes = found
        lengths = self._starts[visits + 1] - self._starts[visits]
        places = np.repeat(self._starts[visits] - np.r_[0, np.cumsum(lengths)[:-1]], lengths) + np.arange(lengths.sum())
        rows, at = np.unique(self._products[places], return_inverse=True)
        scores = np.bincount(at, np.repeat(votes, lengths)) * self._rarity[rows]
        unknown = ~np.isin(rows, list(question.known))
        return best(rows[unknown], scores[unknown], count)

    def _alike(self, prefix: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.float64]] | None:
        """The neighbours and the weight of their votes; null where no visit shares anything that still says something."""
        says: dict[int, int] = {}
        for distance, row in enumerate(reversed(prefix[-_STEPS:])):
            says.setdefault(row, _STEPS - distance)
        told = [(self._seen_in(row), weight) for row, weight in says.items()]
        if not sum(len(visits) for visits, _ in told):
            return None
        shared = np.concatenate([visits for visits, _ in told])
        weights = np.repeat([weight for _, weight in told], [len(visits) for visits, _ in told])
        visits, at = np.unique(shared, return_inverse=True)
        alike, newest = np.bincount(at, weights), np.zeros(len(visits))
        np.maximum.at(newest, at, weights)
        order = np.argsort(-alike[:SAMPLE], kind="stable")[:NEIGHBOURS]
        return visits[order], alike[order] * newest[order]

    def _seen_in(self, row: int) -> NDArray[np.int64]:
        """The newest visits that saw a product; older ones cannot be among the newest 5,000 of all."""
        first, last = self._ends[row], self._ends[row + 1]
        return self._visits[first : min(last, first + SAMPLE)]
