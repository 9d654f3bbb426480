"""Reading the results of experiments."""

import strawberry

from schema.context import Ask
from schema.experimenting import KeyArg
from schema.result import ExperimentResult, MetricsArg, SegmentArg


@strawberry.type(description="Units that are alike in something.")
class Segment:
    key: str = strawberry.field(description='What experimentResult takes, such as "device: mobile".')
    units: int = strawberry.field(description="How many there are.")


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
        found = await info.context.gateway.laboratory.analyst.segments(shop, caller, key)
        return [Segment(key=f"{each.name}: {each.value}", units=each.units) for each in found]


async def told(info: Ask, key: str, metrics: list[str] | None = None, segment: str | None = None) -> ExperimentResult:
    """The result, beside the experiment with its checklist."""
    shop, caller = info.context.admit()
    laboratory = info.context.gateway.laboratory
    result = await laboratory.analyst.result(shop, caller, key, metrics, segment)
    vetted = await laboratory.experimenter.one(shop, caller, key)
    assert vetted is not None, "what has a result is there"
    return ExperimentResult.of(result, vetted)
