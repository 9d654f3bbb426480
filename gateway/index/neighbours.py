"""The nearest-neighbour index (Annoy, angular only): what is near a product, or near a taste that is no product."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from annoy import AnnoyIndex
from numpy.typing import NDArray

from gateway.index.manifest import BadRelease, Manifest
from gateway.index.mapped import map_array

Vectors = NDArray[np.float32]

_INDEX = "vectors.ann"
_ROWS = "vectors.i32"  # item of the index -> row
_METRIC: Final = "angular"
_SEED = 20
_SAMPLE = 200
_AT = 20
_TREES = (20, 50, 100, 200)
_FEW, _BRISK = 20, 5_000  # so few trees will do where searching so many nodes is enough
_SEARCH_K = (2_000, 5_000, 10_000, 15_000, 20_000, 30_000, 40_000)
_ENOUGH = 0.95
_ENOUGH_WITH_TIES = 0.90
_NEARLY_ALL = 0.98  # at .95 the index led to 5 % fewer hits than brute force on one real shop (docs/quality.md)
_LONG = 15_000  # nodes: about a millisecond
_MANY_TIES = 0.05
_SAME = 1e-6  # cosines closer than this are a tie


@dataclass(frozen=True, slots=True)
class Fitness:
    """How well an index finds what brute force finds, and what it takes."""

    vectors: int
    trees: int
    search_k: int
    recall: float | None
    ties: float


def good_enough(recall: float | None, ties: float) -> bool:
    """Whether an index may serve: recall@20 of .95, .90 where vectors tie; an index of nothing does no harm."""
    return recall is None or recall >= (_ENOUGH_WITH_TIES if ties > _MANY_TIES else _ENOUGH)


class Neighbours:
    """An index in use. Loaded once and never unloaded: a query may still be running."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.dimensions = manifest.dimensions
        self._search_k = manifest.search_k
        self._rows: NDArray[np.int32] = map_array(folder / _ROWS, np.int32, (manifest.vectors,))
        self._index = AnnoyIndex(manifest.dimensions, _METRIC)
        if manifest.vectors:
            try:
                self._index.load(str(folder / _INDEX), prefault=True)
            except OSError as error:
                raise BadRelease(f"{folder / _INDEX} is no index of {manifest.dimensions} dimensions: {error}") from error
        if self._index.get_n_items() != manifest.vectors or (manifest.vectors and self._index.get_n_trees() != manifest.trees):
            raise BadRelease(f"{folder / _INDEX} is not the index of the manifest")

    def vector(self, row: int) -> Vectors | None:
        """The vector of a product, of length 1; null where it has none."""
        item = int(self._rows.searchsorted(np.int32(row)))  # of the same kind, or all rows are turned into the other first
        if item == len(self._rows) or self._rows[item] != row:
            return None
        return np.asarray(self._index.get_item_vector(item), np.float32)

    def near(self, vector: Vectors, count: int, at_most: int | None = None) -> list[tuple[int, float]]:
        """The rows nearest to a vector and their cosines, nearest first. `at_most` bounds the search below what was measured."""
        search_k = min(self._search_k, at_most or self._search_k)
        wanted = max(1, min(count, len(self._rows)))
        if not len(self._rows) or not np.isfinite(vector).all() or not vector.any():
            return []
        items, distances = self._index.get_nns_by_vector(vector.tolist(), wanted, search_k, include_distances=True)
        return [(row, 1 - d * d / 2) for row, d in zip(self._rows[items].tolist(), distances, strict=True)]

    def check(self, products: int) -> None:
        """BadRelease where rows are no products, vectors are not of length 1, or an item is not near itself."""
        if self._rows.min(initial=0) < 0 or self._rows.max(initial=-1) >= products or (np.diff(self._rows) < 1).any():
            raise BadRelease(f"{_ROWS} names products that are not there")
        for item in range(0, len(self._rows), max(1, len(self._rows) // _SAMPLE)):
            vector = np.asarray(self._index.get_item_vector(item), np.float32)
            if not np.isfinite(vector).all() or abs(float(vector @ vector) - 1) > 1e-2:  # noqa: PLR2004
                raise BadRelease(f"item {item} of {_INDEX} is no vector of {self.dimensions} dimensions")
            nearest = self._index.get_nns_by_item(item, 1, self._search_k)
            if not nearest or self._index.get_distance(item, nearest[0]) > 1e-2:  # noqa: PLR2004
                raise BadRelease(f"item {item} of {_INDEX} does not find itself")


def write_neighbours(folder: Path, vectors: Vectors, wanted: NDArray[np.bool_] | None = None) -> Fitness:
    """Builds the smallest index that is good enough, of the rows that are `wanted`. `vectors` [products, dimensions]: zero or not
    finite ones stay out.
    """
    length = np.linalg.norm(vectors, axis=1)
    sound = np.isfinite(length) & (length > 0)
    rows = np.flatnonzero(sound if wanted is None else sound & wanted).astype(np.int32)
    rows.tofile(folder / _ROWS)
    if not len(rows):
        return Fitness(0, 0, 0, None, 0.0)
    held = vectors[rows] / length[rows, None]
    fitness = None
    for trees in _TREES:
        index = build(held, trees)
        fitness = _measure(index, held, trees)
        if good_enough(fitness.recall, fitness.ties) and (trees > _FEW or fitness.search_k <= _BRISK):
            break
    assert fitness is not None
    index.save(str(folder / _INDEX))
    return dataclasses.replace(fitness, trees=index.get_n_trees())  # as a reader counts them: fewer where all fit one leaf


def build(vectors: Vectors, trees: int) -> AnnoyIndex:
    """An index of these vectors, the same bytes every time."""
    index = AnnoyIndex(vectors.shape[1], _METRIC)
    index.set_seed(_SEED)
    for item, vector in enumerate(vectors):
        index.add_item(item, vector.tolist())
    index.build(trees, n_jobs=1)
    return index


def _measure(index: AnnoyIndex, vectors: Vectors, trees: int) -> Fitness:
    """Recall against brute force on a sample, a tie counting as found, at the smallest search_k that finds nearly all; a search
    that takes long need only be good enough.
    """
    sample = np.random.default_rng(_SEED).choice(len(vectors), min(_SAMPLE, len(vectors)), replace=False)
    at = min(_AT, len(vectors))
    cosines = vectors[sample] @ vectors.T
    ranked = -np.sort(-cosines, axis=1)[:, : at + 1]
    bound = ranked[:, at - 1] - _SAME
    ties = float((ranked[:, at] >= bound).mean()) if len(vectors) > at else 0.0
    fitness = None
    for search_k in _SEARCH_K:
        found = [index.get_nns_by_item(int(item), at, search_k) for item in sample]
        recall = sum(int((cosines[n, items] >= bound[n]).sum()) for n, items in enumerate(found)) / (at * len(sample))
        fitness = Fitness(len(vectors), trees, search_k, round(recall, 4), round(ties, 4))
        if recall >= _NEARLY_ALL or (search_k >= _LONG and good_enough(recall, ties)):
            break
    assert fitness is not None
    return fitness
