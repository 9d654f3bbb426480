"""Links from a block of products to others, scored, on their way to a table."""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gateway.index.graph import Graph
from gateway.index.groups import place_in_group, starts_of
from gateway.index.material import Material
from gateway.index.nearest import Nearest
from gateway.index.neighbours import Vectors
from gateway.index.tables import NOBODY, Rows, Scores, Table

BLOCK = 256  # products a step: their links' vectors fit the memory beside everything else
_HALF = 32  # bits
_LOWER = (1 << _HALF) - 1
_END = np.iinfo(np.uint64).max
_UNMET, _MET = 0.5, 0.7  # what a list says beside the cosines (docs/quality.md)


@dataclass(frozen=True, slots=True)
class Proposals:
    """Products `first` up to `last`: three arrays of one length, a link each, no link twice, sorted by seed; no score below 0."""

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
        return self._merged(other, np.maximum)

    def added(self, other: "Proposals") -> "Proposals":
        """The links of both; of a link in both the sum."""
        return self._merged(other, np.add)

    def shortened(self, count: int) -> "Proposals":
        """The `count` strongest links of every seed."""
        ranked = _ranked(self, np.arange(len(self.seeds)), 0)[:, :count]
        kept = np.zeros(len(self.seeds), np.bool_)
        kept[_low(ranked[ranked != _END])] = True
        return self.only(kept)

    def best(self, width: int) -> tuple[Rows, Scores]:
        """A block of a table: [last − first, width], the best of a row 1."""
        told = self.only(self.scores > 0).scaled()
        ranked = _ranked(told, told.targets, width)[:, :width]
        return _low(ranked), (~(ranked >> _HALF)).astype(np.uint32).view(np.float32)

    def keys(self) -> NDArray[np.int64]:
        """A number a link: they grow with the seeds and, in a seed, with the targets."""
        return self.seeds << _HALF | self.targets

    def _merged(self, other: "Proposals", alike: np.ufunc) -> "Proposals":
        keys, scores = np.r_[self.keys(), other.keys()], np.r_[self.scores, other.scores]
        order = np.argsort(keys)
        keys, scores = keys[order], scores[order]
        starts = starts_of(keys)
        scores = alike.reduceat(scores, starts) if len(starts) else scores
        return Proposals(self.first, self.last, keys[starts] >> _HALF, keys[starts] & _LOWER, scores)


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
    liked = np.zeros(len(close.scores), np.float32)
    liked[np.searchsorted(close.keys(), told.keys())] = told.scores
    visits = material.traits.visits[close.seeds]
    share = _UNMET + (_MET - _UNMET) * visits / (visits + 1)
    return dataclasses.replace(close, scores=(share * np.sqrt(liked) + (1 - share) * close.scores).astype(np.float32))


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


def _ranked(links: Proposals, names: NDArray[np.int64], width: int) -> NDArray[np.uint64]:
    """[products, `width` at least]: each seed's links as numbers that grow as the scores fall, then with the names, which are
    their lower halves; _END where there is no more. One sort of numbers takes a fifth of the time of a sort by columns.
    """
    places = place_in_group(links.seeds)
    ranked = np.full((links.last - links.first, max(width, int(places.max(initial=-1)) + 1)), _END, np.uint64)
    falling = ~links.scores.astype(np.float32).view(np.uint32)  # the bits of floats above zero are in the floats' order
    ranked[links.seeds - links.first, places] = falling.astype(np.uint64) << _HALF | names.astype(np.uint64)
    ranked.sort(axis=1)
    return ranked


def _low(ranked: NDArray[np.uint64]) -> Rows:
    """The lower halves; NOBODY for _END."""
    return ranked.astype(np.uint32).view(np.int32)


def _over_best(seeds: NDArray[np.int64], scores: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    best = np.zeros(count, np.float32)
    np.maximum.at(best, seeds, scores)
    return (scores / np.where(best > 0, best, 1)[seeds]).astype(np.float32)
