"""How many units an experiment needs, asked before it starts."""

from typing import Annotated, Self

import strawberry
from strawberry import ID

from gateway.domain.experiment import ExperimentUnit, InferenceMode
from gateway.domain.placement import PlacementId
from gateway.services.experimenting.forecast import Forecast, Wish
from schema.context import Ask
from schema.words import Count

_OTHERWISE = ("minimum_lift", "conversion_window_hours", "placement")  # what the gateway says in other words


@strawberry.input(
    description="What an experiment should find. What is null is read from the shop's last four weeks, or as usual."
)
class PowerInput:
    metric: str | None = strawberry.field(default=None, description="Its key; a baseline is needed where null.")
    baseline: float | None = strawberry.field(
        default=None, description="The control's figure; money in minor units of the reporting currency."
    )
    variance: float | None = strawberry.field(
        default=None, description="How much a unit's figure varies; of a proportion it follows from the baseline."
    )
    minimum_lift: float = strawberry.field(
        description="The least change that is to be found, a share of the baseline: 0.05 is 5 %."
    )
    alpha: float | None = strawberry.field(
        default=None, description="How often a difference may be found where there is none; 0.05."
    )
    power: float | None = strawberry.field(default=None, description="How often it is to be found where it is there; 0.8.")
    variants: int | None = strawberry.field(default=None, description="The control counted; 2. Each has the same share.")
    units_per_day: float | None = strawberry.field(default=None, description="Units of all variants together.")
    mode: InferenceMode | None = strawberry.field(default=None, description="GROUP_SEQUENTIAL, with a look a day, where null.")
    unit: ExperimentUnit | None = strawberry.field(default=None, description="SESSION where null.")
    conversion_window_hours: int | None = strawberry.field(default=None, description="1 to 2,160; 72 where null.")
    placement: ID | None = strawberry.field(
        default=None,
        description="Units that were shown this placement, from the first time on; all of the shop's where null.",
    )

    def understood(self) -> Wish:
        """What is wanted in the gateway's words."""
        told = {name: value for name, value in vars(self).items() if name not in _OTHERWISE}
        placement = None if self.placement is None else PlacementId(self.placement)
        return Wish(lift=self.minimum_lift, window_hours=self.conversion_window_hours, placement=placement, **told)


@strawberry.type(description="What an experiment needs.")
class PowerAnalysis:
    units_per_variant: Count = strawberry.field(description="How many units each variant needs.")
    days: float | None = strawberry.field(description="Until so many have come; null where nothing is known of units a day.")
    mode: InferenceMode = strawberry.field(description="The mode that it is reckoned for.")
    baseline: float = strawberry.field(description="The control's figure it rests on.")
    variance: float = strawberry.field(description="How much a unit's figure varies.")
    units_per_day: float | None = strawberry.field(description="Units of all variants together.")
    units_looked_at: Count = strawberry.field(description="How many units of the past it rests on; 0 where all was told.")

    @classmethod
    def of(cls, it: Forecast) -> Self:
        """The forecast as clients see it."""
        return cls(
            units_per_variant=Count(it.units_per_variant),
            days=it.days,
            mode=it.mode,
            baseline=it.baseline,
            variance=it.variance,
            units_per_day=it.units_per_day,
            units_looked_at=Count(it.looked_at),
        )


@strawberry.type
class Planning:
    """The part of Query that plans."""

    @strawberry.field(description="ANALYST scope. How many units an experiment needs to find a change, and how long that takes.")
    async def power_analysis(
        self, info: Ask, input: Annotated[PowerInput, strawberry.argument(description="What it should find.")]
    ) -> PowerAnalysis:
        shop, caller = info.context.admit()
        return PowerAnalysis.of(await info.context.gateway.laboratory.forecaster.power(shop, caller, input.understood()))
