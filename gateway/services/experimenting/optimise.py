"""Optimise a placement: strategies that share its units by how well they do, started and stopped by one word."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from types import MappingProxyType

from gateway.domain.experiment import (
    AnalysisPlan,
    Experiment,
    ExperimentKey,
    ExperimentStatus,
    OptimiserReward,
    Variant,
)
from gateway.domain.optimising import REWARDS
from gateway.domain.placement import PlacementId, StrategyName, misplaced, page_type_of
from gateway.domain.tenant import Caller, Scope
from gateway.errors import BadInput, Conflict, UnknownPlacement
from gateway.services.administering.admit import require
from gateway.services.asking.bounds import check_text
from gateway.services.experimenting.begin import begun
from gateway.services.experimenting.conduct import Conductor, Ending
from gateway.services.experimenting.try_out import change_of
from gateway.services.experimenting.vet import VettedExperiment
from gateway.services.shop import Shop
from gateway.store.experiments import KeptExperiment

_LEAST, _MOST_KEY = 2, 63
_UNDER_WAY = (ExperimentStatus.RUNNING, ExperimentStatus.PAUSED)
_WINDOWS = MappingProxyType(
    {
        OptimiserReward.CLICK: timedelta(hours=1),
        OptimiserReward.CART: timedelta(hours=1),
        OptimiserReward.ORDER: timedelta(hours=24),
        OptimiserReward.REVENUE: timedelta(hours=24),
    }
)
"""How long after its exposure a session may still earn a reward: weights wait for that."""


@dataclass(frozen=True, slots=True)
class Optimiser:
    """Starts and stops the optimiser of a placement: an experiment with a reward, one variant a strategy, whose weights move."""

    conductor: Conductor

    async def start(
        self, shop: Shop, caller: Caller, placement_id: str, strategies: Sequence[StrategyName], reward: OptimiserReward
    ) -> VettedExperiment:
        """The placement's optimiser, every strategy with the same weight at first. One that was stopped begins a new phase."""
        require(caller, Scope.ADMIN)
        placement = _placement(shop, placement_id)
        _check(placement, strategies)
        conductor = self.conductor
        everyone = await conductor.experiments.all(shop.tenant.tenant_id)
        setting = await conductor.vetter.setting(shop, everyone)
        wish = wished(placement, strategies, reward)
        frozen = await conductor.beginner.freeze(shop, wish, setting.now)
        async with conductor.trials.changing(change_of(shop, caller)) as bench:
            setting = setting.on(bench)
            kept = _mine(bench.all, placement)
            if kept and kept.experiment.status in _UNDER_WAY:
                raise Conflict(f"{placement} has an optimiser under way already; stopOptimiser first", field="placement")
            if kept is None:
                kept = await bench.add(replace(wish, key=_free_key(bench.all, wish.key)))
            mine = kept.experiment
            fresh = replace(wish, experiment_id=mine.experiment_id, key=mine.key, status=mine.status, phase=mine.phase)
            setting.refuse_obstacles(fresh)
            after, beginning = begun(fresh, frozen, bench.metrics, setting.now)
            kept = await bench.write("experiment.start", kept, after, setting.now, beginning)
        await conductor.catch_up()
        return setting.vetted(kept)

    async def stop(self, shop: Shop, caller: Caller, placement_id: str) -> VettedExperiment:
        """The placement goes by its own strategies again."""
        require(caller, Scope.ADMIN)
        check_text("placement", (placement_id,))
        there = await self.conductor.experiments.all(shop.tenant.tenant_id)
        kept = _mine(there, PlacementId(placement_id))
        if kept is None or kept.experiment.status not in _UNDER_WAY:
            raise Conflict(f"{placement_id[:80]} has no optimiser under way", field="placement")
        ending = Ending(None, "the optimiser was stopped")
        return await self.conductor.stop(shop, caller, kept.experiment.key, ending)


def _mine(there: Sequence[KeptExperiment], placement: PlacementId) -> KeptExperiment | None:
    """The placement's optimiser, be it under way or stopped; an archived one is put away."""
    return next(
        (
            kept
            for kept in reversed(there)
            if kept.experiment.reward
            and kept.experiment.placements == (placement,)
            and kept.experiment.status is not ExperimentStatus.ARCHIVED
        ),
        None,
    )


def _placement(shop: Shop, placement_id: str) -> PlacementId:
    if PlacementId(placement_id) not in shop.playbook.placements:
        there = ", ".join(sorted(shop.playbook.placements)) or "none yet"
        raise UnknownPlacement(f"no placement has the id {placement_id[:80]!r}; placements: {there}", field="placement")
    return PlacementId(placement_id)


def _check(placement: PlacementId, strategies: Sequence[StrategyName]) -> None:
    if len(strategies) < _LEAST:
        raise BadInput("must be two at least, which share the placement's sessions", field="strategies")
    for place, name in enumerate(strategies):
        if name in strategies[:place]:
            raise BadInput(f"{name.name} stands there already", field=f"strategies.{place}")
        if fault := misplaced(name, page_type_of(placement)):
            raise BadInput(fault, field=f"strategies.{place}")


def wished(placement: PlacementId, strategies: Sequence[StrategyName], reward: OptimiserReward) -> Experiment:
    """The optimiser as it is before it begins: one variant a strategy, even weights."""
    variants = (Variant(each.value, each.name, 1 / len(strategies), {"strategies": [each.name]}) for each in strategies)
    return Experiment(
        experiment_id=0,
        key=_key(placement),
        name=f"Optimiser of {placement}",
        placements=(placement,),
        variants=tuple(variants),
        reward=reward,
        plan=AnalysisPlan(goals=(REWARDS[reward],), window=_WINDOWS[reward]),
    )


def _key(placement: PlacementId) -> ExperimentKey:
    key = f"optimiser.{placement}"
    if len(key) > _MOST_KEY:
        key = f"{key[: _MOST_KEY - 13]}.{sha256(placement.encode()).hexdigest()[:8]}"
    return ExperimentKey(key)


def _free_key(there: Sequence[KeptExperiment], key: ExperimentKey) -> ExperimentKey:
    """The key, or, where an archived one has it, with the first free number behind."""
    taken = {kept.experiment.key for kept in there}
    number = 1
    while (wished := ExperimentKey(key if number == 1 else f"{key}.{number}")) in taken:
        number += 1
    return wished
