"""Reckon: what was told is added up in the background, seconds after it was told."""

import asyncio
import logging
from collections.abc import Collection
from time import perf_counter

from gateway.domain.tenant import TenantId
from gateway.errors import Conflict, Unavailable
from gateway.services.clock import again_and_again
from gateway.services.measure import BATCHES_WAITING, RECKONED
from gateway.store.reckoning import BATCHES, Reckoning

logger = logging.getLogger(__name__)

_REST = 3  # times as long as each part took: events that come in go first
_HURRY = 1  # where more waits than a part holds: events come in faster than they are added up, and figures are not to fall behind
_LOOK = 2.0  # seconds between two looks, about


class Reckoner:
    """Looks every two seconds. Servers need not agree: whoever comes second to a tenant leaves it to the first."""

    def __init__(self, reckoning: Reckoning, seconds: float = _LOOK) -> None:
        self._reckoning = reckoning
        self._seconds = seconds

    async def run(self) -> None:
        """Adds up until cancelled; what fails is said, and tried again."""
        failed = "what was told could not be added up"
        await again_and_again(self._look, self._seconds, lost="nothing can be added up", failed=failed)

    async def _look(self) -> None:
        await self.catch_up(resting=True)
        BATCHES_WAITING.set(await self._reckoning.batches())

    async def catch_up(self, wanted: Collection[TenantId] | None = None, *, resting: bool = False) -> dict[TenantId, int]:
        """Adds up all that waits and that nobody else is at, or of these tenants only; how many events of each. A tenant that
        fails keeps no other waiting. `resting`: after each part, for those who write events.
        """
        told = dict.fromkeys(wanted or (), 0)
        left = await self._waiting(wanted)
        while left:
            began = perf_counter()
            added = {tenant_id: await self._add_up(tenant_id) for tenant_id in left}
            for tenant_id, events in added.items():
                told[tenant_id] = told.get(tenant_id, 0) + (events or 0)
            if resting:
                behind = await self._reckoning.batches() > BATCHES
                await asyncio.sleep((_HURRY if behind else _REST) * (perf_counter() - began))
            left = [tenant_id for tenant_id in await self._waiting(wanted) if added.get(tenant_id) is not None]
        return told

    async def _waiting(self, wanted: Collection[TenantId] | None) -> list[TenantId]:
        return [tenant_id for tenant_id in await self._reckoning.waiting() if wanted is None or tenant_id in wanted]

    async def _add_up(self, tenant_id: TenantId) -> int | None:
        try:
            told = await self._reckoning.add_up(tenant_id)
        except Unavailable:
            raise
        except Conflict as busy:
            logger.info("%s: %s", tenant_id, busy.message)
            return None
        except Exception:
            logger.exception("what was told of %s could not be added up", tenant_id)
            return None
        if told:
            RECKONED.labels(tenant_id).inc(told)
        return told
