"""What the night shift learns once; every strategy fits itself from it."""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

import sql
from gateway.index.content import content_vectors
from gateway.index.graph import Graph, order_graph, smooth, view_graph
from gateway.index.nearest import Nearest, find_nearest
from gateway.index.neighbours import Vectors
from gateway.index.tables import WIDTH
from gateway.index.vectors import joined, walk_vectors
from gateway.index.workshop import Extent, measure

Report = Callable[[str], None]

_KIN = 10


@dataclass(frozen=True, slots=True)
class Traits:
    """What each product is, by row. `leaf`: its own category, −1 for none. `price`: 0 where its market is not the main one."""

    leaf: NDArray[np.int32]
    price: NDArray[np.float64]
    showable: NDArray[np.bool_]
    visits: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Material:
    """Graphs are [products, products], smoothed for cold seeds; vectors are of length 1 or zero."""

    duck: duckdb.DuckDBPyConnection
    extent: Extent
    traits: Traits
    views: Graph
    orders: Graph
    content: Vectors
    vectors: Vectors
    nearest: Nearest

    @property
    def width(self) -> int:
        """Neighbours a product has in the tables."""
        return max(1, min(WIDTH, self.extent.products - 1))


def gather(duck: duckdb.DuckDBPyConnection, threads: int, report: Report) -> Material:
    """Learns graphs and vectors from an open workshop, saying what it is at."""
    extent = measure(duck)
    traits = _traits(duck)
    report("reading what products say")
    content = content_vectors(duck, extent.products)
    kin = find_nearest(content, _KIN, threads)
    report("counting who is looked at with whom")
    views, walk = view_graph(duck, extent.products)
    orders = order_graph(duck, extent.products)
    report("walking the graph")
    vectors = joined(walk_vectors(walk), content)
    report("finding neighbours")
    nearest = find_nearest(vectors, WIDTH, threads)
    smoothed = smooth(views, kin, traits.visits), smooth(orders, kin, traits.visits)
    return Material(duck, extent, traits, *smoothed, content, vectors, nearest)


def _traits(duck: duckdb.DuckDBPyConnection) -> Traits:
    found = duck.execute(sql.training("traits")).fetchnumpy()
    return Traits(found["leaf"], found["price"], found["showable"], found["visits"])
