"""Placements, kept."""

from collections.abc import Iterable

from gateway.domain.placement import Placement, PlacementId, StrategyName
from gateway.domain.tenant import TenantId
from gateway.store.database import Database

_KNOWN = frozenset(StrategyName)  # a newer version may have written others: they are passed over until this one is updated


class PlacementStore:
    """Reads and writes the placements of a tenant."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def live(self, tenant_id: TenantId) -> dict[PlacementId, Placement]:
        """The placements that answer."""
        rows = await self._db.fetch("placement.read_placements", tenant_id=tenant_id)
        return {
            row["placement_id"]: Placement(
                placement_id=row["placement_id"],
                strategies=tuple(StrategyName(s) for s in row["strategies"] if s in _KNOWN),
                count=row["count"],
                messages=row["messages"],
                fallback=row["fallback"],
                require_available=row["require_available"],
                deadline_ms=row["deadline_ms"],
                parameters=row["parameters"],
            )
            for row in rows
            if row["status"] == "LIVE"
        }

    async def add_missing(self, tenant_id: TenantId, placements: Iterable[Placement]) -> None:
        """Adds those placements that the tenant does not have; others stay as they are."""
        for placement in placements:
            await self._db.execute("placement.insert_placement", **placement_row(tenant_id, placement))


def placement_row(tenant_id: TenantId, placement: Placement) -> dict[str, object]:
    """What `placement.insert_placement` wants."""
    return {
        "tenant_id": tenant_id,
        "placement_id": placement.placement_id,
        "strategies": list(placement.strategies),
        "count": placement.count,
        "messages": dict(placement.messages),
    }
