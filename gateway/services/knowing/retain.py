"""Retain what each tenant wants to keep, and for so long: what is older goes, a day at a time."""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.tenant import TenantId
from gateway.services.clock import again_and_again
from gateway.services.measure import EXPIRED
from gateway.store.retention import RetentionStore

logger = logging.getLogger(__name__)

_LOOK = 1800.0  # seconds between two looks, about


@dataclass(frozen=True, slots=True)
class Gone:
    """What was removed: rows by table, and the parts of days that nobody keeps. Null tenants: somebody else was at it."""

    tenants: Mapping[TenantId, Mapping[str, int]] | None
    days: tuple[str, ...] = ()


class Retainer:
    """Looks every half hour; of several servers on a database one is at it."""

    def __init__(self, retention: RetentionStore, seconds: float = _LOOK) -> None:
        self._retention = retention
        self._seconds = seconds

    async def run(self) -> None:
        """Removes what is old until cancelled; what fails is said, and tried again."""
        failed = "what is old could not be removed"
        await again_and_again(self.retain, self._seconds, lost="what is old stays for now", failed=failed)

    async def retain(self, wanted: TenantId | None = None, *, again: bool = False) -> Gone:
        """Removes what each tenant, or this one, keeps no longer. `again`: though that was done today already."""
        async with self._retention.alone() as alone:
            if not alone:
                return Gone(None)
            days = await self._retention.drop_days()
            tenants = {}
            for keeping in await self._retention.keepings():
                if wanted in (None, keeping.tenant_id) and (again or keeping.is_due):
                    tenants[keeping.tenant_id] = await self._retention.expire(keeping)
        for tenant_id, gone in tenants.items():
            for name, rows in gone.items():
                EXPIRED.labels(tenant_id, name).inc(rows)
        if total := sum(map(Counter.total, map(Counter, tenants.values()))):
            logger.info("%d rows that nobody keeps any longer are gone, and %d days", total, len(days))
        return Gone(tenants, tuple(days))
