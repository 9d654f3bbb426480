"""The graphs that DuckDB counts, against the same counted by hand in Python."""

import math
import random
from collections import defaultdict
from datetime import timedelta

import numpy as np
import pytest
import scipy.sparse as sp

import sql
from gateway.domain.event import WEIGHTS, Event, OrderLine
from gateway.domain.visitor import SessionId, UserId, Visitor
from gateway.index.graph import order_graph, smooth, view_graph
from gateway.index.groups import place_in_group
from gateway.index.traits import read_traits
from gateway.index.workshop import Limits, measure, open_workshop
from tests.rehearsed import Told, bring
from tests.shop import NEWEST

PRODUCTS = [f"p{n}" for n in range(6)]


def event(number, kind, product, *, session="s", minutes=0.0, **more):
    visitor = Visitor(session_id=SessionId(session)) if session else Visitor(user_id=UserId("u"))
    return Event("acme", f"e{number:04}", kind, NEWEST - timedelta(minutes=minutes), visitor, "SERVER", product, **more)


def order(number, *products, minutes=0.0, order_id=None):
    lines = tuple(OrderLine(p) for p in products)
    return event(
        number, "purchase", None, session=f"o{number}", minutes=minutes, order_id=order_id or f"order{number}", lines=lines
    )


@pytest.fixture
def workshop(tmp_path):
    opened = []

    def open_on(events, products=PRODUCTS):
        context = open_workshop(bring(tmp_path / "work", map(Told, products), events), Limits())
        opened.append(context)
        return context.__enter__()

    yield open_on
    for context in opened:
        context.__exit__(None, None, None)


def opened(duck):
    return duck, read_traits(duck)


def by_hand(events, products):
    """Windows of ten in a visit, 1/distance, √(weights), e^(−age/120 d) of both, over visits^0.2 of the target.

    A day sees itself and the half hour before it.
    """
    visits = defaultdict(list)
    for e in sorted(events, key=lambda e: (e.happened_at, e.event_id)):
        visits[e.visitor.session_id].append(e)
    pull, seen = defaultdict(float), defaultdict(set)
    for session, steps in visits.items():
        strength = [math.sqrt(WEIGHTS[e.type]) * math.exp(-(NEWEST - e.happened_at) / timedelta(days=120)) for e in steps]
        for a, first in enumerate(steps):
            seen[first.product_id].add((session, first.happened_at.date()))
            for b in range(a + 1, min(a + 11, len(steps))):
                midnight = steps[b].happened_at.replace(hour=0, minute=0)
                if steps[b].product_id != first.product_id and first.happened_at >= midnight - timedelta(minutes=30):
                    for i, j in ((first, steps[b]), (steps[b], first)):
                        pull[i.product_id, j.product_id] += strength[a] * strength[b] / (b - a)
    score = np.zeros((len(products), len(products)))
    for (i, j), weight in pull.items():
        score[products.index(i), products.index(j)] = weight / len(seen[j]) ** 0.2
    return score


@pytest.mark.parametrize("seed", range(3))
def test_co_visitation_is_what_the_formula_says(workshop, seed):
    chance = random.Random(seed)
    kinds = [kind for kind, weight in WEIGHTS.items() if weight > 0]
    events = [
        event(
            n, chance.choice(kinds), chance.choice(PRODUCTS), session=f"s{chance.randrange(4)}", minutes=chance.randrange(9_000)
        )
        for n in range(120)
    ]
    events.append(event(999, "view", PRODUCTS[0], session="newest"))
    lists, walk = view_graph(*opened(workshop(events)))
    expected = by_hand(events, PRODUCTS)
    assert lists.toarray() == pytest.approx(expected, rel=1e-4)
    assert (walk.toarray() > 0).tolist() == (expected > 0).tolist()


def test_a_visitor_without_sessions_has_a_visit_for_every_half_hour_of_silence(workshop):
    minutes = {"p0": 100.0, "p1": 71.0, "p2": 40.0, "p3": 0.0}  # gaps of 29, 31 and 40
    events = [event(n, "view", product, session=None, minutes=m) for n, (product, m) in enumerate(minutes.items())]
    lists, _ = view_graph(*opened(workshop(events)))
    assert set(zip(*(side.tolist() for side in lists.nonzero()), strict=True)) == {(0, 1), (1, 0)}


def test_ages_count_from_the_newest_event_and_not_from_the_clock(workshop):
    extent = measure(workshop([event(1, "view", "p0", minutes=5), event(2, "view", "p1")]))
    assert (extent.newest, extent.events, extent.products) == (NEWEST, 2, len(PRODUCTS))


def test_events_on_products_that_are_not_in_the_catalog_teach_nothing(workshop):
    assert measure(workshop([event(1, "view", "gone"), event(2, "view", "p1")])).events == 1


def test_what_is_bought_together_counts_by_age_and_basket(workshop):
    fortnight = timedelta(days=14) / timedelta(minutes=1)
    lists = order_graph(*opened(workshop([order(1, "p0", "p1", minutes=fortnight), order(2, "p0", "p1", "p2")]))).toarray()
    assert lists[0, 1] == pytest.approx((math.exp(-14 / 180) / math.sqrt(2) + 1 / math.sqrt(3)) / 2**0.2, rel=1e-4)
    assert lists[0, 2] == pytest.approx(1 / math.sqrt(3), rel=1e-4)


def test_single_line_purchases_of_one_order_add_up(workshop):
    whole = order_graph(*opened(workshop([order(1, "p0", "p1", "p2")]))).toarray()
    assert (whole > 0).sum() == 6


def test_an_order_told_line_by_line_is_the_order_told_whole(workshop):
    lines = [event(n, "purchase", f"p{n}", session=f"s{n}", order_id="o") for n in range(3)]
    lists = order_graph(*opened(workshop(lines))).toarray()
    assert (lists > 0).sum() == 6
    assert lists.max() == pytest.approx(1 / math.sqrt(3), rel=1e-4)


def test_a_purchase_without_an_order_belongs_to_its_visit(workshop):
    events = [event(1, "purchase", "p0"), event(2, "purchase", "p1"), event(3, "purchase", "p2", session="t")]
    lists = order_graph(*opened(workshop(events)))
    assert set(zip(*(side.tolist() for side in lists.nonzero()), strict=True)) == {(0, 1), (1, 0)}


def test_a_basket_of_more_than_a_hundred_lines_is_no_persons(workshop):
    many = [f"p{n:03}" for n in range(101)]
    duck = workshop([order(1, *many), order(2, *many[:100])], many)
    assert set(order_graph(*opened(duck)).toarray()[100]) == {0}
    assert order_graph(*opened(duck)).nnz == 100 * 99


def test_a_product_nobody_has_seen_borrows_the_lists_of_what_reads_like_it():
    lists = sp.csr_array(np.array([[0, 2, 1, 0], [2, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]], np.float32))
    kin = sp.csr_array((np.ones(1, np.float32), ([3], [0])), shape=(4, 4))
    smoothed = smooth(lists, kin, np.array([9, 9, 9, 0], np.int32)).toarray()
    assert smoothed[3].tolist() == [0, 2, 1, 0]
    assert smoothed[:3].tolist() == lists.toarray()[:3].tolist()


def test_places_in_groups():
    assert place_in_group(np.array([0, 0, 3, 3, 3, 7])).tolist() == [0, 1, 0, 1, 2, 0]
    assert place_in_group(np.array([], np.int64)).tolist() == []


@pytest.mark.parametrize("path", sorted((sql.HERE / "training").glob("*.sql")), ids=lambda path: path.stem)
def test_duckdb_understands_every_statement(workshop, tmp_path, path):
    duck = workshop([event(1, "view", "p0"), event(2, "view", "p1")])
    text = sql.training(path.stem)
    (statement,) = duck.extract_statements(text)
    for made in ("product", "category", "shelf"):
        text = text.replace(f"create table {made} as", f"create table another_{made} as")
    brought = tmp_path / "work" / f"{path.stem}.csv"
    named = {
        "path": str(brought if brought.exists() else brought.with_stem("events")),
        "out": str(tmp_path / "out"),
        "kind": "views",
    }
    named |= {name: [] for name in ("raw", "told", "batches", "ends")} | ({"ends": 1} if path.stem.startswith("whole") else {})
    none = np.empty(0, np.int64)
    duck.register("marked", dict.fromkeys(("source", "part", "withheld", "own", "place"), none))
    duck.register("pairs", dict.fromkeys(("day", "first", "second", "pull", "rate"), none))
    duck.register("wanted", {"row": none})
    duck.execute(sql.training("words"))
    duck.execute(sql.training("link"), {"kind": "views"})
    duck.execute(f"explain {text}", {name: named.get(name, 1) for name in statement.named_parameters})
