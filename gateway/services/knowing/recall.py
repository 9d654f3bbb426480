"""Recall people: who someone is by any id, what is known of them, and what they did."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import orjson

from gateway.domain.identity import Identity, IdentityKind, normalised
from gateway.domain.person import Happening, Person
from gateway.domain.tenant import Caller, Scope, TenantId
from gateway.domain.visitor import UserId
from gateway.errors import BadInput
from gateway.services.administering.admit import require
from gateway.services.asking.bounds import check_text, page_size
from gateway.services.shop import Shop
from gateway.store.people import PeopleStore, Place
from gateway.store.tastes import TasteStore

MAX_FIRST = 1000
_MOST_TYPES = 50
_LINE = range(2**15)


@dataclass(frozen=True, slots=True)
class EventSlice:
    """Some of what someone did, newest first, and whether there is more."""

    events: tuple[Happening, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Recaller:
    """What is known of people. A person of several users that turned out to be one is told as one."""

    people: PeopleStore
    tastes: TasteStore

    async def person(self, shop: Shop, caller: Caller, by: Identity) -> Person | None:
        """Who is known by an id; null where nobody is. A session that is nobody's is a person of its own."""
        require(caller, Scope.SERVER)
        by, tenant_id = as_kept(by), shop.tenant.tenant_id
        user_id = await self.people.find(tenant_id, by)
        if user_id is None and by.kind in (IdentityKind.SESSION, IdentityKind.USER):
            owner = f"{by.kind[0]}:{by.value}"
            return await self.whole(tenant_id, owner) if await self.tastes.knows(tenant_id, owner) else None
        return await self.whole(tenant_id, f"u:{user_id}") if user_id else None

    async def whole(self, tenant_id: TenantId, owner: str) -> Person:
        """The person of an owner, with what they prefer; of a session that is nobody's, what is kept of it."""
        session = Identity(IdentityKind.SESSION, owner[2:])
        user_id = await self.people.find(tenant_id, session) if owner.startswith("s:") else UserId(owner[2:])
        found = await self.people.read(tenant_id, user_id) if user_id else None
        return replace(found or Person(user_id or owner[2:]), preferences=await self.tastes.read(tenant_id, [owner]))

    async def events(
        self, shop: Shop, caller: Caller, by: Identity, types: Sequence[str] | None, first: int | None, after: str | None
    ) -> EventSlice:
        """Up to `first` events (50 where null, 1,000 at most) of someone, newest first, in whichever session."""
        require(caller, Scope.SERVER)
        size = page_size(first, 50, MAX_FIRST)
        if types is not None and len(types) > _MOST_TYPES:
            raise BadInput(f"at most {_MOST_TYPES} types", field="types")
        check_text("types", types or ())
        found = await self.people.events(shop.tenant.tenant_id, as_kept(by), types, _read_cursor(after), size + 1)
        return EventSlice(tuple(found[:size]), len(found) > size)


def as_kept(told: Identity, field: str = "by") -> Identity:
    """The id as it is kept; BadInput where it cannot be one."""
    check_text(field, (told.value,))
    if not told.value:
        raise BadInput("an empty id is no id", field=field)
    found = normalised(told)
    if found is None:
        raise BadInput("is no e-mail address" if told.kind is IdentityKind.EMAIL else "is no phone number", field=field)
    return found


def event_cursor(event: Happening) -> str:
    """Where a page of events ended."""
    told = [event.happened_at.isoformat(), event.event_id, event.line]
    return base64.urlsafe_b64encode(orjson.dumps(told)).decode()


def _read_cursor(given: str | None) -> Place | None:
    if given is None:
        return None
    try:
        moment, event_id, line = orjson.loads(base64.b64decode(given, altchars=b"-_", validate=True))
        place = Place(datetime.fromisoformat(moment), event_id, line)
    except (binascii.Error, ValueError, TypeError):
        place = None
    if place is None or place.happened_at.tzinfo is None or not isinstance(place.event_id, str) or place.line not in _LINE:
        raise BadInput("is not a cursor of an earlier answer", field="after")
    check_text("after", (place.event_id,))
    return place
