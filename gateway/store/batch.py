"""A batch of events as PostgreSQL is told of it: an array of told_event."""

import hashlib
from collections.abc import Mapping, Sequence

from gateway.domain.event import Event, OrderLine
from gateway.domain.tenant import TenantId

COLUMNS = (
    "number", "event_key", "tenant_id", "event_id", "type", "happened_at", "session_id", "user_id", "claimed_user_id",
    "visitor_id", "market_id", "channel", "scope", "product_id", "quantity", "unit_price_minor", "currency", "order_id",
    "recommendation_id", "view_id", "list_id", "placement_id", "position", "search_term", "category_id", "value", "properties",
    "apart", "lines", "identity_kinds", "identity_values",
)  # fmt: skip
"""The attributes of told_event. Between the first two and the last three are columns of event."""

_MOST = 2_000.0
"""What PostgreSQL is told at once, in plain events of some two hundred bytes: it goes through an array a dozen times, in memory
as long as that has a few megabytes, and past a gigabyte it ends the connection.
"""
_PROPERTIES, _LINE = 8.0, 0.1  # of 8,192 bytes at most; of a product and its price

Keyed = tuple[bytes, Event]
"""An event, and what makes a repeat a repeat."""


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


def portions(batch: Mapping[int, Keyed]) -> Sequence[Mapping[int, Keyed]]:
    """The batch itself, or where it is too heavy to be told at once its parts, in the order of their keys: of two who tell
    several neither waits for the other.
    """
    if sum(map(_weight, batch.values())) <= _MOST:
        return [batch]
    parts: list[dict[int, Keyed]] = [{}]
    full = 0.0
    for number, keyed in sorted(batch.items(), key=lambda item: (item[1][1].tenant_id, item[1][0])):
        weight = _weight(keyed)
        if parts[-1] and full + weight > _MOST:
            parts.append({})
            full = 0.0
        parts[-1][number] = keyed
        full += weight
    return parts


def _weight(keyed: Keyed) -> float:
    _, event = keyed
    return 1.0 + (_PROPERTIES if event.properties else 0.0) + _LINE * len(event.lines)


def rows_of(batch: Mapping[int, Keyed]) -> list[tuple[object, ...]]:
    """A told_event each."""
    return [_row(number, key, event) for number, (key, event) in batch.items()]


def _row(number: int, key: bytes, event: Event) -> tuple[object, ...]:
    seen, price = event.visitor, event.unit_price
    named = seen.identities
    return (
        number, key, event.tenant_id, event.event_id, event.type, event.happened_at, seen.session_id, seen.user_id,
        seen.claimed_user_id, seen.visitor_id, event.market_id, event.channel, event.scope, event.product_id, event.quantity,
        price and price.minor_units, price and price.currency, event.order_id, event.recommendation_id,
        event.view_id, event.list_id, event.placement_id, event.position, event.search_term, event.category_id, event.value,
        event.properties and dict(event.properties), event.apart, [_line(each) for each in event.lines] or None,
        [each.kind for each in named] if named else None, [each.value for each in named] if named else None,
    )  # fmt: skip


def _line(line: OrderLine) -> tuple[object, ...]:
    price = line.unit_price
    return line.product_id, line.quantity, price and price.minor_units, price and price.currency
