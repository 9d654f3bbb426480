"""A shop's own event types, and its own weights of those that every shop has."""

import asyncpg

from gateway.domain.event_type import STANDARD, EventType
from gateway.domain.tenant import TenantId
from gateway.errors import LimitExceeded
from gateway.store.audit import Change, note_difference
from gateway.store.database import Database

MAX_TYPES = 100  # of a shop's own


class EventTypeStore:
    """Reads and writes what a shop says of event types."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def own(self, tenant_id: TenantId) -> list[EventType]:
        """What the shop has said, by name; of others the standard holds."""
        return [type_of(row) for row in await self._db.fetch("event_type.read", tenant_id=tenant_id)]

    async def put(self, tenant_id: TenantId, told: EventType, by: str) -> None:
        """Keeps a type; one that is told as the standard has it is the standard's again. LimitExceeded past 100 own types."""
        async with self._db.transaction() as session:
            await session.execute("playbook.lock", tenant_id=tenant_id)
            there = {row["name"]: type_of(row) for row in await session.fetch("event_type.read", tenant_id=tenant_id)}
            own = sum(not each.standard for each in there.values())
            if not told.standard and told.name not in there and own >= MAX_TYPES:
                raise LimitExceeded(f"a shop may have {MAX_TYPES} event types of its own at most", field="name")
            if STANDARD.get(told.name) == told:
                await session.execute("event_type.forget", tenant_id=tenant_id, name=told.name)
            else:
                row = {"name": told.name, "weight": told.weight, "half_life_days": told.half_life_days}
                await session.execute("event_type.upsert", tenant_id=tenant_id, **row)
            before = there.get(told.name) or STANDARD.get(told.name)
            was = _told(before) if before else None
            await note_difference(session, Change(tenant_id, by), "event_type.upsert", told.name, was, _told(told))


def type_of(row: asyncpg.Record) -> EventType:
    """The type of a row."""
    return EventType(row["name"], row["weight"], row["half_life_days"])


def _told(it: EventType) -> dict[str, object]:
    return {"name": it.name, "weight": it.weight, "halfLifeDays": it.half_life_days}
