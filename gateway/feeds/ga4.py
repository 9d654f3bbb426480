"""Google Analytics 4 in our words: a Measurement Protocol payload's events, and rows of the BigQuery export."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any

from msgspec import structs

from gateway.domain.told import Told, ToldLine
from gateway.feeds import heard as words
from gateway.feeds.heard import Given, Heard, Home, Said, an_object, first_text, objects, text
from gateway.feeds.refusals import Unusable
from gateway.feeds.wording import Wording

EACH = {
    "view_item_list": "impression",
    "select_item": "click",
    "view_item": "view",
    "add_to_cart": "add_to_cart",
    "remove_from_cart": "remove_from_cart",
    "add_to_wishlist": "add_to_wishlist",
}
"""What happens to products: an event of ours an item."""

WHOLE = {
    "purchase": "purchase",
    "refund": "refund",
    "search": "search",
    "view_search_results": "search",
    "page_view": "page_view",
    "screen_view": "page_view",
    "login": "login",
    "sign_up": "login",
}

UNUSED = frozenset({
    "view_cart", "begin_checkout", "add_shipping_info", "add_payment_info", "view_promotion", "select_promotion", "scroll",
    "click", "first_visit", "session_start", "user_engagement", "form_start", "form_submit", "file_download", "video_start",
    "video_progress", "video_complete", "generate_lead", "select_content", "share", "exception", "first_open", "app_update",
    "os_update",
})  # fmt: skip
"""Google's own names of what is dropped; any other name is the shop's own."""

_FIELDS = {
    "productId": "item_id", "orderId": "transaction_id", "lines": "items", "searchTerm": "search_term", "sessionId": "client_id",
    "visitorId": "client_id", "userId": "user_id", "unitPrice": "price", "unitPrice.currency": "currency", "position": "index",
    "recommendationId": "recommendation_id", "time": "timestamp_micros", "type": "name", "id": "event_id",
}  # fmt: skip
_PHRASES = {
    "one of sessionId, userId or visitorId": "client_id or user_id",
    "a purchase needs lines, or productId": "a purchase needs items, each with item_id",
    "lines": "items", "productId": "item_id", "orderId": "transaction_id", "searchTerm": "search_term",
    "recommendationId": "recommendation_id", "userId": "user_id", "sessionId": "client_id", "visitorId": "client_id",
}  # fmt: skip
WORDING = Wording(_PHRASES, _FIELDS)
EXPORT_WORDING = Wording(
    {ours: theirs.replace("client_id", "user_pseudo_id") for ours, theirs in _PHRASES.items()},
    {
        **{ours: theirs.replace("client_id", "user_pseudo_id") for ours, theirs in _FIELDS.items()},
        "time": "event_timestamp", "type": "event_name",
    },
)  # fmt: skip
"""What BigQuery calls the same."""

_KEPT = ("item_list_id", "item_list_name", "item_variant", "coupon")
_KEPT_OF_ORDERS = ("value", "tax", "shipping", "coupon", "affiliation")
_COUNTED = frozenset({"add_to_cart", "remove_from_cart"})
_LONGEST_NAME = 256
_NAMELESS = "an item needs item_id, the id of the product in the catalog"
_COOKIE = re.compile(r"GA\d+\.\d+\.(?=.)")


@dataclass(frozen=True, slots=True)
class _Call:
    """An event of theirs, whichever way it came."""

    name: str
    params: Given
    items: list[Given]
    client: str | None = None
    user: str | None = None
    moment: datetime | None = None
    agent: str | None = None


def hear_payload(payload: Given, home: Home) -> Iterator[tuple[str, Heard]]:
    """The events of a Measurement Protocol payload, each with where it stands; Unusable where it is no payload at all."""
    events = payload.get("events")
    if not isinstance(events, list):
        raise Unusable("events", "MISSING", 'a payload is {"client_id": "…", "events": [{"name": "…", "params": {…}}]}')
    for number, event in enumerate(events):
        at = f"events[{number}]"
        name = _name(event.get("name")) if isinstance(event, Mapping) else None
        if name is None:
            yield at, words.refused(words.OTHER, Unusable("name", "MISSING", "an event is an object with name and params"))
            continue
        try:
            yield at, _hear(_called(name, event, payload), home)
        except Unusable as unusable:
            yield at, words.refused(name, unusable)


def hear_row(row: Given, home: Home) -> Heard:
    """A row of the BigQuery export."""
    name = _name(row.get("event_name")) or words.OTHER
    try:
        return _hear(_exported(name, row), home)
    except Unusable as unusable:
        return words.refused(name, unusable)


def _name(told: object) -> str | None:
    return (text(told) or "")[:_LONGEST_NAME] or None


def _called(name: str, event: Given, payload: Given) -> _Call:
    params = an_object(event.get("params"))
    return _Call(
        name=name,
        params=params,
        items=objects(params.get("items")),
        client=_client(first_text(payload.get("client_id"), payload.get("app_instance_id"))),
        user=text(payload.get("user_id")),
        moment=words.microseconds(event.get("timestamp_micros", payload.get("timestamp_micros")), "timestamp_micros"),
        agent=text(payload.get("user_agent")),
    )


def _exported(name: str, row: Given) -> _Call:
    order = an_object(row.get("ecommerce"))
    params = {**{field: order[field] for field in ("transaction_id", "tax", "shipping") if text(order.get(field))}}
    params |= {"value": order["purchase_revenue"]} if text(order.get("purchase_revenue")) else {}
    return _Call(
        name=name,
        params=params | _pairs(row.get("event_params")),
        items=[{**item, **_pairs(item.get("item_params"))} for item in objects(row.get("items"))],
        client=_client(first_text(row.get("user_pseudo_id"), row.get("client_id"))),
        user=text(row.get("user_id")),
        moment=words.microseconds(row.get("event_timestamp"), "event_timestamp"),
    )


def _pairs(told: object) -> dict[str, Any]:
    """`[{"key": "a", "value": {"string_value": null, "int_value": "1"}}]` as `{"a": "1"}`."""
    found = {}
    for each in objects(told):
        values = (value for value in an_object(each.get("value")).values() if value is not None)
        if isinstance(each.get("key"), str) and (value := next(values, None)) is not None:
            found[each["key"]] = value
    return found


def _client(told: str | None) -> str | None:
    """The client's id, as the `_ga` cookie has it or without the cookie's version in front."""
    return told and _COOKIE.sub("", told)


def _hear(call: _Call, home: Home) -> Heard:
    titles = {item_id: title for item in call.items if (item_id := _item_id(item)) and (title := text(item.get("item_name")))}
    if call.name in EACH:
        return words.heard(call.name, _each(call, EACH[call.name], home), titles)
    if call.name in WHOLE:
        return words.heard(call.name, _whole(call, WHOLE[call.name], home), titles)
    if call.name in home.own_types:
        told = _each(call, call.name, home) if call.items else [Said(_told(call, call.name, home))]
        return replace(words.heard(call.name, told, titles), known=False)
    return Heard(call.name, known=call.name in UNUSED)


def _each(call: _Call, kind: str, home: Home) -> Iterator[Said]:
    if not call.items:
        raise Unusable("items", "MISSING", f"{call.name} needs items, each with item_id")
    alone = call.params if len(call.items) == 1 else {}
    seen: Counter[str] = Counter()
    for number, item in enumerate(call.items):
        at = f"items[{number}]"
        try:
            yield Said(_apart(_of_item(call, item, kind, home, words.recommendation(item, alone)), seen), at)
        except Unusable as unusable:
            yield Said(unusable.refusal, at)


def _apart(told: Told, seen: Counter[str]) -> Told:
    """With an id of its own where one before it has the same: the same product twice is two, and told again the same two."""
    if told.id is None:
        return told
    seen[told.id] += 1
    return structs.replace(told, id=f"{told.id}#{seen[told.id]}") if seen[told.id] > 1 else told


def _of_item(call: _Call, item: Given, kind: str, home: Home, recommended: str | None) -> Told:
    product = _item_id(item)
    if product is None and recommended is None:
        raise Unusable("item_id", "MISSING", _NAMELESS)
    currency = home.currency_of(call.params, item)
    quantity = words.count(item.get("quantity")) if kind in _COUNTED else None
    return _told(
        call, kind, home,
        product_id=product,
        quantity=quantity,
        unit_price=words.price(item.get("price"), currency),
        recommendation_id=recommended,
        position=None if recommended else words.place(item.get("index")),
        properties=words.beside({**call.params, **item}, _KEPT),
    )  # fmt: skip


def _whole(call: _Call, kind: str, home: Home) -> Iterator[Said]:
    if kind in ("purchase", "refund"):
        yield Said(_order(call, kind, home))
    elif kind == "search":
        yield Said(_told(call, kind, home, search_term=first_text(call.params.get("search_term"), call.params.get("term"))))
    else:
        yield Said(_told(call, kind, home))


def _order(call: _Call, kind: str, home: Home) -> Told:
    currency = home.currency_of(call.params, *call.items[:1])
    lines = tuple(_line(item, f"items[{number}]", currency) for number, item in enumerate(call.items))
    return _told(
        call, kind, home,
        order_id=text(call.params.get("transaction_id")),
        lines=lines,
        recommendation_id=words.recommendation(call.params),
        properties=words.beside(call.params, _KEPT_OF_ORDERS),
    )  # fmt: skip


def _line(item: Given, at: str, currency: str | None) -> ToldLine:
    product = _item_id(item)
    if product is None:
        raise Unusable(f"{at}.item_id", "MISSING", _NAMELESS)
    return words.line(item, product, at, currency)


def _told(call: _Call, kind: str, home: Home, **said: Any) -> Told:
    session = first_text(call.params.get("session_id"), call.params.get("ga_session_id"))
    return Told(
        type=kind,
        id=_event_id(call, said),
        session_id=words.session(call.client, session),
        user_id=call.user,
        visitor_id=call.client,
        user_agent=call.agent,
        market=home.market_of(call.params),
        time=call.moment,
        **said,
    )


def _event_id(call: _Call, said: Given) -> str | None:
    """The same for the same event, live and exported: Google gives no id, but a client, a name and a moment."""
    lines = ((line.product_id, line.quantity) for line in said.get("lines") or ())
    item = (said.get("quantity"), (said.get("properties") or {}).get("item_variant")) if said.get("product_id") else ()
    content = (said.get("product_id"), *item, said.get("order_id"), said.get("search_term"), *chain.from_iterable(lines))
    if named := text(call.params.get("event_id")):
        return f"ga4:{words.fingerprint(call.name, named, *content)}"
    if call.moment is None:
        return None
    return f"ga4:{words.fingerprint(call.client, call.name, call.moment.isoformat(), *content)}"


def _item_id(item: Given) -> str | None:
    return text(item.get("item_id"))
