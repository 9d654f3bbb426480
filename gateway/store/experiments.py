"""Experiments as they are kept: each with its last phase and the weights in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from gateway.domain.experiment import (
    Allocation,
    AnalysisPlan,
    Experiment,
    ExperimentKey,
    ExperimentOutcome,
    ExperimentStatus,
    ExperimentUnit,
    Guardrail,
    InferenceMode,
    OptimiserReward,
    Phase,
    Variant,
)
from gateway.domain.placement import PlacementId
from gateway.domain.tenant import TenantId
from gateway.store.database import Database
from gateway.store.playbook import Row, moment_of

_SERVED = frozenset({ExperimentStatus.RUNNING, ExperimentStatus.PAUSED, ExperimentStatus.STOPPED})

Experiments = Mapping[ExperimentKey, Experiment]


@dataclass(frozen=True, slots=True)
class KeptExperiment:
    """An experiment as its owners see it. `version`: how often it was changed."""

    experiment: Experiment
    version: int
    created_at: datetime
    updated_at: datetime
    updated_by: str


class ExperimentStore:
    """Reads experiments."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self, tenant_id: TenantId) -> list[KeptExperiment]:
        """Every experiment, the archived too, in the order in which they were made."""
        return [kept_of(row) for row in await self._db.fetch("tryout.read", tenant_id=tenant_id, key=None)]

    async def one(self, tenant_id: TenantId, key: str) -> KeptExperiment | None:
        """The experiment of a key, or null."""
        row = await self._db.fetch_one("tryout.read", tenant_id=tenant_id, key=key)
        return kept_of(row) if row else None

    async def served(self, tenant_id: TenantId) -> tuple[Experiments, Experiments]:
        """What a server holds in memory: those that give variants to units, or did until they ended; and the drafts."""
        found = [kept.experiment for kept in await self.all(tenant_id)]
        live = {each.key: each for each in found if each.status in _SERVED}
        return live, {each.key: each for each in found if each.status is ExperimentStatus.DRAFT}


def kept_of(record: asyncpg.Record) -> KeptExperiment:
    """The experiment of a row of `tryout.read`."""
    row = record["row"]
    created, updated = moment_of(row["created_at"]), moment_of(row["updated_at"])
    assert created is not None
    assert updated is not None
    experiment = experiment_of(row, _phase_of(record["phase"], record["policy"]))
    if record["weights"] and len(record["weights"]) == len(experiment.variants):
        experiment = replace(experiment, variants=_weighed(experiment.variants, record["weights"]))
    return KeptExperiment(experiment, row["version"], created, updated, row["updated_by"])


def experiment_of(row: Row, phase: Phase | None = None) -> Experiment:
    """The experiment of a row, as JSON of the database says it."""
    return Experiment(
        experiment_id=row["experiment_id"],
        key=ExperimentKey(row["key"]),
        name=row["name"],
        placements=tuple(PlacementId(each) for each in row["placements"]),
        variants=tuple(variant_of(each) for each in row["variants"]),
        hypothesis=row["hypothesis"],
        status=ExperimentStatus(row["status"]),
        outcome=ExperimentOutcome(row["outcome"]) if row["outcome"] else None,
        reason=row["reason"],
        winner=row["winner"],
        unit=ExperimentUnit(row["unit"]),
        coverage=float(row["coverage"]),
        layer_id=row["layer_id"],
        ranges=tuple((float(low), float(high)) for low, high in row["ranges"]),
        condition=row["condition"],
        sticky=row["sticky"],
        external=row["external"],
        allocation=Allocation(row["allocation"]),
        reward=OptimiserReward(row["reward"]) if row["reward"] else None,
        plan=_plan_of(row),
        phase=phase,
    )


def _plan_of(row: Row) -> AnalysisPlan:
    return AnalysisPlan(
        goals=tuple(row["goals"]),
        guardrails=tuple(Guardrail(each["metric"], float(each["margin"])) for each in row["guardrails"]),
        mode=InferenceMode(row["mode"]),
        alpha=float(row["alpha"]),
        units=row["planned_units"],
        end=moment_of(row["planned_end"]),
        window=timedelta(hours=row["window_hours"]),
    )


def variant_of(told: Mapping[str, Any]) -> Variant:
    """The variant as it is kept in an experiment's row."""
    return Variant(told["key"], told["name"], float(told["weight"]), told["parameters"])


def _phase_of(row: Row | None, policy: int | None) -> Phase | None:
    if row is None:
        return None
    started = moment_of(row["started_at"])
    assert started is not None
    return Phase(row["phase"], row["seed"], started, moment_of(row["ended_at"]), policy or 0)


def _weighed(variants: Sequence[Variant], weights: Sequence[float]) -> tuple[Variant, ...]:
    """An optimiser's variants have the weights of its newest policy."""
    return tuple(replace(variant, weight=weight) for variant, weight in zip(variants, weights, strict=True))
