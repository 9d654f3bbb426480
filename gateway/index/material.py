"""What the night shift has learnt; every strategy fits itself from it."""

from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from gateway.index.graph import Graph
from gateway.index.nearest import Nearest
from gateway.index.neighbours import Vectors
from gateway.index.tables import WIDTH
from gateway.index.workshop import Extent


@dataclass(frozen=True, slots=True)
class Traits:
    """What each product is, by row. `leaf`: its own category, −1 for none. `price`: 0 where its market is not the main one."""

    leaf: NDArray[np.int32]
    price: NDArray[np.float64]
    showable: NDArray[np.bool_]
    visits: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Material:
    """Graphs are [products, products], smoothed for cold seeds: looked at together, bought together, bought after a look.

    Vectors are of length 1 or zero.
    """

    duck: duckdb.DuckDBPyConnection
    extent: Extent
    traits: Traits
    views: Graph
    orders: Graph
    after: Graph
    content: Vectors
    vectors: Vectors
    nearest: Nearest

    @property
    def width(self) -> int:
        """Neighbours a product has in the tables."""
        return max(1, min(WIDTH, self.extent.products - 1))
