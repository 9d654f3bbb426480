"""Small promises of the words: every strategy has its reason, every placement its page, every currency its decimals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.catalog import Money, Product, ProductId
from gateway.domain.currency import from_units, in_units
from gateway.domain.placement import DEFAULTS, PageType, Placement, PlacementId, StrategyName
from gateway.domain.ranking import FallbackLevel, Recommendation
from gateway.domain.reason import reason_of
from gateway.domain.tenant import Caller, Scope, Tenant, TenantId


@pytest.mark.parametrize("strategy", StrategyName)
@pytest.mark.parametrize("level", FallbackLevel)
@pytest.mark.parametrize("seed_title", [None, "A {strange} title"])
def test_every_recommendation_has_a_reason(strategy, level, seed_title):
    product = Product(ProductId("p"), "P", Money(1, "SEK"), "/p")
    assert reason_of(Recommendation(product, 1.0, strategy, level, ProductId("s"), seed_title))


def test_every_page_type_has_a_placement_from_the_first_day():
    assert {p.page_type for p in DEFAULTS} == set(PageType)


@pytest.mark.parametrize(("locale", "message"), [("sv-SE", "Sv-SE"), ("sv-FI", "Sv"), ("de", "Any"), ("", "Any")])
def test_a_message_is_in_the_language_or_the_nearest_one(locale, message):
    placement = Placement(PlacementId("home_page.x"), (), 1, {"sv-SE": "Sv-SE", "sv": "Sv", "": "Any"})
    assert placement.message(locale) == message


@given(st.integers(0, 10**12), st.sampled_from(["EUR", "JPY", "KWD", "CLF", "XYZ"]))
def test_money_survives_the_way_to_units_and_back(minor, currency):
    money = Money(minor, currency)
    assert from_units(in_units(money), currency) == money


def test_currencies_have_their_own_decimals():
    assert in_units(Money(1999, "EUR")) == Decimal("19.99")
    assert in_units(Money(1999, "JPY")) == Decimal(1999)
    assert in_units(Money(1999, "KWD")) == Decimal("1.999")


def test_a_page_url_is_made_from_the_pattern_and_any_id_is_safe_in_it():
    tenant = Tenant(TenantId("t"), "T", page_url_pattern="https://shop.example/p/{id}?x=1")
    assert tenant.page_url(ProductId("a/b c&d")) == "https://shop.example/p/a%2Fb%20c%26d?x=1"


@pytest.mark.parametrize(
    ("scopes", "may"),
    [
        ({Scope.STOREFRONT}, {Scope.STOREFRONT}),
        ({Scope.SERVER}, {Scope.STOREFRONT, Scope.SERVER}),
        ({Scope.ANALYST}, {Scope.STOREFRONT, Scope.ANALYST}),
        ({Scope.PREVIEW}, {Scope.STOREFRONT, Scope.PREVIEW}),
        ({Scope.ADMIN}, set(Scope)),
    ],
)
def test_what_each_scope_may(scopes, may):
    caller = Caller(TenantId("t"), frozenset(scopes))
    assert {scope for scope in Scope if caller.may(scope)} == may
    assert caller.may_record is bool(scopes & {Scope.STOREFRONT, Scope.SERVER, Scope.ADMIN})
