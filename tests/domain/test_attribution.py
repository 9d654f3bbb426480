"""Amounts in one currency, by the shop's own rates; what has none is never lost."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.attribution import Figures, converted, rates_of
from gateway.domain.catalog import Money
from gateway.domain.tenant import Tenant, TenantId

KRONOR = {"EUR": 11.5, "JPY": 0.07}


def shop(**rates):
    return Tenant(TenantId("acme"), "Acme", rates=rates)


def test_the_one_market_s_currency_without_a_rate_is_the_one_that_rates_are_in():
    assert rates_of(shop(EUR=11.5), {"SEK", "EUR"}) == {"EUR": 11.5, "SEK": 1.0}
    assert rates_of(shop(), {"SEK"}) == {"SEK": 1.0}


def test_where_two_have_no_rate_neither_is_guessed():
    assert rates_of(shop(EUR=11.5), {"SEK", "NOK"}) == {"EUR": 11.5}


def test_a_currency_that_is_worth_one_is_the_one_that_rates_are_in():
    assert rates_of(shop(SEK=1.0, EUR=11.5), {"SEK", "NOK"}) == {"SEK": 1.0, "EUR": 11.5}


def test_amounts_of_several_currencies_become_one_and_are_rounded_once():
    amounts = [Money(100, "SEK"), Money(1, "EUR"), Money(10, "JPY")]
    assert converted(amounts, "SEK", {**KRONOR, "SEK": 1.0}) == (Money(182, "SEK"), ())  # 1 + 0.115 + 0.70 = 1.815
    assert converted([Money(182, "SEK")], "JPY", {**KRONOR, "SEK": 1.0}) == (Money(26, "JPY"), ())


def test_what_has_no_rate_is_left_as_it_was_paid():
    assert converted([Money(100, "SEK"), Money(5, "USD")], "SEK", {"SEK": 1.0}) == (Money(100, "SEK"), (Money(5, "USD"),))


@given(
    st.lists(st.builds(Money, st.integers(-(10**9), 10**12), st.sampled_from(["SEK", "EUR", "JPY", "USD", "KWD"])), max_size=6)
)
def test_nothing_is_lost_in_conversion(amounts):
    total, left = converted(amounts, "SEK", {"SEK": 1.0, "EUR": 1.0})
    assert sorted(left, key=repr) == sorted((a for a in amounts if a.currency not in ("SEK", "EUR")), key=repr)
    assert total.minor_units == sum(a.minor_units for a in amounts if a.currency in ("SEK", "EUR"))


def test_a_rate_of_nothing_is_no_number():
    assert Figures((), orders=1).conversion_rate is None
    assert Figures((), clicks=1).click_through_rate is None
    assert Figures((), impressions=4, clicks=2, orders=1).click_through_rate == 0.5
