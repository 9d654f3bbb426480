"""Of one visit in fifty the last new product is kept from the night's learning, for releases to be compared by."""

from datetime import timedelta

import pytest

from gateway.domain.event import Event
from gateway.domain.visitor import SessionId, Visitor
from gateway.index.graph import after_graph, order_graph, view_graph
from gateway.index.traits import read_traits
from gateway.index.withheld import Withheld, read, write_withheld
from gateway.index.workshop import Limits, open_workshop
from tests.rehearsed import Told, bring
from tests.shop import NEWEST

PRODUCTS = ["a", "b", "c", "d"]
CHOSEN, PLAIN = "visit-46", "visit-0"  # by the hash of their owner


def visit(session, *steps):
    visitor = Visitor(session_id=SessionId(session))
    return [
        Event("acme", f"{session}{n}", kind, NEWEST - timedelta(minutes=len(steps) - n), visitor, "SERVER", product)
        for n, (kind, product) in enumerate(steps)
    ]


@pytest.fixture
def workshop(tmp_path):
    opened = []

    def open_on(events):
        opened.append(open_workshop(bring(tmp_path / "work", map(Told, PRODUCTS), events), Limits()))
        return opened[-1].__enter__()

    yield open_on
    for context in opened:
        context.__exit__(None, None, None)


STEPS = (("view", "a"), ("view", "b"), ("view", "a"), ("view", "c"), ("view", "a"), ("purchase", "c"))


def links(graph):
    return {PRODUCTS[i] + PRODUCTS[j] for i, j in zip(*(side.tolist() for side in graph.nonzero()), strict=True)}


def test_the_last_new_product_teaches_no_graph_and_is_written_down(workshop, tmp_path):
    duck = workshop(visit(CHOSEN, *STEPS))
    assert links(view_graph(duck, read_traits(duck))[0]) == {"ab", "ba"}
    assert links(after_graph(duck, read_traits(duck))) == links(order_graph(duck, read_traits(duck))) == set()
    write_withheld(tmp_path, duck)
    assert read(tmp_path) == [Withheld(("a", "b"), "c", NEWEST - timedelta(minutes=3))]


def test_other_visits_teach_all_they_did(workshop, tmp_path):
    duck = workshop(visit(PLAIN, *STEPS))
    assert links(view_graph(duck, read_traits(duck))[0]) == {"ab", "ba", "ac", "ca", "bc", "cb"}
    assert links(after_graph(duck, read_traits(duck))) == {"ac", "bc"}
    write_withheld(tmp_path, duck)
    assert read(tmp_path) == []


def test_a_visit_to_one_product_keeps_nothing_back(workshop, tmp_path):
    write_withheld(tmp_path, workshop(visit(CHOSEN, ("view", "a"), ("view", "a"))))
    assert read(tmp_path) == []


def test_a_release_of_an_earlier_time_has_no_withheld_visits(tmp_path):
    assert read(tmp_path) == []
