"""What the trainer reads, streamed into files, and the lock that lets one trainer in at a time."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import asyncpg

import sql
from gateway.domain.event_type import Types, telling, types_with
from gateway.domain.tenant import TenantId
from gateway.errors import Conflict, Unavailable
from gateway.store.database import Connection, Database, Session
from gateway.store.event_types import type_of

_LOCK = 0x747261696E  # "train"
_BEFORE = timedelta(minutes=30)  # of the day before, so that a visit over midnight is seen as one
_DAY = timedelta(days=1)
_AGAIN = 60  # minutes after which a training that failed is tried again


@dataclass(frozen=True, slots=True)
class Day:
    """A day that has events: a number that moves whenever they change, and about how many they are."""

    version: int
    events: int


class Past:
    """A tenant's catalog and events as of one moment. Files are CSV with a header, a null as nothing, an empty text in quotes."""

    def __init__(self, connection: Connection, tenant_id: TenantId) -> None:
        self._connection = connection
        self._given: dict[str, object] = {"tenant_id": tenant_id}

    async def days(self) -> dict[date, Day]:
        """The days that have events, in UTC."""
        rows = await Session(self._connection).fetch("training.read_days", **self._given)
        return {row["day"]: Day(row["version"], row["events"]) for row in rows}

    async def forgotten(self) -> int:
        """How often somebody asked to be forgotten."""
        (row,) = await Session(self._connection).fetch("training.count_forgotten", **self._given)
        return int(row["times"])

    async def state(self) -> str:
        """What there is to learn from, as a text that differs when it does."""
        (row,) = await Session(self._connection).fetch("training.read_state", **self._given)
        return str(row["state"])

    async def write_products(self, path: Path) -> int:
        """Writes the catalog; how many products."""
        return await self._copy("training.products", path)

    async def write_categories(self, path: Path) -> int:
        """Writes the tree of categories; how many."""
        return await self._copy("training.categories", path)

    async def types(self) -> Types:
        """The shop's event types."""
        rows = await Session(self._connection).fetch("event_type.read", **self._given)
        return types_with(map(type_of, rows))

    async def write_events(self, path: Path, days: Collection[date], types: Types) -> int:
        """Writes what happened from the first to the last of these days and in the half hour before, as far as it has a weight;
        how many events. Of no days, nothing.
        """
        first, after = (min(days), max(days) + _DAY) if days else (date.min + _DAY, date.min + _DAY)
        since, until = (datetime.combine(day, time(), UTC) for day in (first, after))
        told = telling(types)
        said = {
            "types": [each.name for each in told],
            "weights": [each.weight for each in told],
            "half_lives": [each.half_life_days for each in told],
        }
        return await self._copy("training.events", path, since=since - _BEFORE if days else since, until=until, **said)

    async def _copy(self, name: str, path: Path, **given: object) -> int:
        query = sql.query(name)
        text = query.text.rstrip().removesuffix(";")
        arguments: list[Any] = query.arguments({**self._given, **given})
        try:
            told = await self._connection.copy_from_query(text, *arguments, output=path, format="csv", header=True)
        except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError) as lost:
            raise Unavailable("the database was lost while its events were read; try again") from lost
        return int(told.rpartition(" ")[2])  # "COPY 1234"


class TrainingStore:
    """Reads a tenant's past in bounded memory, and remembers when that was last tried."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Conflict where another trainer is at work on this database. A trainer that dies leaves with its connection."""
        async with self._db.alone(_LOCK) as alone:
            if not alone:
                raise Conflict("another trainer is at work on this database; one at a time")
            yield

    @asynccontextmanager
    async def past(self, tenant_id: TenantId) -> AsyncIterator[Past]:
        """The tenant's past as of now. A day's version is never ahead of the events that are read."""
        await self.settle()
        async with self._db.pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
            yield Past(connection, tenant_id)

    async def settle(self) -> None:
        """Adds up the marks that batches of events have left; every hour at least, so that they stay few."""
        await self._db.execute("training.settle_days")

    async def note_try(self, tenant_id: TenantId, began_at: datetime, state: str | None) -> None:
        """Remembers when a training began and what there was to learn from; null where it failed."""
        await self._db.execute("training.note_try", tenant_id=tenant_id, began_at=began_at, state=state)

    async def due(self) -> list[TenantId]:
        """The tenants whose last release is older than they want and for which there is something new, the longest wait first.

        Where the last training failed, an hour has passed; or less, where releases are wanted oftener.
        """
        await self.settle()
        found = []
        for row in await self._db.fetch("training.read_waiting", again=_AGAIN):
            told = await self._db.fetch_one("training.read_state", tenant_id=row["tenant_id"])
            if told and told["state"] != row["state"]:
                found.append(TenantId(row["tenant_id"]))
        return found
