"""What is asked about was never learnt; and what is asked is what a visitor would have asked."""

import csv
from datetime import timedelta

import pytest

from gateway.domain.event import Event, OrderLine
from gateway.domain.visitor import SessionId, Visitor
from gateway.errors import BadInput
from gateway.evaluation.holdout import split
from gateway.evaluation.question import Task
from gateway.index.workshop import EVENTS, Limits
from tests import shop
from tests.rehearsed import Told, bring

SHELF = [Told(f"p{n:02}", showable=n != 9) for n in range(10)]  # a row is its number


def told_visit(name, began, *products, bought=(), order=None):
    seen = Visitor(SessionId(name))
    views = [
        Event("acme", f"{name}-{n}", "view", began + timedelta(seconds=n), seen, "SERVER", f"p{p:02}", market_id="se")
        for n, p in enumerate(products)
    ]
    end = began + timedelta(seconds=len(products))
    lines = tuple(OrderLine(f"p{p:02}") for p in bought)
    return views + ([Event("acme", f"{name}-o", "purchase", end, seen, "SERVER", order_id=order, lines=lines)] if lines else [])


def past(days=10, each=110):
    """Visits of two products, day after day; the newest event is at NEWEST."""
    return [
        event
        for day in range(days)
        for n in range(each)
        for event in told_visit(f"{day}.{n}", shop.NEWEST - timedelta(days=day, seconds=n * 60 + 60), n % 7, n % 7 + 1)
    ]


def parted(tmp_path, events, days=1.0, **more):
    bring(tmp_path / "told", SHELF, events)
    return split(tmp_path / "told", tmp_path / "learn", Limits(), days=days, sample=more.get("sample", 1000))


def asked(found, task):
    return [(tuple(s.row for s in q.seen), q.seeds, set(q.targets)) for q in found.questions if q.task == task]


def rows(folder):
    with (folder / EVENTS).open(newline="") as file:
        return list(csv.DictReader(file))


def test_nothing_of_the_time_held_out_is_learnt_and_a_visit_across_the_border_is_not_asked_about(tmp_path):
    border = shop.NEWEST - timedelta(days=1)
    across = told_visit("across", border - timedelta(seconds=2), 1, 2, 3, 4, 5)
    found = parted(tmp_path, [*past(), *across, *told_visit("newest", shop.NEWEST, 8)])
    learnt = [float(row["moment"]) for row in rows(found.learn)]
    assert max(learnt) < border.timestamp()
    assert len(learnt) == 110 * 9 * 2 + 2
    assert found.visits.count == 110 * 9 + 1
    assert len(asked(found, Task.NEXT)) == 110


def test_the_files_are_otherwise_as_they_were(tmp_path):
    awkward = Event("acme", 'é,"1"', "view", shop.NEWEST - timedelta(days=5), Visitor(SessionId("a\nb")), "SERVER", "p01")
    found = parted(tmp_path, [*past(), awkward, *told_visit("newest", shop.NEWEST, 8)])
    told, kept = rows(tmp_path / "told"), rows(found.learn)
    assert all(row in told for row in kept)
    assert any("a\nb" in row["owner"] for row in kept)


def test_the_last_new_product_is_asked_from_what_came_before_it(tmp_path):
    visit = told_visit("it", shop.NEWEST - timedelta(seconds=50), 3, 4, 3, 6, 4)
    found = parted(tmp_path, [*past(), *visit, *told_visit("newest", shop.NEWEST, 8)])
    assert ((3, 4, 3), (3,), {6}) in asked(found, Task.NEXT)


def test_what_was_bought_later_is_asked_from_the_first_step(tmp_path):
    visit = told_visit("it", shop.NEWEST - timedelta(seconds=50), 3, 4, bought=(3, 4, 5), order="o")
    found = parted(tmp_path, [*past(), *visit, *told_visit("newest", shop.NEWEST, 8)])
    assert asked(found, Task.LATER) == [((3,), (3,), {4, 5})]


def test_the_rest_of_an_order_is_asked_from_one_and_from_three_of_its_products(tmp_path):
    visits = [
        *told_visit("a", shop.NEWEST - timedelta(seconds=50), 1, bought=(1, 2), order="small"),
        *told_visit("b", shop.NEWEST - timedelta(seconds=40), 1, bought=(1, 2, 3, 4, 5), order="large"),
        *told_visit("c", shop.NEWEST - timedelta(seconds=30), 1, bought=(7,), order="single"),
        *told_visit("d", shop.NEWEST - timedelta(days=3), 1, bought=(6, 7), order="old"),
    ]
    found = parted(tmp_path, [*past(), *visits, *told_visit("newest", shop.NEWEST, 8)])
    together, cart = asked(found, Task.TOGETHER), asked(found, Task.CART)
    assert sorted(sorted({*seeds, *targets}) for _, seeds, targets in together) == [[1, 2], [1, 2, 3, 4, 5]]
    assert {len(seeds) for _, seeds, _ in together} == {1}
    ((seen, seeds, targets),) = cart
    assert (seen, len(seeds), {*seeds, *targets}) == ((), 3, {1, 2, 3, 4, 5})
    assert found.baskets.product.tolist() == [6, 7]


def test_what_may_not_be_shown_is_not_asked_for(tmp_path):
    visit = told_visit("it", shop.NEWEST - timedelta(seconds=50), 3, 9)
    found = parted(tmp_path, [*past(), *visit, *told_visit("newest", shop.NEWEST, 8)])
    assert all(9 not in targets for _, _, targets in asked(found, Task.NEXT))
    assert not found.showable[9]


def test_without_days_a_tenth_of_the_visits_is_asked_about_and_a_sample_bounds_them(tmp_path):
    found = parted(tmp_path, past(), days=None)
    assert len(asked(found, Task.NEXT)) == pytest.approx(110, abs=2)
    few, again = (parted(tmp_path / name, past(), days=None, sample=25) for name in ("few", "again"))
    assert len(asked(few, Task.NEXT)) == 25
    assert few.questions == again.questions


def test_too_short_a_past_is_said(tmp_path):
    with pytest.raises(BadInput, match="220 visits have looked at two products or more; an evaluation needs 1,000"):
        parted(tmp_path, past(days=2))


def test_too_many_days_held_out_are_said(tmp_path):
    with pytest.raises(BadInput, match=r"only 0 visits began before the 30\.0 days held out"):
        parted(tmp_path, past(), days=30.0)
