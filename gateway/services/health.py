"""Whether the gateway can answer: its database, its releases, its queue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.errors import Unavailable
from gateway.services.answering.remember import Rememberer
from gateway.services.measure import POOL_SIZE, RELEASE_AGE
from gateway.services.shop import Shops
from gateway.store.database import Database

_PATIENCE = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Readiness:
    """Each part's state in a word; `ready` where pages can be answered."""

    ready: bool
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Doctor:
    """Looks at the running gateway."""

    db: Database
    shops: Shops
    rememberer: Rememberer

    async def ready(self) -> Readiness:
        """Asks the database; a missing release alone does not make the gateway unready, since pages then show the newest."""
        try:
            await self.db.fetch_within(_PATIENCE, "tenant.read_versions")
            database = "ok"
        except Unavailable:
            database = "unreachable"
        late = [s.tenant.tenant_id for s in self.shops if s.serving and s.serving != s.repertoire.release_id]
        untrained = [s.tenant.tenant_id for s in self.shops if not s.serving]
        release = f"not loaded: {', '.join(late)}" if late else f"none for {', '.join(untrained)}" if untrained else "ok"
        queue = "full" if self.rememberer.full else "ok"
        return Readiness(
            database == "ok" and not late and queue == "ok", {"database": database, "release": release, "queue": queue}
        )

    def measure(self) -> None:
        """Sets the gauges that are looked at only when asked."""
        pool = self.db.pool
        POOL_SIZE.labels("open").set(pool.get_size())
        POOL_SIZE.labels("idle").set(pool.get_idle_size())
        for shop in self.shops:
            if trained_to := shop.repertoire.newest_event:
                RELEASE_AGE.labels(shop.tenant.tenant_id).set((datetime.now(UTC) - trained_to).total_seconds())
