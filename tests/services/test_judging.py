"""What is told of a placement or a rule is judged before it is kept: a name for everything that cannot be."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.catalog import MarketId
from gateway.domain.notation import match_of, placement_told, rule_told
from gateway.domain.placement import DEFAULTS
from gateway.domain.rule import RuleKind
from gateway.domain.tenant import Market, Tenant, TenantId
from gateway.errors import GatewayError
from gateway.services.deciding.doubt import placement_doubts
from gateway.services.deciding.placing import read_placement
from gateway.services.deciding.ruling import read_rule
from gateway.services.shop import Shop

HOME = {"id": "home_page.top", "strategies": ["TRENDING"]}
BOOST = {"kind": "BOOST", "match": {"brands": ["Nord"]}}
PIN = {"kind": "PIN", "match": {"productIds": ["wax"]}, "slot": 0}
CAP = {"kind": "CAP", "match": {"attribute": "brand"}, "cap": 2}
BAND = {"kind": "PRICE_BAND", "match": {"from": 0.8, "to": 1.5}}
SHOP = Shop(Tenant(TenantId("acme"), "Acme"), 1, {MarketId("se"): Market(MarketId("se"), "SEK", ("sv-SE", "en"))})


def refusal(read, said):
    with pytest.raises(GatewayError) as refused:
        read(said)
    return refused.value.field


@pytest.mark.parametrize("placement", DEFAULTS, ids=lambda p: p.placement_id)
def test_what_a_new_tenant_starts_with_is_sound_and_leaves_no_doubt(placement):
    assert read_placement(placement_told(placement)) == placement
    assert list(placement_doubts(SHOP, placement)) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": "shop_page.top"}, "id"),
        ({"id": "home_page"}, "id"),
        ({"id": "home_page.Top"}, "id"),
        ({"id": None}, "id"),
        ({"colour": "red"}, "colour"),
        ({"strategies": []}, "strategies"),
        ({"strategies": ["TELEPATHY"]}, "strategies.0"),
        ({"strategies": ["TRENDING", "TRENDING"]}, "strategies.1"),
        ({"strategies": ["TRENDING", "SEARCH"]}, "strategies.1"),
        ({"strategies": ["CART"]}, "strategies.0"),
        ({"strategies": ["SIMILAR"]}, "strategies.0"),
        ({"count": 0}, "count"),
        ({"count": 129}, "count"),
        ({"count": "12"}, "count"),
        ({"count": True}, "count"),
        ({"deadlineMs": 0}, "deadlineMs"),
        ({"deadlineMs": 10_001}, "deadlineMs"),
        ({"diversity": 1.1}, "diversity"),
        ({"diversity": float("nan")}, "diversity"),
        ({"fallback": "no"}, "fallback"),
        ({"messages": "For you"}, "messages"),
        ({"messages": {"swedish": "För dig"}}, "messages.swedish"),
        ({"messages": {"sv": 5}}, "messages.sv"),
        ({"messages": {"sv": "x" * 201}}, "messages.sv"),
        ({"parameters": {"list": "summer"}}, "parameters.list"),
        ({"strategies": ["CURATED"], "parameters": {"list": 5}}, "parameters.list"),
        ({"strategies": ["CURATED"], "parameters": {"list": "$"}}, None),
        ({"strategies": ["CURATED"], "parameters": ["list"]}, "parameters"),
    ],
)
def test_a_placement_that_cannot_be_is_refused(change, field):
    if field is None:
        assert read_placement(HOME | change)
    else:
        assert refusal(read_placement, HOME | change) == field


@pytest.mark.parametrize(
    ("placement", "codes"),
    [
        (HOME, []),
        (HOME | {"messages": {"": "For you", "sv": "För dig", "fr-FR": "Pour toi"}}, ["UNKNOWN_LOCALE"]),
        (HOME | {"strategies": ["PERSONAL", "RECENTLY_VIEWED"], "fallback": False}, ["MAY_STAY_EMPTY"]),
        (HOME | {"strategies": ["PERSONAL", "TRENDING"], "fallback": False}, []),
        (HOME | {"strategies": ["CURATED"]}, ["NO_LIST"]),
        (HOME | {"strategies": ["CURATED"], "parameters": {"list": "$season"}}, []),
        ({"id": "item_page.picks", "strategies": ["CURATED"]}, []),
        ({"id": "cart_page.more", "strategies": ["CART"], "parameters": {"per_category": 3}}, []),
    ],
)
def test_a_placement_that_may_show_too_little_leaves_a_doubt(placement, codes):
    assert [doubt.code for doubt in placement_doubts(SHOP, read_placement(placement))] == codes


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (BOOST | {"kind": "PROMOTE"}, "kind"),
        (BOOST | {"id": "summer"}, "id"),
        (BOOST | {"placement": "summer"}, "placement"),
        (BOOST | {"slot": 1}, "slot"),
        (BOOST | {"cap": 1}, "cap"),
        (BOOST | {"weight": 1}, "weight"),
        (BOOST | {"weight": 1001}, "weight"),
        (BOOST | {"weight": "2"}, "weight"),
        (BOOST | {"kind": "BURY", "weight": 1}, "weight"),
        (BOOST | {"kind": "BURY", "weight": -0.1}, "weight"),
        (BOOST | {"kind": "EXCLUDE", "weight": 0.5}, "weight"),
        (PIN | {"slot": None}, "slot"),
        (PIN | {"slot": -1}, "slot"),
        (PIN | {"slot": 128}, "slot"),
        (CAP | {"cap": 0}, "cap"),
        (CAP | {"cap": None}, "cap"),
        (BOOST | {"priority": 1.5}, "priority"),
        (BOOST | {"startsAt": "tomorrow"}, "startsAt"),
        (BOOST | {"startsAt": "2026-05-04T12:00:00"}, "startsAt"),
        (BOOST | {"startsAt": "2026-05-04T12:00:00Z", "endsAt": "2026-05-04T12:00:00Z"}, "endsAt"),
        (BOOST | {"timeZone": "Stockholm"}, "timeZone"),
        (BOOST | {"timeZone": "Europe"}, "timeZone"),
        (BOOST | {"match": None}, "match"),
        (BOOST | {"match": ["Nord"]}, "match"),
        (BOOST | {"match": {"brand": ["Nord"]}}, "match.brand"),
        (BOOST | {"match": {"brands": "Nord"}}, "match.brands"),
        (BOOST | {"match": {"brands": []}}, "match.brands"),
        (BOOST | {"match": {"brands": ["Nord", 5]}}, "match.brands.1"),
        (BOOST | {"match": {"brands": ["No\0rd"]}}, "match.brands.0"),
        (BOOST | {"match": {"brands": ["x"] * 501}}, "match.brands"),
        (BOOST | {"match": {"brands": [f"b{n}" for n in range(300)], "productIds": [f"p{n}" for n in range(300)]}}, "match"),
        (BOOST | {"match": {"minPrice": "5"}}, "match.minPrice"),
        (BOOST | {"match": {"minPrice": 1.5}}, "match.minPrice"),
        (BOOST | {"match": {"minPrice": 2**53 + 1}}, "match.minPrice"),
        (BOOST | {"match": {"minPrice": 10, "maxPrice": 9}}, "match.maxPrice"),
        (BOOST | {"match": {"onSale": "yes"}}, "match.onSale"),
        (BOOST | {"match": {"minRating": -1}}, "match.minRating"),
        (BOOST | {"match": {"attributes": ["red"]}}, "match.attributes"),
        (BOOST | {"match": {"attributes": {}}}, "match.attributes"),
        (BOOST | {"match": {"attributes": {"colour": "red"}}}, "match.attributes.colour"),
        (BOOST | {"match": {"not": {"colour": [{}]}}}, "match.not.colour.0"),
        (BOOST | {"match": {"bought": 1}}, "match.bought"),
        (BOOST | {"match": {"attribute": "brand"}}, "match.attribute"),
        (CAP | {"match": {"attribute": "colour"}}, "match.attribute"),
        (CAP | {"match": {"attribute": "attributes."}}, "match.attribute"),
        (BAND | {"match": {}}, "match.from"),
        (BAND | {"match": {"from": 0}}, "match.from"),
        (BAND | {"match": {"from": 2, "to": 1}}, "match.to"),
        (BAND | {"match": {"to": 1, "brands": ["Nord"]}}, "match.brands"),
        (BOOST | {"when": "always"}, "when"),
        (BOOST | {"when": {"markt": "se"}}, "when.markt"),
        (BOOST | {"when": {"market": 5}}, "when.market"),
        (BOOST | {"when": {"market": {"$in": ["se", 5]}}}, "when.market"),
        (BOOST | {"when": {"market": {"$is": "se"}}}, "when.market.$is"),
        (BOOST | {"when": {"market.id": "se"}}, "when.market.id"),
        (BOOST | {"when": {"visitor": {"tier": "gold"}}}, "when.visitor"),
        (BOOST | {"when": {"context": "x"}}, "when.context"),
        (BOOST | {"when": {"context.season": "summer"}}, "when.context.season"),
        (BOOST | {"when": {"categoryIds": "boots"}}, "when.categoryIds"),
        (BOOST | {"when": {"pageType": "front"}}, "when.pageType"),
        (BOOST | {"when": {"weekday": "Monday"}}, "when.weekday"),
        (BOOST | {"when": {"hour": {"$gte": 24}}}, "when.hour"),
        (BOOST | {"when": {"date": {"$gte": "24.12.2026"}}}, "when.date"),
        (BOOST | {"when": {"$or": []}}, "when.$or"),
        (BOOST | {"when": {"searchTerm": "x" * 4096}}, "when"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(rule, field):
    assert refusal(read_rule, rule) == field


@pytest.mark.parametrize(
    "rule",
    [
        BOOST, PIN, CAP, BAND, CAP | {"match": {}}, BOOST | {"match": {"bought": True}}, BAND | {"match": {"to": 1}},
        BOOST | {"when": {"visitor.tier": {"$in": ["gold", 5]}, "context.season": {"$in": ["summer"]}, "hour": {"$gte": 8, "$lt": 20}}},
        BOOST | {"weight": 1000, "priority": -5, "placement": "item_page.similar", "timeZone": "Europe/Stockholm"},
        BOOST | {"match": {"attributes": {"size": [42, True, "M"]}, "minPrice": 0, "maxPrice": 2**53}},
    ],
)  # fmt: skip
def test_a_sound_rule_is_taken_as_it_is_told(rule):
    kept = read_rule(rule)
    assert read_rule(rule_told(kept)) == kept


def test_numbers_of_attributes_go_by_their_text_and_moments_by_their_instant():
    kept = read_rule(BOOST | {"match": {"attributes": {"size": [42, 1.5, True]}}, "startsAt": "2026-12-24T12:00:00+01:00"})
    assert kept.match.filter.attributes == {"size": ("42", "1.5", "true")}
    assert kept.starts_at == datetime(2026, 12, 24, 11, tzinfo=UTC)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=5)
lists = st.lists(texts, min_size=1, max_size=3, unique=True)
matches = st.fixed_dictionaries(
    {},
    optional={
        "categoryIds": lists, "excludeCategoryIds": lists, "brands": lists, "excludeBrands": lists, "productIds": lists,
        "minPrice": st.integers(0, 100), "maxPrice": st.integers(100, 2**53), "onSale": st.booleans(),
        "minRating": st.floats(0, 5), "bought": st.just(True),
        "attributes": st.dictionaries(texts, lists, min_size=1, max_size=2),
        "not": st.dictionaries(texts, lists, min_size=1, max_size=2),
    },
)  # fmt: skip


@given(matches, st.sampled_from([RuleKind.INCLUDE, RuleKind.EXCLUDE, RuleKind.BOOST, RuleKind.BURY]))
def test_a_rule_is_told_again_word_for_word(match, kind):
    kept = read_rule({"kind": kind.value, "match": match})
    told = rule_told(kept)
    assert told["match"] == match
    assert match_of(told["match"]) == kept.match
    assert read_rule(told) == kept
