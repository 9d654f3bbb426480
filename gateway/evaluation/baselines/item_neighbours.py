"""Item-kNN with TF-IDF: products are alike whose visitors are, and a visit that saw few products says more of each.

The cosine of products over visits weighted by log(products / (1 + length)), the 200 most alike kept, as `implicit` does it in
its TFIDFRecommender; the lists of the last ten products are added up, an older one at 0.8 of the next newer.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from gateway.evaluation.baselines.contender import best
from gateway.evaluation.question import Question

ALIKE = 200
_LAST = 10
_DECAY = 0.8
_BLOCK = 512
_LONGEST = 500  # products of a visit that are looked at, the newest: the work is their square

_Matrix: TypeAlias = "sp.csr_array[np.float64, tuple[int, int]]"
_Lists = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]  # rows, scores, where each product's end


class ItemNeighbours:
    """Lists of what is alike, made once."""

    def __init__(self, visit: NDArray[np.int64], product: NDArray[np.int64], products: int) -> None:
        self._rows, self._scores, self._ends = _lists(_weighted(visit, product, products))

    def answer(self, question: Question, count: int) -> Sequence[int]:
        """What is alike to the last products, added up."""
        told = [(*self.alike(row), weight) for row, weight in fading(question.prefix).items()]
        rows, at = np.unique(np.concatenate([rows for rows, _, _ in told]), return_inverse=True)
        scores = np.zeros(len(rows))
        np.add.at(scores, at, np.concatenate([scores * weight for _, scores, weight in told]))
        unknown = ~np.isin(rows, list(question.known))
        return best(rows[unknown], scores[unknown], count)

    def alike(self, row: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The products most alike to one, itself among them, and their cosines."""
        own = slice(self._ends[row], self._ends[row + 1])
        return self._rows[own], self._scores[own]


def fading(prefix: Sequence[int]) -> Mapping[int, float]:
    """The last ten distinct products, and how much each has still to say."""
    distinct = dict.fromkeys(reversed(prefix))
    return {row: _DECAY**place for place, row in enumerate(list(distinct)[:_LAST])}


def _weighted(visit: NDArray[np.int64], product: NDArray[np.int64], products: int) -> _Matrix:
    place = np.arange(len(visit)) - np.searchsorted(visit, visit)
    kept = place < _LONGEST
    visit, product = visit[kept], product[kept]
    visits = int(visit[-1]) + 1 if len(visit) else 0
    says = np.log(max(products, 1)) - np.log1p(np.bincount(visit, minlength=visits))
    seen = sp.csr_array((says[visit], (product, visit)), shape=(products, visits))
    length = np.sqrt(np.asarray(seen.multiply(seen).sum(axis=1)).ravel())
    return sp.csr_array(sp.diags_array(1 / np.where(length > 0, length, 1)) @ seen)


def _lists(
    weighted: _Matrix,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    turned = sp.csr_array(weighted.T)
    rows, scores, lengths = [], [], [np.zeros(1, np.int64)]
    for first in range(0, weighted.shape[0], _BLOCK):
        block = sp.coo_array(weighted[first : first + _BLOCK] @ turned)
        order = np.lexsort((block.col, -block.data, block.row))
        seeds = block.row[order]
        kept = np.arange(len(seeds)) - np.searchsorted(seeds, seeds) < ALIKE
        rows.append(block.col[order][kept].astype(np.int64))
        scores.append(block.data[order][kept])
        lengths.append(np.bincount(seeds[kept], minlength=block.shape[0]))
    return np.concatenate(rows), np.concatenate(scores), np.cumsum(np.concatenate(lengths))
