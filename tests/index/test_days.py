"""A past that is summed up day by day, in whatever order and however often, is the past summed up at once."""

import random
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sql
from gateway.domain.event import Event, OrderLine
from gateway.domain.event_type import STANDARD, lesson
from gateway.domain.visitor import SessionId, UserId, Visitor
from gateway.index.days import marks_of
from gateway.index.errand import EVENTS, Errand, Part
from gateway.index.graph import after_graph, order_graph, view_graph
from gateway.index.months import join_months
from gateway.index.searches import Searches, write_searches
from gateway.index.traits import read_traits
from gateway.index.withheld import read, write_withheld
from gateway.index.workshop import Limits, measure, open_days, open_workshop
from tests.rehearsed import Told, bring

PRODUCTS = [f"p{n}" for n in range(8)]
MIDNIGHT = datetime(2026, 3, 29, tzinfo=UTC)  # in the night in which Europe's clocks are set forward
DAYS = [date(2026, 3, 27) + timedelta(days=n) for n in range(4)]


def event(number, kind, moment, visitor, product=None, **more):
    return Event("acme", f"e{number}", kind, moment, visitor, "SERVER", product, **more)


def past(seed, count=160):
    """Visits of all kinds over four days, many of them over a midnight; searches, orders told whole and line by line."""
    chance = random.Random(seed)
    who = [Visitor(SessionId(f"visit-{n}")) for n in (0, 1, 2, 46)] + [Visitor(user_id=UserId("u"))]
    events = []
    for number in range(count):
        moment = MIDNIGHT + timedelta(days=chance.randint(-1, 1), minutes=chance.uniform(-90, 90))
        visitor, product = chance.choice(who), chance.choice(PRODUCTS)
        kind = chance.choice(("view", "view", "view", "add_to_cart", "purchase", "search", "order"))
        if kind == "search":
            events.append(event(number, kind, moment, visitor, search_term=chance.choice(("Lamp ", "lamp", "rug"))))
        elif kind == "order":
            lines = tuple(OrderLine(p) for p in chance.sample(PRODUCTS, 3))
            events.append(event(number, "purchase", moment, visitor, order_id=f"o{number}", lines=lines))
        else:
            events.append(event(number, kind, moment, visitor, product))
    return events


def of_days(events, days):
    """What the trainer reads for a run of days: theirs, and the half hour before."""
    since, until = (datetime(d.year, d.month, d.day, tzinfo=UTC) for d in (days[0], days[-1] + timedelta(days=1)))
    return [e for e in events if since - timedelta(minutes=30) <= e.happened_at < until]


def learn(place, sums, runs, versions):
    """What a night learns whose errand is these runs of (days, events)."""
    parts, marks = [], marks_of(versions)
    work = bring(place, map(Told, PRODUCTS))
    for number, (days, events) in enumerate(runs):
        bring(place / "part", map(Told, PRODUCTS), of_days(events, days))
        (place / "part" / EVENTS).rename(place / f"{number}.csv")
        parts.append(Part(f"{number}.csv", {day: marks[day] for day in days}))
    Errand(parts, marks).write(work)
    with open_workshop(work, Limits(), sums) as duck:
        return found(duck, place)


def found(duck, place):
    traits = read_traits(duck)
    write_searches(place, duck)
    write_withheld(place, duck)
    searches = Searches(place, len(PRODUCTS))
    return {
        "views": view_graph(duck, traits)[0].toarray(),
        "orders": order_graph(duck, traits).toarray(),
        "after": after_graph(duck, traits).toarray(),
        "visits": traits.visits,
        "charts": duck.execute("select * from counted order by all").fetchall(),
        "searches": np.array([row for term in ("lamp", "rug") for row in searches.of(term)]),
        "withheld": [(w.prefix, w.target, w.moment.timestamp()) for w in read(place)],
        "extent": measure(duck).events,
    }


def assert_alike(one, other):
    for name in ("views", "orders", "after", "visits", "searches"):
        assert one[name] == pytest.approx(other[name], rel=1e-3), name
    assert [row[:4] for row in one["charts"]] == [row[:4] for row in other["charts"]]
    assert [row[4:] for row in one["charts"]] == [pytest.approx(row[4:]) for row in other["charts"]]
    assert one["withheld"] == other["withheld"]
    assert one["extent"] == other["extent"]


VERSIONS = dict.fromkeys(DAYS, 1)


def at_once(place, events):
    return learn(place / "once", place / "once-sums", [(DAYS, events)], VERSIONS)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=8, deadline=None)
def test_days_one_by_one_are_the_past_at_once(tmp_path_factory, seed):
    events, place = past(seed), tmp_path_factory.mktemp("days")
    assert_alike(learn(place / "each", place / "sums", [([day], events) for day in DAYS], VERSIONS), at_once(place, events))


def test_a_visit_over_midnight_is_seen_as_one(tmp_path):
    visitor = Visitor(SessionId("visit-0"))
    events = [event(n, "view", MIDNIGHT + timedelta(minutes=m), visitor, PRODUCTS[n]) for n, m in enumerate((-40, -29, 5, 50))]
    views = learn(tmp_path / "a", tmp_path / "sums", [([day], events) for day in DAYS], VERSIONS)["views"]
    met = {(i, j) for i, j in zip(*(side.tolist() for side in views.nonzero()), strict=True) if i < j}
    assert met == {(0, 1), (1, 2), (1, 3), (2, 3)}  # what was more than half an hour before midnight met yesterday only


def test_a_late_event_has_its_day_and_the_next_read_anew_and_no_other(tmp_path):
    events = past(5)
    learn(tmp_path / "first", tmp_path / "sums", [(DAYS, events)], VERSIONS)
    late = [
        *events,
        event(999, "purchase", MIDNIGHT - timedelta(minutes=1), Visitor(SessionId("visit-1")), "p0", order_id="late"),
    ]
    versions = {**VERSIONS, DAYS[1]: 2}
    assert open_days(tmp_path / "sums", lesson(STANDARD)).holding(marks_of(versions)).lacking(versions) == DAYS[1:3]
    again = learn(tmp_path / "again", tmp_path / "sums", [(DAYS[1:3], late)], versions)
    assert_alike(again, at_once(tmp_path, late))


def test_a_day_that_is_gone_teaches_nothing_any_more(tmp_path):
    events = past(6)
    learn(tmp_path / "first", tmp_path / "sums", [(DAYS, events)], VERSIONS)
    gone = {day: version for day, version in VERSIONS.items() if day != DAYS[2]}
    lacking = open_days(tmp_path / "sums", lesson(STANDARD)).holding(marks_of(gone)).lacking(gone)
    assert lacking == [DAYS[3]]
    left = [e for e in events if e.happened_at.date() != DAYS[2]]
    again = learn(tmp_path / "again", tmp_path / "sums", [(lacking, left)], gone)
    assert_alike(again, learn(tmp_path / "once", tmp_path / "other", [(DAYS[:2], left), (DAYS[3:], left)], gone))


def test_months_say_what_their_days_said(tmp_path):
    old = [
        event(n, e.type, e.happened_at - timedelta(days=400), e.visitor, e.product_id)
        for n, e in enumerate(past(7))
        if e.product_id
    ]
    new = past(8)
    days = sorted({e.happened_at.date() for e in (*old, *new)})
    versions = dict.fromkeys(days, 1)
    runs = [([day], [*old, *new]) for day in days]
    apart = learn(tmp_path / "a", tmp_path / "sums", runs, versions)
    with open_workshop(bring(tmp_path / "b", ()), Limits()) as duck:
        duck.execute(sql.training("folder"), {"folder": str(tmp_path / "sums")})
        join_months(duck, open_days(tmp_path / "sums", lesson(STANDARD)), marks_of(versions), many=0)
    assert_alike(learn(tmp_path / "c", tmp_path / "sums", [], versions), apart)
    spans = open_days(tmp_path / "sums", lesson(STANDARD)).spans
    assert len(spans) < len(days)
    changed = {**versions, days[0]: 2}
    assert open_days(tmp_path / "sums", lesson(STANDARD)).holding(marks_of(changed)).lacking(changed)[:2] == days[:2]


def test_the_order_of_rows_in_a_file_says_nothing(tmp_path):
    events = past(9)
    mixed = random.Random(1).sample(events, len(events))
    assert_alike(learn(tmp_path / "a", tmp_path / "sums", [(DAYS, mixed)], VERSIONS), at_once(tmp_path, events))


def one_byte_less(path):
    path.write_bytes(path.read_bytes()[:-1])


def other_bytes(path):
    path.write_bytes(random.Random(1).randbytes(path.stat().st_size))


def one_bit_over(path):
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])


@pytest.mark.parametrize("damage", [one_byte_less, other_bytes, one_bit_over])
def test_sums_that_were_damaged_are_read_anew_and_no_others(tmp_path, damage):
    events, sums = past(10), tmp_path / "sums"
    learn(tmp_path / "first", sums, [(DAYS[:2], events), (DAYS[2:], events)], VERSIONS)
    damage(max(sums.glob("*/views.parquet"), key=lambda path: int(path.parent.name)))
    assert open_days(sums, lesson(STANDARD)).holding(marks_of(VERSIONS)).lacking(VERSIONS) == DAYS[2:]
    again = learn(tmp_path / "again", sums, [(DAYS[2:], events)], VERSIONS)
    assert_alike(again, learn(tmp_path / "once", tmp_path / "other", [(DAYS[:2], events), (DAYS[2:], events)], VERSIONS))
    assert open_days(sums, lesson(STANDARD)).holding(marks_of(VERSIONS)).lacking(VERSIONS) == []


def test_without_a_list_of_what_was_summed_up_all_is_read_anew(tmp_path):
    events = past(10)
    learn(tmp_path / "first", tmp_path / "sums", [(DAYS, events)], VERSIONS)
    (tmp_path / "sums" / "days.json").write_text("{")
    assert open_days(tmp_path / "sums", lesson(STANDARD)).holding(marks_of(VERSIONS)).lacking(VERSIONS) == DAYS
    assert_alike(learn(tmp_path / "again", tmp_path / "sums", [(DAYS, events)], VERSIONS), at_once(tmp_path, events))


def test_a_batch_that_a_killed_trainer_began_is_not_counted_and_goes(tmp_path):
    events = past(11)
    learn(tmp_path / "first", tmp_path / "sums", [(DAYS, events)], VERSIONS)
    (tmp_path / "sums" / "7").mkdir()
    (tmp_path / "sums" / "7" / "views.parquet").write_bytes(b"PAR1half")
    assert_alike(learn(tmp_path / "again", tmp_path / "sums", [], VERSIONS), at_once(tmp_path, events))
    assert not (tmp_path / "sums" / "7").exists()
