"""Bring the database to the newest shape. Safe to call from every replica at once."""

import asyncio
import logging
from contextlib import nullcontext

import asyncpg

import sql
from gateway.store.connection import connect
from gateway.store.database import Connection

logger = logging.getLogger(__name__)

_LOCK = 0x656E64636170  # "endcap"
_PATIENCE = 0.1  # seconds
_NO_EXTENSION = (asyncpg.InsufficientPrivilegeError, asyncpg.UndefinedFileError, asyncpg.FeatureNotSupportedError)
"""What PostgreSQL says where an extension may not be made, or is not installed on its machine."""


class MigrationChanged(Exception):
    """A migration was edited after it had been applied; write a new one instead."""


class ExtensionMissing(Exception):
    """The database lacks the extension pg_trgm: have an administrator run CREATE EXTENSION pg_trgm in it, then try again."""


class MigrationUnknown(Exception):
    """The database has a migration that this version does not know; run the newer version."""


async def migrate(url: str) -> list[str]:
    """Apply what is missing, oldest first; the versions applied."""
    connection = await connect(url)
    try:
        # Waiting inside PostgreSQL would deadlock with another replica's `create index concurrently`: so poll.
        while not await connection.fetchval(sql.query("lock.take").text, _LOCK):  # noqa: ASYNC110
            await asyncio.sleep(_PATIENCE)
        await connection.execute(sql.ledger())
        pending = await _pending(connection)
        for migration in pending:
            await _apply(connection, migration)
        return [migration.version for migration in pending]
    finally:
        await connection.close()  # and with it the lock


async def pending(url: str) -> list[str]:
    """The versions that `migrate` would apply; touches nothing."""
    connection = await connect(url)
    try:
        if not await connection.fetchval(sql.query("migration.has_ledger").text):
            return [m.version for m in sql.migrations()]
        return [m.version for m in await _pending(connection)]
    finally:
        await connection.close()


async def _pending(connection: Connection) -> list[sql.Migration]:
    rows = await connection.fetch(sql.query("migration.read_applied").text)
    applied = {row["version"]: row["checksum"] for row in rows}
    known = sql.migrations()
    for migration in known:
        if applied.get(migration.version, migration.checksum) != migration.checksum:
            raise MigrationChanged(f"{migration.version}: {MigrationChanged.__doc__}")
    if unknown := applied.keys() - {m.version for m in known}:
        raise MigrationUnknown(f"{', '.join(sorted(unknown))}: {MigrationUnknown.__doc__}")
    return [m for m in known if m.version not in applied]


async def _apply(connection: Connection, migration: sql.Migration) -> None:
    logger.info("applying migration %s", migration.version)
    record = sql.query("migration.record")
    async with connection.transaction() if migration.transactional else nullcontext():
        try:
            await connection.execute(migration.text)
        except _NO_EXTENSION as refused:
            if "extension" in str(refused):
                raise ExtensionMissing(f"{migration.version}: {refused.args[0]}. {ExtensionMissing.__doc__}") from refused
            raise
        await connection.execute(record.text, migration.version, migration.checksum)
