"""For every product the nearest others by cosine: among all where the catalog is small, in its part of the room where large."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gateway.index.neighbours import Vectors

EXACT_BELOW = 20_000  # products: past that, looking at all costs more than finding out where to look
_BLOCK = 512
_ROOM = 10_000  # others that are looked at for each product, at least: at 3,000, one hit in fifty was lost (docs/decisions)
_ROUNDS = 3  # in which the centres settle
_SEED = 20
_NOBODY = -1

_Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Nearest:
    """`rows` [products, width], nearest first, −1 where there is no more; `cosines` beside it."""

    rows: NDArray[np.int32]
    cosines: NDArray[np.float32]


def find_nearest(vectors: Vectors, width: int, exact_below: int = EXACT_BELOW, room: int = _ROOM) -> Nearest:
    """The neighbours of every vector whose cosine is positive. `vectors`: of length 1, or zero for none."""
    rows = np.full((len(vectors), width), _NOBODY, np.int32)
    cosines = np.zeros((len(vectors), width), np.float32)
    present = np.flatnonzero(vectors.any(axis=1)).astype(np.int32)
    if len(present) > 1:
        held = vectors[present]
        found = _exactly(held, width) if len(present) < exact_below else _by_parts(held, width, room)
        for seeds, near, cosine in found:
            at, columns = present[seeds][:, None], np.arange(near.shape[1])
            rows[at, columns] = np.where(cosine > 0, present[near], _NOBODY)
            cosines[at, columns] = np.where(cosine > 0, cosine, 0)
    return Nearest(rows, cosines)


def _exactly(vectors: Vectors, width: int) -> Iterator[_Found]:
    everybody = np.arange(len(vectors))
    for first in range(0, len(vectors), _BLOCK):
        yield _nearest_of(vectors, everybody[first : first + _BLOCK], everybody, vectors, width)


def _by_parts(vectors: Vectors, width: int, room: int) -> Iterator[_Found]:
    """Each product among those of its part and of the parts next to it, until there are enough: about √n parts of √n products."""
    centres, part = _parted(vectors)
    order = np.argsort(part, kind="stable")
    ends = np.searchsorted(part[order], np.arange(len(centres) + 1))
    sizes = np.diff(ends)
    closeness = centres @ centres.T
    for number in np.flatnonzero(sizes).tolist():
        beside = np.argsort(-closeness[number], kind="stable")
        enough = int(np.searchsorted(np.cumsum(sizes[beside]), max(room, 2 * width))) + 1
        others = np.concatenate([order[ends[each] : ends[each + 1]] for each in beside[:enough].tolist()])
        seeds, among = order[ends[number] : ends[number + 1]], vectors[others]
        for first in range(0, len(seeds), _BLOCK):
            yield _nearest_of(vectors, seeds[first : first + _BLOCK], others, among, width)


def _nearest_of(vectors: Vectors, seeds: NDArray[np.int64], others: NDArray[np.int64], among: Vectors, width: int) -> _Found:
    """The nearest of `others`, whose vectors are `among`, to each of the seeds, without itself; nearest first."""
    kept = min(width, len(others) - 1)
    cosines = vectors[seeds] @ among.T
    cosines[seeds[:, None] == others] = -np.inf
    near = np.argpartition(cosines, len(others) - kept, axis=1)[:, -kept:]
    close = np.take_along_axis(cosines, near, axis=1)
    rows = others[near]
    order = np.lexsort((rows, -close), axis=1)
    return seeds, np.take_along_axis(rows, order, axis=1), np.take_along_axis(close, order, axis=1)


def _parted(vectors: Vectors) -> tuple[Vectors, NDArray[np.int64]]:
    """Centres of length 1, and for each vector the nearest one (spherical k-means)."""
    count = int(np.sqrt(len(vectors)))
    chosen = np.random.default_rng(_SEED).choice(len(vectors), count, replace=False)
    centres = vectors[np.sort(chosen)]
    part = _nearest_centre(vectors, centres)
    for _ in range(_ROUNDS):
        order = np.argsort(part, kind="stable")
        there, starts = np.unique(part[order], return_index=True)
        sums = np.add.reduceat(vectors[order], starts, axis=0)
        centres = centres.copy()
        centres[there] = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
        part = _nearest_centre(vectors, centres)
    return centres, part


def _nearest_centre(vectors: Vectors, centres: Vectors) -> NDArray[np.int64]:
    blocks = (vectors[first : first + _BLOCK * 8] @ centres.T for first in range(0, len(vectors), _BLOCK * 8))
    return np.concatenate([block.argmax(axis=1) for block in blocks])
