"""Products that came after the serving release was trained, and which others they are like."""

from datetime import datetime

from gateway.domain.catalog import ProductId
from gateway.domain.tenant import TenantId
from gateway.store.database import Database

Alike = tuple[ProductId, ProductId, float]  # a new product, one it is like, how much from 0 to 1


class NewcomerStore:
    """Reads what memory does not know yet."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def newest(self, tenant_id: TenantId) -> datetime | None:
        """When the last product came, if one came after the release."""
        row = await self._db.fetch_one("fresh.read_newest", tenant_id=tenant_id)
        return row["newest"] if row else None

    async def alike(self, tenant_id: TenantId) -> list[Alike]:
        """The newest 200, each with up to 20 products of its category whose titles are like its own."""
        rows = await self._db.fetch("fresh.read_alike", tenant_id=tenant_id)
        return [(row["product_id"], row["seed"], row["likeness"]) for row in rows]
