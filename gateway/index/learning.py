"""The night's learning, step by step. Only the process that trains comes here: its libraries are large."""

from collections.abc import Callable

import duckdb

import sql
from gateway.index.content import content_vectors
from gateway.index.graph import after_graph, order_graph, smooth, view_graph
from gateway.index.material import Material, Traits
from gateway.index.nearest import find_nearest
from gateway.index.tables import WIDTH
from gateway.index.vectors import joined, walk_vectors
from gateway.index.workshop import measure

Report = Callable[[str], None]

_KIN = 10


def gather(duck: duckdb.DuckDBPyConnection, threads: int, report: Report) -> Material:
    """Learns graphs and vectors from an open workshop, saying what it is at."""
    extent = measure(duck)
    traits = _traits(duck)
    report("reading what products say")
    content = content_vectors(duck, extent.products)
    kin = find_nearest(content, _KIN, threads)
    report("counting who is looked at with whom")
    views, walk = view_graph(duck, extent.products)
    orders, after = order_graph(duck, extent.products), after_graph(duck, extent.products)
    report("walking the graph")
    vectors = joined(walk_vectors(walk), content)
    report("finding neighbours")
    nearest = find_nearest(vectors, WIDTH, threads)
    views, orders, after = (smooth(graph, kin, traits.visits) for graph in (views, orders, after))
    return Material(duck, extent, traits, views, orders, after, content, vectors, nearest)


def _traits(duck: duckdb.DuckDBPyConnection) -> Traits:
    found = duck.execute(sql.training("traits")).fetchnumpy()
    return Traits(found["leaf"], found["price"], found["showable"], found["visits"])
