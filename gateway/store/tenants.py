"""Tenants, their markets, categories and keys, kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from gateway.domain.catalog import Category, CategoryId, CategoryTree, MarketId
from gateway.domain.placement import Placement
from gateway.domain.tenant import ApiKey, Market, Scope, Tenant, TenantId
from gateway.errors import Conflict
from gateway.store.database import Database
from gateway.store.playbook import placement_row


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to be kept: everything but the secret."""

    name: str
    secret_sha256: bytes
    scopes: frozenset[Scope]
    allowed_origins: tuple[str, ...] = ()
    channel: str | None = None
    expires_at: datetime | None = None


class TenantStore:
    """Reads and writes what belongs to an account."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def versions(self) -> dict[TenantId, int]:
        """Each tenant's version; it moves whenever anything a server holds in memory has changed."""
        return {TenantId(row["tenant_id"]): row["version"] for row in await self._db.fetch("tenant.read_versions")}

    async def tenants(self) -> list[Tenant]:
        """Every tenant, by id."""
        return [_tenant(row) for row in await self._db.fetch("tenant.read_tenants")]

    async def tenant(self, tenant_id: TenantId) -> Tenant | None:
        """One tenant, or null."""
        row = await self._db.fetch_one("tenant.read_tenant", tenant_id=tenant_id)
        return _tenant(row) if row else None

    async def markets(self, tenant_id: TenantId) -> dict[MarketId, Market]:
        """The tenant's markets."""
        rows = await self._db.fetch("tenant.read_markets", tenant_id=tenant_id)
        return {row["market_id"]: Market(row["market_id"], row["currency"], tuple(row["locales"])) for row in rows}

    async def categories(self, tenant_id: TenantId) -> CategoryTree:
        """The tenant's tree of categories."""
        rows = await self._db.fetch("tenant.read_categories", tenant_id=tenant_id)
        return CategoryTree(
            Category(CategoryId(row["category_id"]), row["name"], row["parent_id"], row["active"]) for row in rows
        )

    async def keys(self, tenant_id: TenantId) -> list[ApiKey]:
        """The tenant's keys that have not been revoked."""
        return [_key(row) for row in await self._db.fetch("tenant.read_keys", tenant_id=tenant_id)]

    async def create(
        self, tenant_id: TenantId, name: str, markets: Iterable[Market] = (), placements: Iterable[Placement] = ()
    ) -> None:
        """A new account with all it starts with, or nothing of it; Conflict where the id is taken."""
        try:
            async with self._db.transaction() as session:
                await session.execute("tenant.insert_tenant", tenant_id=tenant_id, name=name)
                for market in markets:
                    await session.execute("tenant.upsert_market", **_market_row(tenant_id, market))
                for placement in placements:
                    await session.execute("playbook.insert_placement", tenant_id=tenant_id, **placement_row(placement))
        except asyncpg.UniqueViolationError:
            raise Conflict(f"there is a tenant {tenant_id!r} already", field="id") from None

    async def change(self, tenant_id: TenantId, changes: Mapping[str, object]) -> None:
        """Sets columns of the tenant; the names are those of `Tenant`."""
        await self._db.execute("tenant.update_tenant", tenant_id=tenant_id, changes=dict(changes))

    async def upsert_market(self, tenant_id: TenantId, market: Market) -> None:
        """Adds a market, or changes its currency and languages."""
        await self._db.execute("tenant.upsert_market", **_market_row(tenant_id, market))

    async def add_key(self, tenant_id: TenantId, key: NewKey) -> tuple[UUID, datetime]:
        """Keeps a key; its id and when it was made."""
        row = await self._db.fetch_one(
            "tenant.insert_key",
            tenant_id=tenant_id,
            name=key.name,
            secret_sha256=key.secret_sha256,
            scopes=sorted(key.scopes),
            allowed_origins=list(key.allowed_origins),
            channel=key.channel,
            expires_at=key.expires_at,
        )
        assert row is not None
        return row["key_id"], row["created_at"]

    async def revoke_key(self, tenant_id: TenantId, key_id: UUID) -> bool:
        """Ends a key; false where the tenant has no such key, or it was revoked before."""
        return await self._db.fetch_one("tenant.revoke_key", tenant_id=tenant_id, key_id=key_id) is not None


def _market_row(tenant_id: TenantId, market: Market) -> dict[str, object]:
    return {
        "tenant_id": tenant_id,
        "market_id": market.market_id,
        "currency": market.currency,
        "locales": list(market.locales),
    }


def _tenant(row: asyncpg.Record) -> Tenant:
    return Tenant(**{**row, "page_hosts": tuple(row["page_hosts"])})


def _key(row: asyncpg.Record) -> ApiKey:
    return ApiKey(
        **{**row, "scopes": frozenset(Scope(s) for s in row["scopes"]), "allowed_origins": tuple(row["allowed_origins"])}
    )
