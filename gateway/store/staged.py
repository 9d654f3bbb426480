"""A batch of events as the rows in which PostgreSQL is told of it."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from gateway.domain.catalog import Money, ProductId
from gateway.domain.event import Event
from gateway.domain.tenant import TenantId

COLUMNS = (
    "number", "event_key", "tenant_id", "event_id", "line", "type", "happened_at", "session_id", "user_id", "claimed_user_id",
    "visitor_id", "market_id", "channel", "scope", "product_id", "quantity", "unit_price_minor", "currency", "order_id",
    "recommendation_id", "view_id", "list_id", "placement_id", "position", "search_term", "category_id", "value", "properties",
    "apart", "whole",
)  # fmt: skip
"""Of staged_event. What follows the first two are columns of event."""

IDENTITIES = ("number", "place", "kind", "value")
"""Of staged_identity; places count from 1."""

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


def staged_identities(batch: Mapping[int, Keyed]) -> Iterator[tuple[object, ...]]:
    """The ids by which the events name people, besides users, sessions and visitor ids."""
    for number, (_, event) in batch.items():
        for place, each in enumerate(event.visitor.identities, 1):
            yield number, place, each.kind, each.value


def staged_rows(batch: Mapping[int, Keyed]) -> Iterator[tuple[object, ...]]:
    """An event is a row; an order told whole is a row a line, all with the event's number."""
    for number, (key, event) in batch.items():
        if not event.lines:
            yield _staged_row(number, key, 0, event, (event.product_id, event.quantity, event.unit_price))
        for place, line in enumerate(event.lines):
            yield _staged_row(number, key, place, event, (line.product_id, line.quantity, line.unit_price))


def _staged_row(number: int, key: bytes, place: int, event: Event, bought: _Bought) -> tuple[object, ...]:
    seen = event.visitor
    product_id, quantity, price = bought
    return (
        number, key, event.tenant_id, event.event_id, place, event.type, event.happened_at, seen.session_id, seen.user_id,
        seen.claimed_user_id, seen.visitor_id, event.market_id, event.channel, event.scope, product_id, quantity,
        price and price.minor_units, price and price.currency, event.order_id, event.recommendation_id,
        event.view_id, event.list_id, event.placement_id, event.position, event.search_term, event.category_id, event.value,
        event.properties and dict(event.properties), event.apart, bool(event.lines),
    )  # fmt: skip
