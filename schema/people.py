"""People as the shop knows them, and what they did."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

import strawberry
from strawberry import ID
from strawberry.scalars import JSON

from gateway.domain import person
from gateway.domain.identity import Identity, IdentityKind
from gateway.services.knowing.recall import EventSlice, event_cursor
from schema.catalog import Attribute, Money, PageInfo
from schema.context import Ask
from schema.identity import Preference

TypesArg = Annotated[list[str] | None, strawberry.argument(description="Only events of these types; 50 at most.")]
FirstArg = Annotated[int | None, strawberry.argument(description="1 to 1,000; 50 where null.")]
AfterArg = Annotated[str | None, strawberry.argument(description="The cursor of an event: those before it.")]
NamesArg = Annotated[list[str] | None, strawberry.argument(description="Only these; all where null.")]


@strawberry.type(description="Something someone did, as it is kept; of an order told whole a line.")
class Event:
    id: ID = strawberry.field(description="The id it was told with, or was given.")
    type: str = strawberry.field(description="view, click, purchase …")
    time: datetime = strawberry.field(description="When.")
    session_id: ID | None = strawberry.field(description="In which visit.")
    user_id: ID | None = strawberry.field(description="The user it was told of; null where it is theirs by a link.")
    visitor_id: ID | None = strawberry.field(description="The first-party cookie it was told with.")
    product_id: ID | None = strawberry.field(description="To which product.")
    quantity: int | None = strawberry.field(description="How many.")
    unit_price: Money | None = strawberry.field(description="At what price each.")
    order_id: ID | None = strawberry.field(description="Of which order.")
    recommendation_id: ID | None = strawberry.field(description="On which recommendation.")
    view_id: ID | None = strawberry.field(description="On which answer.")
    placement: ID | None = strawberry.field(description="In which placement.")
    position: int | None = strawberry.field(description="Where in the list, from 0.")
    search_term: str | None = strawberry.field(description="What was searched for.")
    category_id: ID | None = strawberry.field(description="Which category was looked at.")
    channel: str | None = strawberry.field(description="web, app, email …")
    properties: JSON = strawberry.field(description="What else the shop told of it.")
    skipped: int = strawberry.field(description="In a subscription: how many before it came too fast to be told; else 0.")

    @classmethod
    def of(cls, it: person.Happening, *, skipped: int = 0) -> Self:
        """The event as clients see it."""
        ids = ("session_id", "user_id", "visitor_id", "product_id", "order_id", "recommendation_id", "view_id", "category_id")
        return cls(
            id=ID(it.event_id),
            type=it.type,
            time=it.happened_at,
            **{name: ID(str(value)) if (value := getattr(it, name)) is not None else None for name in ids},
            quantity=it.quantity,
            unit_price=Money.of(it.unit_price) if it.unit_price else None,
            placement=ID(it.placement_id) if it.placement_id else None,
            position=it.position,
            search_term=it.search_term,
            channel=it.channel,
            properties=JSON(dict(it.properties)),
            skipped=skipped,
        )


@strawberry.type(description="An event, and where it stands in the list.")
class EventEdge:
    cursor: str = strawberry.field(description="What to ask `after` for the events before it.")
    node: Event = strawberry.field(description="The event.")


@strawberry.type(description="A page of events, newest first.")
class EventConnection:
    edges: list[EventEdge] = strawberry.field(description="The events of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page stands.")

    @classmethod
    def of(cls, it: EventSlice, after: str | None) -> Self:
        """The slice as a connection."""
        edges = [EventEdge(cursor=event_cursor(event), node=Event.of(event)) for event in it.events]
        return cls(edges=edges, page_info=PageInfo.of([edge.cursor for edge in edges], more=it.more, after=after))


@strawberry.type(name="Identity", description="An id that leads to a person.")
class LinkedIdentity:
    kind: str = strawberry.field(description="user, session, visitor, email, phone, contact or external.")
    value: str = strawberry.field(description="As it is kept: an e-mail address in small letters, a phone number's digits.")
    linked_at: datetime = strawberry.field(description="Since when; of a session, the login.")


@strawberry.type(description="A person.")
class User:
    id: ID = strawberry.field(description="The shop's id of the user; of a session that belongs to none, the session's.")
    made: bool = strawberry.field(
        description="Whether the gateway made this user, for ids that came without a user id. Its id is the gateway's own."
    )
    hidden: bool = strawberry.field(
        description="Whether nothing is recommended to them personally: no past of theirs is read, no list of theirs shown."
    )
    identities: list[LinkedIdentity] = strawberry.field(
        description="What leads to them, beside their own id: the newest 100 sessions last."
    )
    preferences: list[Preference] = strawberry.field(description="What holds now, in their sessions too; by kind and id.")
    tracking_blocked: bool = strawberry.field(description="Whether events that name them are refused.")
    told: strawberry.Private[Mapping[str, Any]]
    who: strawberry.Private[Identity]

    @classmethod
    def of(cls, it: person.Person, by: Identity | None = None) -> Self:
        """The person as clients see them. `by`: how they were asked for."""
        who = by if by and by.kind is IdentityKind.SESSION and by.value == it.id else Identity(IdentityKind.USER, it.id)
        return cls(
            id=ID(it.id),
            made=it.made,
            hidden=it.hidden,
            identities=[
                LinkedIdentity(kind=each.identity.kind.value, value=each.identity.value, linked_at=each.linked_at)
                for each in it.identities
            ],
            preferences=[Preference.of(each) for each in it.preferences],
            tracking_blocked=it.tracking_blocked,
            told=it.attributes,
            who=who,
        )

    @strawberry.field(description="What the shop tells of them; each value as text.")
    def attributes(self, names: NamesArg = None) -> list[Attribute]:
        return [Attribute(name=name, values=_as_texts(value)) for name, value in _chosen(self.told, names).items()]

    @strawberry.field(description="The same, typed as given: 5 stays 5.")
    def attribute_map(self, names: NamesArg = None) -> JSON:
        return JSON(_chosen(self.told, names))

    @strawberry.field(description="What they did, newest first, in all their sessions as far as it was them.")
    async def events(self, info: Ask, types: TypesArg = None, first: FirstArg = None, after: AfterArg = None) -> EventConnection:
        shop, caller = info.context.admit()
        return EventConnection.of(await info.context.gateway.recaller.events(shop, caller, self.who, types, first, after), after)


def _chosen(told: Mapping[str, Any], names: list[str] | None) -> dict[str, Any]:
    return dict(told) if names is None else {name: told[name] for name in names if name in told}


def _as_texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [("true" if each else "false") if isinstance(each, bool) else str(each) for each in values if each is not None]
