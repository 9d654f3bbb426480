"""The night's learning, step by step. Only the process that trains comes here: its libraries are large."""

from collections.abc import Callable

import duckdb

from gateway.index.content import content_vectors
from gateway.index.graph import after_graph, order_graph, smooth, view_graph
from gateway.index.material import Material
from gateway.index.nearest import find_nearest
from gateway.index.tables import WIDTH
from gateway.index.traits import read_traits
from gateway.index.vectors import joined, walk_vectors
from gateway.index.workshop import measure

Report = Callable[[str], None]

_KIN = 10


def gather(duck: duckdb.DuckDBPyConnection, threads: int, report: Report) -> Material:
    """Learns graphs and vectors from an open workshop, saying what it is at."""
    extent = measure(duck)
    traits = read_traits(duck)
    report("reading what products say")
    content = content_vectors(duck, extent.products)
    kin = find_nearest(content, _KIN, threads)
    report("counting who is looked at with whom")
    views, walk = view_graph(duck, traits)
    orders, after = order_graph(duck, traits), after_graph(duck, traits)
    report("walking the graph")
    vectors = joined(walk_vectors(walk), content)
    report("finding neighbours")
    nearest = find_nearest(vectors, WIDTH, threads)
    views, orders, after = (smooth(graph, kin, traits.visits) for graph in (views, orders, after))
    return Material(duck, extent, traits, views, orders, after, content, vectors, nearest)
