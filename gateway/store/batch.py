"""A batch of events as PostgreSQL is told of it: an array of told_event."""

import hashlib
from collections.abc import Mapping, Sequence

from gateway.domain.catalog import Money, ProductId
from gateway.domain.event import Event
from gateway.domain.tenant import TenantId

COLUMNS = (
    "number", "event_key", "tenant_id", "event_id", "line", "type", "happened_at", "session_id", "user_id", "claimed_user_id",
    "visitor_id", "market_id", "channel", "scope", "product_id", "quantity", "unit_price_minor", "currency", "order_id",
    "recommendation_id", "view_id", "list_id", "placement_id", "position", "search_term", "category_id", "value", "properties",
    "apart", "whole", "identity_kinds", "identity_values",
)  # fmt: skip
"""The attributes of told_event. Between the first two and the last two are columns of event."""

Keyed = tuple[bytes, Event]
"""An event, and what makes a repeat a repeat."""

_Bought = tuple[ProductId | None, int | None, Money | None]


def each_once(events: Sequence[Event]) -> dict[int, Keyed]:
    """The events by their place, with the key that makes a repeat a repeat; of repeats the first."""
    seen: set[tuple[TenantId, bytes]] = set()
    batch: dict[int, Keyed] = {}
    for number, event in enumerate(events):
        key = hashlib.sha256(event.identity.encode()).digest()[:16]
        if (event.tenant_id, key) not in seen:
            seen.add((event.tenant_id, key))
            batch[number] = key, event
    return batch


def rows_of(batch: Mapping[int, Keyed]) -> list[tuple[object, ...]]:
    """An event is a row; an order told whole is a row a line, all with the event's number."""
    rows = []
    for number, (key, event) in batch.items():
        if not event.lines:
            rows.append(_row(number, key, 0, event, (event.product_id, event.quantity, event.unit_price)))
        for place, line in enumerate(event.lines):
            rows.append(_row(number, key, place, event, (line.product_id, line.quantity, line.unit_price)))
    return rows


def _row(number: int, key: bytes, place: int, event: Event, bought: _Bought) -> tuple[object, ...]:
    seen = event.visitor
    named = seen.identities
    product_id, quantity, price = bought
    return (
        number, key, event.tenant_id, event.event_id, place, event.type, event.happened_at, seen.session_id, seen.user_id,
        seen.claimed_user_id, seen.visitor_id, event.market_id, event.channel, event.scope, product_id, quantity,
        price and price.minor_units, price and price.currency, event.order_id, event.recommendation_id,
        event.view_id, event.list_id, event.placement_id, event.position, event.search_term, event.category_id, event.value,
        event.properties and dict(event.properties), event.apart, bool(event.lines),
        [each.kind for each in named] if named else None, [each.value for each in named] if named else None,
    )  # fmt: skip
