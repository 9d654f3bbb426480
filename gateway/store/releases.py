"""Which trained release serves, kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import asyncpg

from gateway.domain.release import Release, ReleaseId
from gateway.domain.tenant import TenantId
from gateway.store.audit import Change, note
from gateway.store.database import Database


class ReleaseStore:
    """The rows by which releases are published, refused and rolled back."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def serving(self, tenant_id: TenantId) -> ReleaseId | None:
        """The release that answers now."""
        row = await self._db.fetch_one("release.read_serving", tenant_id=tenant_id)
        return ReleaseId(row["release_id"]) if row else None

    async def newest(self, tenant_id: TenantId, first: int = 20) -> list[Release]:
        """The last releases, newest first, refused ones among them."""
        return [_release(row) for row in await self._db.fetch("release.read_releases", tenant_id=tenant_id, first=first)]

    async def one(self, tenant_id: TenantId, release_id: ReleaseId) -> Release | None:
        """The release of this name, refused or not; null where there is none."""
        row = await self._db.fetch_one("release.read_release", tenant_id=tenant_id, release_id=release_id)
        return _release(row) if row else None

    async def named(self, tenant_id: TenantId, since: datetime) -> set[ReleaseId]:
        """The releases that answers since then were made from, as far as those answers were written down."""
        rows = await self._db.fetch("release.read_named", tenant_id=tenant_id, since=since)
        return {ReleaseId(row["release_id"]) for row in rows}

    async def publish(self, tenant_id: TenantId, release_id: ReleaseId, manifest: Mapping[str, Any]) -> None:
        """Keeps a release and makes it the serving one, together."""
        async with self._db.transaction() as session:
            given: dict[str, object] = {"tenant_id": tenant_id, "release_id": release_id}
            await session.execute("release.insert_release", **given, manifest=dict(manifest), refused=None)
            await session.execute("release.stop_serving", tenant_id=tenant_id)
            await session.execute("release.serve", **given)

    async def refuse(self, tenant_id: TenantId, release_id: ReleaseId, manifest: Mapping[str, Any], reason: str) -> None:
        """Keeps why a release was not published."""
        await self._db.execute(
            "release.insert_release", tenant_id=tenant_id, release_id=release_id, manifest=dict(manifest), refused=reason
        )

    async def roll_back(self, change: Change, release_id: ReleaseId) -> None:
        """Makes an earlier release, which was not refused, the serving one. That it serves already is no change."""
        tenant_id = change.tenant_id
        async with self._db.transaction() as session:
            before = await session.fetch("release.read_serving", tenant_id=tenant_id)
            if [row["release_id"] for row in before] == [release_id]:
                return
            await session.execute("release.stop_serving", tenant_id=tenant_id)
            await session.execute("release.serve", tenant_id=tenant_id, release_id=release_id)
            told = {"serving": before[0]["release_id"]} if before else None
            await note(session, change, "release.rollback", release_id, told, {"serving": release_id})


def _release(row: asyncpg.Record) -> Release:
    made = row["manifest"]
    return Release(
        release_id=row["release_id"],
        created_at=row["created_at"],
        serving=row["serving"],
        products=made.get("products", 0),
        events=made.get("events", 0),
        recall=made.get("recall"),
        coverage=made.get("coverage", 0.0),
        seconds=made.get("seconds", 0.0),
        refused=row["refused"],
    )
