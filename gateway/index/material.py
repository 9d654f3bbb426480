"""What the night shift has learnt; every strategy fits itself from it."""

from dataclasses import dataclass

import duckdb

from gateway.index.graph import Graph
from gateway.index.nearest import Nearest
from gateway.index.neighbours import Vectors
from gateway.index.tables import WIDTH
from gateway.index.traits import Traits
from gateway.index.workshop import Extent


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
