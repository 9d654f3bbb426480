"""What the trainer reads, streamed into files, and the lock that lets one trainer in at a time."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

import sql
from gateway.domain.tenant import TenantId
from gateway.errors import Conflict, Unavailable
from gateway.store.database import Connection, Database, Session

_LOCK = 0x747261696E  # "train"


@dataclass(frozen=True, slots=True)
class Brought:
    """The files a tenant's past was written to: CSV with a header, a null as nothing, an empty text in quotes."""

    products: Path
    categories: Path
    events: Path


@dataclass(frozen=True, slots=True)
class Amount:
    """How much was brought."""

    products: int
    events: int


class TrainingStore:
    """Reads a tenant's whole past in bounded memory."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Conflict where another trainer is at work on this database. A trainer that dies leaves with its connection."""
        async with self._db.pool.acquire() as connection:
            (row,) = await Session(connection).fetch("training.try_lock", key=_LOCK)
            if not row["locked"]:
                raise Conflict("another trainer is at work on this database; one at a time")
            yield  # the pool unlocks what a connection brings back

    async def bring(self, tenant_id: TenantId, weights: Mapping[str, float], files: Brought) -> Amount:
        """Writes what the catalog says and what happened, both as of one moment; how much it was."""
        telling = {"types": list(weights), "weights": list(weights.values())}
        async with self._db.pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
            products = await _copy(connection, "training.products", files.products, tenant_id=tenant_id)
            await _copy(connection, "training.categories", files.categories, tenant_id=tenant_id)
            events = await _copy(connection, "training.events", files.events, tenant_id=tenant_id, **telling)
        return Amount(products, events)


async def _copy(connection: Connection, name: str, path: Path, **given: object) -> int:
    query = sql.query(name)
    text = query.text.rstrip().removesuffix(";")
    try:
        told = await connection.copy_from_query(text, *query.arguments(given), output=path, format="csv", header=True)
    except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError) as lost:
        raise Unavailable("the database was lost while its events were read; try again") from lost
    return int(told.rpartition(" ")[2])  # "COPY 1234"
