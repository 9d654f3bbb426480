"""Feeds by name, when they are due, and what their runs did."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from gateway.domain.catalog import MarketId
from gateway.domain.feed import Feed, FeedRun
from gateway.domain.tenant import TenantId
from gateway.errors import Conflict
from gateway.store.database import Database

_LOCK = 0x6665656473  # "feeds"
IDLE = "not modified since it was last read"
"""The note of a run that had nothing to read; of several in a row only the last is kept."""


class FeedStore:
    """Keeps them. Secrets go in and come out for who fetches the feed alone."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Conflict where another process runs feeds on this database. One that dies leaves with its connection."""
        async with self._db.alone(_LOCK) as alone:
            if not alone:
                raise Conflict("another process runs feeds on this database; one at a time")
            await self._db.execute("feed.end_killed")
            yield

    async def put(self, feed: Feed) -> None:
        """Makes it, or has it be as it is now: read anew, and not paused."""
        await self._db.execute(
            "feed.put_feed",
            tenant_id=feed.tenant_id,
            name=feed.name,
            place=feed.place,
            market_id=feed.market_id,
            every_minutes=feed.every_minutes,
            is_full=feed.is_full,
            max_hidden=feed.max_hidden,
            columns=dict(feed.columns),
            encoding=feed.encoding,
            member=feed.member,
            secrets=dict(feed.secrets),
        )

    async def remove(self, tenant_id: TenantId, name: str) -> bool:
        """Whether there was one; its products and its runs stay."""
        return bool(await self._db.fetch("feed.remove_feed", tenant_id=tenant_id, name=name))

    async def pause(self, tenant_id: TenantId, name: str, *, paused: bool) -> bool:
        """Whether there is one."""
        return bool(await self._db.fetch("feed.pause_feed", tenant_id=tenant_id, name=name, paused=paused))

    async def feeds(self, tenant_id: TenantId | None) -> list[Feed]:
        """A tenant's, or all, by name, each with its last run that read something."""
        return [_feed(row) for row in await self._db.fetch("feed.read_feeds", tenant_id=tenant_id, idle=[IDLE])]

    async def due(self) -> list[tuple[TenantId, str]]:
        """Those whose time has come, the longest wait first."""
        return [(TenantId(row["tenant_id"]), row["name"]) for row in await self._db.fetch("feed.read_due")]

    async def begin(self, feed: Feed) -> int:
        """The id of a run that begins now."""
        [row] = await self._db.fetch("feed.begin_run", tenant_id=feed.tenant_id, feed=feed.name)
        return int(row["run_id"])

    async def end(self, run_id: int, outcome: FeedRun) -> None:
        """Keeps what the run did."""
        await self._db.execute(
            "feed.end_run",
            run_id=run_id,
            rows=outcome.rows,
            added=outcome.added,
            changed=outcome.changed,
            unchanged=outcome.unchanged,
            hidden=outcome.hidden,
            refused=outcome.refused,
            error=outcome.error,
            notes=list(outcome.notes),
            refusals=list(outcome.refusals),
        )
        await self._db.execute("feed.forget_idle_runs", run_id=run_id, idle=[IDLE])

    async def note_reading(self, feed: Feed, seen: Mapping[str, str]) -> None:
        """The feed was read whole; `seen` tells this version from others."""
        await self._db.execute("feed.note_reading", tenant_id=feed.tenant_id, name=feed.name, seen=dict(seen))

    async def runs(self, tenant_id: TenantId, first: int) -> list[FeedRun]:
        """What the tenant's feeds did, newest first."""
        return [_run(row) for row in await self._db.fetch("feed.read_runs", tenant_id=tenant_id, first=first)]


def _feed(row: asyncpg.Record) -> Feed:
    return Feed(
        tenant_id=TenantId(row["tenant_id"]),
        name=row["name"],
        place=row["place"],
        market_id=MarketId(row["market_id"]) if row["market_id"] else None,
        every_minutes=row["every_minutes"],
        is_full=row["is_full"],
        max_hidden=row["max_hidden"],
        columns=row["columns"],
        encoding=row["encoding"],
        member=row["member"],
        secrets=row["secrets"],
        paused=row["paused"],
        seen=row["seen"],
        read_at=row["read_at"],
        last=_run({**row, "feed": row["name"]}) if row["run_id"] is not None else None,
        unchanged_at=row["unchanged_at"],
    )


def _run(row: asyncpg.Record | Mapping[str, Any]) -> FeedRun:
    refusals: Sequence[Mapping[str, Any]] = row["refusals"]
    return FeedRun(
        run_id=row["run_id"],
        feed=row["feed"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        rows=row["rows"],
        added=row["added"],
        changed=row["changed"],
        unchanged=row["unchanged"],
        hidden=row["hidden"],
        refused=row["refused"],
        error=row["error"],
        notes=tuple(row["notes"]),
        refusals=tuple(refusals),
    )
