"""One row of an event file, read as an event."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import orjson
from msgspec import structs

from gateway.domain.catalog import Money, ProductId
from gateway.domain.event import Event, Refusal, find_fault, settle_time
from gateway.domain.identity import Identity, IdentityKind, normalised
from gateway.domain.tenant import Market
from gateway.domain.told import Told, ToldLine, ToldMoney, event_of
from gateway.domain.visitor import SessionId, UserId, Visitor, VisitorId
from gateway.feeds import amounts
from gateway.feeds.destination import Destination
from gateway.feeds.hearing import Dialect
from gateway.feeds.refusals import Unusable
from gateway.feeds.texts import json_of

SCOPE = "IMPORT"
CLAIMED = "STOREFRONT"
"""What an export of ours says of events that browsers told: they come in as a browser's word, not as the shop's."""

SOLD = frozenset({"purchase", "refund"})
_CAPITAL = re.compile("[A-Z]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000  # before that a time is a mistake in its unit
_LAST = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
_EVER = timedelta(days=36_500)

_decode = msgspec.json.Decoder(Told).decode

EventRow = tuple[Any, ...]
"""A row of sql/importing/ordered_events.sql: line and moment as numbers, every other value a text or null."""

FIELDS = (
    "event_id", "type", "time", "session_id", "user_id", "visitor_id", "product_id", "quantity", "price", "currency",
    "order_id", "lines", "market", "channel", "search_term", "category_id", "value", "recommendation_id", "view_id",
    "list_id", "placement_id", "position", "properties", "title", "apart", "scope", "heard",
)  # fmt: skip
TITLE = 2 + FIELDS.index("title")
"""Where a row has the product's title."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Reads rows for one destination. `types`: theirs → ours; `*` stands for all others, null for a row without one.

    `is_crawler`: whether a browser that calls itself so is none. `dialect`: whose words the rows are in, where not ours.
    """

    destination: Destination
    types: Mapping[str, str]
    untyped: str | None
    now: datetime
    is_crawler: Callable[[str], bool]
    dialect: Dialect | None = None

    def read(self, row: EventRow) -> Event:
        """The event that the row tells; Unusable says what is wrong with it, in the words of the file."""
        try:
            return self._read(row)
        except Unusable as unusable:
            ours = unusable.refusal
            said = self.dialect.refusal(ours) if self.dialect else replace(ours, field=_column(ours.field))
            raise Unusable(said.field, said.code, said.message) from None

    def _read(self, row: EventRow) -> Event:
        told = self._heard(row) if row[-1] else self._told(row)
        apart = _apart(row[-3]) or ("BOT" if told.user_agent and self.is_crawler(told.user_agent) else None)
        scope = CLAIMED if row[-2] == CLAIMED else SCOPE
        event = event_of(told, self.destination.tenant_id, _visitor(told), scope, channel=None, apart=apart, now=self.now)
        fault = event if isinstance(event, Refusal) else find_fault(event, self.destination.types)
        if fault:
            raise Unusable(fault.field, fault.code, fault.message)
        assert isinstance(event, Event)
        return event

    def _heard(self, row: EventRow) -> Told:
        """What another system told: the moment, and the ids that are made where none were told, are the row's."""
        moment, event_id, _, time, session_id = row[1:6]
        market = self.destination.market
        told = _decode(row[-1])
        return structs.replace(
            told,
            id=event_id,
            time=self._moment(moment, time),
            session_id=session_id,
            market=told.market or (market.market_id if market else None),
        )

    def _told(self, row: EventRow) -> Told:
        (
            _, moment, event_id, type_, time, session_id, user_id, visitor_id, product_id, quantity, price, currency, order_id,
            lines, market_id, channel, search_term, category_id, value, recommendation_id, view_id, list_id, placement_id,
            position, properties, _, _, _, _,
        ) = row  # fmt: skip
        market = self.destination.market_of(market_id)
        kind, count = self._kind(type_), None if quantity is None else amounts.whole(quantity, "quantity")
        if count is not None and count < 0 and kind in SOLD:
            kind, count = "refund", -count  # what goes back is told as sold with a minus
        return Told(
            type=kind,
            id=event_id,
            time=self._moment(moment, time),
            session_id=session_id,
            user_id=user_id,
            visitor_id=visitor_id,
            product_id=product_id,
            quantity=count,
            unit_price=None if price is None else _price(price, currency, market, kind),
            order_id=order_id,
            lines=None if lines is None else tuple(_line(each, currency, market, kind) for each in json_of(lines, "lines", list)),
            market=market.market_id if market else None,
            channel=channel,
            recommendation_id=recommendation_id,
            view_id=view_id,
            list_id=list_id,
            placement=placement_id,
            position=None if position is None else amounts.whole(position, "position"),
            search_term=search_term,
            category_id=category_id,
            value=None if value is None else amounts.number(value, "value"),
            properties=None if properties is None else json_of(properties, "properties", dict),
        )

    def _kind(self, told: str | None) -> str:
        if told is None:
            if self.untyped is None:
                raise Unusable("type", "MISSING", "the row has no type")
            return self.untyped
        return self.types.get(told) or (told if told in self.destination.types else self.types.get("*", told))

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


def _price(told: str, currency: str | None, market: Market | None, kind: str) -> ToldMoney:
    meant = currency.upper() if currency else market and market.currency
    if not meant:
        raise Unusable("currency", "MISSING", "a price needs a currency: say --market")
    price = amounts.money(told, meant)
    if price.minor_units < 0 or (kind in SOLD and price.minor_units == 0):
        raise Unusable("price", "NOT_POSITIVE", f"{told[:40]!r} is no price of something sold")
    return ToldMoney(price.minor_units, price.currency)


def _line(told: object, currency: str | None, market: Market | None, kind: str) -> ToldLine:
    if not isinstance(told, Mapping) or not isinstance(told.get("product_id"), str):
        raise Unusable("lines", "NO_LINE", "a line is an object with product_id, quantity and price")
    price = told.get("price")
    return ToldLine(
        told["product_id"],
        amounts.whole(str(told.get("quantity", 1)), "lines.quantity"),
        None if price is None else _price(amounts.exactly(price), currency, market, kind),
    )


def _apart(told: str | None) -> str | None:
    """Why an event stands apart, as an export of ours says it."""
    if told not in (None, "BOT", "INTEGRATION"):
        raise Unusable("apart", "BAD_VALUE", f"{told[:40]!r} is neither BOT nor INTEGRATION")
    return told


def _visitor(told: Told) -> Visitor:
    named = ((IdentityKind.EMAIL, told.email), (IdentityKind.PHONE, told.phone))
    known = (normalised(Identity(kind, value)) for kind, value in named if value)
    return Visitor(
        SessionId(told.session_id) if told.session_id else None,
        UserId(told.user_id) if told.user_id else None,
        VisitorId(told.visitor_id) if told.visitor_id else None,
        identities=tuple(each for each in known if each),
    )


def as_told(row: EventRow) -> Mapping[str, str | None]:
    """The row by its names, for the file of refused rows, but for the ids that may be of our making."""
    if row[-1]:
        told = {name: value for name, value in orjson.loads(row[-1]).items() if value not in (None, [])}
        return {name: value if isinstance(value, str) else orjson.dumps(value).decode() for name, value in told.items()}
    return {name: value for name, value in zip(FIELDS, row[2:], strict=True) if name not in ("event_id", "session_id")}


def products_of(event: Event) -> Sequence[tuple[ProductId, Money | None]]:
    """The products an event names, with what was paid for one."""
    if event.product_id:
        return ((event.product_id, event.unit_price),)
    return tuple((line.product_id, line.unit_price) for line in event.lines)
