"""Graphs of products: who is looked at with whom, who is bought with whom, who reads alike."""

from collections.abc import Iterator
from typing import TypeAlias

import duckdb
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

import sql
from gateway.index.increments import AFTER, ORDERS, VIEWS
from gateway.index.traits import Traits

Graph: TypeAlias = "sp.csr_array[np.float32, tuple[int, int]]"

_DOUBT = 20  # visits at which a product's own list weighs as much as its kin's
_BLOCK = 4096
_KEPT = 200
_LENT = 64  # links that kin lend: what is further down is not shown
_AT_ONCE = 16_000_000  # links in memory


def view_graph(duck: duckdb.DuckDBPyConnection, traits: Traits) -> tuple[Graph, Graph]:
    """The neighbour lists (scores damped by visits^0.2 of the target), and the same links as the propagation D^-.5 C D^-.3 that
    FastRP walks. The degrees are those of the whole graph.
    """
    blocks: list[Graph] = []
    degrees: list[NDArray[np.float32]] = []
    for block in _linked(duck, VIEWS, len(traits.visits), both_ways=True):
        degrees.append(block.sum(axis=1))
        blocks.append(_strongest(block, traits.visits))
    pull = sp.vstack(blocks, format="csr")
    degree = np.concatenate(degrees).astype(np.float32)
    degree = np.where(degree > 0, degree, 1)
    walk = sp.csr_array(sp.diags_array(degree**-0.5) @ pull @ sp.diags_array(degree**-0.3))
    return _damped(pull, traits.visits), walk


def order_graph(duck: duckdb.DuckDBPyConnection, traits: Traits) -> Graph:
    """What is bought together, damped by orders^0.2 of the target."""
    return _damped_graph(duck, ORDERS, traits, both_ways=True)


def after_graph(duck: duckdb.DuckDBPyConnection, traits: Traits) -> Graph:
    """What is bought after a look, damped in the same way."""
    return _damped_graph(duck, AFTER, traits, both_ways=False)


def _damped_graph(duck: duckdb.DuckDBPyConnection, kind: str, traits: Traits, *, both_ways: bool) -> Graph:
    found = _linked(duck, kind, len(traits.orders), both_ways=both_ways)
    blocks = [_strongest(block, traits.orders) for block in found]
    return _damped(sp.vstack(blocks, format="csr"), traits.orders)


def _linked(duck: duckdb.DuckDBPyConnection, kind: str, products: int, *, both_ways: bool) -> Iterator[Graph]:
    """The links of a kind in blocks of seeds, so that memory holds some at a time; their columns in order."""
    duck.execute(sql.training("link"), {"kind": kind})
    counted = duck.execute(sql.training("links")).fetchone()
    assert counted is not None
    step = max(1, products // (1 + (1 + both_ways) * counted[0] // _AT_ONCE))
    for first in range(0, products, step):
        last = min(first + step, products)
        found = duck.execute(sql.training("links_of" if both_ways else "links_from"), {"first": first, "last": last}).fetchnumpy()
        links = sp.coo_array((found["pull"], (found["i"] - first, found["j"])), shape=(last - first, products))
        yield sp.csr_array(links.tocsc())


def _strongest(block: Graph, popularity: NDArray[np.int32]) -> Graph:
    """The 200 links of each row that are strongest once they are damped, as they are."""
    return pruned(block, _damped(block, popularity).data, _KEPT)


def _damped(links: Graph, popularity: NDArray[np.int32]) -> Graph:
    damping = np.where(popularity > 0, popularity, 1) ** np.float32(-0.2)
    return sp.csr_array((links.data * damping[links.indices], links.indices, links.indptr), shape=links.shape)


def pruned(block: Graph, scores: NDArray[np.float32], kept_each: int) -> Graph:
    """The links of each row with the best scores, of equals the first."""
    lengths = np.diff(block.indptr)
    if not len(lengths) or lengths.max() <= kept_each:
        return block
    kept = np.ones(block.nnz, np.bool_)
    for row in np.flatnonzero(lengths > kept_each).tolist():
        start, end = block.indptr[row], block.indptr[row + 1]
        kept[start:end] = False
        kept[start + np.argsort(-scores[start:end], kind="stable")[:kept_each]] = True
    starts = np.r_[0, np.cumsum(kept)][block.indptr]
    return sp.csr_array((block.data[kept], block.indices[kept], starts), shape=block.shape)


def smooth(lists: Graph, kin: Graph, visits: NDArray[np.int32]) -> Graph:
    """`M + 20/(20+n)·K·M`: who is rarely seen borrows the lists of kin, K."""
    products = len(visits)
    doubt = (_DOUBT / (_DOUBT + visits)).astype(np.float32)
    borrowed = sp.csr_array(sp.diags_array(doubt) @ kin)
    blocks = [_borrowed(borrowed[first : first + _BLOCK] @ lists, first) for first in range(0, products, _BLOCK)]
    return sp.csr_array(lists + sp.vstack(blocks, format="csr")) if blocks else lists


def _borrowed(block: Graph, first: int) -> Graph:
    """The block's rows without themselves, the strongest links of each."""
    links = block.tocoo()
    foreign = links.col != links.row + first
    told = sp.csr_array((links.data[foreign], (links.row[foreign], links.col[foreign])), shape=block.shape)
    return pruned(told, told.data, _LENT)
