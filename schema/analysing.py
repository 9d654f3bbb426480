"""Reading the results of experiments."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import strawberry

from gateway.domain.result import SegmentResult
from schema.context import Ask
from schema.experimenting import KeyArg
from schema.result import ExperimentResult, MetricResult, MetricsArg, SegmentArg


class Later:
    """The results of all segments, made once whoever of them is asked first."""

    def __init__(self, make: Callable[[], Awaitable[tuple[SegmentResult, ...]]]) -> None:
        self._make = make
        self._made: asyncio.Task[Mapping[str, SegmentResult]] | None = None

    async def of(self, key: str) -> SegmentResult | None:
        """Those of one; null where its units went meanwhile."""
        if self._made is None:
            self._made = asyncio.create_task(self._all())
        return (await self._made).get(key)

    async def _all(self) -> Mapping[str, SegmentResult]:
        return {each.segment: each for each in await self._make()}


@strawberry.type(description="Units that are alike in something.")
class Segment:
    key: str = strawberry.field(description='What experimentResult takes, such as "device: mobile".')
    units: int = strawberry.field(
        description="How many there are, with those whose window is open; metrics count what is judged."
    )
    later: strawberry.Private[Later]

    @strawberry.field(
        description="The goals among these units. Exploratory: `pAdjusted` and `significant` are of all segments, goals and "
        "variants together (Benjamini-Hochberg), every figure is preliminary, and no verdict goes by them."
    )
    async def metrics(self) -> list[MetricResult]:
        found = await self.later.of(self.key)
        return [MetricResult.of(each) for each in found.metrics] if found else []


@strawberry.type
class Analysing:
    """The part of Query that tells results."""

    @strawberry.field(
        description="ANALYST scope. The figures of this moment; where a look is due, this is it, and it is kept. The same "
        "numbers as on the experiment's page."
    )
    async def experiment_result(
        self, info: Ask, key: KeyArg, metrics: MetricsArg = None, segment: SegmentArg = None
    ) -> ExperimentResult:
        return await told(info, key, metrics, segment)

    @strawberry.field(description="ANALYST scope. The segments in which an experiment has units.")
    async def experiment_segments(self, info: Ask, key: KeyArg) -> list[Segment]:
        shop, caller = info.context.admit()
        analyst = info.context.gateway.laboratory.analyst
        later = Later(lambda: analyst.by_segment(shop, caller, key))
        return [
            Segment(key=f"{each.name}: {each.value}", units=each.units, later=later)
            for each in await analyst.segments(shop, caller, key)
        ]


async def told(info: Ask, key: str, metrics: list[str] | None = None, segment: str | None = None) -> ExperimentResult:
    """The result, beside the experiment with its checklist."""
    shop, caller = info.context.admit()
    laboratory = info.context.gateway.laboratory
    result = await laboratory.analyst.result(shop, caller, key, metrics, segment)
    vetted = await laboratory.experimenter.one(shop, caller, key)
    assert vetted is not None, "what has a result is there"
    return ExperimentResult.of(result, vetted)
