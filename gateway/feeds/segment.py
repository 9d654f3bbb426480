"""Segment and RudderStack in our words: track, page, screen, identify and alias, by the e-commerce specification."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from msgspec import structs

from gateway.domain.told import Told, ToldLine
from gateway.feeds import amounts
from gateway.feeds import heard as words
from gateway.feeds.heard import Given, Heard, Home, Said, an_object, first_text, objects, text
from gateway.feeds.refusals import Unusable
from gateway.feeds.wording import Wording

KINDS = frozenset({"track", "page", "screen", "identify", "group", "alias"})

LISTED = {"product list viewed": "impression", "product list filtered": "impression", "viewed product category": "impression"}

ONE = {
    "product clicked": "click",
    "product viewed": "view",
    "product added": "add_to_cart",
    "product removed": "remove_from_cart",
    "product added to wishlist": "add_to_wishlist",
    "product removed from wishlist": "remove_from_wishlist",
    "wishlist product added to cart": "add_to_cart",
    "product reviewed": "rating",
    "clicked product": "click",
    "viewed product": "view",
    "added product": "add_to_cart",
    "removed product": "remove_from_cart",
}
"""What happens to one product; the last four as the first version of the specification said them."""

ORDERS = {
    "order completed": "purchase",
    "completed order": "purchase",
    "order refunded": "refund",
    "refunded order": "refund",
    "order cancelled": "refund",
    "order canceled": "refund",
}

SEARCHES = frozenset({"products searched", "searched products"})

UNUSED = frozenset({
    "promotion viewed", "promotion clicked", "viewed promotion", "clicked promotion", "cart viewed", "checkout started",
    "checkout step viewed", "checkout step completed", "viewed checkout step", "completed checkout step", "payment info entered",
    "order updated", "coupon entered", "coupon applied", "coupon denied", "coupon removed", "product shared", "cart shared",
    "experiment viewed", "identify", "group", "alias",
})  # fmt: skip
"""Their own names of what is dropped; any other name is the shop's own."""

_FIELDS = {
    "productId": "properties.product_id", "orderId": "properties.order_id", "lines": "properties.products",
    "searchTerm": "properties.query", "sessionId": "anonymousId", "visitorId": "anonymousId", "userId": "userId",
    "unitPrice": "properties.price", "unitPrice.currency": "properties.currency", "position": "properties.position",
    "recommendationId": "properties.recommendation_id", "quantity": "properties.quantity", "value": "properties.rating",
    "categoryId": "properties.category", "time": "timestamp", "id": "messageId", "email": "traits.email",
    "phone": "traits.phone",
}  # fmt: skip
_PHRASES = {
    "one of sessionId, userId or visitorId": "anonymousId or userId",
    "a purchase needs lines, or productId": "an order needs products, each with product_id",
    "lines": "products", "productId": "product_id", "orderId": "order_id", "searchTerm": "query", "categoryId": "category",
    "recommendationId": "recommendation_id", "sessionId": "anonymousId", "visitorId": "anonymousId",
}  # fmt: skip
WORDING = Wording(_PHRASES, _FIELDS)

OF_CALLS = frozenset({"anonymousId", "userId", "messageId", "timestamp", "event"})
"""Fields of a call itself, wherever in it something is said."""

_AT = "properties"
_KEPT = ("list_id", "category", "variant", "coupon", "review_id", "wishlist_id", "cart_id")
_KEPT_OF_ORDERS = ("total", "revenue", "tax", "shipping", "discount", "coupon", "affiliation", "checkout_id")
_COUNTED = frozenset({"add_to_cart", "remove_from_cart"})
_ALL_OF_IT = frozenset({"order cancelled", "order canceled"})
_GAPS = re.compile(r"[\s_]+")
_LONGEST_NAME = 256
_NAMELESS = "a product needs product_id (or sku), its id in the catalog"


@dataclass(frozen=True, slots=True)
class _Call:
    given: Given
    properties: Given
    home: Home
    moment: datetime | None


def hear(given: Given, home: Home, received: datetime | None) -> Heard:
    """One call. `received`: now, where it comes live; null where its own times are to be believed."""
    kind = _name(given.get("type"))
    if kind not in KINDS:
        fault = Unusable("type", "UNKNOWN_TYPE", f"{kind[:40]!r} is none of {', '.join(sorted(KINDS))}")
        return words.refused(words.OTHER, fault)
    name = _name(given.get("event")) if kind == "track" else kind
    if not name:
        return words.refused(words.OTHER, Unusable("event", "MISSING", "a track call needs event, as in Order Completed"))
    try:
        call = _Call(given, an_object(given.get("properties")), home, _moment(given, received))
    except Unusable as unusable:
        return words.refused(name, unusable)
    try:
        return _track(call, name) if kind == "track" else _other(call, kind)
    except Unusable as unusable:
        return words.refused(name, unusable, _AT)


def _name(told: object) -> str:
    return _GAPS.sub(" ", told.strip().casefold())[:_LONGEST_NAME] if isinstance(told, str) else ""


def _moment(given: Given, received: datetime | None) -> datetime | None:
    """When it happened by our clock: what the sender's clock said, mended by how wrong that was when it sent."""
    at = {name: words.iso_moment(given.get(name), name) for name in ("originalTimestamp", "timestamp", "sentAt", "receivedAt")}
    if at["receivedAt"] and at["timestamp"]:
        return at["timestamp"]  # a call that was taken before: mended already
    told, arrived = at["originalTimestamp"] or at["timestamp"], received or at["receivedAt"]
    if told and at["sentAt"] and arrived:
        return _mended(told, at["sentAt"], arrived)
    return told or at["receivedAt"]


def _mended(told: datetime, sent: datetime, arrived: datetime) -> datetime:
    """What the sender's clock said, by ours; Unusable where the two lie further apart than the calendar reaches."""
    try:
        return arrived - max(sent - told, timedelta())
    except OverflowError:
        fault = f"{told.isoformat()} is thousands of years before sentAt, {sent.isoformat()}: both are ISO 8601 by one clock"
        raise Unusable("timestamp", "OUT_OF_RANGE", fault) from None


def _track(call: _Call, name: str) -> Heard:
    listed = objects(call.properties.get("products"))
    titles = dict(_titles((call.properties, *listed)))
    if name in LISTED:
        return words.heard(name, _listed(call, listed), titles)
    if name in ONE:
        return words.heard(name, [Said(_of_product(call, call.properties, ONE[name]), _AT)], titles)
    if name in ORDERS:
        return words.heard(name, [Said(_order(call, name, listed), _AT)], titles)
    if name in SEARCHES:
        return words.heard(name, [Said(_told(call, "search", search_term=text(call.properties.get("query"))))])
    own = name.replace(" ", "_")
    if own in call.home.own_types:
        told = _of_product(call, call.properties, own) if _product_id(call.properties) else _told(call, own)
        return replace(words.heard(name, [Said(told)], titles), known=False)
    return Heard(name, known=name in UNUSED)


def _other(call: _Call, kind: str) -> Heard:
    """A page or a screen is looked at; who is identified, or gets another id, has logged in."""
    if kind in ("page", "screen"):
        return words.heard(kind, [Said(_told(call, "page_view"))])
    if kind == "alias" and (previous := text(call.given.get("previousId"))):
        return words.heard(kind, [Said(_renamed(_told(call, "login"), previous))])
    if kind == "identify" and text(call.given.get("userId")):
        traits = an_object(call.given.get("traits")) or an_object(an_object(call.given.get("context")).get("traits"))
        known = {name: text(traits.get(name)) for name in ("email", "phone")} if call.home.trusted else {}
        return words.heard(kind, [Said(_told(call, "login", **known))])
    return Heard(kind)


def _renamed(told: Told, previous: str) -> Told:
    """The login of who was called `previous` until now."""
    return structs.replace(told, session_id=previous, visitor_id=previous)


def _listed(call: _Call, listed: list[Given]) -> Iterator[Said]:
    """An impression a product; of a list without products, the category."""
    if not listed and (category := text(call.properties.get("category"))):
        yield Said(_told(call, "view_category", category_id=category))
    for number, product in enumerate(listed):
        try:
            yield Said(_of_product(call, product, "impression", number), f"properties.products[{number}]")
        except Unusable as unusable:
            yield Said(unusable.refusal, f"properties.products[{number}]")


def _of_product(call: _Call, given: Given, kind: str, number: int | None = None) -> Told:
    recommended = words.recommendation(given)
    product = _product_id(given)
    if product is None and recommended is None:
        raise Unusable("product_id", "MISSING", _NAMELESS)
    return _told(
        call, kind, number,
        product_id=product,
        quantity=words.count(given.get("quantity")) if kind in _COUNTED else None,
        unit_price=words.price(given.get("price"), call.home.currency_of(call.properties, given)),
        recommendation_id=recommended,
        position=None if recommended else words.place(given.get("position")),
        value=_rating(given.get("rating")) if kind == "rating" else None,
        properties=words.beside({**call.properties, **given}, _KEPT),
    )  # fmt: skip


def _rating(told: object) -> float | None:
    from_text = text(told)
    return None if from_text is None else amounts.number(from_text, "rating")


def _order(call: _Call, name: str, listed: list[Given]) -> Told:
    currency = call.home.currency_of(call.properties)
    gone = () if name in _ALL_OF_IT else enumerate(listed)
    return _told(
        call, ORDERS[name],
        order_id=first_text(*(call.properties.get(field) for field in ("order_id", "orderId", "id"))),
        lines=tuple(_line(product, f"products[{number}]", currency) for number, product in gone),
        recommendation_id=words.recommendation(call.properties),
        properties=words.beside(call.properties, _KEPT_OF_ORDERS),
    )  # fmt: skip


def _line(product: Given, at: str, currency: str | None) -> ToldLine:
    product_id = _product_id(product)
    if product_id is None:
        raise Unusable(f"{at}.product_id", "MISSING", _NAMELESS)
    return words.line(product, product_id, at, currency)


def _told(call: _Call, kind: str, number: int | None = None, /, **said: Any) -> Told:
    given, context = call.given, an_object(call.given.get("context"))
    anonymous = first_text(given.get("anonymousId"), given.get("anonymous_id"))
    session = first_text(context.get("sessionId"), context.get("session_id"), call.properties.get("session_id"))
    message = first_text(given.get("messageId"), given.get("message_id"))
    return Told(
        type=kind,
        id=message if number is None or message is None else f"{message}#{number}",
        session_id=words.session(anonymous, session),
        user_id=first_text(given.get("userId"), given.get("user_id")),
        visitor_id=anonymous,
        user_agent=first_text(context.get("userAgent"), context.get("user_agent")),
        market=call.home.market_of(call.properties),
        time=call.moment,
        **said,
    )


def _product_id(given: Given) -> str | None:
    return first_text(*(given.get(name) for name in ("product_id", "productId", "id", "sku")))


def _titles(given: tuple[Given, ...]) -> Iterator[tuple[str, str]]:
    for each in given:
        if isinstance(each, Mapping) and (product_id := _product_id(each)) and (title := text(each.get("name"))):
            yield product_id, title
