"""Events, as clients tell them."""

from datetime import UTC, datetime
from typing import Self
from uuid import UUID, uuid4

import strawberry
from strawberry import ID
from strawberry.scalars import JSON

from gateway.domain.catalog import CategoryId, MarketId, ProductId
from gateway.domain.event import Event, Refusal
from gateway.domain.tenant import Caller, Tenant
from gateway.errors import BadInput, Forbidden
from gateway.services.admit import Naming, recognise
from gateway.services.track import Receipt, RefusedRow
from schema.page import CartLineInput, MoneyInput


@strawberry.input(description="Something a visitor did. At least one id of who did it.")
class EventInput:
    type: str = strawberry.field(description="view, click, impression, add_to_cart, purchase …")
    id: ID | None = strawberry.field(default=None, description="Idempotency key; a repeat is a duplicate, not an error.")
    session_id: ID | None = strawberry.field(default=None, description="The visit.")
    user_id: ID | None = strawberry.field(default=None, description="A known person; with a browser key only with userToken.")
    visitor_id: ID | None = strawberry.field(default=None, description="The first-party cookie.")
    user_token: str | None = strawberry.field(default=None, description="The shop's signature over userId.")
    contact_id: ID | None = strawberry.field(default=None, description="The id of a mail sender's contact; SERVER scope.")
    email: str | None = strawberry.field(default=None, description="An e-mail address, in any case; SERVER scope.")
    phone: str | None = strawberry.field(default=None, description="A phone number, known by its digits; SERVER scope.")
    external_id: str | None = strawberry.field(default=None, description="The id of another system; SERVER scope.")
    market: str | None = strawberry.field(default=None, description="Where it happened; charts are kept by market.")
    product_id: ID | None = strawberry.field(default=None, description="The product it happened to.")
    quantity: int | None = strawberry.field(default=None, description="How many.")
    unit_price: MoneyInput | None = strawberry.field(default=None, description="What one of it cost.")
    order_id: ID | None = strawberry.field(default=None, description="The order, of a purchase or a refund.")
    lines: list[CartLineInput] | None = strawberry.field(default=None, description="A whole order in one event.")
    recommendation_id: ID | None = strawberry.field(default=None, description="Of the recommendation it happened to.")
    view_id: ID | None = strawberry.field(default=None, description="Of the answer it happened to.")
    list_id: ID | None = strawberry.field(default=None, description="Of the list it happened to.")
    placement: ID | None = strawberry.field(default=None, description="The placement it happened in.")
    position: int | None = strawberry.field(default=None, description="Where in the list, from 0.")
    search_term: str | None = strawberry.field(default=None, description="What was searched for.")
    category_id: ID | None = strawberry.field(default=None, description="The category that was looked at.")
    value: float | None = strawberry.field(default=None, description="A rating, or any number of the shop's own.")
    channel: str | None = strawberry.field(default=None, description="web, app, email …; the key's own where null.")
    time: datetime | None = strawberry.field(
        default=None, description="Now where null; up to ten minutes ahead is clamped, more is refused."
    )
    properties: JSON | None = strawberry.field(default=None, description="Anything else the shop wants to keep: an object.")

    def understood(self, caller: Caller, tenant: Tenant) -> Event | Refusal:
        """The event in the gateway's words, or the field that cannot be read."""
        try:
            return self._event(caller, tenant)
        except (BadInput, Forbidden) as bad:
            return Refusal(bad.field or "type", bad.code, bad.message)

    def _event(self, caller: Caller, tenant: Tenant) -> Event:
        return Event(
            tenant_id=tenant.tenant_id,
            event_id=self.id or str(uuid4()),
            type=self.type,
            happened_at=self.time or datetime.now(UTC),
            visitor=recognise(
                caller,
                tenant,
                Naming(
                    session_id=self.session_id,
                    user_id=self.user_id,
                    visitor_id=self.visitor_id,
                    user_token=self.user_token,
                    external_id=self.external_id,
                    contact_id=self.contact_id,
                    email=self.email,
                    phone=self.phone,
                ),
            ),
            scope=caller.scope,
            product_id=ProductId(self.product_id) if self.product_id else None,
            quantity=self.quantity,
            unit_price=self.unit_price.understood() if self.unit_price else None,
            order_id=self.order_id or None,
            lines=tuple(line.understood() for line in self.lines or ()),
            market_id=MarketId(self.market) if self.market else None,
            channel=self.channel or caller.channel,
            recommendation_id=_uuid("recommendationId", self.recommendation_id),
            view_id=_uuid("viewId", self.view_id),
            list_id=_uuid("listId", self.list_id),
            placement_id=self.placement or None,
            position=self.position,
            search_term=self.search_term or None,
            category_id=CategoryId(self.category_id) if self.category_id else None,
            value=self.value,
            properties=_object(self.properties),
        )


@strawberry.type(description="A row that was refused, and why.")
class RowError:
    index: int = strawberry.field(description="Its place in what was sent, from 0.")
    id: ID | None = strawberry.field(description="Its id, where one was given.")
    field: str = strawberry.field(description="What is wrong.")
    code: str = strawberry.field(description="For machines.")
    message: str = strawberry.field(description="For people: what would be right.")

    @classmethod
    def of(cls, it: RefusedRow, given: list[EventInput]) -> Self:
        return cls(
            index=it.index, id=given[it.index].id, field=it.refusal.field, code=it.refusal.code, message=it.refusal.message
        )


@strawberry.type(description="What became of a batch, once it is committed.")
class RecordEventsPayload:
    accepted: int = strawberry.field(description="Events that were new.")
    duplicates: int = strawberry.field(description="Events that were known already, or stood twice in the batch.")
    errors: list[RowError] = strawberry.field(description="Events that were refused; the others stand.")

    @classmethod
    def of(cls, it: Receipt, given: list[EventInput]) -> Self:
        return cls(accepted=len(it.accepted), duplicates=it.duplicates, errors=[RowError.of(r, given) for r in it.refused])


def _uuid(field: str, given: str | None) -> UUID | None:
    try:
        return UUID(given) if given else None
    except ValueError:
        raise BadInput("is not a UUID of an earlier answer", field=field) from None


def _object(given: JSON | None) -> dict[str, object] | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        raise BadInput("must be an object", field="properties")
    return given
