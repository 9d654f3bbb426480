"""What Segment and RudderStack tell of a shop, in our words."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.event import Refusal
from gateway.domain.told import ToldLine, ToldMoney
from gateway.feeds import segment
from gateway.feeds.heard import Home
from tests.conftest import DATA, needs_data

HOME = Home({"se": "SEK"}, "se", trusted=True)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def track(event, **properties):
    return {"type": "track", "event": event, "messageId": "m1", "anonymousId": "anon-1", "properties": properties}


def hear(call, home=HOME, received=NOW):
    return [said.told for said in segment.hear(call, home, received).said]


BOOT = {"product_id": "boot", "sku": "B-1", "price": 18.99, "currency": "usd", "quantity": 2, "position": 3, "name": "Boot"}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Product Clicked", "click"),
        ("Product Viewed", "view"),
        ("Product Added", "add_to_cart"),
        ("Product Removed", "remove_from_cart"),
        ("Product Added to Wishlist", "add_to_wishlist"),
        ("Product Removed from Wishlist", "remove_from_wishlist"),
        ("Wishlist Product Added to Cart", "add_to_cart"),
        ("product_viewed", "view"),
        ("PRODUCT  ADDED", "add_to_cart"),
        ("Viewed Product", "view"),
        ("Added Product", "add_to_cart"),
    ],
)
def test_what_happens_to_a_product(theirs, ours):
    [told] = hear(track(theirs, **BOOT))
    assert (told.type, told.product_id, told.unit_price, told.position) == (ours, "boot", ToldMoney(1899, "USD"), 3)
    assert told.quantity == (2 if "cart" in ours else None)
    assert (told.id, told.visitor_id, told.session_id, told.user_id) == ("m1", "anon-1", "anon-1", None)


def test_a_list_is_an_impression_a_product_and_without_products_a_category():
    products = [{"product_id": "boot", "position": 1}, {"sku": "wax"}, {"name": "?"}]
    first, second, nameless = hear(track("Product List Viewed", list_id="deals", category="Deals", products=products))
    assert (first.type, first.product_id, first.position, first.id) == ("impression", "boot", 1, "m1#0")
    assert (second.product_id, second.id, second.properties) == ("wax", "m1#1", {"list_id": "deals", "category": "Deals"})
    assert (nameless.field, nameless.code) == ("product_id", "MISSING")
    [category] = hear(track("Product List Viewed", category="Deals"))
    assert (category.type, category.category_id) == ("view_category", "Deals")
    assert hear(track("Product List Viewed")) == []


def test_orders_are_whole_and_go_back_whole_or_in_part():
    products = [{"product_id": "boot", "price": 19, "quantity": 2}, {"product_id": "wax", "price": 3}]
    lines = (ToldLine("boot", 2, ToldMoney(1900, "EUR")), ToldLine("wax", None, ToldMoney(300, "EUR")))
    [order] = hear(track("Order Completed", order_id="o1", currency="EUR", total=41, products=products))
    assert (order.type, order.order_id, order.lines, order.properties) == ("purchase", "o1", lines, {"total": 41})
    [old] = hear(track("Completed Order", orderId="o1", products=[{"id": "boot"}]))
    assert (old.order_id, old.lines) == ("o1", (ToldLine("boot", None, None),))
    [part] = hear(track("Order Refunded", order_id="o1", currency="EUR", products=products))
    assert (part.type, part.lines) == ("refund", lines)
    for name in ("Order Refunded", "Order Cancelled"):
        given = products if name == "Order Cancelled" else []
        [whole] = hear(track(name, order_id="o1", currency="EUR", products=given))
        assert (whole.type, whole.order_id, whole.lines) == ("refund", "o1", ())


def test_searches_ratings_pages_and_people():
    assert hear(track("Products Searched", query="red lamp"))[0].search_term == "red lamp"
    [rating] = hear(track("Product Reviewed", product_id="boot", rating="4.5", review_id="r1", review_body="I am Ada"))
    assert (rating.type, rating.value, rating.properties) == ("rating", 4.5, {"review_id": "r1"})
    assert [hear({"type": kind, "anonymousId": "a"})[0].type for kind in ("page", "screen")] == ["page_view"] * 2
    known = {
        "type": "identify",
        "anonymousId": "a",
        "userId": "ada",
        "traits": {"email": "Ada@Shop.example", "phone": "+1 555 0100"},
    }
    [login] = hear(known)
    assert (login.type, login.user_id, login.session_id, login.email) == ("login", "ada", "a", "Ada@Shop.example")
    [claimed] = hear(known, Home({"se": "SEK"}, "se"))
    assert (claimed.user_id, claimed.email, claimed.phone) == ("ada", None, None)
    [alias] = hear({"type": "alias", "previousId": "a", "userId": "ada"})
    assert (alias.type, alias.session_id, alias.visitor_id, alias.user_id) == ("login", "a", "a", "ada")
    for call in ({"type": "identify", "anonymousId": "a"}, {"type": "group", "groupId": "g"}, {"type": "alias", "userId": "ada"}):
        assert hear(call) == []


@pytest.mark.parametrize(
    "name", ["Promotion Viewed", "Cart Viewed", "Checkout Started", "Order Updated", "Coupon Entered", "Level Up"]
)
def test_what_says_nothing_to_a_recommender_is_dropped(name):
    heard = segment.hear(track(name, product_id="boot", order_id="o1"), HOME, NOW)
    assert (heard.said, heard.name) == ((), name.lower())
    assert heard.counted_as == ("other" if name == "Level Up" else name.lower())


def test_a_name_that_is_a_type_of_the_shop_s_own_is_kept_as_that():
    home = Home({"se": "SEK"}, "se", own_types=frozenset({"checkout_started", "level_up"}))
    assert [hear(track(name), home)[0].type for name in ("Checkout Started", "Level Up")] == ["checkout_started", "level_up"]


def clock(**told):
    shown = {name: value.isoformat() for name, value in told.items()}
    return {"type": "page", "anonymousId": "a", **shown}


def test_a_clock_that_is_wrong_is_mended_by_how_wrong_it_was_when_it_sent():
    behind = NOW - timedelta(hours=9)
    mended = NOW - timedelta(seconds=30)
    sent = {"originalTimestamp": behind, "sentAt": behind + timedelta(seconds=30)}
    assert hear(clock(**sent))[0].time == mended
    assert hear(clock(timestamp=behind, sentAt=behind + timedelta(seconds=30)))[0].time == mended
    assert hear(clock(timestamp=behind, sentAt=behind - timedelta(seconds=5)))[0].time == NOW
    assert hear(clock(timestamp=behind))[0].time == behind
    assert hear(clock())[0].time is None
    assert hear(clock(**sent), received=None)[0].time == behind
    assert hear(clock(**sent, receivedAt=NOW), received=None)[0].time == mended
    assert hear(clock(**sent, receivedAt=NOW, timestamp=mended))[0].time == mended


def test_a_session_is_the_one_told_else_all_that_an_anonymous_id_does():
    def session(context=None, **call):
        [told] = hear({"type": "page", "context": context or {}, **call})
        return told.session_id

    assert session({"sessionId": 1662393792248}, anonymousId="a") == "a.1662393792248"
    assert session({"session_id": "3f0c-of-the-shop"}, anonymousId="a") == "3f0c-of-the-shop"
    assert session(properties={"session_id": "3f0c-of-the-shop"}, anonymousId="a") == "3f0c-of-the-shop"
    assert session(anonymousId="a") == "a"
    assert session({"sessionId": 1662393792248}, userId="ada") is None


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        ({"type": "teleport"}, ("", "type", "UNKNOWN_TYPE")),
        ({"type": "track"}, ("", "event", "MISSING")),
        (track("Product Viewed"), ("properties", "product_id", "MISSING")),
        (track("Product Viewed", product_id="a", price="free"), ("properties", "price", "NO_PRICE")),
        (track("Product Reviewed", product_id="a", rating="good"), ("properties", "rating", "NO_NUMBER")),
        (track("Order Completed", order_id="o", products=[{"price": 1}]), ("properties", "products[0].product_id", "MISSING")),
        ({**track("Product Viewed", product_id="a"), "timestamp": "soon"}, ("", "timestamp", "NO_TIME")),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_field(call, fault):
    [said] = segment.hear(call, HOME, NOW).said
    assert isinstance(said.told, Refusal)
    assert (said.at, said.told.field, said.told.code) == fault


WANTED = """products searched search|product list viewed impression impression|product list filtered impression impression
promotion viewed|promotion clicked|product clicked click|product viewed view|product added add_to_cart
product removed remove_from_cart|cart viewed|checkout started|checkout step viewed|checkout step completed|payment info entered
order updated|order completed purchase|order refunded refund|order cancelled refund|coupon entered
product added to wishlist add_to_wishlist|product removed from wishlist remove_from_wishlist
wishlist product added to cart add_to_cart|product shared|cart shared|product reviewed rating"""


@needs_data
def test_each_example_of_the_specification_gives_its_events_or_is_dropped_by_a_name_we_know():
    lines = (DATA / "analytics" / "segment_ecommerce_v2_examples.ndjson").read_text().splitlines()
    wanted = WANTED.replace("\n", "|").split("|")
    assert len(lines) == len(wanted) == 25
    for line, expected in zip(lines, wanted, strict=True):
        heard = segment.hear(json.loads(line), HOME, NOW)
        assert " ".join([heard.name, *(said.told.type for said in heard.said)]) == expected
        assert heard.known
