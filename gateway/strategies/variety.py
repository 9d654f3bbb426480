"""Variety: a list in which the next product is not one more of the same."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gateway.domain.ranking import Candidate
from gateway.index.release import Release
from gateway.index.roster import NOWHERE

DEPTH = 100


def vary(candidates: Sequence[Candidate], release: Release | None, lam: float, depth: int = DEPTH) -> list[Candidate]:
    """The first `depth` by maximal marginal relevance, the rest as they come. The next is always who has most of
    λ·score − (1 − λ)·c, c the cosine to the nearest that is chosen.

    Carbonell and Goldstein, "The Use of MMR" (SIGIR 1998). Cosines below zero count as zero. A product without a sketch
    resembles nothing. λ = 1 leaves the list as it is, and so does a release without sketches.
    """
    first = candidates[:depth]
    if lam >= 1 or release is None or release.sketches is None or len(first) < 2:  # noqa: PLR2004  (one needs no variety)
        return list(candidates)
    rows = np.array([release.roster.row(c.product_id) for c in first])
    sketches = release.sketches.of(rows)
    sketches[rows == NOWHERE] = 0
    worth = np.array([lam * c.score for c in first], np.float32)
    order = _chosen(worth, worth - np.float32(1 - lam) * (sketches @ sketches.T))
    return [*(first[place] for place in order), *candidates[depth:]]


def _chosen(worth: NDArray[np.float32], beside: NDArray[np.float32]) -> list[int]:
    """Places in the order they are chosen. `beside[i]`: what each is worth once `i` is chosen; the least of these counts."""
    np.fill_diagonal(beside, -np.inf)
    left, order = worth, []
    for _ in range(len(worth)):
        place = int(left.argmax())
        order.append(place)
        left = np.minimum(left, beside[place])
    return order
