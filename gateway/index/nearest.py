"""For every product the nearest others by cosine: exactly where the catalog allows it, by an index above."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from annoy import AnnoyIndex
from numpy.typing import NDArray

from gateway.index.neighbours import Vectors, build

EXACT_BELOW = 40_000  # products: the work is their square, and what an index misses changed no answer (docs/decisions)
_BLOCK = 512
_TREES = 30
_SEARCH_EACH = 40  # nodes looked at for every neighbour wanted
_SEARCH_LEAST = 1_000
_NOBODY = -1

_Found = tuple[NDArray[np.int32], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Nearest:
    """`rows` [products, width], nearest first, −1 where there is no more; `cosines` beside it."""

    rows: NDArray[np.int32]
    cosines: NDArray[np.float32]


def find_nearest(vectors: Vectors, width: int, threads: int = 1, exact_below: int = EXACT_BELOW) -> Nearest:
    """The neighbours of every vector whose cosine is positive. `vectors`: of length 1, or zero for none."""
    rows = np.full((len(vectors), width), _NOBODY, np.int32)
    cosines = np.zeros((len(vectors), width), np.float32)
    present = np.flatnonzero(vectors.any(axis=1)).astype(np.int32)
    if len(present) > 1:
        held = vectors[present]
        found = _exactly(held, width) if len(present) < exact_below else _by_index(held, width, threads)
        done = 0
        for near, cosine in found:
            at = present[done : done + len(near)]
            rows[at, : near.shape[1]] = np.where(cosine > 0, present[near], _NOBODY)
            cosines[at, : near.shape[1]] = np.where(cosine > 0, cosine, 0)
            done += len(near)
    return Nearest(rows, cosines)


def _exactly(vectors: Vectors, width: int) -> Iterator[_Found]:
    """Blocks of the exact neighbours, nearest first, without the vectors themselves."""
    kept = min(width, len(vectors) - 1)
    for first in range(0, len(vectors), _BLOCK):
        cosines = vectors[first : first + _BLOCK] @ vectors.T
        own = np.arange(len(cosines))
        cosines[own, own + first] = -np.inf
        near = np.argpartition(cosines, len(vectors) - kept, axis=1)[:, -kept:]
        close = np.take_along_axis(cosines, near, axis=1)
        order = np.lexsort((near, -close), axis=1)
        yield np.take_along_axis(near, order, axis=1).astype(np.int32), np.take_along_axis(close, order, axis=1)


def _by_index(vectors: Vectors, width: int, threads: int) -> Iterator[_Found]:
    """The same, one row at a time, as an Annoy index finds it. Queries release the interpreter: threads help."""
    index = build(vectors, _TREES)
    with ThreadPoolExecutor(threads) as pool:
        for first in range(0, len(vectors), _BLOCK):
            yield from pool.map(lambda item: _ask(index, item, width), range(first, min(first + _BLOCK, len(vectors))))


def _ask(index: AnnoyIndex, item: int, width: int) -> _Found:
    search_k = max(_SEARCH_LEAST, _SEARCH_EACH * width)
    items, distances = index.get_nns_by_item(item, width + 1, search_k, include_distances=True)
    near, close = np.asarray(items, np.int32), 1 - np.asarray(distances, np.float32) ** 2 / 2
    others = near != item
    return near[others][None, :width], close[others][None, :width]
