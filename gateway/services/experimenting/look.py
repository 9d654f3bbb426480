"""Look at experiments though nobody reads them: a look that is due is taken, and kept."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gateway.domain.experiment import Experiment, ExperimentStatus
from gateway.errors import Unavailable
from gateway.services.clock import again_and_again
from gateway.services.experimenting.analyse import Analyst
from gateway.services.shop import Shops

logger = logging.getLogger(__name__)

_HOUR = 3600.0
_AFTER = timedelta(days=1)  # once the last window has closed


@dataclass(frozen=True, slots=True)
class Looker:
    """Looks every hour. Servers need not agree: of two who take the same look the first keeps it."""

    analyst: Analyst
    shops: Shops
    seconds: float = _HOUR

    async def run(self) -> None:
        """Looks until cancelled."""
        failed = "experiments could not be looked at"
        await again_and_again(self.look, self.seconds, lost="no looks are taken", failed=failed)

    async def look(self) -> None:
        """Takes the looks that are due, of every tenant; an experiment that fails keeps no other waiting."""
        now = datetime.now(UTC)
        for shop in list(self.shops):
            for key, experiment in list(shop.experiments.items()):
                if not _may_have_looks(experiment, now):
                    continue
                try:
                    await self.analyst.look(shop, experiment)
                except Unavailable:
                    raise
                except Exception:
                    logger.exception("%s of %s could not be looked at", key, shop.tenant.tenant_id)


def _may_have_looks(experiment: Experiment, now: datetime) -> bool:
    """While it runs, and after it until the windows of its last units have closed."""
    phase = experiment.phase
    if phase is None or experiment.status is ExperimentStatus.ARCHIVED:
        return False
    return phase.ended_at is None or now < phase.ended_at + experiment.plan.window + _AFTER
