"""Looks at the experiments of the example shop as its server would have done: once a day, by what was known by then."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from gateway.domain.appraisal.appraise import look_due
from gateway.domain.appraisal.evidence import Arm, Evidence
from gateway.domain.experiment import Experiment
from gateway.domain.tenant import TenantId
from gateway.services.hearing.reckon import Reckoner
from gateway.store.database import Database
from gateway.store.experiments import ExperimentStore
from gateway.store.reckoning import Reckoning
from gateway.store.results import ResultStore, arms_of

_DAY = timedelta(days=1)


async def look_back(db: Database, tenant_id: TenantId, until: datetime) -> None:
    """Adds up all that was told, and keeps the looks of every midnight up to `until`; of an experiment that has some, none."""
    await Reckoner(Reckoning(db)).catch_up([tenant_id])
    for kept in await ExperimentStore(db).all(tenant_id):
        if kept.experiment.phase and kept.experiment.phase.started_at < until:
            await _look_back(db, tenant_id, kept.experiment, until)


async def _look_back(db: Database, tenant_id: TenantId, experiment: Experiment, until: datetime) -> None:
    results, phase = ResultStore(db), experiment.phase
    evidence = await results.evidence(tenant_id, experiment, datetime.now(UTC))
    assert phase is not None
    if evidence.looks:
        return
    moments = [phase.started_at + n * _DAY for n in range(1, (until - phase.started_at) // _DAY + 1)]
    for then in await _as_it_was(db, evidence, moments):
        if due := look_due(replace(then, looks=evidence.looks, held=evidence.held)):
            look, arms = due
            evidence = replace(evidence, looks=(*evidence.looks, look), held=arms)
            await results.keep_look(experiment, look, arms)


async def _as_it_was(db: Database, evidence: Evidence, moments: Sequence[datetime]) -> list[Evidence]:
    """By each moment the sums of the units whose windows had closed: what they did in them is what it was then."""
    experiment, phase = evidence.experiment, evidence.experiment.phase
    assert phase is not None
    stretch = {"experiment_id": experiment.experiment_id, "phase": phase.number}
    async with db.transaction() as session:
        await session.execute("fold.stage")
        await session.execute("fold.stage_sums", **stretch)
        await session.execute("demo.take_closed", **stretch, since=phase.started_at, until=moments[-1])
        await session.execute("demo.tell_apart", moments=list(moments))
        rows = await session.fetch("demo.sum_closed")
    count = len(experiment.variants)
    fresh = [arms_of(evidence.metrics, count, (row for row in rows if row["place"] == place)) for place in range(len(moments))]
    return [
        replace(evidence, at=moment, closed=arms, every=arms)
        for moment, arms in zip(moments, accumulate(fresh, _together), strict=True)
    ]


def _together(before: Sequence[Arm], fresh: Sequence[Arm]) -> tuple[Arm, ...]:
    """Arms, and who has come into them."""
    pairs = zip(before, fresh, strict=True)
    return tuple(Arm({key: was.of(key) + new.of(key) for key in was.sums.keys() | new.sums.keys()}) for was, new in pairs)
