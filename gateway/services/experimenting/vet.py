"""Vet an experiment: what it needs before it starts, held against the shop as it is now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from gateway.domain.attribution import rates_of
from gateway.domain.checklist import Surroundings, advice, obstacles
from gateway.domain.experiment import Experiment, ExperimentStatus, ExperimentUnit
from gateway.domain.layering import allot, free_share
from gateway.domain.page import Warning
from gateway.domain.treatment import faults_of_parameters
from gateway.errors import Conflict
from gateway.services.shop import Shop
from gateway.store.experiments import KeptExperiment
from gateway.store.past import PastStore
from gateway.store.trials import Bench

_LATELY = timedelta(days=14)
_UNDER_WAY = (ExperimentStatus.RUNNING, ExperimentStatus.PAUSED)


@dataclass(frozen=True, slots=True)
class VettedExperiment:
    """An experiment, what keeps it from running, and what its owner should know."""

    kept: KeptExperiment
    obstacles: tuple[Warning, ...] = ()
    advice: tuple[Warning, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What experiments are held against: the shop, all its experiments, and which units its sessions name."""

    shop: Shop
    all: Sequence[KeptExperiment]
    now: datetime
    named: Mapping[ExperimentUnit, float] = field(default_factory=dict)

    def on(self, bench: Bench) -> "Setting":
        """The same, of experiments that nobody else changes now."""
        tenant = replace(self.shop.tenant, retention_days=bench.retention_days)
        return replace(self, shop=replace(self.shop, tenant=tenant), all=bench.all)

    def around(self, experiment: Experiment) -> Surroundings:
        """What there is around one of them."""
        others = [kept.experiment for kept in self.all if kept.experiment.key != experiment.key]
        taken = [each for other in others if other.layer_id == experiment.layer_id for each in other.ranges]
        return Surroundings(
            now=self.now,
            placements=frozenset(self.shop.playbook.placements),
            retention_days=self.shop.tenant.retention_days,
            room=free_share(taken),
            faults=list(self._faults(experiment)),
            named=self.named.get(experiment.unit),
            unrated=self._unrated(),
            others=[other for other in others if other.status in _UNDER_WAY],
            over=[other for other in others if other.status is ExperimentStatus.STOPPED],
            markets=self.shop.markets,
        )

    def vetted(self, kept: KeptExperiment) -> VettedExperiment:
        """The experiment with its checklist. There is nothing left to check of one that is over."""
        experiment = kept.experiment
        if experiment.status in (ExperimentStatus.STOPPED, ExperimentStatus.ARCHIVED):
            return VettedExperiment(kept)
        around = self.around(experiment)
        return VettedExperiment(kept, tuple(obstacles(experiment, around)), tuple(advice(experiment, around)))

    def refuse_obstacles(self, experiment: Experiment, before: Experiment | None = None) -> None:
        """Conflict where something keeps it from running, other than what kept it so `before` already."""
        there = {each.code for each in obstacles(before, self.around(before))} if before else set()
        found = [each for each in obstacles(experiment, self.around(experiment)) if each.code not in there]
        if found:
            raise Conflict("; ".join(f"{each.code}: {each.message}" for each in found), field="key")

    def allotted(self, experiment: Experiment, held: Experiment | None = None) -> tuple[tuple[float, float], ...]:
        """Its part of its layer, what it held kept; empty without a layer. Conflict where there is no room."""
        if experiment.layer_id is None:
            return ()
        others = (kept.experiment for kept in self.all if kept.experiment.key != experiment.key)
        taken = [each for other in others if other.layer_id == experiment.layer_id for each in other.ranges]
        part = allot(experiment.coverage, held.ranges if held else (), taken)
        if part is None:
            raise Conflict(f"NO_ROOM: the layer {experiment.layer_id} has {free_share(taken):.2%} free", field="coverage")
        return part

    def _unrated(self) -> list[str]:
        spoken = {market.currency for market in self.shop.markets.values()}
        return sorted(spoken - rates_of(self.shop.tenant, spoken).keys())

    def _faults(self, experiment: Experiment) -> list[tuple[str, str]]:
        rules = {rule.rule_id for rule in self.shop.playbook.rules}
        found: list[tuple[str, str]] = []
        for place, variant in enumerate(experiment.variants):
            at = f"variants.{place}.parameters"
            faults = list(faults_of_parameters(variant.parameters, experiment.placements, at))
            named = [] if faults else variant.parameters.get("rules") or []
            found += faults
            found += [(f"{at}.rules", f"there is no rule {each} in force") for each in named if each not in rules]
        return found


@dataclass(frozen=True, slots=True)
class Vetter:
    """Looks at what experiments are held against."""

    past: PastStore

    async def setting(self, shop: Shop, everyone: Sequence[KeptExperiment]) -> Setting:
        """All that is known, now."""
        now = datetime.now(UTC)
        return Setting(shop, everyone, now, await self.past.naming(shop.tenant.tenant_id, now - _LATELY))
