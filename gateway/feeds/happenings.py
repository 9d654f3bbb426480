"""One row of an event file, read as an event."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from gateway.domain.catalog import CategoryId, Money, ProductId
from gateway.domain.event import WEIGHTS, Event, OrderLine, Refusal, find_fault, settle_time
from gateway.domain.tenant import Market
from gateway.domain.visitor import SessionId, UserId, Visitor, VisitorId
from gateway.feeds import amounts
from gateway.feeds.destination import Destination
from gateway.feeds.refusals import Unusable

SCOPE = "IMPORT"
SOLD = frozenset({"purchase", "refund"})
_CAPITAL = re.compile("[A-Z]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000  # before that a time is a mistake in its unit
_LAST = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
_EVER = timedelta(days=36_500)

EventRow = tuple[Any, ...]
"""A row of sql/importing/ordered_events.sql: line and moment as numbers, every other value a text or null."""

FIELDS = (
    "event_id", "type", "time", "session_id", "user_id", "visitor_id", "product_id", "quantity", "price", "currency",
    "order_id", "lines", "market", "channel", "search_term", "category_id", "value", "recommendation_id", "view_id",
    "list_id", "placement_id", "position", "properties", "title",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Reads rows for one destination. `types`: theirs → ours; `*` stands for all others, null for a row without one."""

    destination: Destination
    types: Mapping[str, str]
    untyped: str | None
    now: datetime

    def read(self, row: EventRow) -> Event:
        """The event that the row tells; Unusable says what is wrong with it."""
        (
            _, moment, event_id, type_, time, session_id, user_id, visitor_id, product_id, quantity, price, currency, order_id,
            lines, market_id, channel, search_term, category_id, value, recommendation_id, view_id, list_id, placement_id,
            position, properties, _,
        ) = row  # fmt: skip
        market = self.destination.market_of(market_id)
        kind, count = self._kind(type_), None if quantity is None else amounts.whole(quantity, "quantity")
        if count is not None and count < 0 and kind in SOLD:
            kind, count = "refund", -count  # what goes back is told as sold with a minus
        event = Event(
            tenant_id=self.destination.tenant_id,
            event_id=event_id,
            type=kind,
            happened_at=self._moment(moment, time),
            visitor=Visitor(
                session_id and SessionId(session_id), user_id and UserId(user_id), visitor_id and VisitorId(visitor_id)
            ),
            scope=SCOPE,
            product_id=product_id and ProductId(product_id),
            quantity=count,
            unit_price=None if price is None else _price(price, currency, market, kind),
            order_id=order_id,
            lines=() if lines is None else tuple(_line(told, currency, market, kind) for told in _json(lines, "lines", list)),
            market_id=market.market_id if market else None,
            channel=channel,
            recommendation_id=_uuid(recommendation_id, "recommendation_id"),
            view_id=_uuid(view_id, "view_id"),
            list_id=_uuid(list_id, "list_id"),
            placement_id=placement_id,
            position=None if position is None else amounts.whole(position, "position"),
            search_term=search_term,
            category_id=category_id and CategoryId(category_id),
            value=None if value is None else amounts.number(value, "value"),
            properties=None if properties is None else _json(properties, "properties", dict),
        )
        if fault := find_fault(event, WEIGHTS):
            raise Unusable(_column(fault.field), fault.code, fault.message)
        return event

    def _kind(self, told: str | None) -> str:
        if told is None:
            if self.untyped is None:
                raise Unusable("type", "MISSING", "the row has no type")
            return self.untyped
        return self.types.get(told) or (told if told in WEIGHTS else self.types.get("*", told))

    def _moment(self, moment: int | None, told: str | None) -> datetime:
        if told is None:
            raise Unusable("time", "MISSING", "the row has no time")
        if moment is None:
            raise Unusable("time", "NO_TIME", f"{told[:40]!r} is no time: give ISO 8601 or Unix seconds")
        if not _FIRST <= moment < _LAST:
            raise Unusable("time", "OUT_OF_RANGE", f"{told[:40]!r} would be before 1990 or after 9998")
        settled = settle_time(_EPOCH + timedelta(microseconds=moment), self.now, _EVER)
        if isinstance(settled, Refusal):
            raise Unusable(settled.field, settled.code, settled.message)
        return settled


def _column(field: str) -> str:
    """What a field of the API is called in a file: `sessionId` → `session_id`, `unitPrice.currency` → `currency`."""
    return _CAPITAL.sub(lambda found: f"_{found[0].lower()}", field.replace("unitPrice.", "").replace("unitPrice", "price"))


def _price(told: str, currency: str | None, market: Market | None, kind: str) -> Money:
    meant = currency.upper() if currency else market and market.currency
    if not meant:
        raise Unusable("currency", "MISSING", "a price needs a currency: say --market")
    price = amounts.money(told, meant)
    if price.minor_units < 0 or (kind in SOLD and price.minor_units == 0):
        raise Unusable("price", "NOT_POSITIVE", f"{told[:40]!r} is no price of something sold")
    return price


def _line(told: object, currency: str | None, market: Market | None, kind: str) -> OrderLine:
    if not isinstance(told, Mapping) or not isinstance(told.get("product_id"), str):
        raise Unusable("lines", "NO_LINE", "a line is an object with product_id, quantity and price")
    price = told.get("price")
    return OrderLine(
        ProductId(told["product_id"]),
        amounts.whole(str(told.get("quantity", 1)), "lines.quantity"),
        None if price is None else _price(str(price), currency, market, kind),
    )


def _uuid(told: str | None, field: str) -> UUID | None:
    try:
        return (told and UUID(told)) or None
    except ValueError:
        raise Unusable(field, "NO_UUID", f"{told!r:.40} is no UUID") from None


def _json(told: str, field: str, wanted: type[list[Any]] | type[dict[str, Any]]) -> Any:
    try:
        value = orjson.loads(told)
    except ValueError:
        value = None
    if not isinstance(value, wanted):
        raise Unusable(field, "NO_JSON", f"{told[:40]!r} is no JSON {'list' if wanted is list else 'object'}")
    return value


def as_told(row: EventRow) -> Mapping[str, str | None]:
    """The row by its names, for the file of refused rows, but for the ids that may be of our making."""
    return {name: value for name, value in zip(FIELDS, row[2:], strict=True) if name not in ("event_id", "session_id")}


def products_of(event: Event) -> Sequence[tuple[ProductId, Money | None]]:
    """The products an event names, with what was paid for one."""
    if event.product_id:
        return ((event.product_id, event.unit_price),)
    return tuple((line.product_id, line.unit_price) for line in event.lines)
