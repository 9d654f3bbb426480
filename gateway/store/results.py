"""What experiments are appraised from, read: sums, counts and the looks that were taken."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime
from typing import Any

import asyncpg

import sql
from gateway.domain.appraisal.evidence import Arm, Evidence, Intake
from gateway.domain.experiment import Experiment
from gateway.domain.metric import BUILT_IN, REVENUE_CAPPED, Measure, Metric, MetricKind
from gateway.domain.result import Estimated, OptimiserWeight, PastLook, Seen
from gateway.domain.statistics.sums import Sums
from gateway.domain.tenant import TenantId
from gateway.store.breadth import BreadthStore
from gateway.store.database import Database
from gateway.store.metrics import MetricStore
from gateway.store.pairs import preference_of
from gateway.store.policies import belief_of, log_of

EVERYONE = ("", "")
_LARGEST = 2**63

Key = tuple[int, bool]  # a variant, and whether its units' windows have closed


@dataclass(frozen=True, slots=True)
class Segment:
    """Units that are alike in something, and how many they are."""

    name: str
    value: str
    units: int


class ResultStore:
    """Reads the sums of experiments; keeps looks."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._metrics = MetricStore(db)
        self._breadths = BreadthStore(db)

    async def evidence(
        self, tenant_id: TenantId, experiment: Experiment, at: datetime, segment: tuple[str, str] = EVERYONE
    ) -> Evidence:
        """All that is known of the experiment's last phase; of everyone, or of the units of a segment."""
        if experiment.phase is None:
            nobody = tuple(Arm() for _ in experiment.variants)
            return Evidence(experiment, at, {}, nobody, nobody, Intake([{} for _ in experiment.variants]))
        stretch = {"experiment_id": experiment.experiment_id, "phase": experiment.phase.number}
        everyone = await self._everyone(tenant_id, experiment, at, stretch)
        found = everyone
        if segment[0]:
            rows = await self._db.fetch("result.totals", **stretch, segment=segment[0], value=segment[1])
            found = _part(everyone, rows, ": ".join(segment))
        return replace(
            found,
            intake=await self._intake(experiment, stretch),
            weights=await self._weights(experiment, stretch),
            log=await log_of(self._db, experiment, segment),
            preference=await preference_of(self._db, tenant_id, experiment),
            breadth=() if segment[0] else await self._breadths.of(tenant_id, experiment, at),
        )

    async def evidence_by_segment(self, tenant_id: TenantId, experiment: Experiment, at: datetime) -> list[Evidence]:
        """The sums of each segment that has units, the largest of each name first, beside everyone's and the looks at those."""
        if experiment.phase is None:
            return []
        stretch = {"experiment_id": experiment.experiment_id, "phase": experiment.phase.number}
        everyone = await self._everyone(tenant_id, experiment, at, stretch)
        by_segment: dict[tuple[str, str], list[asyncpg.Record]] = {}
        for row in await self._db.fetch("result.every_total", **stretch):
            by_segment.setdefault((row["segment"], row["value"]), []).append(row)
        return [
            _part(everyone, rows, f"{each.name}: {each.value}")
            for each in await self.segments(experiment)
            if (rows := by_segment.get((each.name, each.value)))
        ]

    async def state(self, experiment_id: int) -> tuple[object, ...]:
        """Whatever changes when the result of an experiment does."""
        return tuple(*await self._db.fetch("result.state", experiment_id=experiment_id))

    async def segments(self, experiment: Experiment) -> list[Segment]:
        """The segments in which the experiment has units, the largest of each name first."""
        if experiment.phase is None:
            return []
        rows = await self._db.fetch("result.segments", experiment_id=experiment.experiment_id, phase=experiment.phase.number)
        return [Segment(row["segment"], row["value"], row["units"]) for row in rows]

    async def keep_look(self, experiment: Experiment, look: PastLook, arms: Sequence[Arm]) -> None:
        """The look and the arms that it saw, kept for good; the first to take a look of this number wins."""
        assert experiment.phase is not None, "what never ran is not looked at"
        await self._db.execute(
            "result.keep_look",
            experiment_id=experiment.experiment_id,
            phase=experiment.phase.number,
            look=look.number,
            looked_at=look.at,
            figures={
                "share": look.share,
                "units": look.units,
                "seen": [_seen_told(each) for each in look.seen],
                "arms": [{key: _sums_told(sums) for key, sums in arm.sums.items()} for arm in arms],
            },
        )

    async def _everyone(self, tenant_id: TenantId, experiment: Experiment, at: datetime, stretch: Mapping[str, int]) -> Evidence:
        """What all units came to, and the looks at them."""
        metrics, count = await self._metrics_of(tenant_id, stretch), len(experiment.variants)
        rows = await self._db.fetch("result.totals", **stretch, segment=EVERYONE[0], value=EVERYONE[1])
        looks = await self._db.fetch("result.looks", **stretch)
        return Evidence(
            experiment=experiment,
            at=at,
            metrics=metrics,
            closed=arms_of(metrics, count, (row for row in rows if row["closed"])),
            every=arms_of(metrics, count, rows),
            looks=tuple(_look(row) for row in looks),
            held=_held(looks[-1]) if looks else (),
        )

    async def _metrics_of(self, tenant_id: TenantId, stretch: Mapping[str, int]) -> dict[str, Metric]:
        """The metrics that the phase adds up, each as it was when the phase began, under the name it has now."""
        row = await self._db.fetch_one("result.phase", **stretch)
        frozen, cap = (row["measures"], row["revenue_cap"]) if row else ({}, None)
        named = {**BUILT_IN, **{metric.key: metric for metric in await self._metrics.own(tenant_id)}}
        measures = frozen.get("measures", ())
        return {each["key"]: _metric(each, measures, named, cap) for each in frozen.get("metrics", ()) if each["key"] in named}

    async def _intake(self, experiment: Experiment, stretch: Mapping[str, int]) -> Intake:
        by_day: list[dict[date, int]] = [{} for _ in experiment.variants]
        for row in await self._db.fetch("result.days", **stretch):
            by_day[row["variant"]][row["day"]] = row["units"]
        expected = await self._db.fetch("result.expected" if experiment.reward else "result.expected_by_weights", **stretch)
        outside = await self._db.fetch_one("result.outside", **stretch)
        assert outside is not None, "a count is always there"
        shares = [float(row["units"]) for row in expected]
        several = not experiment.reward and any(row["sets"] > 1 for row in expected)
        return Intake(by_day, shares if any(shares) else (), outside["multiple"], outside["bots"], outside["forced"], several)

    async def _weights(self, experiment: Experiment, stretch: Mapping[str, int]) -> tuple[OptimiserWeight, ...]:
        row = await self._db.fetch_one("result.policy", **stretch) if experiment.reward else None
        if row is None:
            return ()
        return tuple(
            OptimiserWeight(variant.key, weight, best, row["since"], belief_of(row["evidence"].get(variant.key)))
            for variant, weight, best in zip(experiment.variants, row["weights"], row["probability_best"], strict=True)
        )


def reproducing(tenant_id: TenantId, experiment: Experiment, segment: tuple[str, str] = EVERYONE) -> str:
    """The query that makes the figures of units alone, for psql: for those who trust nobody's totals."""
    if experiment.phase is None:
        return ""
    query = sql.query("result.reproduce")
    told = dict(
        zip(
            ("tenant_id", "key", "phase", "segment", "value"),
            (tenant_id, experiment.key, experiment.phase.number, *segment),
            strict=True,
        )
    )
    text = query.text
    for place in range(len(query.parameters), 0, -1):  # from the last, for $1 begins $10 too
        text = text.replace(f"${place}", _literal(told[query.parameters[place - 1]]))
    return text


def _literal(value: object) -> str:
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _part(everyone: Evidence, rows: Sequence[asyncpg.Record], segment: str) -> Evidence:
    """A segment's sums in the place of everyone's: what the last look saw is not told apart by segment."""
    metrics, count = everyone.metrics, len(everyone.experiment.variants)
    closed = arms_of(metrics, count, (row for row in rows if row["closed"]))
    every = arms_of(metrics, count, rows)
    return replace(everyone, closed=closed, every=every, held=(), segment=segment, everyone=everyone)


def arms_of(metrics: Mapping[str, Metric], count: int, rows: Iterable[asyncpg.Record]) -> tuple[Arm, ...]:
    """The arms, in the order of the variants; what stands in several rows is added."""
    found: list[dict[str, Sums]] = [{} for _ in range(count)]
    for row in rows:
        if metric := metrics.get(row["metric"]):
            sums = _sums(metric, row)
            arm = found[row["variant"]]
            arm[metric.key] = arm[metric.key] + sums if metric.key in arm else sums
    return tuple(Arm(each) for each in found)


def _sums(metric: Metric, row: asyncpg.Record) -> Sums:
    """Whole numbers, exactly."""
    y, yy = int(row["y"]), int(row["yy"])
    if metric.kind is MetricKind.RATIO:
        return Sums(
            n=row["n"], m=y, mm=yy, d=int(row["d"]), dd=int(row["dd"]), md=int(row["yd"]), p=int(row["x"]), pp=int(row["xx"]),
            q=int(row["z"]), qq=int(row["zz"]), pq=int(row["xz"]), mp=int(row["xy"]), dp=int(row["xd"]), mq=int(row["yz"]),
            dq=int(row["dz"]),
        )  # fmt: skip
    return Sums(n=row["n"], y=y, yy=yy, x=int(row["x"]), xx=int(row["xx"]), xy=int(row["xy"]))


def _sums_told(sums: Sums) -> list[float]:
    """Exactly, as far as JSON's integers go: squares of money go past them."""
    return [each if abs(each) < _LARGEST else float(each) for each in astuple(sums)]


def _metric(frozen: Mapping[str, Any], measures: Sequence[str], named: Mapping[str, Metric], cap: int | None) -> Metric:
    now, numerator = named[frozen["key"]], Measure(measures[frozen["y"] - 1])
    return Metric(
        key=now.key,
        name=now.name,
        kind=MetricKind(frozen["kind"]),
        numerator=numerator,
        denominator=Measure(measures[frozen["d"] - 1]) if frozen["d"] else None,
        higher_is_better=now.higher_is_better,
        cap=cap if numerator == REVENUE_CAPPED else now.cap,
    )


def _seen_told(seen: Seen) -> dict[str, Any]:
    return {
        "metric": seen.metric, "variant": seen.variant, "difference": _figure_told(seen.difference),
        "lift": _figure_told(seen.lift), "p": seen.p, "significant": seen.significant,
    }  # fmt: skip


def _figure_told(figure: Estimated | None) -> list[float | None] | None:
    return [figure.estimate, figure.lower, figure.upper] if figure else None


def _look(row: asyncpg.Record) -> PastLook:
    figures = row["figures"]
    seen = tuple(
        Seen(each["metric"], each["variant"], _figure(each["difference"]), _figure(each["lift"]), each["p"], each["significant"])
        for each in figures["seen"]
    )
    return PastLook(row["look"], row["looked_at"], figures["share"], figures["units"], seen)


def _held(row: asyncpg.Record) -> tuple[Arm, ...]:
    return tuple(Arm({key: Sums(*sums) for key, sums in arm.items()}) for arm in row["figures"]["arms"])


def _figure(told: Sequence[float] | None) -> Estimated | None:
    return Estimated(*told) if told else None
