"""What a visitor did, and when the gateway believes it."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec
import orjson

from gateway.domain import ids
from gateway.domain.catalog import CategoryId, MarketId, Money, ProductId
from gateway.domain.currency import A_CODE, CURRENCIES
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

ONCE = frozenset({"impression", "click"})
"""What happens to a recommendation once, however often it is told."""

REFUSING = "not_interested"
"""Says of a product that it is never to be recommended to this visitor again."""

NEEDS_PRODUCT = frozenset(WEIGHTS) - {"impression", "page_view", "login", "view_category", "search", "purchase", "refund"}
"""Types that mean nothing without a product; an impression or a click may name a recommendation instead."""

CLOCK_AHEAD = timedelta(minutes=10)
CLAIMS_REACH = timedelta(days=7)
"""How far back a browser may tell of: as long as its queue may have waited for a network, and not all that the shop keeps."""

MAX_ID = 256
MAX_LINES = 500
MAX_QUANTITY = 1_000_000
MAX_CLAIMED = 1_000  # of a line, by a browser: anybody may write one
MAX_PROPERTIES = 8192  # bytes of JSON
MAX_DEPTH = 12


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One product of a cart or an order."""

    product_id: ProductId
    quantity: int = 1
    unit_price: Money | None = None


class Event(msgspec.Struct, frozen=True):  # made in a tenth of the time of a dataclass
    """One thing that happened. An order told whole has `lines`; anything else at most one product. `apart`: why it is kept and
    counted nowhere, be it BOT or INTEGRATION.
    """

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
    properties: Mapping[str, Any] | None = None
    apart: str | None = None

    @property
    def identity(self) -> str:
        """What makes a repeat a repeat: the order, of a purchase told whole; the recommendation, of a sight and of a click on it;
        else the id, never taken for any of these. Orders and ids are known once of the shop and once of browsers: what anyone
        could write never stands where the shop's word would. What stands apart is known by itself, so that a crawler's click or
        a try-out's order never stands where the one that counts would.
        """
        if self.type == "purchase" and self.lines:
            known_by = f"{'order' if self.trusted else 'claim'}:{self.order_id}"
        elif self.recommendation_id and self.type in ONCE:
            known_by = f"{self.type}:{self.recommendation_id}"
        else:
            known_by = f"{'event' if self.trusted else 'said'}:{self.event_id}"
        return known_by if self.apart is None else f"{self.apart}:{known_by}"

    @property
    def trusted(self) -> bool:
        """Whether the shop itself says it, or a browser, whose word anyone could write."""
        return self.scope != "STOREFRONT"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row was not taken: the field, a code for machines, a sentence for people."""

    field: str
    code: str
    message: str


BLOCKED = Refusal("visitor", "TRACKING_BLOCKED", "names someone who wants not to be followed; nothing of it is kept")
"""Why an event of theirs is not taken."""


def settle_time(told: datetime | None, now: datetime, retention: timedelta, *, trusted: bool = True) -> datetime | Refusal:
    """The moment an event counts for: now where none is told or the clock is a little ahead."""
    if told is None:
        return now
    if told > now + CLOCK_AHEAD:
        return Refusal("time", "TIME_IN_FUTURE", "is more than ten minutes ahead of the gateway's clock")
    if told < now - retention:
        return Refusal("time", "TIME_TOO_OLD", f"is older than the {retention.days} days that events are kept")
    if told < now - CLAIMS_REACH and not trusted:
        said = f"a browser may tell of the last {CLAIMS_REACH.days} days; the shop tells of older, with a key of the scope SERVER"
        return Refusal("time", "TIME_TOO_OLD", said)
    return min(told, now)


def placed(event: Event) -> Event:
    """The event in the view, the list and the position that a recommendation's id says by itself."""
    named, view, of = event.recommendation_id, event.view_id, event.list_id
    if named is None or (view and of and event.position is not None and ids.belongs(named, view, of)):
        return event
    view_id, list_id, position = place_of(named, view, of, event.position)
    return msgspec.structs.replace(event, view_id=view_id, list_id=list_id, position=position)


def place_of(
    recommendation_id: UUID | None, view_id: UUID | None, list_id: UUID | None, position: int | None
) -> tuple[UUID | None, UUID | None, int | None]:
    """The view, the list and the position of an event: what its recommendation's id says goes before what is told."""
    if recommendation_id is None or (shown := ids.shown_as(recommendation_id)) is None:
        return view_id, list_id, position
    return shown.view_id, ids.list_id(shown.view_id, shown.list_number), shown.position if position is None else position


def find_fault(event: Event, types: Collection[str]) -> Refusal | None:
    """What is wrong with an event whose fields have been read, if anything."""
    if event.type not in types:
        return Refusal("type", "UNKNOWN_TYPE", f"{event.type[:40]!r} is no event type; known are {', '.join(sorted(types))}")
    return _fault_of_ids(event) or _fault_of_content(event) or _fault_of_amounts(event) or _fault_of_properties(event)


def _fault_of_ids(event: Event) -> Refusal | None:
    seen = event.visitor
    of_a_view = event.type in ONCE and event.recommendation_id  # which knows who it was
    if not (of_a_view or seen.session_id or seen.user_id or seen.visitor_id or seen.claimed_user_id or seen.identities):
        return Refusal("sessionId", "MISSING", "one of sessionId, userId or visitorId is needed")
    texts = (
        event.event_id, seen.session_id, seen.user_id or seen.claimed_user_id, seen.visitor_id, event.product_id, event.order_id,
        event.placement_id, event.category_id, event.search_term, event.channel, event.market_id,
    )  # fmt: skip
    for value in texts:
        if value and (len(value) > MAX_ID or "\0" in value):
            return _fault_of_text(_TEXTS[texts.index(value)], value)
    return None


def _fault_of_text(name: str, value: str) -> Refusal:
    if len(value) > MAX_ID:
        return Refusal(name, "TOO_LONG", f"may have {MAX_ID} characters at most")
    return Refusal(name, "BAD_TEXT", "must not contain NUL characters")


_TEXTS = (
    "id", "sessionId", "userId", "visitorId", "productId", "orderId", "placement", "categoryId", "searchTerm", "channel",
    "market",
)  # fmt: skip


def _fault_of_properties(event: Event) -> Refusal | None:
    if event.properties is None:
        return None
    if not _is_shallow(event.properties, MAX_DEPTH):
        return Refusal("properties", "TOO_DEEP", f"may be nested {MAX_DEPTH} levels at most")
    try:
        text = orjson.dumps(event.properties)
    except TypeError:
        return Refusal("properties", "BAD_VALUE", "holds a number past 64 bits, or a text that is no text")
    if len(text) > MAX_PROPERTIES:
        return Refusal("properties", "TOO_LONG", f"may have {MAX_PROPERTIES} bytes at most as JSON")
    if b"\\u0000" in text:
        return Refusal("properties", "BAD_TEXT", "must not contain NUL characters")
    return None


def _is_shallow(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return levels > 0 and all(_is_shallow(each, levels - 1) for each in inner)


def _fault_of_content(event: Event) -> Refusal | None:  # noqa: PLR0911  (a line a type)
    kind, shown = event.type, event.recommendation_id or event.product_id
    if kind in NEEDS_PRODUCT and not shown:
        return Refusal("productId", "MISSING", f"a {kind} needs productId")
    if kind == "impression" and not (shown or event.list_id or event.view_id):
        return Refusal("productId", "MISSING", "an impression needs productId, recommendationId, listId or viewId")
    if kind == "purchase" and not (event.lines or event.product_id):
        return Refusal("lines", "MISSING", "a purchase needs lines, or productId")
    if kind == "refund" and not event.order_id:
        return Refusal("orderId", "MISSING", "a refund needs the orderId it refunds")
    if event.lines and not event.order_id:
        return Refusal("orderId", "MISSING", "lines belong to an order: orderId is needed")
    if kind == "search" and not event.search_term:
        return Refusal("searchTerm", "MISSING", "a search needs searchTerm")
    if kind == "view_category" and not event.category_id:
        return Refusal("categoryId", "MISSING", "a view_category needs categoryId")
    return None


def _fault_of_amounts(event: Event) -> Refusal | None:
    if len(event.lines) > MAX_LINES:
        return Refusal("lines", "TOO_LONG", f"an order may have {MAX_LINES} lines at most")
    if event.position is not None and not 0 <= event.position < 2**15:
        return Refusal("position", "OUT_OF_RANGE", "must be from 0 to 32767")
    if event.value is not None and not math.isfinite(event.value):
        return Refusal("value", "OUT_OF_RANGE", "must be a finite number")
    if event.quantity is not None or event.unit_price is not None:
        quantity = 1 if event.quantity is None else event.quantity
        line = OrderLine(event.product_id or ProductId("-"), quantity, event.unit_price)
        if fault := _fault_of_line("", line, trusted=event.trusted):
            return fault
    faults = (_fault_of_line(f"lines.{place}.", line, trusted=event.trusted) for place, line in enumerate(event.lines))
    return next((fault for fault in faults if fault), None)


def _fault_of_line(where: str, line: OrderLine, *, trusted: bool) -> Refusal | None:
    price = line.unit_price
    if not 0 < len(line.product_id) <= MAX_ID or "\0" in line.product_id:
        return Refusal(f"{where}productId", "BAD_TEXT", f"must have 1 to {MAX_ID} characters, and no NUL")
    if not 1 <= line.quantity <= MAX_QUANTITY:
        return Refusal(f"{where}quantity", "OUT_OF_RANGE", f"must be from 1 to {MAX_QUANTITY}")
    if line.quantity > MAX_CLAIMED and not trusted:
        said = f"a browser may tell {MAX_CLAIMED:,} of a product at most; the shop tells more, with a key of the scope SERVER"
        return Refusal(f"{where}quantity", "OUT_OF_RANGE", said)
    if price and not 0 <= price.minor_units < 2**53:
        return Refusal(f"{where}unitPrice", "OUT_OF_RANGE", "must not be negative")
    if price and price.currency not in CURRENCIES:
        return Refusal(f"{where}unitPrice.currency", "BAD_CURRENCY", f"{price.currency[:40]!r} is no currency; {A_CODE}")
    return None
