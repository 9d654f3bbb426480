"""Tune optimisers: every half hour each gets the weights that follow from what its sessions did."""

import logging
from datetime import UTC, datetime, timedelta

from gateway.domain.experiment import Experiment
from gateway.domain.optimising import Policy, next_policy
from gateway.domain.tenant import TenantId
from gateway.errors import Unavailable
from gateway.services.clock import again_and_again
from gateway.store.audit import Change
from gateway.store.database import Database
from gateway.store.experiments import ExperimentStore
from gateway.store.policies import PolicyStore, Standing
from gateway.store.trials import Bench, TrialStore

logger = logging.getLogger(__name__)

PACE = timedelta(minutes=30)
_LOOK = 60.0  # seconds between two looks, about
ACTOR = "optimiser"


class Tuner:
    """Looks every minute. Servers need not agree: whoever comes second finds weights that were made just now."""

    def __init__(self, db: Database, pace: timedelta = PACE, seconds: float = _LOOK) -> None:
        self._policies = PolicyStore(db)
        self._experiments = ExperimentStore(db)
        self._trials = TrialStore(db)
        self._pace = pace
        self._seconds = seconds

    async def run(self) -> None:
        """Looks until cancelled; what fails is said, and tried again."""
        failed = "optimisers could not be given new weights"
        await again_and_again(self._look, self._seconds, lost="optimisers keep their weights", failed=failed)

    async def _look(self) -> None:
        await self.tune(datetime.now(UTC))

    async def tune(self, now: datetime) -> int:
        """New weights for all that are due; how many there were. One that fails keeps no other waiting."""
        tuned = 0
        for tenant_id, key in await self._policies.due(now - self._pace):
            try:
                tuned += await self._tune(tenant_id, key, now)
            except Unavailable:
                raise
            except Exception:
                logger.exception("%s of %s could not be given new weights", key, tenant_id)
        return tuned

    async def _tune(self, tenant_id: TenantId, key: str, now: datetime) -> bool:
        """Looks first whether there is anything to do, and again once nobody else changes it."""
        kept = await self._experiments.one(tenant_id, key)
        if kept is None or await self._next(kept.experiment, now) is None:
            return False
        async with self._trials.changing(Change(tenant_id, ACTOR)) as bench:
            kept = bench.find(key)
            policy = await self._next(kept.experiment, now, bench) if kept else None
            if kept is None or policy is None:
                return False
            await bench.reweigh(kept, policy, now)
        logger.info("%s of %s: %s", key, tenant_id, ", ".join(f"{weight:.1%}" for weight in policy.weights))
        return True

    async def _next(self, experiment: Experiment, now: datetime, bench: Bench | None = None) -> Policy | None:
        standing = await self._policies.standing(experiment, bench.session if bench else None)
        if standing is None or experiment.reward is None or not experiment.runs or not self._is_due(standing, now):
            return None
        return next_policy(experiment.reward, standing.learnt, standing.matured)

    def _is_due(self, standing: Standing, now: datetime) -> bool:
        return standing.since <= now - self._pace
