"""What a visitor did, and when the gateway believes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from gateway.domain.catalog import CategoryId, MarketId, Money, ProductId
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import Visitor

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "impression": 0.0,
        "page_view": 0.0,
        "login": 0.0,
        "view_category": 0.0,
        "search": 0.0,
        "click": 1.0,
        "view": 1.0,
        "rating": 1.0,
        "like": 2.0,
        "add_to_wishlist": 2.0,
        "add_to_cart": 3.0,
        "purchase": 5.0,
        "remove_from_cart": 0.0,
        "remove_from_wishlist": 0.0,
        "refund": 0.0,
        "dislike": 0.0,
        "not_interested": 0.0,
    }
)
"""The core types, and how much each says about taste. A tenant adds its own."""

TELLING = tuple(sorted(t for t, weight in WEIGHTS.items() if weight > 0))
"""The types that are remembered for the next page and counted in training."""

NEEDS_PRODUCT = frozenset(WEIGHTS) - {"impression", "page_view", "login", "view_category", "search", "purchase", "refund"}
"""Types that mean nothing without a product; an impression or a click may name a recommendation instead."""

CLOCK_AHEAD = timedelta(minutes=10)
MAX_ID = 256
MAX_LINES = 500


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One product of a cart or an order."""

    product_id: ProductId
    quantity: int = 1
    unit_price: Money | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. An order told whole has `lines`; anything else at most one product."""

    tenant_id: TenantId
    event_id: str
    type: str
    happened_at: datetime
    visitor: Visitor
    scope: str
    product_id: ProductId | None = None
    quantity: int | None = None
    unit_price: Money | None = None
    order_id: str | None = None
    lines: tuple[OrderLine, ...] = ()
    market_id: MarketId | None = None
    channel: str | None = None
    recommendation_id: UUID | None = None
    view_id: UUID | None = None
    list_id: UUID | None = None
    placement_id: str | None = None
    position: int | None = None
    search_term: str | None = None
    category_id: CategoryId | None = None
    value: float | None = None
    properties: Mapping[str, Any] | None = field(default=None)

    @property
    def identity(self) -> str:
        """What makes a repeat a repeat: the order, for an order told whole; else the event's own id."""
        return f"order:{self.type}:{self.order_id}" if self.lines and self.order_id else self.event_id


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row was not taken: the field, a code for machines, a sentence for people."""

    field: str
    code: str
    message: str


def settle_time(told: datetime | None, now: datetime, retention: timedelta) -> datetime | Refusal:
    """The moment an event counts for: now where none is told or the clock is a little ahead."""
    if told is None:
        return now
    if told > now + CLOCK_AHEAD:
        return Refusal("time", "TIME_IN_FUTURE", "is more than ten minutes ahead of the gateway's clock")
    if told < now - retention:
        return Refusal("time", "TIME_TOO_OLD", f"is older than the {retention.days} days that events are kept")
    return min(told, now)


def find_fault(event: Event, types: Mapping[str, float]) -> Refusal | None:
    """What is wrong with an event whose fields have been read, if anything."""
    checks = (_fault_of_type(event, types), _fault_of_ids(event), _fault_of_content(event), _fault_of_amounts(event))
    return next((fault for fault in checks if fault), None)


def _fault_of_type(event: Event, types: Mapping[str, float]) -> Refusal | None:
    if event.type not in types:
        known = ", ".join(sorted(types))
        return Refusal("type", "UNKNOWN_TYPE", f"{event.type!r} is no event type; known are {known}")
    return None


def _fault_of_ids(event: Event) -> Refusal | None:
    seen = event.visitor
    if not (seen.session_id or seen.user_id or seen.visitor_id or seen.claimed_user_id):
        return Refusal("sessionId", "MISSING", "one of sessionId, userId or visitorId is needed")
    named = {
        "id": event.event_id, "sessionId": seen.session_id, "userId": seen.user_id or seen.claimed_user_id,
        "visitorId": seen.visitor_id, "productId": event.product_id, "orderId": event.order_id,
        "placement": event.placement_id, "categoryId": event.category_id,
    }  # fmt: skip
    for name, value in named.items():
        if value is not None and len(value) > MAX_ID:
            return Refusal(name, "TOO_LONG", f"may have {MAX_ID} characters at most")
    return None


def _fault_of_content(event: Event) -> Refusal | None:
    if event.type in NEEDS_PRODUCT and not event.product_id and not event.recommendation_id:
        return Refusal("productId", "MISSING", f"a {event.type} needs productId")
    if event.type == "impression" and not (event.product_id or event.recommendation_id or event.view_id):
        return Refusal("productId", "MISSING", "an impression needs productId, recommendationId or viewId")
    if event.type == "purchase" and not event.lines and not event.product_id:
        return Refusal("lines", "MISSING", "a purchase needs lines, or productId")
    if event.type == "refund" and not event.order_id:
        return Refusal("orderId", "MISSING", "a refund needs the orderId it refunds")
    if event.lines and not event.order_id:
        return Refusal("orderId", "MISSING", "lines belong to an order: orderId is needed")
    if event.type == "search" and not event.search_term:
        return Refusal("searchTerm", "MISSING", "a search needs searchTerm")
    if event.type == "view_category" and not event.category_id:
        return Refusal("categoryId", "MISSING", "a view_category needs categoryId")
    return None


def _fault_of_amounts(event: Event) -> Refusal | None:
    if len(event.lines) > MAX_LINES:
        return Refusal("lines", "TOO_LONG", f"an order may have {MAX_LINES} lines at most")
    whole = OrderLine(event.product_id or ProductId(""), 1 if event.quantity is None else event.quantity, event.unit_price)
    for where, line in (("", whole), *((f"lines.{i}.", line) for i, line in enumerate(event.lines))):
        if not 1 <= line.quantity <= 1_000_000:  # noqa: PLR2004  (a quantity nobody means)
            return Refusal(f"{where}quantity", "OUT_OF_RANGE", "must be from 1 to 1,000,000")
        if line.unit_price and not 0 <= line.unit_price.minor_units < 2**53:
            return Refusal(f"{where}unitPrice", "OUT_OF_RANGE", "must not be negative")
    if event.position is not None and not 0 <= event.position < 2**15:
        return Refusal("position", "OUT_OF_RANGE", "must be from 0 to 32767")
    return None
