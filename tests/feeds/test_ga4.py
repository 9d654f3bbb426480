"""What Google Analytics 4 tells of a shop, in our words."""

from datetime import UTC, datetime

import pytest

from gateway.domain.event import Refusal
from gateway.domain.told import ToldLine, ToldMoney
from gateway.feeds.ga4 import hear_payload, hear_row
from gateway.feeds.heard import Home

HOME = Home({"se": "SEK", "jp": "JPY"}, "se")
OURS = "01890a5d-ac96-8b3c-8000-123456780101"


def payload(name, micros=1_700_000_000_000_000, **params):
    event = {"name": name, "params": params, "timestamp_micros": micros}
    return {"client_id": "77.88", "user_id": "ada", "events": [event]}


def hear(name, home=HOME, **params):
    """The events of one of theirs."""
    [(_, heard)] = hear_payload(payload(name, **params), home)
    return [said.told for said in heard.said]


def field(told):
    return (told.field, told.code) if isinstance(told, Refusal) else told.type


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("view_item_list", "impression"),
        ("select_item", "click"),
        ("view_item", "view"),
        ("add_to_cart", "add_to_cart"),
        ("remove_from_cart", "remove_from_cart"),
        ("add_to_wishlist", "add_to_wishlist"),
    ],
)
def test_what_happens_to_items_is_an_event_each(theirs, ours):
    items = [{"item_id": "boot", "index": 3, "price": 19.99, "item_list_id": "front"}, {"item_id": 42, "item_name": "Wax"}]
    first, second = hear(theirs, items=items, currency="eur", ga_session_id=1699999000)
    assert (first.type, first.product_id, first.position, first.unit_price) == (ours, "boot", 3, ToldMoney(1999, "EUR"))
    assert (first.visitor_id, first.session_id, first.user_id) == ("77.88", "77.88.1699999000", "ada")
    assert first.properties == {"item_list_id": "front"}
    assert (second.product_id, second.unit_price) == ("42", None)
    assert first.time == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def test_a_purchase_is_the_whole_order_in_the_smallest_unit_of_its_currency():
    items = [{"item_id": "boot", "price": 129.9, "quantity": 2}, {"item_id": "wax", "price": "9.90"}]
    [order] = hear("purchase", transaction_id="T-9", currency="EUR", value=269.7, tax=3.1, items=items)
    assert (order.type, order.order_id) == ("purchase", "T-9")
    assert order.lines == (ToldLine("boot", 2, ToldMoney(12990, "EUR")), ToldLine("wax", None, ToldMoney(990, "EUR")))
    assert order.properties == {"value": 269.7, "tax": 3.1}
    [yen] = hear("purchase", transaction_id="T", market="jp", items=[{"item_id": "a", "price": 1200}])
    assert (yen.market, yen.lines[0].unit_price) == ("jp", ToldMoney(1200, "JPY"))


def test_a_refund_is_of_the_whole_order_or_of_its_items():
    [whole] = hear("refund", transaction_id="T-9", currency="EUR", value=30)
    [part] = hear("refund", transaction_id="T-9", items=[{"item_id": "wax", "quantity": 1}])
    assert (whole.type, whole.order_id, whole.lines, whole.product_id) == ("refund", "T-9", (), None)
    assert part.lines == (ToldLine("wax", 1, None),)
    assert whole.id != part.id


def test_searches_pages_and_logins_are_told_and_anything_else_is_dropped():
    assert [hear(name, search_term="red lamp")[0].search_term for name in ("search", "view_search_results")] == ["red lamp"] * 2
    assert [hear(name)[0].type for name in ("page_view", "screen_view", "login", "sign_up")] == ["page_view"] * 2 + ["login"] * 2
    for name in ("view_cart", "begin_checkout", "add_shipping_info", "add_payment_info", "view_promotion", "scroll", "game_over"):
        assert hear(name, items=[{"item_id": "boot"}]) == []


def test_a_name_that_is_a_type_of_the_shop_s_own_is_kept_as_that():
    home = Home({"se": "SEK"}, "se", own_types=frozenset({"begin_checkout", "game_over"}))
    assert [(each.type, each.product_id) for each in hear("begin_checkout", home, items=[{"item_id": "boot"}, {"item_id": "wax"}])] == [
        ("begin_checkout", "boot"), ("begin_checkout", "wax"),
    ]  # fmt: skip
    [over] = hear("game_over", home)
    assert (over.type, over.product_id) == ("game_over", None)


def test_a_recommendation_of_ours_is_known_and_another_s_is_passed_over():
    [item] = hear("select_item", items=[{"item_id": "boot", "recommendation_id": OURS, "index": 7}])
    assert (item.recommendation_id, item.position) == (OURS, None)
    assert hear("add_to_cart", items=[{"item_id": "boot"}], recommendation_id=OURS)[0].recommendation_id == OURS
    assert hear("view_item", items=[{"item_id": "boot"}], recommendation_id="carousel-7")[0].recommendation_id is None
    assert hear("view_item", items=[{"item_id": "boot", "endcap_recommendation_id": "no"}])[0].recommendation_id == "no"
    several = hear("view_item_list", items=[{"item_id": "boot"}, {"item_id": "wax"}], recommendation_id=OURS)
    assert [each.recommendation_id for each in several] == [None, None]


def test_the_session_goes_by_the_client_since_its_number_can_be_guessed():
    def session(client, **params):
        event = {"client_id": client, "events": [{"name": "page_view", "params": params}]}
        [(_, heard)] = hear_payload(event, HOME)
        return heard.said[0].told.session_id

    assert session("77.88", session_id="1699999000") == "77.88.1699999000"
    assert session("GA1.1.77.88", ga_session_id=1699999000) == "77.88.1699999000"
    assert session("77.88", session_id="5f0c-made-by-the-shop") == "5f0c-made-by-the-shop"
    assert session("77.88") == "77.88"
    assert session(None, ga_session_id=1699999000) is None


def test_ids_are_the_same_whenever_the_event_is_told_again_and_others_for_other_events():
    again = [hear("view_item", items=[{"item_id": "boot", "price": price}])[0].id for price in (1, 2)]
    assert again[0] == again[1]
    assert hear("view_item", items=[{"item_id": "wax"}])[0].id != again[0]
    assert hear("view_item", micros=1_700_000_000_000_001, items=[{"item_id": "boot"}])[0].id != again[0]
    assert hear("view_item", micros=None, items=[{"item_id": "boot"}])[0].id is None
    named = [hear("view_item", micros=micros, event_id="e1", items=[{"item_id": "boot"}])[0].id for micros in (None, 1)]
    assert named[0] == named[1]


@pytest.mark.parametrize(
    ("name", "params", "fault"),
    [
        ("view_item", {}, ("items", "MISSING")),
        ("view_item", {"items": [{"item_name": "Boot"}]}, ("item_id", "MISSING")),
        ("view_item", {"items": [{"item_id": "(not set)"}]}, ("item_id", "MISSING")),
        ("view_item", {"items": [{"item_id": "boot", "price": "free"}]}, ("price", "NO_PRICE")),
        ("view_item", {"items": [{"item_id": "boot", "price": 1}], "currency": "crowns"}, ("currency", "BAD_CURRENCY")),
        ("view_item", {"items": [{"item_id": "boot", "price": 1}], "currency": "XXQ"}, ("currency", "BAD_CURRENCY")),
        ("add_to_cart", {"items": [{"item_id": "boot", "quantity": 1.5}]}, ("quantity", "NO_NUMBER")),
        ("purchase", {"transaction_id": "T", "items": [{"item_id": "a"}, {"price": 1}]}, ("items[1].item_id", "MISSING")),
        ("page_view", {"micros": "soon"}, ("timestamp_micros", "NO_NUMBER")),
        ("page_view", {"micros": 2**62}, ("timestamp_micros", "OUT_OF_RANGE")),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_field(name, params, fault):
    [told] = hear(name, **params)
    assert field(told) == fault


def test_an_item_that_cannot_be_read_leaves_its_neighbours():
    told = hear("view_item_list", items=[{"item_id": "boot"}, {}, {"item_id": "wax"}])
    assert [field(each) for each in told] == ["impression", ("item_id", "MISSING"), "impression"]


def test_what_was_paid_needs_a_currency_and_what_was_seen_does_without():
    nowhere = Home({"se": "SEK", "de": "EUR"})
    assert field(hear("purchase", nowhere, transaction_id="T", items=[{"item_id": "a", "price": 1}])[0]) == (
        "currency",
        "MISSING",
    )
    [seen] = hear("view_item", nowhere, items=[{"item_id": "a", "price": 1}])
    assert (seen.type, seen.unit_price, seen.market) == ("view", None, None)


def test_an_event_that_is_none_is_refused_alone():
    told = {"client_id": "1.2", "events": [{"name": "page_view"}, 7, {"params": {}}]}
    assert [[field(said.told) for said in heard.said] for _, heard in hear_payload(told, HOME)] == [
        ["page_view"], [("name", "MISSING")], [("name", "MISSING")],
    ]  # fmt: skip


def text(key, value):
    return {"key": key, "value": {"string_value": value, "int_value": None, "float_value": None, "double_value": None}}


def test_a_row_of_the_export_says_what_the_payload_said():
    items = [{"item_id": "boot", "price": 129.9, "quantity": "2", "item_params": [text("recommendation_id", OURS)]}]
    row = {
        "event_name": "purchase", "event_timestamp": "1700000000000000", "user_pseudo_id": "77.88", "user_id": "ada", "items": items,
        "event_params": [{"key": "ga_session_id", "value": {"int_value": "1699999000"}}, text("currency", "EUR")],
        "ecommerce": {"transaction_id": "T-9", "purchase_revenue": 259.8},
    }  # fmt: skip
    params = {"transaction_id": "T-9", "currency": "EUR", "value": 259.8, "ga_session_id": "1699999000", "items": items}
    [(_, live)] = hear_payload(payload("purchase", **params), HOME)
    assert hear_row(row, HOME).said == live.said
    [click] = hear_row({**row, "event_name": "select_item"}, HOME).said
    assert click.told.recommendation_id == OURS
    assert hear_row({**row, "event_name": "scroll"}, HOME).said == ()
