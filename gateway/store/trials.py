"""Experiments changed: one after the other, each change with its entry in the audit log."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from gateway.domain.experiment import Experiment, ExperimentStatus, Phase
from gateway.domain.experiment_told import experiment_told, guardrail_told, variant_told
from gateway.domain.metric import Metric
from gateway.domain.optimising import Policy
from gateway.errors import BadInput, Conflict, LimitExceeded, UnknownExperiment
from gateway.store.audit import Change, note_difference
from gateway.store.database import Database, Session
from gateway.store.experiments import KeptExperiment, kept_of
from gateway.store.metrics import own_metrics
from gateway.store.policies import evidence_of

MAX_EXPERIMENTS = 1000  # of a tenant, the archived counted

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Beginning:
    """A phase that begins. `measures`: what is added up of a unit, and how metrics are made of it. `revenue_cap`: in minor
    units of the reporting currency; null: none.
    """

    phase: Phase
    measures: Mapping[str, Any]
    revenue_cap: int | None = None


class TrialStore:
    """Writes experiments."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @asynccontextmanager
    async def changing(self, change: Change) -> AsyncIterator["Bench"]:
        """All experiments of a tenant, while nobody else changes them; what is written is committed at the end, or none of it."""
        async with self._db.transaction() as session:
            await session.execute("playbook.lock", tenant_id=change.tenant_id)
            found = [kept_of(row) for row in await session.fetch("tryout.read", tenant_id=change.tenant_id, key=None)]
            [tenant] = await session.fetch("tenant.read_tenant", tenant_id=change.tenant_id)
            metrics = await own_metrics(session, change.tenant_id)
            yield Bench(session, change, tuple(found), tenant["retention_days"], metrics)


@dataclass(frozen=True, slots=True)
class Bench:
    """A tenant's experiments under change; how long it keeps events, and its own metrics, which stay as they are meanwhile."""

    session: Session
    change: Change
    all: tuple[KeptExperiment, ...]
    retention_days: int
    metrics: tuple[Metric, ...] = ()

    def find(self, key: str) -> KeptExperiment | None:
        """The experiment of a key; Conflict where it is another than the caller knows."""
        kept = next((each for each in self.all if each.experiment.key == key), None)
        if kept and self.change.seen not in (None, kept.version):
            who = f"{kept.updated_by} made version {kept.version} of it"
            raise Conflict(f"it was changed meanwhile: {who}; look at it again", field="ifVersion")
        return kept

    async def add(self, experiment: Experiment) -> KeptExperiment:
        """A new experiment; Conflict where the key is taken."""
        if any(kept.experiment.key == experiment.key for kept in self.all):
            raise Conflict(f"there is an experiment {experiment.key!r} already; keys are never used twice", field="key")
        if len(self.all) >= MAX_EXPERIMENTS:
            raise LimitExceeded(f"a tenant may have {MAX_EXPERIMENTS} experiments at most", field="key")
        row = _row(experiment)
        for each in ("outcome", "reason", "winner"):
            del row[each]
        await self.session.execute("tryout.insert", tenant_id=self.change.tenant_id, actor=self.change.actor, **row)
        return await self._noted("experiment.create", None, experiment.key)

    async def write(
        self, action: str, before: KeptExperiment, after: Experiment, now: datetime, beginning: Beginning | None = None
    ) -> KeptExperiment:
        """The experiment as it is from now on. `beginning`: a phase that begins, which ends the one before. BadInput where it is
        another than `before`, UnknownExperiment where that is none of this tenant's.
        """
        _check_same(before.experiment, after)
        told = {"tenant_id": self.change.tenant_id, "actor": self.change.actor}
        await self.session.execute("tryout.update", **told, **_row(after))
        if beginning:
            await self._begin(after, beginning)
        elif after.status is ExperimentStatus.STOPPED:
            await self.session.execute("tryout.end_phase", experiment_id=after.experiment_id, at=now)
        elif after.weights != before.experiment.weights and not after.reward:
            await self._weigh(after, after.phase, now)
        return await self._noted(action, before, after.key)

    async def _begin(self, experiment: Experiment, beginning: Beginning) -> None:
        number, phase = experiment.experiment_id, beginning.phase
        await self.session.execute("tryout.end_phase", experiment_id=number, at=phase.started_at)
        told = {"experiment_id": number, "phase": phase.number, "at": phase.started_at}
        kept = {"measures": dict(beginning.measures), "revenue_cap": beginning.revenue_cap}
        await self.session.execute("tryout.begin_phase", **told, **kept, seed=phase.seed)
        if phase.policy:
            even = [1 / len(experiment.variants)] * len(experiment.variants)
            weights = {"weights": list(experiment.weights), "probability_best": even, "evidence": {}}
            await self.session.execute("tryout.put_policy", **told, **weights, policy=phase.policy)
        else:
            await self._weigh(experiment, phase, phase.started_at)

    async def _weigh(self, experiment: Experiment, phase: Phase | None, since: datetime) -> None:
        """A draft's weights are in force nowhere."""
        if phase:
            told = {"experiment_id": experiment.experiment_id, "phase": phase.number, "at": since}
            await self.session.execute("tryout.put_weights", **told, weights=list(experiment.weights))

    async def reweigh(self, before: KeptExperiment, policy: Policy, now: datetime) -> KeptExperiment:
        """An optimiser's next weights, in force from now on; servers hear of it by the experiment's row."""
        experiment, phase = before.experiment, before.experiment.phase
        assert phase is not None, "what never began has no weights"
        shares = zip(experiment.variants, policy.weights, strict=True)
        after = replace(experiment, variants=tuple(replace(variant, weight=weight) for variant, weight in shares))
        await self.session.execute("tryout.update", tenant_id=self.change.tenant_id, actor=self.change.actor, **_row(after))
        await self.session.execute(
            "tryout.put_policy",
            experiment_id=experiment.experiment_id,
            phase=phase.number,
            policy=phase.policy + 1,
            at=now,
            weights=list(policy.weights),
            probability_best=list(policy.probability_best),
            evidence=evidence_of(experiment.variants, policy),
        )
        return await self._noted("experiment.reweigh", before, experiment.key)

    async def _noted(self, action: str, before: KeptExperiment | None, key: str) -> KeptExperiment:
        rows = await self.session.fetch("tryout.read", tenant_id=self.change.tenant_id, key=key)
        if not rows:
            raise UnknownExperiment(f"no experiment has the key {key[:80]!r}", field="key")
        after = kept_of(rows[0])
        was = experiment_told(before.experiment) if before else None
        await note_difference(self.session, self.change, action, key, was, experiment_told(after.experiment))
        return after


def _check_same(before: Experiment, after: Experiment) -> None:
    """A change writes the row that was read for it, and no other."""
    if (after.key, after.experiment_id) != (before.key, before.experiment_id):
        raise BadInput(f"must be {before.key}: an experiment keeps its key and its number", field="key")


def _row(experiment: Experiment) -> dict[str, object]:
    """The columns of an experiment, as they may change."""
    plan = experiment.plan
    return {
        "key": experiment.key,
        "name": experiment.name,
        "hypothesis": experiment.hypothesis,
        "status": experiment.status,
        "outcome": experiment.outcome,
        "reason": experiment.reason,
        "winner": experiment.winner,
        "placements": list(experiment.placements),
        "unit": experiment.unit,
        "coverage": experiment.coverage,
        "variants": [variant_told(each) for each in experiment.variants],
        "layer_id": experiment.layer_id,
        "ranges": [list(each) for each in experiment.ranges],
        "condition": dict(experiment.condition),
        "sticky": experiment.sticky,
        "external": experiment.external,
        "allocation": experiment.allocation,
        "reward": experiment.reward,
        "goals": list(plan.goals),
        "guardrails": [guardrail_told(each) for each in plan.guardrails],
        "mode": plan.mode,
        "alpha": plan.alpha,
        "planned_units": plan.units,
        "planned_end": plan.end,
        "window_hours": plan.window // _HOUR,
    }
