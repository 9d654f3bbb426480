"""A type of event with a half-life of its own says half as much when that has passed, whenever and with whatever it is summed up."""

import math
import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.domain.event import Event, OrderLine
from gateway.domain.event_type import EventType, lesson, types_with
from gateway.domain.visitor import SessionId, Visitor
from gateway.index.days import marks_of
from gateway.index.errand import EVENTS, Errand, Part
from gateway.index.graph import order_graph, view_graph
from gateway.index.months import join_months
from gateway.index.searches import Searches, write_searches
from gateway.index.traits import read_traits
from gateway.index.workshop import Limits, open_days, open_workshop
from tests.rehearsed import Told, bring

PRODUCTS = [f"p{n}" for n in range(6)]
NEWEST = datetime(2026, 3, 20, 12, tzinfo=UTC)
FIRST = date(2025, 12, 1)
TYPES = types_with(
    [EventType("view", 1.0, 3.0), EventType("purchase", 5.0, 10.0), EventType("holds", 40.0), EventType("tries", 7.0, 50.0)]
)
KINDS = ("view", "add_to_cart", "purchase", "holds", "tries", "search")


def event(number, kind, moment, session, product=None, **more):
    return Event("acme", f"e{number}", kind, moment, Visitor(SessionId(session)), "SERVER", product, **more)


def past(seed, count=150):
    """A hundred days of visits of a few steps each; by their names, none of those of which a step is withheld."""
    chance = random.Random(seed)
    events = [event(0, "view", NEWEST, "newest", "p0")]
    for visit in range(count // 5):
        began = NEWEST - timedelta(days=chance.uniform(0.2, 108))
        for step in range(5):
            number, kind, moment = 5 * visit + step + 1, chance.choice(KINDS), began + timedelta(minutes=step)
            if kind == "search":
                events.append(event(number, kind, moment, f"v{visit}", search_term="lamp"))
            else:
                order = {"order_id": f"o{visit}"} if kind == "purchase" else {}
                events.append(event(number, kind, moment, f"v{visit}", chance.choice(PRODUCTS), **order))
    return events


def found(duck, place):
    traits = read_traits(duck)
    write_searches(place, duck)
    return {
        "views": view_graph(duck, traits)[0].toarray(),
        "orders": order_graph(duck, traits).toarray(),
        "charts": {
            row[3]: row[4] for row in duck.execute("select * from counted where kind = 'all' and market_id = ''").fetchall()
        },
        "searches": dict(Searches(place, len(PRODUCTS)).of("lamp")),
    }


def at_once(place, events):
    with open_workshop(bring(place, map(Told, PRODUCTS), events, types=TYPES), Limits()) as duck:
        return found(duck, place)


def left(kind, moment, otherwise):
    """How much of a weight is left at the newest event; `otherwise`: days to 1/e where the type has no half-life."""
    days = (NEWEST - moment) / timedelta(days=1)
    half_life = TYPES[kind].half_life_days
    return 0.5 ** (days / half_life) if half_life else math.exp(-days / otherwise)


def test_pairs_fade_by_the_half_lives_of_both_steps(tmp_path):
    events = past(1)
    visits, pull, seen = defaultdict(list), defaultdict(float), defaultdict(set)
    for each in sorted(events, key=lambda e: (e.happened_at, e.event_id)):
        if each.product_id:
            visits[each.visitor.session_id].append(each)
    for session, steps in visits.items():
        strength = [math.sqrt(TYPES[e.type].weight * left(e.type, e.happened_at, 60)) for e in steps]
        for a, first in enumerate(steps):
            seen[first.product_id].add((session, first.happened_at.date()))
            for b, second in enumerate(steps[a + 1 :], a + 1):
                if first.product_id != second.product_id:
                    pull[first.product_id, second.product_id] += strength[a] * strength[b] / (b - a)
                    pull[second.product_id, first.product_id] += strength[a] * strength[b] / (b - a)
    views = at_once(tmp_path, events)["views"]
    for i, one in enumerate(PRODUCTS):
        for j, other in enumerate(PRODUCTS):
            assert views[i, j] == pytest.approx(pull[one, other] / len(seen[other]) ** 0.2, rel=1e-4)


def test_charts_fade_by_the_half_life_of_each_step(tmp_path):
    events = past(2)
    selling = defaultdict(float)
    for each in events:
        if each.product_id:
            selling[PRODUCTS.index(each.product_id)] += TYPES[each.type].weight * left(each.type, each.happened_at, 14)
    assert at_once(tmp_path, events)["charts"] == {row: pytest.approx(sold, rel=1e-4) for row, sold in selling.items()}


def test_what_is_bought_together_fades_by_the_half_life_of_a_purchase(tmp_path):
    ago = NEWEST - timedelta(days=10)
    lines = (OrderLine("p0"), OrderLine("p1"))
    orders = [event(n, "purchase", at, f"s{n}", order_id=f"o{n}", lines=lines) for n, at in enumerate((NEWEST, ago))]
    found = at_once(tmp_path, orders)["orders"]
    assert found[0, 1] == pytest.approx((1 + 0.5) / math.sqrt(2) / 2**0.2, rel=1e-4)


@pytest.mark.parametrize("many", [1_000, 0])
def test_days_one_by_one_and_joined_to_months_are_the_past_at_once(tmp_path, many):
    events = past(3)
    days = sorted({e.happened_at.date() for e in events})
    versions = dict.fromkeys(days, 1)
    marks, sums, work = marks_of(versions), tmp_path / "sums", bring(tmp_path / "work", map(Told, PRODUCTS))
    parts = []
    for number, day in enumerate(days):
        began = datetime(day.year, day.month, day.day, tzinfo=UTC)
        of_day = [e for e in events if began - timedelta(minutes=30) <= e.happened_at < began + timedelta(days=1)]
        bring(tmp_path / "part", map(Told, PRODUCTS), of_day, types=TYPES)
        (tmp_path / "part" / EVENTS).rename(work / f"{number}.csv")
        parts.append(Part(f"{number}.csv", {day: marks[day]}))
    Errand(parts, marks, lesson=lesson(TYPES)).write(work)
    with open_workshop(work, Limits(), sums) as duck:
        join_months(duck, open_days(sums, lesson(TYPES)), marks, many=many)
    Errand([], marks, lesson=lesson(TYPES)).write(work)
    with open_workshop(work, Limits(), sums) as duck:
        each = found(duck, work)
    assert (len(open_days(sums, lesson(TYPES)).spans) < len(days)) == (not many)
    whole = at_once(tmp_path / "once", events)
    for name in ("views", "orders", "charts", "searches"):
        assert each[name] == pytest.approx(whole[name], rel=1e-3), name


def test_sums_that_were_taught_otherwise_are_read_anew(tmp_path):
    events = past(4, 20)
    days = {e.happened_at.date(): "1" for e in events}
    work = bring(tmp_path / "work", map(Told, PRODUCTS), events, types=TYPES)
    Errand([Part(EVENTS, days)], days, lesson=lesson(TYPES)).write(work)
    with open_workshop(work, Limits(), tmp_path / "sums"):
        assert open_days(tmp_path / "sums", lesson(TYPES)).lacking(days) == []
    other = types_with([EventType("view", 1.0, 4.0)])
    assert open_days(tmp_path / "sums", lesson(other)).lacking(days) == sorted(days)
