"""The night's learning, step by step. Only the process that trains comes here: its libraries are large."""

from collections.abc import Callable
from pathlib import Path

import duckdb

from gateway.index.content import read_content
from gateway.index.graph import after_graph, order_graph, smooth, view_graph
from gateway.index.kin import kinship, lent
from gateway.index.material import Material
from gateway.index.nearest import find_nearest
from gateway.index.tables import WIDTH
from gateway.index.traits import read_traits
from gateway.index.vectors import joined, walk_vectors
from gateway.index.workshop import measure

Report = Callable[[str], None]


def gather(duck: duckdb.DuckDBPyConnection, kept: Path | None, report: Report) -> Material:
    """Learns graphs and vectors from an open workshop, saying what it is at. `kept`: where it remembers what it read."""
    extent = measure(duck)
    traits = read_traits(duck)
    report("reading what products say")
    content = read_content(duck, kept)
    kin = kinship(content.kin, traits)
    report("counting who is looked at with whom")
    views, walk = view_graph(duck, traits)
    orders, after = order_graph(duck, traits), after_graph(duck, traits)
    report("walking the graph")
    vectors = joined(lent(walk_vectors(walk), kin, traits), content.vectors)
    report("finding neighbours")
    nearest = find_nearest(vectors, WIDTH)
    views, orders, after = (smooth(graph, kin, traits.visits) for graph in (views, orders, after))
    return Material(duck, extent, traits, views, orders, after, content.vectors, vectors, nearest)
