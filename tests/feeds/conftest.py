"""Importing as the commands do it, into a real PostgreSQL."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.event import WEIGHTS
from gateway.domain.tenant import Tenant
from gateway.feeds.catalogs import CatalogImport, import_catalog
from gateway.feeds.curations import ListImport, import_lists
from gateway.feeds.destination import Destination
from gateway.feeds.histories import EventImport, import_events
from gateway.feeds.report import Report
from gateway.feeds.source import open_source
from gateway.store.shelving import Shelving
from gateway.wiring import Stores

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)

NOTHING: Mapping[str, str] = {}


def silent(*_: object) -> None:
    """Nobody watches."""


class Bringer:
    """Imports files for `acme`, the tenant of the tests."""

    def __init__(self, stores: Stores, tenant: Tenant) -> None:
        self.stores = stores
        self.tenant = tenant
        self.types = frozenset(WEIGHTS)

    async def catalog(
        self, path: Path, *, market: str | None = "se", columns: Mapping[str, str] = NOTHING, **told: Any
    ) -> Report:
        asked = CatalogImport(open_source(path), await self._destination(market), columns, **told)
        return await import_catalog(asked, self.stores.db, silent)

    async def events(
        self,
        path: Path,
        *,
        market: str | None = "se",
        columns: Mapping[str, str] = NOTHING,
        types: Mapping[str, str] = NOTHING,
        products: bool = False,
    ) -> Report:
        asked = EventImport(open_source(path), await self._destination(market), columns, types, products, NOW)
        return await import_events(asked, self.stores.events, Shelving(self.stores.db), silent)

    async def lists(self, path: Path, *, columns: Mapping[str, str] = NOTHING) -> Report:
        asked = ListImport(open_source(path), await self._destination(None), columns)
        return await import_lists(asked, self.stores.lists, silent)

    async def rows(self, query: str) -> list[dict]:
        return [dict(row) for row in await self.stores.db.pool.fetch(query)]

    async def _destination(self, market: str | None) -> Destination:
        chosen = Destination.choose(self.tenant.tenant_id, await self.stores.tenants.markets(self.tenant.tenant_id), market)
        return replace(chosen, types=self.types)


@pytest.fixture
def bring(stores: Stores, tenant: Tenant) -> Bringer:
    return Bringer(stores, tenant)


SHELF = (
    "select p.product_id, p.title, p.group_id, p.hidden, p.brand, p.category_ids, p.image_urls, p.page_url, p.attributes, "
    "m.price_minor as price, m.sale_price_minor as sale, m.available, m.quantity "
    "from product p join product_market m using (tenant_id, product_id) order by 1"
)


@pytest.fixture
def shelf(bring, tmp_path):
    """Imports a text for the market with euros; the report, the products by id, the refused rows."""

    async def take(name, content, **told):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        report = await bring.catalog(path, market="de", **told)
        return report, {row["product_id"]: row for row in await bring.rows(SHELF)}, refused_of(report)

    return take


def refused_of(report):
    return [json.loads(line) for line in Path(report.refused_file).read_text().splitlines()] if report.refused_file else []
