"""A tenant's own metrics, beside those that are built in."""

import asyncpg

from gateway.domain.metric import Metric, MetricKind, measure_named
from gateway.domain.metric_told import metric_told, word_of
from gateway.domain.tenant import TenantId
from gateway.errors import Conflict, LimitExceeded
from gateway.store.audit import Change, note_difference
from gateway.store.database import Database, Session

MAX_METRICS = 50  # of a tenant's own: every one is added up of every unit


class MetricStore:
    """Reads and writes a tenant's own metrics."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def own(self, tenant_id: TenantId) -> list[Metric]:
        """All of them, by key."""
        return [_metric(row) for row in await self._db.fetch("metric.read", tenant_id=tenant_id)]

    async def put(self, change: Change, told: Metric) -> None:
        """Keeps a metric; Conflict where an experiment under way is judged by another of this key."""
        async with self._db.transaction() as session:
            await session.execute("playbook.lock", tenant_id=change.tenant_id)
            there = {each.key: each for each in await own_metrics(session, change.tenant_id)}
            before = there.get(told.key)
            if before is None and len(there) >= MAX_METRICS:
                raise LimitExceeded(f"a tenant may have {MAX_METRICS} metrics of its own at most", field="key")
            using = await session.fetch("metric.in_use", tenant_id=change.tenant_id, key=told.key)
            if before and _meaning(before) != _meaning(told) and using:
                names = ", ".join(row["key"] for row in using)
                raise Conflict(f"{names} is judged by it, so only its name may change; make another metric", field="key")
            await session.execute("metric.upsert", tenant_id=change.tenant_id, **_row(told))
            was = metric_told(before) if before else None
            await note_difference(session, change, "metric.upsert", told.key, was, metric_told(told))


async def own_metrics(session: Session, tenant_id: TenantId) -> tuple[Metric, ...]:
    """All of them, by key, within a transaction."""
    return tuple(_metric(row) for row in await session.fetch("metric.read", tenant_id=tenant_id))


def _meaning(metric: Metric) -> dict[str, object]:
    return {name: value for name, value in _row(metric).items() if name != "name"}


def _row(metric: Metric) -> dict[str, object]:
    return {
        "key": metric.key,
        "name": metric.name,
        "kind": metric.kind,
        "event_type": word_of(metric.numerator),
        "denominator": word_of(metric.denominator) if metric.denominator else None,
        "cap": metric.cap,
        "higher_is_better": metric.higher_is_better,
    }


def _metric(row: asyncpg.Record) -> Metric:
    return Metric(
        key=row["key"],
        name=row["name"],
        kind=MetricKind(row["kind"]),
        numerator=measure_named(row["event_type"]),
        denominator=measure_named(row["denominator"]) if row["denominator"] else None,
        higher_is_better=row["higher_is_better"],
        cap=row["cap"],
    )
