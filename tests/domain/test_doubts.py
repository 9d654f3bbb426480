"""What is doubtful in a rule: it can never do anything, or another wants the opposite in the same place at the same time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.catalog import CategoryId, MarketId, ProductId
from gateway.domain.doubts import Found, Sold, World, contradictions, doubts_of
from gateway.domain.notation import match_of
from gateway.domain.placement import DEFAULTS, PlacementId
from gateway.domain.rule import Rule, RuleId, RuleKind

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOLD = {
    "boot": [Sold(MarketId("se"), True, True), Sold(MarketId("de"), True, False)],
    "gone": [Sold(MarketId("se"), True, False)],
    "ghost": [Sold(MarketId("se"), False, True)],
    "homeless": [],
}
WORLD = World(
    now=NOW,
    time_zone="Europe/Stockholm",
    markets=frozenset({MarketId("se"), MarketId("de")}),
    categories=frozenset({CategoryId("boots")}),
    placements={p.placement_id: p for p in DEFAULTS},
    found=Found(frozenset({"Nord"}), frozenset({"colour"}), frozenset({0}), SOLD),
)


def rule(kind="BOOST", match: Mapping = {"brands": ["Nord"]}, placement=None, number=0, **said) -> Rule:
    where = placement and PlacementId(placement)
    return Rule(RuleId(f"r{number}"), RuleKind(kind), match_of(match), where, **said)


def codes(it: Rule, world: World = WORLD) -> list[str]:
    return [doubt.code for doubt in doubts_of(it, 0, world)]


@pytest.mark.parametrize(
    ("it", "expected"),
    [
        (rule(), []),
        (rule(placement="item_page.similar"), []),
        (rule(placement="item_page.gone"), ["UNKNOWN_PLACEMENT"]),
        (rule(match={"brands": ["Nord", "Nrod"]}), ["UNKNOWN_BRAND"]),
        (rule(match={"excludeBrands": ["Nrod"]}), ["UNKNOWN_BRAND"]),
        (rule(match={"categoryIds": ["boots", "botos"]}), ["UNKNOWN_CATEGORY"]),
        (rule(match={"attributes": {"color": ["red"]}}), ["UNKNOWN_ATTRIBUTE"]),
        (rule(match={"not": {"color": ["red"]}}), ["UNKNOWN_ATTRIBUTE"]),
        (rule(match={"productIds": ["boto"]}), ["UNKNOWN_PRODUCT"]),
        (rule(ends_at=NOW), ["OVER"]),
        (rule(ends_at=NOW + timedelta(seconds=1)), []),
        (rule(match={}), ["MATCHES_EVERYTHING"]),
        (rule("EXCLUDE", match={}), ["MATCHES_EVERYTHING"]),
        (rule("CAP", match={}, cap=3), ["MATCHES_EVERYTHING"]),
        (rule("CAP", match={"attribute": "brand"}, cap=3), []),
        (rule("CAP", match={"attribute": "attributes.colour"}, cap=3), []),
        (rule("CAP", match={"attribute": "attributes.color"}, cap=3), ["UNKNOWN_ATTRIBUTE"]),
        (rule("PIN", match={"productIds": ["boot"]}, slot=0), []),
        (rule("PIN", match={"productIds": ["gone"]}, slot=0), ["CANNOT_BE_SHOWN"]),
        (rule("PIN", match={"productIds": ["ghost"]}, slot=0), ["CANNOT_BE_SHOWN"]),
        (rule("PIN", match={"productIds": ["homeless"]}, slot=0), ["CANNOT_BE_SHOWN"]),
        (rule("PIN", match={"productIds": ["boto"]}, slot=0), ["UNKNOWN_PRODUCT"]),
        (rule("PIN", match={"productIds": ["boot"]}, slot=12, placement="home_page.top"), ["SLOT_PAST_END"]),
        (rule("PRICE_BAND", match={"from": 0.8}), []),
        (rule("PRICE_BAND", match={"from": 0.8}, placement="item_page.similar"), []),
        (rule("PRICE_BAND", match={"from": 0.8}, placement="home_page.top"), ["NO_SEED"]),
        (rule("PRICE_BAND", match={"from": 0.8}, when={"pageType": {"$in": ["home", "brand"]}}), ["NO_SEED"]),
        (rule("PRICE_BAND", match={"from": 0.8}, when={"pageType": {"$in": ["home", "item"]}}), []),
    ],
)
def test_a_rule_that_can_do_nothing_says_why(it, expected):
    assert codes(it) == expected


def test_a_rule_whose_match_finds_nothing_says_so():
    assert codes(rule(), replace(WORLD, found=replace(WORLD.found, matching=frozenset()))) == ["NO_PRODUCT"]


@pytest.mark.parametrize(
    "when",
    [
        {"market": "se"},
        {"market": {"$ne": "se"}},
        {"pageType": "home", "market": "de"},
        {"hour": {"$gte": 22}},
        {"date": {"$gte": "2026-12-01", "$lt": "2026-12-02"}},
        {"date": "2026-11-20"},
        {"brand": "Nord"},
        {"brand": {"$ne": "Nord"}},
        {"locale": {"$in": ["sv-SE", "de-DE"]}},
        {"visitor.age": {"$gt": 17, "$lt": 18}},
        {"visitor.tier": {"$exists": False}},
        {"visitor.known": True, "visitor.tags": {"$size": 2}},
        {"context.season": {"$all": ["summer", "sale"]}},
        {"categoryIds": {"$in": ["boots"]}},
        {"categoryIds": {"$nin": ["boots"]}},
        {"$or": [{"market": "se"}, {"weekday": "sunday"}]},
        {"$not": {"market": "se"}},
        {"searchTerm": "boots", "visitor.tier": {"$in": ["gold", None]}},
    ],
)
def test_a_condition_that_a_page_may_meet_is_let_be(when):
    assert codes(rule(when=when)) == []


@pytest.mark.parametrize(
    "when",
    [
        {"market": {"$in": ["se"]}, "$not": {"market": "se"}},
        {"market": {"$nin": ["se", "de"]}},
        {"$nor": [{"market": "se"}, {"market": "de"}]},
        {"$and": [{"weekday": "monday"}, {"weekday": "sunday"}]},
        {"hour": {"$gt": 8, "$lt": 9}},
        {"date": {"$lt": "2026-11-20"}},
        {"visitor.age": {"$gt": 18, "$lt": 18}},
        {"visitor.tier": "gold", "$not": {"visitor.tier": {"$in": ["gold", "silver"]}}},
        {"searchTerm": {"$exists": False, "$eq": "boots"}},
        {"categoryIds": {"$in": ["boots"]}, "$nor": [{"categoryIds": {"$in": ["boots"]}}]},
        {"$or": [{"date": "2020-01-01"}, {"hour": {"$lt": 0}}]},
        {"visitor.known": True, "$and": [{"visitor.known": False}]},
    ],
)
def test_a_condition_that_no_page_can_meet_is_told(when):
    assert codes(rule(when=when)) == ["NEVER_HOLDS"]


def test_what_a_condition_names_must_be_there():
    assert codes(rule(when={"market": "dk"})) == ["UNKNOWN_MARKET", "NEVER_HOLDS"]
    assert codes(rule(when={"market": {"$in": ["se", "dk"]}})) == ["UNKNOWN_MARKET"]
    assert codes(rule(when={"categoryIds": {"$in": ["botos"]}})) == ["UNKNOWN_CATEGORY", "NEVER_HOLDS"]
    assert codes(rule(when={"productIds": {"$in": ["boto"]}})) == ["UNKNOWN_PRODUCT", "NEVER_HOLDS"]
    assert codes(rule(when={"pageType": "item"}, placement="home_page.top")) == ["NEVER_HOLDS"]


PIN = {"kind": "PIN", "match": {"productIds": ["boot"]}, "slot": 0}
NORD = {"match": {"brands": ["Nord"]}}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PIN, {"kind": "PIN", "match": {"productIds": ["gone"]}, "slot": 0}),
        (NORD | {"kind": "BOOST"}, NORD | {"kind": "BURY"}),
        (NORD | {"kind": "INCLUDE"}, NORD | {"kind": "EXCLUDE"}),
        ({"kind": "PRICE_BAND", "match": {"to": 0.8}}, {"kind": "PRICE_BAND", "match": {"from": 1}}),
        ({"kind": "PIN", "match": {"brands": ["Nord"]}, "slot": 1}, NORD | {"kind": "EXCLUDE"}),
    ],
)
def test_two_rules_that_want_the_opposite_name_each_other(one, other):
    one, other = rule(number=0, **one), rule(number=1, **other)
    for mine, theirs in ((one, other), (other, one)):
        [told] = contradictions(mine, 0, [(1, theirs)], WORLD)
        assert told.code == "CONTRADICTS"
        assert f"rule {theirs.rule_id}" in told.message


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"placement": "home_page.top"}, {"placement": "home_page.more"}),
        ({"ends_at": NOW + timedelta(days=1)}, {"starts_at": NOW + timedelta(days=1)}),
        ({"ends_at": NOW}, {}),
        ({"when": {"market": "se"}}, {"when": {"market": "de"}}),
        ({"placement": "home_page.top"}, {"when": {"pageType": "item"}}),
        ({"when": {"weekday": {"$in": ["saturday", "sunday"]}}}, {"when": {"weekday": "monday"}}),
    ],
)
def test_rules_that_never_meet_do_not_contradict(one, other):
    boost, bury = rule("BOOST", number=0, **one), rule("BURY", number=1, **other)
    assert list(contradictions(boost, 0, [(1, bury)], WORLD)) == []
    assert list(contradictions(bury, 1, [(0, boost)], WORLD)) == []


def passing(*numbers: int) -> World:
    """The world in which the boot passes the match of these rules."""
    sold = [replace(each, passed=frozenset(numbers)) for each in SOLD["boot"]]
    return replace(WORLD, found=replace(WORLD.found, products={ProductId("boot"): sold}))


def test_a_pin_that_another_rule_shuts_out_names_it_and_is_named_by_it():
    pin, shut = rule(number=0, **PIN), rule("EXCLUDE", number=1)
    for mine, n, theirs, m in ((pin, 0, shut, 1), (shut, 1, pin, 0)):
        [told] = contradictions(mine, n, [(m, theirs)], passing(1))
        assert "'boot' is" in told.message
        assert {"pinned", "excluded"} <= set(told.message.replace(",", "").split())
        assert theirs.rule_id in told.message
    assert list(contradictions(pin, 0, [(1, shut)], passing())) == []


def test_a_pin_outside_all_that_is_included_is_told_and_one_inside_any_is_not():
    pin, first, second = rule(number=0, **PIN), rule("INCLUDE", number=1), rule("INCLUDE", {"brands": ["Fleet"]}, number=2)
    [told] = contradictions(pin, 0, [(1, first), (2, second)], passing())
    assert "not among what is included" in told.message
    assert list(contradictions(pin, 0, [(1, first), (2, second)], passing(2))) == []
    [told] = contradictions(second, 2, [(0, pin), (1, first)], passing())
    assert "rule r0" in told.message
