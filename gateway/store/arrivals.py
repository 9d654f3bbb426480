"""The newest events of a tenant, found by the number of the batch they came in: cheap, however many there are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.domain.arrival import Arrival
from gateway.domain.person import Happening
from gateway.domain.tenant import TenantId
from gateway.store.database import Database
from gateway.store.people import happening

_BATCHES = (200, 4_000)  # looked through until there are enough events: the fewest first
_REACH = timedelta(days=1)  # events that happened longer ago are no news, whenever they came in
_AHEAD = timedelta(minutes=15)  # of clocks
_BESIDE = ("batch_id", "many")


@dataclass(frozen=True, slots=True)
class Arrived:
    """The newest events beyond a batch, the oldest of them first; how many there are of them all; the batches they came in."""

    events: Sequence[Happening]
    all: int
    batches: frozenset[int]


class ArrivalStore:
    """Reads what has just come in."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def newest(self, tenant_id: TenantId, type: str | None, most: int, now: datetime, seconds: float) -> list[Arrival]:
        """The last events of a day, the newest first; of one type where it is told. Unavailable where that takes too long."""
        told = {"tenant_id": tenant_id, "type": type, "most": most, "since": now - _REACH, "until": now + _AHEAD}
        for batches in _BATCHES:
            rows = await self._db.fetch_within(seconds, "event.newest", **told, batches=batches)
            if len(rows) >= most:
                break
        return [Arrival(**row) for row in rows]

    async def last_batch(self, seconds: float) -> int:
        """The number of the batch that was begun last, whoever's it is; it may not be committed yet."""
        (row,) = await self._db.fetch_within(seconds, "event.last_batch")
        return int(row["number"])

    async def beyond(
        self,
        tenant_id: TenantId,
        types: Sequence[str] | None,
        batch: int,
        seen: Collection[int],
        most: int,
        *,
        now: datetime,
        seconds: float,
    ) -> Arrived:
        """What came in later batches than this one but for those that were `seen`; `most` events of it, the newest."""
        rows = await self._db.fetch_within(
            seconds,
            "event.beyond",
            tenant_id=tenant_id,
            types=types,
            since=now - _REACH,
            until=now + _AHEAD,
            batch=batch,
            seen=list(seen),
            most=most,
        )
        batches, many = frozenset(row["batch_id"] for row in rows), rows[0]["many"] if rows else 0
        told = [{name: value for name, value in row.items() if name not in _BESIDE} for row in reversed(rows)]
        return Arrived([happening(each) for each in told], many, batches)
