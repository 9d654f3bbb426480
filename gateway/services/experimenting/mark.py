"""Mark who looks at a variant by a flag: what the shop then shows by itself, and tells, counts in no arm."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.experiment import Assigned
from gateway.domain.page import PageRequest
from gateway.domain.tenant import Caller
from gateway.services.experimenting.expose import looked_at
from gateway.services.loss import note_lost
from gateway.services.shop import Shop
from gateway.store.exposures import ExposureStore, Told

_PATIENCE = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Marker:
    """Writes at once: few look, and what they tell must not come first."""

    exposures: ExposureStore

    async def mark(self, shop: Shop, caller: Caller, request: PageRequest, assigned: Sequence[Assigned], now: datetime) -> None:
        """Keeps those of the variants that are forced; nothing is written where none is."""
        told = [
            Told(shop.tenant.tenant_id, each, request.visitor, apart=caller.apart)
            for each in looked_at(caller, request, assigned, now)
        ]
        if not told:
            return
        try:
            async with asyncio.timeout(_PATIENCE):
                await self.exposures.add(told)
        except Exception as lost:  # noqa: BLE001  (whatever it was, the page must not break)
            note_lost(lost)
