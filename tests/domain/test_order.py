"""An order is the same in whatever sequence it was told, and nothing is given back that was not bought."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.catalog import Money, ProductId
from gateway.domain.order import Buyer, Entry, EntryKind, Order, Way, settle

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
_SHOP = (Way.SHOP_WHOLE, Way.SHOP_LINES)


def bought(product, quantity=1, price=None, *, way=Way.SHOP_WHOLE, event="e", line=0, **more):
    cost = Money(price, "SEK") if price is not None else None
    return Entry(EntryKind.PURCHASE, way, event, line, NOON, ProductId(product), quantity, cost, **more)


def returned(product=None, quantity=1, price=None, *, way=Way.SHOP_LINES, event="r", line=0):
    cost = Money(price, "SEK") if price is not None else None
    return Entry(EntryKind.REFUND, way, event, line, NOON, product and ProductId(product), quantity, cost)


def standing(order):
    return [(line.product_id, line.entry.quantity, line.refunded) for line in order.lines]


def test_a_whole_order_is_its_lines():
    order = settle([bought("boot", 2, 100), bought("wax", 1, 10, line=1)])
    assert sorted(standing(order)) == [("boot", 2, 0), ("wax", 1, 0)]
    assert order.way is None


def test_single_lines_of_one_order_add_up():
    order = settle([bought("boot", way=Way.SHOP_LINES, event="a"), bought("boot", way=Way.SHOP_LINES, event="b")])
    assert standing(order) == [("boot", 1, 0), ("boot", 1, 0)]


def test_the_whole_order_wins_over_its_single_lines():
    order = settle(
        [bought("boot", way=Way.SHOP_LINES, event="a"), bought("boot", 3, event="b"), bought("wax", event="b", line=1)]
    )
    assert sorted(standing(order)) == [("boot", 3, 0), ("wax", 1, 0)]
    assert order.way is Way.SHOP_WHOLE


def test_the_shop_wins_over_a_browser_even_by_single_lines():
    order = settle([bought("gold", 1000, way=Way.BROWSER_WHOLE), bought("boot", way=Way.SHOP_LINES, event="a")])
    assert standing(order) == [("boot", 1, 0)]
    assert order.way is Way.SHOP_LINES


def test_what_the_shop_does_not_know_of_the_buyer_the_browser_says():
    named = uuid4()
    order = settle(
        [
            bought("boot", buyer=Buyer(user_id="anna")),
            bought("boot", way=Way.BROWSER_WHOLE, buyer=Buyer("session", "mallory", "cookie"), recommendation_id=named),
        ]
    )
    assert order.lines[0].entry.buyer == Buyer("session", "anna", "cookie")
    assert order.lines[0].entry.recommendation_id == named


def test_refunds_come_off_by_product_and_never_exceed_what_was_bought():
    order = settle([bought("boot", 2), bought("wax", line=1), returned("boot", 1, event="r1"), returned("boot", 5, event="r2")])
    assert sorted(standing(order)) == [("boot", 2, 2), ("wax", 1, 0)]


def test_a_refund_of_the_order_takes_all_of_it():
    assert standing(settle([bought("boot", 2), returned(), returned("boot")])) == [("boot", 2, 2)]


def test_a_refund_that_comes_first_waits():
    assert settle([returned("boot")]) == Order()
    assert standing(settle([returned("boot"), bought("boot")])) == [("boot", 1, 1)]


def test_a_refund_that_names_a_price_is_of_the_line_of_that_price():
    lines = [bought("boot", 1, 100), bought("boot", 1, 80, line=1)]
    order = settle([*lines, returned("boot", 1, 100)])
    assert {line.entry.unit_price.minor_units: line.refunded for line in order.lines} == {100: 1, 80: 0}


def test_a_browser_gives_back_only_what_browsers_alone_have_bought():
    theirs = returned("boot", way=Way.BROWSER_LINES)
    assert standing(settle([bought("boot"), theirs])) == [("boot", 1, 0)]
    assert standing(settle([bought("boot", way=Way.BROWSER_WHOLE), theirs])) == [("boot", 1, 1)]
    guessed = bought("boot", 2, way=Way.BROWSER_WHOLE)
    assert standing(settle([guessed, theirs, returned("boot", event="r2")])) == [("boot", 2, 1)]


@st.composite
def entries(draw):
    kind = draw(st.sampled_from(EntryKind))
    way = draw(st.sampled_from(Way))
    products = st.sampled_from(["boot", "wax", "lace"])
    return Entry(
        kind=kind,
        way=way,
        event_id=draw(st.sampled_from(["a", "b", "c"])),
        line=draw(st.integers(0, 2)),
        happened_at=NOON + timedelta(minutes=draw(st.integers(0, 2))),
        product_id=ProductId(draw(products)) if kind is EntryKind.PURCHASE else draw(products | st.none()),
        quantity=draw(st.integers(1, 3)),
        unit_price=draw(st.builds(Money, st.sampled_from([100, 200]), st.sampled_from(["SEK", "EUR"])) | st.none()),
        buyer=Buyer(draw(st.sampled_from([None, "s", "t"])), draw(st.sampled_from([None, "u"])), None),
    )


def told_once(entry):
    return (entry.kind, entry.way, entry.event_id, entry.line)


orders = st.lists(entries(), max_size=8, unique_by=told_once)


@given(orders, st.randoms(use_true_random=False))
def test_an_order_is_the_same_in_every_sequence(told, rng):
    shuffled = list(told)
    rng.shuffle(shuffled)
    assert settle(shuffled) == settle(told)


@given(orders)
def test_never_is_more_given_back_than_was_bought_or_returned(told):
    order = settle(told)
    assert all(0 <= line.refunded <= line.entry.quantity for line in order.lines)
    whole = any(e.kind is EntryKind.REFUND and e.product_id is None for e in told)
    for product in ("boot", "wax", "lace"):
        back = sum(line.refunded for line in order.lines if line.product_id == product)
        told_back = sum(e.quantity for e in told if e.kind is EntryKind.REFUND and e.product_id == product)
        assert whole or back <= told_back


@given(orders)
def test_only_the_surest_way_of_telling_counts_and_loses_no_line(told):
    lines = [e for e in told if e.kind is EntryKind.PURCHASE]
    order = settle(told)
    surest = min((e.way for e in lines), default=None)
    assert sorted((e.way, e.event_id, e.line) for e in lines if e.way is surest) == sorted(
        (line.entry.way, line.entry.event_id, line.entry.line) for line in order.lines
    )
    assert order.way is (surest if len({e.way for e in lines}) > 1 else None)


@given(orders)
def test_a_browser_changes_nothing_of_what_the_shop_has_told(told):
    by_shop = [e for e in told if e.way in _SHOP]
    if any(e.kind is EntryKind.PURCHASE for e in by_shop):
        assert standing(settle(told)) == standing(settle(by_shop))
