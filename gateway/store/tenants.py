"""Tenants, their markets, categories and keys, kept."""

from collections.abc import Iterable, Mapping
from typing import Any

import asyncpg

from gateway.domain.catalog import Category, CategoryId, CategoryTree, MarketId
from gateway.domain.notation import market_told, tenant_told
from gateway.domain.placement import Placement
from gateway.domain.tenant import ApiKey, Environment, Market, Scope, Tenant, TenantId
from gateway.errors import BadInput, Conflict, LimitExceeded
from gateway.store.audit import Change, note_difference
from gateway.store.database import Database, Session
from gateway.store.playbook import placement_row

_MOST_LOOKED_AT = 10_000  # addresses

MAX_MARKETS = 500


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
        return {row["market_id"]: _market(row) for row in rows}

    async def pages_by_host(self, tenant_id: TenantId) -> dict[str | None, int]:
        """On which hosts the pages of some thousands of its products are, the most frequent first; null: paths, on no host."""
        rows = await self._db.fetch("tenant.pages_by_host", tenant_id=tenant_id, most=_MOST_LOOKED_AT)
        return {row["host"]: row["pages"] for row in rows}

    async def categories(self, tenant_id: TenantId) -> CategoryTree:
        """The tenant's tree of categories."""
        rows = await self._db.fetch("tenant.read_categories", tenant_id=tenant_id)
        return CategoryTree(
            Category(CategoryId(row["category_id"]), row["name"], row["parent_id"], row["active"]) for row in rows
        )

    async def keys(self, tenant_id: TenantId) -> list[ApiKey]:
        """The tenant's keys that have not been revoked."""
        return [key_of(row) for row in await self._db.fetch("tenant.read_keys", tenant_id=tenant_id)]

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

    async def change(self, tenant_id: TenantId, changes: Mapping[str, object], by: str | None = None) -> Tenant:
        """The tenant with these columns set; the names are those of `Tenant`. `by`: who does it, for the audit log; null while
        the account is opened.
        """
        async with self._db.transaction() as session:
            await session.execute("playbook.lock", tenant_id=tenant_id)
            [before] = [_tenant(row) for row in await session.fetch("tenant.read_tenant", tenant_id=tenant_id)]
            if isinstance(days := changes.get("retention_days"), int) and days < before.retention_days:
                await _check_kept_long_enough(session, tenant_id, days)
            await session.execute("tenant.update_tenant", tenant_id=tenant_id, changes=dict(changes))
            [after] = [_tenant(row) for row in await session.fetch("tenant.read_tenant", tenant_id=tenant_id)]
            told = tenant_told(after)
            if before.identity_secret and after.identity_secret not in (None, before.identity_secret):
                told["identitySecret"] = "set anew"
            if by:
                await note_difference(session, Change(tenant_id, by), "settings.update", tenant_id, tenant_told(before), told)
        return after

    async def upsert_market(self, tenant_id: TenantId, market: Market, by: str | None = None) -> None:
        """Adds a market, or changes its languages. Conflict where its currency would change; LimitExceeded past 500."""
        async with self._db.transaction() as session:
            await session.execute("playbook.lock", tenant_id=tenant_id)
            rows = await session.fetch("tenant.read_markets", tenant_id=tenant_id)
            there = {row["market_id"]: _market(row) for row in rows}
            before = there.get(market.market_id)
            if before and before.currency != market.currency:
                message = f"the prices of {market.market_id} are in {before.currency}; make a market of another id"
                raise Conflict(message, field="currency")
            if before is None and len(there) >= MAX_MARKETS:
                raise LimitExceeded(f"a tenant may have {MAX_MARKETS} markets at most", field="id")
            await session.execute("tenant.upsert_market", **_market_row(tenant_id, market))
            if by:
                was = market_told(before) if before else None
                await note_difference(session, Change(tenant_id, by), "market.upsert", market.market_id, was, market_told(market))


async def _check_kept_long_enough(session: Session, tenant_id: TenantId, days: int) -> None:
    """BadInput where an experiment under way could not be added up anew until its last window has closed."""
    for row in await session.fetch("tryout.longest", tenant_id=tenant_id):
        if days < row["days"]:
            why = f"must be {row['days']} at least: the experiment {row['key']} needs the events of so many days; stop it first"
            raise BadInput(why, field="retention_days")


def key_of(row: asyncpg.Record | Mapping[str, Any]) -> ApiKey:
    """The key of a row, of which other columns are passed over."""
    told = {name: row[name] for name in ("key_id", "name", "secret_sha256", "channel", "expires_at")}
    return ApiKey(
        **told,
        scopes=frozenset(Scope(s) for s in row["scopes"]),
        allowed_origins=tuple(row["allowed_origins"]),
        environment=Environment(row["environment"]),
    )


def _market_row(tenant_id: TenantId, market: Market) -> dict[str, object]:
    return {
        "tenant_id": tenant_id,
        "market_id": market.market_id,
        "currency": market.currency,
        "locales": list(market.locales),
    }


def _tenant(row: asyncpg.Record) -> Tenant:
    return Tenant(**{**row, "page_hosts": tuple(row["page_hosts"])})


def _market(row: asyncpg.Record) -> Market:
    return Market(row["market_id"], row["currency"], tuple(row["locales"]))
