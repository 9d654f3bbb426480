"""What recommendations led to, read: sums a day of what was seen and clicked, and what was owed to it."""

from typing import Any

import asyncpg

from gateway.domain.attribution import Asked, AttributionKey, Figures
from gateway.domain.catalog import Money
from gateway.domain.tenant import TenantId
from gateway.store.database import Database

_KEYS = tuple(AttributionKey)  # in the order in which the query tells their values
_COUNTED = ("impressions", "clicks", "unknown", "carts", "orders", "units", "assisted", "direct", "keys")


class AttributionStore:
    """Reads the figures of a tenant."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def figures(self, tenant_id: TenantId, asked: Asked) -> list[Figures]:
        """One row a key of which there is anything, that with the most in it first; revenue an amount a currency, by currency. Of
        more than `asked.most` keys the last row is what all others come to.
        """
        within = {"tenant_id": tenant_id, "since": asked.since, "until": asked.until}
        async with self._db.transaction() as session:
            await session.execute("attribution.plan_anew")
            rows = await session.fetch(
                "attribution.read_figures", **within, by=list(asked.by), model=asked.model, most=asked.most
            )
        places = [_KEYS.index(key) for key in asked.by]
        return [_figures(row, places) for row in rows]


def _figures(row: asyncpg.Record, places: list[int]) -> Figures:
    told: dict[str, Any] = {name: row[name] for name in _COUNTED}
    key = tuple(row["key"][place] if row["key"] else None for place in places)
    paid = zip(row["currencies"] or (), row["amounts"] or (), strict=True)
    return Figures(key, **told, revenue=tuple(Money(int(amount), currency) for currency, amount in paid))
