"""Filling a placement: nothing twice, nothing forbidden, pins where they are pinned, and full where it can be."""

from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.catalog import CategoryId, Money, Product, ProductId
from gateway.domain.filling import Dropped, Taken, fill, values_of
from gateway.domain.placement import StrategyName
from gateway.domain.ranking import Candidate, FallbackLevel, Rung, Standing
from gateway.domain.rule import RuleId
from gateway.domain.terms import Cap, Pin, Push, Terms

IDS = [ProductId(c) for c in "abcdefghijkl"]
GROUPS = [None, None, "g1", "g2"]
RULE = RuleId("r")
ids = st.sampled_from(IDS)
marks = st.frozensets(st.integers(0, 3), max_size=4)


@dataclass
class Shelf:
    """Goods made by hand: standings and brands by product; the variants of a group stand in for each other."""

    standings: dict
    brands: dict = field(default_factory=dict)
    leans: bool = True

    def standing(self, product_id):
        return self.standings.get(product_id)

    def product(self, product_id):
        there = self.standings[product_id]
        return Product(
            product_id, f"The {product_id}", Money(1, "SEK"), f"/{product_id}", there.available, there.group_id,
            brand=self.brands.get(product_id),
        )  # fmt: skip

    def title(self, product_id):
        return f"The {product_id}"

    def stand_ins(self, product_id):
        group = self.standings[product_id].group_id if product_id in self.standings else None
        return [i for i, s in sorted(self.standings.items()) if group and s.group_id == group and i != product_id]


standings = st.builds(Standing, st.booleans(), st.sampled_from(GROUPS), marks.map(sorted), st.integers(-1, 1), st.integers(0, 3))
shelves = st.builds(Shelf, st.dictionaries(ids, standings), st.dictionaries(ids, st.sampled_from(["x", "y", "z"])))
candidates = st.lists(st.builds(Candidate, ids, st.floats(0, 1)), max_size=14)
rungs = st.lists(st.builds(Rung, st.sampled_from(StrategyName), st.sampled_from(FallbackLevel), candidates), max_size=4)
pushes = st.lists(st.builds(Push, st.integers(0, 3), st.sampled_from([0, 0.5, 2.0]), st.just(RULE)), max_size=2).map(tuple)
pins = st.lists(st.builds(Pin, st.integers(0, 5), st.integers(0, 3), st.just(RULE), st.lists(ids, max_size=2)), max_size=3).map(
    tuple
)
caps = st.lists(
    st.builds(Cap, st.integers(0, 3), st.integers(1, 3), st.just(RULE), st.sampled_from([None, "brand"])), max_size=2
).map(tuple)
few = st.frozensets(st.integers(0, 3), max_size=1)
terms = st.builds(Terms, few, few, few, pushes, pins, caps, st.booleans(), st.booleans())
taken = st.builds(Taken, st.sets(ids, max_size=3), st.sets(st.sampled_from(["g1", "g2"]), max_size=1))


@given(rungs, shelves, terms, st.integers(0, 12), taken)
def test_what_is_shown_is_allowed_each_once_and_one_of_a_group(rungs, shelf, terms, count, taken):
    before = Taken(set(taken.products), set(taken.groups))
    chosen = [r.product for r in fill(rungs, shelf, terms, count, taken)]
    shown = [p.product_id for p in chosen]
    assert len(shown) == len(set(shown)) <= count
    groups = [p.group_id for p in chosen if p.group_id]
    assert len(groups) == len(set(groups))
    assert not before.products & set(shown)
    assert not before.groups & set(groups)
    assert all(p.available for p in chosen) or not terms.require_available
    assert all(terms.admit(shelf.standings[i].marks) for i in shown)
    assert taken.products == before.products | set(shown)
    for cap in terms.caps:
        counted = Counter(
            value
            for p in chosen
            if cap.mark in shelf.standings[p.product_id].marks
            for value in (values_of(p, cap.attribute) if cap.attribute else ("",))
        )
        assert all(number <= cap.most for number in counted.values())


@given(rungs, shelves, terms, st.integers(0, 12), taken)
def test_the_list_is_full_wherever_something_more_could_be_shown(rungs, shelf, terms, count, taken):
    shown = fill(rungs, shelf, terms, count, taken)
    if len(shown) == count:
        return
    more: list[Dropped] = []
    held = Counter()
    for each in shown:
        standing = shelf.standings[each.product.product_id]
        held.update((c, v) for c in terms.caps if c.mark in standing.marks for v in _values(each.product, c))
    offered = {i for rung in rungs for c in rung.candidates for i in (c.product_id, *shelf.stand_ins(c.product_id))}
    for product_id in offered - taken.products:
        standing = shelf.standing(product_id)
        if standing and standing.group_id not in taken.groups and (standing.available or not terms.require_available):
            product = shelf.product(product_id)
            capped = any(held[c, v] >= c.most for c in terms.caps if c.mark in standing.marks for v in _values(product, c))
            if terms.admit(standing.marks) and not capped:
                more.append(product_id)
    assert not more


def _values(product, cap):
    return values_of(product, cap.attribute) if cap.attribute else ("",)


@given(rungs, shelves, pins, st.integers(1, 12))
def test_pins_are_where_they_are_pinned(rungs, shelf, pins, count):
    chosen = fill(rungs, shelf, Terms(pins=pins), count, Taken())
    pinned = [(place, r) for place, r in enumerate(chosen) if r.rule_id]
    slots = [pin.slot for pin in pins]
    free = [place for place, r in enumerate(chosen) if not r.rule_id]
    for place, _ in pinned:
        assert place in slots or place - 1 in [p for p, _ in pinned] or not [f for f in free if f > place]


def test_two_pins_stand_where_they_were_told_and_the_rest_around_them():
    shelf = Shelf({i: Standing(True, marks=[0] if i in "kl" else []) for i in IDS}, leans=False)
    rung = Rung(StrategyName.SIMILAR, FallbackLevel.NONE, [Candidate(i, 1 - n / 20) for n, i in enumerate(IDS)])
    terms = Terms(pins=(Pin(2, 0, RuleId("one"), ["l"]), Pin(0, 0, RuleId("two"), ["k"])))
    chosen = fill([rung], shelf, terms, 5, Taken())
    assert [(r.product.product_id, r.rule_id) for r in chosen] == [
        ("k", "two"), ("a", None), ("l", "one"), ("b", None), ("c", None)
    ]  # fmt: skip
    assert (chosen[0].strategy, chosen[1].strategy) == (StrategyName.CURATED, StrategyName.SIMILAR)


def test_a_pin_that_the_list_does_not_reach_makes_room_for_one_that_it_does():
    shelf = Shelf({i: Standing(True, marks=[0]) for i in IDS}, leans=False)
    terms = Terms(pins=(Pin(2, 0, RuleId("two"), ["b"]), Pin(5, 0, RuleId("five"), ["a"])))
    rung = Rung(StrategyName.SIMILAR, FallbackLevel.NONE, [Candidate(IDS[2], 1)])
    assert [r.product.product_id for r in fill([rung], shelf, terms, 9, Taken())] == ["c", "a", "b"]


def test_a_slot_that_is_taken_gives_way_to_the_next():
    shelf = Shelf({i: Standing(True, marks=[0]) for i in IDS}, leans=False)
    terms = Terms(pins=(Pin(0, 0, RuleId("first"), ["b"]), Pin(0, 0, RuleId("second"), ["a"])))
    rung = Rung(StrategyName.SIMILAR, FallbackLevel.NONE, [Candidate(IDS[2], 1)])
    assert [r.product.product_id for r in fill([rung], shelf, terms, 3, Taken())] == ["b", "a", "c"]


def test_a_boost_lifts_a_burial_sinks_and_nought_comes_last():
    shelf = Shelf(
        {"a": Standing(True, marks=[1]), "b": Standing(True), "c": Standing(True, marks=[0]), "d": Standing(True, marks=[2])}
    )
    first = Rung(
        StrategyName.SIMILAR, FallbackLevel.NONE, [Candidate(i, s) for i, s in zip("abcd", (1, 0.9, 0.5, 0.4), strict=True)]
    )
    last = Rung(StrategyName.BESTSELLERS, FallbackLevel.BESTSELLERS, [Candidate(i, 1) for i in "abcd"])
    terms = Terms(pushes=(Push(0, 3.0, RuleId("up")), Push(1, 0.0, RuleId("last")), Push(2, 0.5, RuleId("down"))))
    chosen = fill([first, last], shelf, terms, 9, Taken())
    assert [(r.product.product_id, r.rule_id) for r in chosen] == [("c", "up"), ("b", None), ("d", "down"), ("a", "last")]


def test_what_was_seen_and_not_clicked_sinks_where_the_placement_rotates():
    shelf = Shelf({"a": Standing(True, sights=3), "b": Standing(True), "c": Standing(True)}, leans=False)
    rung = Rung(StrategyName.TRENDING, FallbackLevel.NONE, [Candidate(i, s) for i, s in zip("abc", (1, 0.9, 0.8), strict=True)])
    shown = {
        rotation: [r.product.product_id for r in fill([rung], shelf, Terms(rotation=rotation), 3, Taken())] for rotation in (0, 1)
    }
    assert shown == {0: ["a", "b", "c"], 1: ["b", "c", "a"]}


def test_a_variant_that_is_sold_out_is_replaced_by_one_that_is_not():
    shelf = Shelf({"a": Standing(False, "g1"), "b": Standing(True, "g1"), "c": Standing(True)})
    rung = Rung(StrategyName.SIMILAR, FallbackLevel.NONE, [Candidate(i, 1.0, seed="k") for i in "ac"])
    one, two = fill([rung], shelf, Terms(), 5, Taken())
    assert (one.product.product_id, one.seed, one.seed_title, two.product.product_id) == ("b", "k", "The k", "c")


@pytest.mark.parametrize(
    ("standing", "terms", "code"),
    [
        (None, Terms(), "NOT_SHOWN"),
        (Standing(False), Terms(), "SOLD_OUT"),
        (Standing(True, "g1"), Terms(), "VARIANT_TAKEN"),
        (Standing(True), Terms(all_of=frozenset({0})), "FILTERED"),
        (Standing(True), Terms(all_of=frozenset({0}), who={0: RULE}), "OUT_OF_PRICE_BAND"),
        (Standing(True), Terms(any_of=frozenset({0}), who={0: RULE}), "NOT_INCLUDED"),
        (Standing(True, marks=[0]), Terms(none_of=frozenset({0}), who={0: RULE}), "EXCLUDED"),
    ],
)
def test_what_is_dropped_says_why(standing, terms, code):
    shelf = Shelf({"a": standing} if standing else {})
    dropped: list[Dropped] = []
    fill([Rung(StrategyName.SIMILAR, FallbackLevel.NONE, [Candidate("a", 1)])], shelf, terms, 3, Taken(groups={"g1"}), dropped)
    [why] = dropped
    assert (why.product_id, why.code, why.rule_id) == ("a", code, RULE if terms.who else None)


def test_a_cap_counts_each_value_by_itself():
    shelf = Shelf({i: Standing(True, marks=[0]) for i in IDS[:6]}, dict(zip(IDS, "xxxyyz", strict=False)), leans=False)
    rung = Rung(StrategyName.SIMILAR, FallbackLevel.NONE, [Candidate(i, 1.0) for i in IDS[:6]])
    chosen = fill([rung], shelf, Terms(caps=(Cap(0, 1, RULE, "brand"),)), 6, Taken())
    assert [r.product.product_id for r in chosen] == ["a", "d", "f"]


def test_values_are_what_a_product_says_under_a_name():
    product = Product("p", "P", Money(1, "SEK"), "/", brand="x", category_ids=(CategoryId("c"),), attributes={"size": [42, "L"]})
    assert [values_of(product, n) for n in ("brand", "category", "genre", "attributes.size", "attributes.none")] == [
        ("x",), ("c",), (), ("42", "L"), ()
    ]  # fmt: skip
