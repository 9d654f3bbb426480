"""Graphs of products: who is looked at with whom, who is bought with whom, who reads alike."""

from typing import Any, TypeAlias

import duckdb
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

import sql
from gateway.index.nearest import Nearest

Graph: TypeAlias = "sp.csr_array[np.float32, tuple[int, int]]"

_DOUBT = 20  # visits at which a product's own list weighs as much as its kin's
_SURE = 180  # visits past which kin would add less than a tenth
_BLOCK = 4096
_KEPT = 200


def view_graph(duck: duckdb.DuckDBPyConnection, products: int) -> tuple[Graph, Graph]:
    """The neighbour lists (damped scores), and the same links as the propagation D^-.5 C D^-.3 that FastRP walks."""
    found = duck.execute(sql.training("view_graph")).fetchnumpy()
    seeds, targets, pull = found["i"], found["j"], found["pull"]
    degree = np.ones(products, np.float32)
    degree[seeds] = found["degree"]
    walk = pull * degree[seeds] ** -0.5 * degree[targets] ** -0.3
    return _graph(found["score"], seeds, targets, products), _graph(walk, seeds, targets, products)


def order_graph(duck: duckdb.DuckDBPyConnection, products: int) -> Graph:
    """What is bought together, damped scores."""
    return _counted(duck, "order_graph", products)


def after_graph(duck: duckdb.DuckDBPyConnection, products: int) -> Graph:
    """What is bought after a look, damped scores."""
    return _counted(duck, "after_graph", products)


def smooth(lists: Graph, kin: Nearest, visits: NDArray[np.int32]) -> Graph:
    """`M + 20/(20+n)·K·M`: who is rarely seen borrows the lists of products that read alike. K's rows sum to 1."""
    products = len(visits)
    weights = np.where(kin.rows >= 0, np.maximum(kin.cosines, 0), 0)
    total = weights.sum(axis=1)
    doubt = np.where(visits < _SURE, _DOUBT / (_DOUBT + visits), 0)
    weights = weights * (doubt / np.where(total > 0, total, 1))[:, None]
    seeds, places = np.nonzero(weights)
    borrowed = _graph(weights[seeds, places], seeds, kin.rows[seeds, places], products)
    blocks = [_strongest(borrowed[first : first + _BLOCK] @ lists, first) for first in range(0, products, _BLOCK)]
    return sp.csr_array(lists + sp.vstack(blocks, format="csr")) if blocks else lists


def _counted(duck: duckdb.DuckDBPyConnection, name: str, products: int) -> Graph:
    found = duck.execute(sql.training(name)).fetchnumpy()
    return _graph(found["score"], found["i"], found["j"], products)


def _graph(weights: NDArray[Any], seeds: NDArray[Any], targets: NDArray[Any], products: int) -> Graph:
    return sp.csr_array((weights.astype(np.float32), (seeds, targets)), shape=(products, products))


def _strongest(block: Graph, first: int) -> Graph:
    """The block's rows without themselves, the 200 strongest links of each."""
    links = block.tocoo()
    order = np.lexsort((links.col, -links.data, links.row))
    rows, columns, weights = links.row[order], links.col[order], links.data[order]
    foreign = columns != rows + first
    rows, columns, weights = rows[foreign], columns[foreign], weights[foreign]
    kept = place_in_group(rows) < _KEPT
    return sp.csr_array((weights[kept], (rows[kept], columns[kept])), shape=block.shape)


def place_in_group(groups: NDArray[Any]) -> NDArray[np.int64]:
    """For sorted group numbers, the place of each element inside its group, from 0."""
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]]) if len(groups) else np.empty(0, np.int64)
    return np.arange(len(groups)) - np.repeat(starts, np.diff(np.r_[starts, len(groups)]))
