"""What visitors clicked in lists that were drawn from two variants."""

from gateway.domain.experiment import Allocation, Experiment
from gateway.domain.statistics.interleaving import Preference, preference
from gateway.domain.tenant import TenantId
from gateway.store.database import Database


async def preference_of(db: Database, tenant_id: TenantId, experiment: Experiment) -> Preference | None:
    """Which side's picks units clicked more, in the last phase; null where nothing is drawn from both."""
    if experiment.allocation is not Allocation.INTERLEAVED or experiment.phase is None:
        return None
    row = await db.fetch_one(
        "pair.wins",
        tenant_id=tenant_id,
        experiment_id=experiment.experiment_id,
        phase=experiment.phase.number,
        placements=list(experiment.placements),
        unit=experiment.unit,
        since=experiment.phase.started_at,
    )
    assert row is not None, "a count is always there"
    return preference(row["a"], row["b"], row["ties"], experiment.plan.alpha)
