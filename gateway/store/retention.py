"""What has been kept long enough is removed: rows in small batches, a day's whole part once nobody keeps that day."""

from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date

from gateway.domain.tenant import TenantId
from gateway.errors import Unavailable
from gateway.store.database import Database

_LOCK = 0x72657461696E  # "retain"
_BATCH = 5000
_MARKS = 2  # days in which something of someone who was forgotten may still be on its way


@dataclass(frozen=True, slots=True)
class Keeping:
    """The first day of which a tenant keeps anything, and before which its rows are gone."""

    tenant_id: TenantId
    since: date
    until: date | None

    @property
    def is_due(self) -> bool:
        """Whether there may be something to remove."""
        return self.until is None or self.until < self.since


class RetentionStore:
    """Removes what is old. Nobody who writes waits for it longer than a part of a second."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def alone(self) -> AbstractAsyncContextManager[bool]:
        """Whether nobody else is at it; then nobody comes until this ends."""
        return self._db.alone(_LOCK)

    async def keepings(self) -> list[Keeping]:
        """Of each tenant what it keeps."""
        rows = await self._db.fetch("retention.due")
        return [Keeping(TenantId(row["tenant_id"]), row["since"], row["until"]) for row in rows]

    async def expire(self, keeping: Keeping) -> Mapping[str, int]:
        """Removes the tenant's rows from before the first day it keeps; how many, by table."""
        gone: Counter[str] = Counter()
        for row in await self._db.fetch("retention.aging"):
            if row["day"] is not None and row["day"] >= keeping.since:
                continue
            given = {"name": row["name"], "moment": row["moment"], "only_if": row["only_if"], "before": keeping.since}
            while True:
                told = await self._db.fetch_one("retention.expire", tenant_id=keeping.tenant_id, **given, most=_BATCH)
                number = told["rows"] if told else 0
                if number:
                    gone[_table(row["name"], row["day"])] += number
                if number < _BATCH:
                    break
        if number := await self._expire_units(keeping):
            gone["exposure"] = number
        await self._db.execute("sale.drop_told_twice", tenant_id=keeping.tenant_id)
        await self._db.execute("retention.note", tenant_id=keeping.tenant_id, until=keeping.since)
        return gone

    async def _expire_units(self, keeping: Keeping) -> int:
        """Removes what experiments kept of units, while nobody adds up; in the totals they stay."""
        total: int = 0
        while True:
            async with self._db.transaction() as session:
                await session.execute("reckoning.await_tenant", tenant_id=keeping.tenant_id)
                (row,) = await session.fetch(
                    "retention.expire_units", tenant_id=keeping.tenant_id, before=keeping.since, most=_BATCH
                )
            units: int = row["units"]
            total += units
            if units < _BATCH:
                return total

    async def drop_days(self) -> list[str]:
        """Drops the parts of days that nobody keeps; one that is in use is left for the next time."""
        dropped = []
        for row in await self._db.fetch("retention.old_days"):
            try:
                told = await self._db.fetch_one("retention.drop_day", child=row["child"])
            except Unavailable:
                continue
            if told and told["dropped"]:
                dropped.append(str(row["child"]))
        await self._db.execute("retention.forget_marks", days=_MARKS)
        return dropped


def _table(name: str, day: date | None) -> str:
    return name if day is None else name.removesuffix(f"_{day:%Y%m%d}")
