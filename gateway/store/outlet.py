"""Everything of a tenant, read as a stream: what does not fit into memory leaves in batches."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from asyncpg.cursor import Cursor

import sql
from gateway.domain.tenant import TenantId
from gateway.store.database import Database

_BATCH = 2_000  # rows


class Stream:
    """Rows of one query, batch by batch."""

    def __init__(self, cursor: "Cursor[asyncpg.Record]") -> None:
        self._cursor = cursor

    async def batch(self) -> list[asyncpg.Record]:
        """The next rows; empty at the end."""
        return await self._cursor.fetch(_BATCH)


class Outlet:
    """Reads what sql/queries/export.sql names: `catalog`, `events`, `views`, `orders`, `attribution`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @asynccontextmanager
    async def open(self, name: str, tenant_id: TenantId) -> AsyncIterator[Stream]:
        """A stream over one moment's state; what is written meanwhile is not in it."""
        query = sql.query(f"export.{name}")
        async with self._db.transaction() as session:
            yield Stream(await session.connection.cursor(query.text, *query.arguments({"tenant_id": tenant_id})))
