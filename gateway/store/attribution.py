"""What recommendations led to, read: sums a day of what was seen and clicked, and what was owed to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import asyncpg

from gateway.domain.attribution import Asked, AttributionKey, Figures, Key
from gateway.domain.catalog import Money
from gateway.domain.tenant import TenantId
from gateway.store.database import Database


class AttributionStore:
    """Reads the figures of a tenant."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def figures(self, tenant_id: TenantId, asked: Asked) -> list[Figures]:
        """One row a key of which there is anything; revenue an amount a currency, by currency."""
        within = {"tenant_id": tenant_id, "since": asked.since, "until": asked.until, "by": list(asked.by)}
        async with self._db.transaction() as session:
            await session.execute("attribution.plan_anew")
            touches = await session.fetch("attribution.read_touches", **within)
            owed = await session.fetch("attribution.read_credit", **within, model=asked.model)
        rows = {
            (key := _key(row, asked.by)): Figures(key, row["impressions"], row["clicks"], unknown=row["unknown"])
            for row in touches
        }
        revenue = _revenue(owed, asked.by)
        for row in owed:
            key = _key(row, asked.by)
            figures = rows.get(key, Figures(key))
            if row["whole"] and any((row["carts"], row["orders"], row["assisted"], row["direct"])):
                counted = {name: row[name] for name in ("carts", "orders", "units", "assisted", "direct")}
                rows[key] = replace(figures, **counted, revenue=tuple(revenue.get(key, ())))
        return list(rows.values())


def _key(row: asyncpg.Record, by: Iterable[AttributionKey]) -> Key:
    values = (row[key] for key in by)
    return tuple(value.isoformat() if isinstance(value, date) else value for value in values)


def _revenue(rows: Iterable[asyncpg.Record], by: Sequence[AttributionKey]) -> Mapping[Key, list[Money]]:
    amounts: dict[Key, list[Money]] = {}
    for row in rows:
        if not row["whole"] and row["currency"] and row["revenue"] is not None:
            amounts.setdefault(_key(row, by), []).append(Money(int(row["revenue"]), row["currency"]))
    return {key: sorted(each, key=lambda money: money.currency) for key, each in amounts.items()}
