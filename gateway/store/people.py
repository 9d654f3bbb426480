"""People: what leads to them, what the shop says of them, and what they did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from gateway.domain.catalog import Money
from gateway.domain.identity import Identity, IdentityKind
from gateway.domain.person import MOST_SESSIONS, Happening, LinkedIdentity, Person, RefusedMerge, ToldUser, Unkept
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import UserId
from gateway.store.database import Contended, Database, Session

_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of events ended."""

    happened_at: datetime
    event_id: str
    line: int


class PeopleStore:
    """Reads and writes who is who. What leads to someone is told as it is kept: normalised."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, tenant_id: TenantId, by: Identity) -> UserId | None:
        """The person that an id leads to."""
        row = await self._db.fetch_one("person.find", tenant_id=tenant_id, kind=by.kind, value=by.value)
        return UserId(row["user_id"]) if row and row["user_id"] else None

    async def read(self, tenant_id: TenantId, user_id: UserId) -> Person | None:
        """A person without what they prefer; null where the shop never told of them."""
        row = await self._db.fetch_one("person.read", tenant_id=tenant_id, user_id=user_id, sessions=MOST_SESSIONS)
        if row is None:
            return None
        known = (LinkedIdentity(Identity(IdentityKind(k), v), datetime.fromisoformat(at)) for k, v, at in row["identities"])
        return Person(
            id=row["user_id"],
            made=row["made"],
            hidden=row["hidden"],
            attributes=row["attributes"],
            identities=tuple(known),
            tracking_blocked=row["tracking_blocked"],
        )

    async def keep(self, tenant_id: TenantId, users: Sequence[ToldUser], *, whole: bool) -> Mapping[int, Unkept]:
        """Keeps users, each whole or only what is told of those there are; which were not kept, by their place."""
        rows = [_row(user) for user in users]
        found = await self._patiently(tenant_id, "person.keep", users=rows, whole=whole)
        return {row["place"]: Unkept(row["code"], IdentityKind(row["kind"]) if row["kind"] else None) for row in found}

    async def link(self, tenant_id: TenantId, user_id: UserId, identity: Identity) -> bool:
        """Has an id lead to a user; false where it is another's whom the shop knows."""
        given = {"user_id": user_id, "kind": identity.kind, "value": identity.value}
        [row] = await self._patiently(tenant_id, "person.link", **given)
        return bool(row["done"])

    async def unlink(self, tenant_id: TenantId, user_id: UserId, identity: Identity) -> bool:
        """Takes an id away from a user, and what came to them by it; false where it does not lead to them."""
        given = {"user_id": user_id, "kind": identity.kind, "value": identity.value}
        [row] = await self._patiently(tenant_id, "person.unlink", **given)
        return bool(row["done"])

    async def events(
        self, tenant_id: TenantId, by: Identity, types: Sequence[str] | None, before: Place | None, first: int
    ) -> list[Happening]:
        """What someone did, newest first."""
        rows = await self._db.fetch(
            "person.events",
            tenant_id=tenant_id,
            kind=by.kind,
            value=by.value,
            types=None if types is None else list(types),
            happened_at=before.happened_at if before else None,
            event_id=before.event_id if before else None,
            line=before.line if before else None,
            first=first,
        )
        return [happening(row) for row in rows]

    async def refused(self, tenant_id: TenantId, first: int) -> list[RefusedMerge]:
        """The ties that were refused, newest first."""
        rows = await self._db.fetch("person.refused", tenant_id=tenant_id, first=first)
        return [RefusedMerge(**{**row, "kind": IdentityKind(row["kind"])}) for row in rows]

    async def _patiently(self, tenant_id: TenantId, name: str, **given: object) -> Sequence[asyncpg.Record]:
        """The rows of a query that writes; again where another writer of the same people had to go first."""
        for _ in range(_ATTEMPTS - 1):
            try:
                return await self._write(tenant_id, name, given)
            except Contended:
                continue
        return await self._write(tenant_id, name, given)

    async def _write(self, tenant_id: TenantId, name: str, given: Mapping[str, object]) -> Sequence[asyncpg.Record]:
        async with self._db.transaction() as session:
            await hold(session, tenant_id)
            return await session.fetch(name, tenant_id=tenant_id, **given)


async def hold(session: Session, tenant_id: TenantId) -> None:
    """Nobody of the tenant is forgotten until the transaction ends; waits where someone is."""
    await session.execute("person.hold", tenant_id=tenant_id)


def _row(user: ToldUser) -> dict[str, Any]:
    told = {
        "user_id": user.user_id,
        "hidden": user.hidden,
        "attributes": None if user.attributes is None else dict(user.attributes),
        "kinds": [each.kind for each in user.identities],
        "vals": [each.value for each in user.identities],
    }
    return {name: value for name, value in told.items() if value is not None}


def happening(row: asyncpg.Record | Mapping[str, Any]) -> Happening:
    """The event of a row that has its columns."""
    told = dict(row)
    price, currency = told.pop("unit_price_minor"), told.pop("currency")
    unit_price = Money(price, currency) if price is not None and currency else None
    return Happening(**{**told, "unit_price": unit_price, "properties": told["properties"] or {}})
