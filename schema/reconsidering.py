"""What would have been: strategies judged by logs of others."""

from datetime import datetime
from typing import Annotated, Self

import strawberry
from strawberry import ID

from gateway.domain import hindsight
from gateway.domain.placement import StrategyName
from schema.context import Ask
from schema.metrics import Metric
from schema.result import Interval


@strawberry.type(
    description="What a placement would have earned a unit with one strategy alone, by three ways to reckon. Where they agree, "
    "believe them; `dr` is the steadiest as a rule."
)
class OffPolicyEstimate:
    ips: Interval | None = strawberry.field(description="Inverse propensity: unbiased, and the most unsteady.")
    snips: Interval | None = strawberry.field(description="The same, self-normalised.")
    dr: Interval | None = strawberry.field(
        description="Doubly robust: the mean of each market and device, from the other half of the units, mended by the log."
    )
    effective_sample_size: float = strawberry.field(
        description="How many units of its own the log is worth; under 100 is refused."
    )
    units: int = strawberry.field(description="How many the log has, in all variants, whose window has closed.")
    logged: Interval | None = strawberry.field(description="What they earned.")
    metric: Metric | None = strawberry.field(description="What is earned. Money is in minor units of the reporting currency.")
    experiment: ID | None = strawberry.field(description="The experiment or optimiser whose log it is, of its last phase.")
    refused: str | None = strawberry.field(description="Why nothing can be said, and what would change that.")

    @classmethod
    def of(cls, it: hindsight.Hindsight) -> Self:
        """The estimate as clients see it."""
        return cls(
            ips=Interval.of(it.ips),
            snips=Interval.of(it.snips),
            dr=Interval.of(it.dr),
            effective_sample_size=it.ess,
            units=it.units,
            logged=Interval.of(it.logged),
            metric=Metric.of(it.metric) if it.metric else None,
            experiment=ID(it.experiment) if it.experiment else None,
            refused=it.refused,
        )


@strawberry.type
class Reconsidering:
    """The part of Query that looks back."""

    @strawberry.field(
        description="ANALYST scope. What a placement would have earned had it been filled with one strategy alone: from an "
        "optimiser or an experiment that had it as a variant of its own, whatever share it had. What was never drawn by chance, "
        "or only in a mix with others, is refused with the reason."
    )
    async def off_policy(
        self,
        info: Ask,
        placement: Annotated[ID, strawberry.argument(description="The placement.")],
        strategy: Annotated[StrategyName, strawberry.argument(description="The strategy.")],
        from_: Annotated[
            datetime | None,
            strawberry.argument(name="from", description="Units exposed since then; four weeks before `to` where null."),
        ] = None,
        to: Annotated[datetime | None, strawberry.argument(description="Now where null.")] = None,
    ) -> OffPolicyEstimate:
        shop, caller = info.context.admit()
        found = await info.context.gateway.laboratory.reconsiderer.off_policy(shop, caller, placement, strategy, from_, to)
        return OffPolicyEstimate.of(found)
