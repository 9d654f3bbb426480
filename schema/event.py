"""Events, as clients tell them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Self

import msgspec
import strawberry
from strawberry import ID
from strawberry.scalars import JSON
from strawberry.types.base import get_object_definition

from gateway.domain.told import Told
from gateway.services.hearing.track import Receipt, RefusedRow
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
    user_agent: str | None = strawberry.field(
        default=None,
        description="The visitor's browser, where a server tells; it says whether this is a crawler, and is dropped.",
    )
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


def _told(_: type, given: Mapping[str, Any], __: object) -> Told:
    """The event in the words that every face shares. GraphQL has looked at the types already; Strawberry, which resolves each
    field's type for each event anew, would take twice as long as all the rest together.
    """
    return msgspec.convert(given, Told)


get_object_definition(EventInput, strict=True).from_input = _told


@strawberry.type(description="A row that was refused, and why.")
class RowError:
    index: int = strawberry.field(description="Its place in what was sent, from 0.")
    id: ID | None = strawberry.field(description="Its id, where one was given.")
    field: str = strawberry.field(description="What is wrong.")
    code: str = strawberry.field(description="For machines.")
    message: str = strawberry.field(description="For people: what would be right.")

    @classmethod
    def of(cls, it: RefusedRow, given: Sequence[Told]) -> Self:
        """The row as clients see it. `given`: the batch it stands in."""
        named, why = given[it.index].id, it.refusal
        return cls(index=it.index, id=ID(named) if named else None, field=why.field, code=why.code, message=why.message)


@strawberry.type(description="What became of a batch, once it is committed.")
class RecordEventsPayload:
    accepted: int = strawberry.field(description="Events that were new.")
    duplicates: int = strawberry.field(description="Events that were known already, or stood twice in the batch.")
    errors: list[RowError] = strawberry.field(description="Events that were refused; the others stand.")
    warnings: list[RowError] = strawberry.field(
        description="What is odd about events that stand. UNKNOWN_PRODUCT: no product of the catalog; ZERO_PRICE: of a purchase; "
        "UNSIGNED_USER: a browser's userId without userToken; CONFLICT: an id that leads to another user, and goes on doing so."
    )

    @classmethod
    def of(cls, it: Receipt, given: Sequence[Told]) -> Self:
        """The receipt as clients see it. `given`: the batch it is for."""
        errors, warnings = ([RowError.of(row, given) for row in rows] for rows in (it.refused, it.warnings))
        return cls(accepted=len(it.accepted), duplicates=it.duplicates, errors=errors, warnings=warnings)
