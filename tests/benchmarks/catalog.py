"""A release of any size, generated: written by the index's own writers, learnt from nothing."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from gateway.index.charts import write_charts
from gateway.index.manifest import Manifest, seal
from gateway.index.neighbours import Vectors, write_neighbours
from gateway.index.roster import write_roster
from gateway.index.sketches import write_sketches
from gateway.index.tables import WIDTH, write_table
from gateway.strategies import also_bought, also_viewed, bestsellers, bought_after_viewing, similar

DIMENSIONS = 256
CATEGORIES = 500
_TASTES, _EACH = 300, 60  # products of one taste are near to each other, those of one kind nearer
_BLOCK = 50_000
_TABLES = (also_viewed.NAME, similar.NAME, also_bought.NAME, bought_after_viewing.NAME)


def make_catalog(folder: Path, products: int) -> Manifest:
    """A sealed release with the tables, charts, vectors and sketches that an item page asks."""
    folder.mkdir(parents=True)
    chance = np.random.default_rng(1)
    write_roster(folder, (f"sku-{n:08}" for n in range(products)))
    (np.arange(products) % CATEGORIES).astype(np.int32).tofile(folder / "leaves.i32")
    (folder / "leaves.json").write_text("[" + ", ".join(f'"c{n}"' for n in range(CATEGORIES)) + "]")
    for name in _TABLES:
        write_table(folder, name, _links(products, chance))
    with duckdb.connect() as duck:
        duck.execute("set enable_progress_bar = false")
        _sell(duck, products)
        write_charts(folder, bestsellers.NAME, duck)
    vectors = _vectors(products, chance)
    write_sketches(folder, vectors)
    fitness = write_neighbours(folder, vectors)
    manifest = Manifest(
        release_id=folder.name, products=products, events=0, newest_event=None, width=WIDTH, dimensions=DIMENSIONS,
        vectors=fitness.vectors, trees=fitness.trees, search_k=fitness.search_k, recall=fitness.recall, ties=fitness.ties,
        coverage=1.0, seconds=0.0, peak_megabytes=0, versions={},
    )  # fmt: skip
    return seal(folder, manifest)


def _links(products: int, chance: np.random.Generator) -> Iterator[tuple[NDArray[np.int32], NDArray[np.float32]]]:
    """Every product leads to a hundred others, anywhere in the catalog."""
    places = np.arange(1, WIDTH + 1)
    scores = ((WIDTH + 1 - places) / WIDTH).astype(np.float32) ** 2
    for first in range(0, products, _BLOCK):
        rows = np.arange(first, min(first + _BLOCK, products))[:, None]
        steps = chance.integers(1, products // (WIDTH + 1), len(rows))[:, None]
        yield ((rows + steps * places) % products).astype(np.int32), np.broadcast_to(scores, (len(rows), WIDTH))


def _vectors(products: int, chance: np.random.Generator) -> Vectors:
    tastes = chance.normal(size=(_TASTES, DIMENSIONS)).astype(np.float32)
    kinds = tastes.repeat(_EACH, axis=0) + chance.normal(size=(_TASTES * _EACH, DIMENSIONS), scale=0.7).astype(np.float32)
    vectors = np.empty((products, DIMENSIONS), np.float32)
    for first in range(0, products, _BLOCK):
        block = vectors[first : first + _BLOCK]
        block[:] = kinds[chance.integers(0, len(kinds), len(block))]
        block += chance.normal(size=block.shape, scale=1.5)
        block /= np.linalg.norm(block, axis=1, keepdims=True)
    return vectors


def _sell(duck: duckdb.DuckDBPyConnection, products: int) -> None:
    """What bestsellers.sql ranks: the whole shop, its categories and its brands, in one market and everywhere."""
    duck.execute(
        """
        create table counted as
        select market_id, kind, case kind when 'all' then '' when 'brand' then 'b' || n % 200 else 'c' || n % $categories end as name,
               n::integer as product, 1000000.0 / (1 + hash(n) % 100000) as selling
        from range($products) as product (n), unnest(['', 'se']) as market (market_id), unnest(['all', 'category', 'brand']) as shelf (kind)
        """,
        {"products": products, "categories": CATEGORIES},
    )
