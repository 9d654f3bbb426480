"""Recount at night what experiments have added up; any difference is said, and left to be mended by whoever reads it."""

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime

from gateway.domain.tenant import TenantId
from gateway.services.clock import again_and_again
from gateway.services.measure import RECOUNT_DIFFERENCES
from gateway.store.recounting import Recount, Recounting

logger = logging.getLogger(__name__)

_LOOK = 1800.0  # seconds between two looks, about
_HOUR = 3  # of the night, UTC


class Recounter:
    """Looks every half hour whether it is night. Nobody adds up the part that is being compared, and each part takes a second."""

    def __init__(self, recounting: Recounting, seconds: float = _LOOK) -> None:
        self._recounting = recounting
        self._seconds = seconds
        self._done: date | None = None

    async def run(self) -> None:
        """Recounts once a night until cancelled; what fails is said, and tried again."""
        failed = "what experiments have added up could not be recounted"
        await again_and_again(self._look, self._seconds, lost="nothing is recounted for now", failed=failed)

    async def _look(self) -> None:
        now = datetime.now(UTC)
        if now.hour == _HOUR and self._done != now.date():
            for tenant_id in await self._recounting.tenants():
                await self.recount(tenant_id)
            self._done = now.date()

    async def recount(self, tenant_id: TenantId, key: str | None = None, *, mend: bool = False) -> Sequence[Recount]:
        """Every phase of the tenant's experiments, or of the one of a key."""
        found = [
            await self._recounting.recount(tenant_id, each, mend=mend)
            for each in await self._recounting.stretches(tenant_id, key)
        ]
        for each in found:
            if each.wrong:
                RECOUNT_DIFFERENCES.labels(tenant_id, each.stretch.key).inc(each.wrong)
                logger.error(
                    "%s: a recount of experiment %s finds %d differences; the first: %s",
                    tenant_id, each.stretch.key, each.wrong, each.told[0],
                )  # fmt: skip
        return found
