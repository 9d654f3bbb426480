"""The simulated shoppers: many, in both markets, with tastes, baskets and trends."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from gateway.demo.catalog import build_catalog
from gateway.demo.outing import RISING, event_id
from gateway.demo.shelves import SHELVES
from gateway.demo.shoppers import DAYS, EVENTS, simulate
from gateway.domain.event import WEIGHTS, find_fault
from gateway.domain.tenant import TenantId

NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 4, tzinfo=UTC)
SHOP = TenantId("shop")
CATALOG = build_catalog(840)
EVENTS_TOLD = list(simulate(CATALOG, SHOP, NOW, 30_000))


def shelf_of(product_id):
    return CATALOG.by_id[product_id].shelf_id


def test_a_demo_has_two_hundred_thousand_events_and_more():
    assert EVENTS >= 200_000


def test_exactly_as_many_events_are_told_as_asked_for_each_with_its_own_id():
    assert [event.event_id for event in EVENTS_TOLD] == [event_id(n) for n in range(30_000)]
    assert [len(list(simulate(CATALOG, SHOP, NOW, n))) for n in (0, 1, 59, 61, 1000)] == [0, 1, 59, 61, 1000]


def test_every_moment_of_a_day_tells_the_same_past():
    again = simulate(CATALOG, SHOP, NOW + timedelta(hours=8), 2000)
    assert list(again) == list(simulate(CATALOG, SHOP, NOW, 2000))


def test_everything_happened_in_the_last_sixty_days_and_nothing_after_midnight():
    days = Counter(event.happened_at.date() for event in EVENTS_TOLD)
    assert len(days) == DAYS
    assert all(MIDNIGHT - timedelta(days=DAYS) <= event.happened_at < MIDNIGHT for event in EVENTS_TOLD)
    assert days[(MIDNIGHT - timedelta(days=1)).date()] > days[(MIDNIGHT - timedelta(days=59)).date()]


def test_every_event_is_one_that_the_gateway_would_take():
    assert not [fault for event in EVENTS_TOLD if (fault := find_fault(event, WEIGHTS))]
    assert {event.scope for event in EVENTS_TOLD} == {"IMPORT"}


def test_nobody_meets_a_product_that_is_unknown_or_not_sold_in_the_market():
    for event in EVENTS_TOLD:
        for product_id in (event.product_id, *(line.product_id for line in event.lines)):
            assert product_id is None or event.market_id in CATALOG.by_id[product_id].entry.offers


def test_both_markets_shop_and_pay_in_their_currency():
    assert min(Counter(event.market_id for event in EVENTS_TOLD).values()) > 0.3 * len(EVENTS_TOLD)
    paid = {(e.market_id, line.unit_price.currency) for e in EVENTS_TOLD for line in e.lines}
    assert paid == {("se", "SEK"), ("de", "EUR")}


def test_a_session_stays_in_one_market_with_one_user_and_goes_forward_in_time():
    sessions = defaultdict(list)
    for event in EVENTS_TOLD:
        sessions[event.visitor.session_id].append(event)
    for events in sessions.values():
        assert len({(event.market_id, event.visitor.user_id) for event in events}) == 1
        assert all(a.happened_at < b.happened_at for a, b in pairwise(events))
    of_users = Counter(events[0].visitor.user_id for events in sessions.values())
    assert of_users.pop(None) > 0.5 * len(sessions)
    assert sum(visits > 1 for visits in of_users.values()) > 200


def test_an_order_holds_what_its_session_put_into_the_cart():
    carts = defaultdict(set)
    for event in EVENTS_TOLD:
        if event.type == "add_to_cart":
            carts[event.visitor.session_id].add(event.product_id)
        if event.lines:
            assert {line.product_id for line in event.lines} == carts[event.visitor.session_id]


def test_most_baskets_hold_several_things_that_go_together_from_different_shelves():
    baskets = [[shelf_of(line.product_id) for line in event.lines] for event in EVENTS_TOLD if event.lines]
    several = [basket for basket in baskets if len(basket) > 1]
    assert len(baskets) > 500
    assert len(several) > 0.7 * len(baskets)
    complementary = sum(set(basket[1:]) <= set(SHELVES[basket[0]].goes_with) for basket in several)
    assert complementary > 0.95 * len(several)
    assert sum(len(set(basket)) == len(basket) for basket in several) > 0.95 * len(several)


def test_what_is_bought_with_a_product_repeats_itself():
    pairs = Counter(
        (event.lines[0].product_id, line.product_id) for event in EVENTS_TOLD if event.lines for line in event.lines[1:]
    )
    assert sum(count for count in pairs.values() if count > 1) > 0.2 * pairs.total()


def test_one_looks_mostly_at_things_of_the_same_shelf():
    visits = defaultdict(list)
    for event in EVENTS_TOLD:
        if event.type == "view":
            visits[event.visitor.session_id].append(shelf_of(event.product_id))
    same = sum(a == b for seen in visits.values() for a, b in pairwise(seen))
    assert same > 0.6 * sum(len(seen) - 1 for seen in visits.values())


def test_some_shelves_have_risen_in_the_last_week():
    def share(events):
        seen = [shelf_of(event.product_id) in RISING for event in events if event.type == "view"]
        return sum(seen) / len(seen)

    week_ago = MIDNIGHT - timedelta(days=7)
    before = share(e for e in EVENTS_TOLD if e.happened_at < week_ago)
    assert share(e for e in EVENTS_TOLD if e.happened_at >= week_ago) > 1.7 * before
