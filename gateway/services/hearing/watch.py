"""Watch what comes in: the last events of a shop, as they are told."""

from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.domain.arrival import Arrival
from gateway.domain.tenant import Caller, Scope
from gateway.services.administering.admit import require
from gateway.services.asking.bounds import check_text
from gateway.services.shop import Shop
from gateway.store.arrivals import ArrivalStore

_MOST = 50
_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Watcher:
    """Reads the newest events."""

    arrivals: ArrivalStore

    async def events(self, shop: Shop, caller: Caller, type: str | None) -> list[Arrival]:
        """The last fifty events of the last day, the newest first, or those of a type; Unavailable where too much comes in."""
        require(caller, Scope.ANALYST)
        if type is not None:
            check_text("type", (type,))
        return await self.arrivals.newest(shop.tenant.tenant_id, type, _MOST, datetime.now(UTC), _SECONDS)
