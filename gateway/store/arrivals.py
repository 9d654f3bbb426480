"""The newest events of a tenant, found by the number of the batch they came in: cheap, however many there are."""

from datetime import datetime, timedelta

from gateway.domain.arrival import Arrival
from gateway.domain.tenant import TenantId
from gateway.store.database import Database

_BATCHES = (200, 5_000, 100_000)  # looked through for a quiet tenant among loud ones, the fewest first
_REACH = timedelta(days=1)  # events that happened longer ago are no news, whenever they came in
_AHEAD = timedelta(minutes=15)  # of clocks


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
