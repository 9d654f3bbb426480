"""Links from a block of products to others, scored, on their way to a table."""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gateway.index.graph import Graph
from gateway.index.groups import place_in_group
from gateway.index.material import Material
from gateway.index.nearest import Nearest
from gateway.index.neighbours import Vectors
from gateway.index.tables import NOBODY, Rows, Scores, Table

BLOCK = 256  # products a step: their links' vectors fit the memory beside everything else
_UNMET, _MET = 0.5, 0.7  # what a list says beside the cosines (docs/quality.md)


@dataclass(frozen=True, slots=True)
class Proposals:
    """Products `first` up to `last`: three arrays of one length, a link each, no link twice, sorted by seed."""

    first: int
    last: int
    seeds: NDArray[np.int64]
    targets: NDArray[np.int64]
    scores: NDArray[np.float32]

    def scaled(self) -> "Proposals":
        """Every seed's best link at 1."""
        return dataclasses.replace(self, scores=_over_best(self.seeds - self.first, self.scores, self.last - self.first))

    def only(self, wanted: NDArray[np.bool_]) -> "Proposals":
        """The links that are wanted."""
        return dataclasses.replace(self, seeds=self.seeds[wanted], targets=self.targets[wanted], scores=self.scores[wanted])

    def times(self, factor: NDArray[np.floating]) -> "Proposals":
        """The links, each by a factor."""
        return dataclasses.replace(self, scores=(self.scores * factor).astype(np.float32))

    def joined(self, other: "Proposals") -> "Proposals":
        """The links of both; of a link in both the better score."""
        seeds, targets = np.r_[self.seeds, other.seeds], np.r_[self.targets, other.targets]
        scores = np.r_[self.scores, other.scores]
        order = np.lexsort((-scores, targets, seeds))
        seeds, targets, scores = seeds[order], targets[order], scores[order]
        fresh = np.r_[True, (seeds[1:] != seeds[:-1]) | (targets[1:] != targets[:-1])][: len(seeds)]
        return Proposals(self.first, self.last, seeds[fresh], targets[fresh], scores[fresh])

    def added(self, other: "Proposals") -> "Proposals":
        """The links of both; of a link in both the sum."""
        seeds, targets = np.r_[self.seeds, other.seeds], np.r_[self.targets, other.targets]
        order = np.lexsort((targets, seeds))
        seeds, targets, scores = seeds[order], targets[order], np.r_[self.scores, other.scores][order]
        fresh = np.flatnonzero(np.r_[True, (seeds[1:] != seeds[:-1]) | (targets[1:] != targets[:-1])][: len(seeds)])
        total = np.add.reduceat(scores, fresh) if len(fresh) else scores
        return Proposals(self.first, self.last, seeds[fresh], targets[fresh], total)

    def shortened(self, count: int) -> "Proposals":
        """The `count` strongest links of every seed."""
        order = np.lexsort((-self.scores, self.seeds))
        kept = np.sort(order[place_in_group(self.seeds[order]) < count])
        return dataclasses.replace(self, seeds=self.seeds[kept], targets=self.targets[kept], scores=self.scores[kept])

    def best(self, width: int) -> tuple[Rows, Scores]:
        """A block of a table: [last − first, width], the best of a row 1."""
        shape = (self.last - self.first, width)
        rows, scores = np.full(shape, NOBODY, np.int32), np.zeros(shape, np.float32)
        told = self.only(self.scores > 0).scaled()
        order = np.lexsort((told.targets, -told.scores, told.seeds))
        seeds, places = told.seeds[order] - self.first, place_in_group(told.seeds[order])
        kept = places < width
        rows[seeds[kept], places[kept]] = told.targets[order][kept]
        scores[seeds[kept], places[kept]] = told.scores[order][kept]
        return rows, scores


def blocks(products: int) -> Iterator[tuple[int, int]]:
    """The products in blocks: first, and one past the last."""
    return ((first, min(first + BLOCK, products)) for first in range(0, products, BLOCK))


def listed(lists: Graph, first: int, last: int) -> Proposals:
    """The links that a graph has for a block."""
    links = lists[first:last].tocoo()
    order = np.argsort(links.row, kind="stable")
    seeds = links.row[order].astype(np.int64) + first
    return Proposals(first, last, seeds, links.col[order].astype(np.int64), links.data[order].astype(np.float32))


def tabled(table: Table, first: int, last: int) -> Proposals:
    """The links that a table has for a block."""
    rows, scores = table.block(first, last)
    seeds, places = np.nonzero(rows != NOBODY)
    return Proposals(first, last, seeds + first, rows[seeds, places].astype(np.int64), scores[seeds, places])


Fits = Callable[[Proposals], NDArray[np.bool_]]
"""Which of some links are wanted."""


def blended(material: Material, first: int, last: int, fits: Fits | None = None) -> Proposals:
    """a·√list + (1 − a)·cosine over list ∪ neighbours, each with a seed's best at 1; a = ½ where nobody met the seed, 0.7 where
    many have. Links that do not fit cost nothing.
    """
    told, near = listed(material.views, first, last), _near(material.nearest, first, last)
    if fits is not None:
        told, near = told.only(fits(told)), near.only(fits(near))
    told = told.scaled()
    close = dataclasses.replace(told, scores=np.maximum(cosines(material.vectors, told.seeds, told.targets), 0))
    close = near.joined(close).scaled()
    liked = told.joined(dataclasses.replace(close, scores=np.zeros_like(close.scores)))
    # Both now hold the same links in the same order.
    visits = material.traits.visits[liked.seeds]
    share = _UNMET + (_MET - _UNMET) * visits / (visits + 1)
    return dataclasses.replace(liked, scores=(share * np.sqrt(liked.scores) + (1 - share) * close.scores).astype(np.float32))


def cosines(vectors: Vectors, seeds: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.float32]:
    """The cosine of each pair; the seeds stand together, so that their vectors are read once."""
    found = np.empty(len(seeds), np.float32)
    starts = np.flatnonzero(np.r_[True, seeds[1:] != seeds[:-1]][: len(seeds)])
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(seeds)], strict=False):
        found[start:end] = vectors[targets[start:end]] @ vectors[seeds[start]]
    return found


def _near(nearest: Nearest, first: int, last: int) -> Proposals:
    rows = nearest.rows[first:last]
    seeds, places = np.nonzero(rows != NOBODY)
    return Proposals(first, last, seeds + first, rows[seeds, places].astype(np.int64), nearest.cosines[first:last][seeds, places])


def _over_best(seeds: NDArray[np.int64], scores: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    best = np.zeros(count, np.float32)
    np.maximum.at(best, seeds, scores)
    return (scores / np.where(best > 0, best, 1)[seeds]).astype(np.float32)
