"""An event as clients tell it: the same words over GraphQL and REST, before anything of it is believed."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from gateway.domain.about import line_of
from gateway.domain.catalog import CategoryId, MarketId, Money, ProductId
from gateway.domain.event import Event, Refusal, place_of
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import Visitor


class ToldMoney(msgspec.Struct, rename="camel", frozen=True, forbid_unknown_fields=True):
    """An amount in the currency's smallest unit."""

    minor_units: int
    currency: str

    def understood(self) -> Money:
        """The amount in the gateway's words."""
        return Money(self.minor_units, self.currency)


class ToldLine(msgspec.Struct, rename="camel", frozen=True, forbid_unknown_fields=True):
    """One product of an order."""

    product_id: str
    quantity: int | None = None
    unit_price: ToldMoney | None = None


class Told(msgspec.Struct, rename="camel", frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something a visitor did. The fields are those of EventInput; an empty text is none."""

    type: str
    id: str | None = None
    session_id: str | None = None
    user_id: str | None = None
    visitor_id: str | None = None
    user_token: str | None = None
    contact_id: str | None = None
    email: str | None = None
    phone: str | None = None
    external_id: str | None = None
    user_agent: str | None = None
    market: str | None = None
    product_id: str | None = None
    quantity: int | None = None
    unit_price: ToldMoney | None = None
    order_id: str | None = None
    lines: tuple[ToldLine, ...] | None = None
    recommendation_id: str | None = None
    view_id: str | None = None
    list_id: str | None = None
    placement: str | None = None
    position: int | None = None
    search_term: str | None = None
    category_id: str | None = None
    value: float | None = None
    channel: str | None = None
    time: datetime | None = None
    properties: Any = None


def event_of(
    told: Told, tenant_id: TenantId, visitor: Visitor, scope: str, *, channel: str | None, apart: str | None, now: datetime
) -> Event | Refusal:
    """The event in the gateway's words, or the field that cannot be read. `channel` where none is told."""
    ids = _ids(told)
    if isinstance(ids, Refusal):
        return ids
    recommendation_id, view_id, list_id = ids
    view_id, list_id, position = place_of(recommendation_id, view_id, list_id, told.position)
    if not (told.properties is None or isinstance(told.properties, dict)):
        return Refusal("properties", "BAD_USER_INPUT", "must be an object")
    if told.time is not None and told.time.tzinfo is None:
        return Refusal("time", "BAD_USER_INPUT", "needs its offset from UTC, as in 2026-11-21T12:00:00Z")
    return Event(
        tenant_id=tenant_id,
        event_id=told.id or str(uuid4()),
        type=told.type,
        happened_at=told.time or now,
        visitor=visitor,
        scope=scope,
        product_id=ProductId(told.product_id) if told.product_id else None,
        quantity=told.quantity,
        unit_price=told.unit_price.understood() if told.unit_price else None,
        order_id=(told.order_id or "").strip() or None,  # blanks around it would make another order of the same
        lines=tuple(line_of(line) for line in told.lines or ()),
        market_id=MarketId(told.market) if told.market else None,
        channel=told.channel or channel,
        recommendation_id=recommendation_id,
        view_id=view_id,
        list_id=list_id,
        placement_id=told.placement or None,
        position=position,
        search_term=told.search_term or None,
        category_id=CategoryId(told.category_id) if told.category_id else None,
        value=told.value,
        properties=told.properties,
        apart=apart,
    )


def _ids(told: Told) -> tuple[UUID | None, UUID | None, UUID | None] | Refusal:
    """Of the recommendation, the view and the list."""
    name = "recommendationId"
    try:
        recommendation_id = _read_id(told.recommendation_id) if told.recommendation_id else None
        name = "viewId"
        view_id = _read_id(told.view_id) if told.view_id else None
        name = "listId"
        return recommendation_id, view_id, _read_id(told.list_id) if told.list_id else None
    except ValueError:
        return Refusal(name, "BAD_USER_INPUT", "is not a UUID of an earlier answer")


def _read_id(text: str) -> UUID:
    """As nearly all are written, in a third of the time; as any may be."""
    try:
        return msgspec.convert(text, UUID)
    except msgspec.ValidationError:
        return UUID(text)
