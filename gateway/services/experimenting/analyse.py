"""Analyse an experiment: its figures of this moment, and a look kept where one is due."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gateway.domain.appraisal.appraise import appraise, look_due
from gateway.domain.appraisal.by_segment import by_segment
from gateway.domain.appraisal.evidence import Evidence
from gateway.domain.experiment import Experiment
from gateway.domain.result import ExperimentResult, PastLook, SegmentResult
from gateway.domain.tenant import Caller, Scope
from gateway.errors import BadInput
from gateway.services.administering.admit import require
from gateway.services.asking.bounds import check_text
from gateway.services.experimenting.try_out import found_in
from gateway.services.shop import Shop
from gateway.store.experiments import ExperimentStore
from gateway.store.results import EVERYONE, ResultStore, Segment, reproducing


@dataclass(frozen=True, slots=True)
class Analyst:
    """Appraises what has been added up."""

    experiments: ExperimentStore
    results: ResultStore

    async def result(
        self, shop: Shop, caller: Caller, key: str, metrics: list[str] | None = None, segment: str | None = None
    ) -> ExperimentResult:
        """The result of an experiment; UnknownExperiment where there is none of this key, BadInput for a segment or a metric that
        it does not have. `segment`: `market: se`.
        """
        require(caller, Scope.ANALYST)
        experiment = await self._experiment(shop, key)
        now = datetime.now(UTC)
        chosen = await self._segment(experiment, segment)
        evidence = await self.results.evidence(shop.tenant.tenant_id, experiment, now, chosen)
        result = replace(appraise(evidence), sql=reproducing(shop.tenant.tenant_id, experiment, chosen))
        if look := await self._keep_look(evidence):
            result = replace(result, looks=(*result.looks, look))
        return _only(result, metrics) if metrics else result

    async def segments(self, shop: Shop, caller: Caller, key: str) -> list[Segment]:
        """The segments in which it has units."""
        require(caller, Scope.ANALYST)
        return await self.results.segments(await self._experiment(shop, key))

    async def by_segment(self, shop: Shop, caller: Caller, key: str) -> tuple[SegmentResult, ...]:
        """The goals of every segment that has units, adjusted for how many were looked at: a hint where to look next."""
        require(caller, Scope.ANALYST)
        experiment = await self._experiment(shop, key)
        evidence = await self.results.evidence_by_segment(shop.tenant.tenant_id, experiment, datetime.now(UTC))
        return by_segment(evidence)

    async def state(self, shop: Shop, caller: Caller, key: str) -> tuple[object, ...]:
        """What differs whenever the result does, but for what time alone changes; cheap."""
        require(caller, Scope.ANALYST)
        return await self.results.state((await self._experiment(shop, key)).experiment_id)

    async def look(self, shop: Shop, experiment: Experiment) -> None:
        """Keeps a look where one is due, whoever reads it or not."""
        await self._keep_look(await self.results.evidence(shop.tenant.tenant_id, experiment, datetime.now(UTC)))

    async def _keep_look(self, evidence: Evidence) -> PastLook | None:
        """What it decides now, it decides for good."""
        due = look_due(evidence)
        if due is None:
            return None
        await self.results.keep_look(evidence.experiment, *due)
        return due[0]

    async def _experiment(self, shop: Shop, key: str) -> Experiment:
        """One row is read, for a subscription asks every two seconds; all of them only to name those there are."""
        check_text("key", (key,))
        kept = await self.experiments.one(shop.tenant.tenant_id, key)
        return (kept or found_in(await self.experiments.all(shop.tenant.tenant_id), key)).experiment

    async def _segment(self, experiment: Experiment, segment: str | None) -> tuple[str, str]:
        if segment is None:
            return EVERYONE
        there = {f"{each.name}: {each.value}": (each.name, each.value) for each in await self.results.segments(experiment)}
        if segment not in there:
            told = ", ".join(repr(each) for each in list(there)[:10]) or "none yet"
            raise BadInput(f"there is no segment {segment!r}; segments: {told}", field="segment")
        return there[segment]


def _only(result: ExperimentResult, metrics: list[str]) -> ExperimentResult:
    there = {each.metric.key: each for each in result.metrics}
    unknown = [key for key in metrics if key not in there]
    if unknown:
        raise BadInput(f"{unknown[0]!r} is not added up here; metrics: {', '.join(there) or 'none yet'}", field="metrics")
    return replace(result, metrics=tuple(there[key] for key in metrics))
