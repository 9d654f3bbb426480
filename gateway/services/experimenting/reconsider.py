"""Reconsider what was given: how an optimiser's weights moved, and what a placement would have earned with one strategy alone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gateway.domain.experiment import Experiment
from gateway.domain.hindsight import Hindsight, looked_back, reward_of, serving_alone, serving_among
from gateway.domain.metric import BUILT_IN
from gateway.domain.optimising import Weighing
from gateway.domain.placement import PlacementId, StrategyName
from gateway.domain.tenant import Caller, Scope
from gateway.errors import BadInput, UnknownPlacement
from gateway.services.administering.admit import require
from gateway.services.shop import Shop
from gateway.store.experiments import ExperimentStore
from gateway.store.metrics import MetricStore
from gateway.store.policies import PolicyStore

LOOK_BACK = timedelta(days=28)
STEPS = 60  # that a course of weights is told in


@dataclass(frozen=True, slots=True)
class Reconsiderer:
    """Reads logs that kept how likely each unit was to get what it got."""

    experiments: ExperimentStore
    metrics: MetricStore
    policies: PolicyStore

    async def course(self, shop: Shop, caller: Caller, key: str) -> tuple[Weighing, ...]:
        """How the weights of an optimiser moved since its last phase began; nothing where the experiment is none."""
        require(caller, Scope.ANALYST)
        kept = await self.experiments.one(shop.tenant.tenant_id, key)
        return await self.policies.course(kept.experiment, STEPS) if kept else ()

    async def off_policy(
        self,
        shop: Shop,
        caller: Caller,
        placement_id: str,
        strategy: StrategyName,
        since: datetime | None,
        until: datetime | None,
    ) -> Hindsight:
        """By the last phase of whichever experiment or optimiser of the placement is worth most units; refused, with the
        reason, where none can say. `until`: now where null; `since`: four weeks before.
        """
        require(caller, Scope.ANALYST)
        until = until or datetime.now(UTC)
        since = since or until - LOOK_BACK
        if since >= until:
            raise BadInput("must lie before `to`", field="from")
        tried = await self._tried(shop, placement_id)
        own = {metric.key: metric for metric in await self.metrics.own(shop.tenant.tenant_id)}
        found = []
        for each in tried:
            if alone := serving_alone(each, strategy):
                metric = reward_of(each, {**BUILT_IN, **own})
                groups = await self.policies.drawn(each, metric.key, alone, since, until)
                found.append(looked_back(each, metric, alone, groups))
        if not found:
            return Hindsight(refused=_why_not(tried, placement_id, strategy))
        return max(found, key=lambda each: (each.refused is None, each.ess, each.units))

    async def _tried(self, shop: Shop, placement_id: str) -> list[Experiment]:
        """The experiments that ever ran on the placement."""
        kept = [each.experiment for each in await self.experiments.all(shop.tenant.tenant_id)]
        tried = [each for each in kept if placement_id in each.placements and each.phase]
        if not tried and PlacementId(placement_id) not in shop.playbook.placements:
            there = ", ".join(sorted(shop.playbook.placements)) or "none yet"
            raise UnknownPlacement(f"no placement has the id {placement_id[:80]!r}; placements: {there}", field="placement")
        return tried


def _why_not(tried: list[Experiment], placement_id: str, strategy: StrategyName) -> str:
    """Why no log says anything, and what would make one."""
    begin = f"startOptimiser with {strategy.name} among its strategies begins such a log"
    if not tried:
        return f"nothing was ever drawn by chance on {placement_id}: no experiment and no optimiser ran there; {begin}"
    mixed = [f"{each.key}:{key}" for each in tried for key in serving_among(each, strategy)]
    if mixed:
        told = ", ".join(mixed[:5])
        return (
            f"{strategy.name} was only drawn together with other strategies or changes ({told}): which part of what they "
            f"earned is its own, nobody can say; {begin}"
        )
    return (
        f"{strategy.name} was a variant of no experiment on {placement_id}: a log says nothing of what was never drawn; {begin}"
    )
