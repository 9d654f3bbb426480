"""Which trained release serves, kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NewType

from gateway.domain.tenant import TenantId
from gateway.errors import BadInput
from gateway.store.database import Database

ReleaseId = NewType("ReleaseId", str)


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release as the database knows it."""

    release_id: ReleaseId
    created_at: datetime
    manifest: Mapping[str, Any]
    refused: str | None
    serving: bool


class ReleaseStore:
    """The rows by which releases are published, refused and rolled back."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def serving(self, tenant_id: TenantId) -> ReleaseId | None:
        """The release that answers now."""
        row = await self._db.fetch_one("release.read_serving", tenant_id=tenant_id)
        return ReleaseId(row["release_id"]) if row else None

    async def newest(self, tenant_id: TenantId, first: int = 20) -> list[ReleaseRow]:
        """The last releases, newest first, refused ones among them."""
        rows = await self._db.fetch("release.read_releases", tenant_id=tenant_id, first=first)
        return [ReleaseRow(**row) for row in rows]

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

    async def roll_back(self, tenant_id: TenantId, release_id: ReleaseId) -> None:
        """Makes an earlier release the serving one; BadInput where it cannot be."""
        async with self._db.transaction() as session:
            await session.execute("release.stop_serving", tenant_id=tenant_id)
            rows = await session.fetch("release.serve", tenant_id=tenant_id, release_id=release_id)
            if not rows:
                raise BadInput(f"there is no release {release_id!r} that may serve", field="id")
