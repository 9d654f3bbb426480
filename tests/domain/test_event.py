from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.catalog import Money
from gateway.domain.event import WEIGHTS, Event, Refusal, find_fault, settle_time
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import SessionId, Visitor

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
YEAR = timedelta(days=365)


@given(st.timedeltas(-2 * YEAR, timedelta(hours=2)))
def test_a_time_is_taken_clamped_or_refused(distance):
    settled = settle_time(NOW + distance, NOW, YEAR)
    if distance > timedelta(minutes=10):
        assert isinstance(settled, Refusal)
        assert settled.code == "TIME_IN_FUTURE"
    elif distance < -YEAR:
        assert isinstance(settled, Refusal)
        assert settled.code == "TIME_TOO_OLD"
    else:
        assert settled == min(NOW + distance, NOW)


@given(
    st.sampled_from(sorted(WEIGHTS)),
    st.dictionaries(st.sampled_from(["product_id", "order_id", "search_term", "category_id"]), st.text(max_size=300)),
)
def test_a_fault_always_names_a_field_and_says_what_is_right(kind, told):
    event = Event(TenantId("t"), "e", kind, NOW, Visitor(SessionId("s")), "SERVER", **told)
    fault = find_fault(event, WEIGHTS)
    assert fault is None or (fault.field and fault.code and fault.message)


@pytest.mark.parametrize("code", ["XXQ", "eur", "EURO", "XAU", ""])
def test_a_price_in_what_is_no_currency_is_refused_and_what_is_one_is_said(code):
    told = {"product_id": "boot", "unit_price": Money(1999, code)}
    fault = find_fault(Event(TenantId("t"), "e", "view", NOW, Visitor(SessionId("s")), "SERVER", **told), WEIGHTS)
    assert fault == Refusal(
        "unitPrice.currency",
        "BAD_CURRENCY",
        f"{code!r} is no currency; a code of ISO 4217 in capital letters is right, as in EUR",
    )


@pytest.mark.parametrize("code", ["EUR", "SEK", "JPY", "KWD", "CLF", "ZWG", "HRK"])
def test_a_price_in_a_currency_that_there_is_or_was_lately_is_taken(code):
    told = {"product_id": "boot", "unit_price": Money(1999, code)}
    assert find_fault(Event(TenantId("t"), "e", "view", NOW, Visitor(SessionId("s")), "SERVER", **told), WEIGHTS) is None


def test_deeply_nested_properties_are_refused_not_followed_to_the_bottom():
    nested: dict = {}
    for _ in range(900):
        nested = {"x": nested}
    event = Event(TenantId("t"), "e", "page_view", NOW, Visitor(SessionId("s")), "SERVER", properties=nested)
    fault = find_fault(event, WEIGHTS)
    assert fault is not None
    assert (fault.field, fault.code) == ("properties", "TOO_DEEP")
