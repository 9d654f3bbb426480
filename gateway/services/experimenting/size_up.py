"""Size up: whether so many units as are planned can show that a guardrail holds, by what the shop's units did of late."""

import asyncio
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from gateway.domain.experiment import Experiment, ExperimentStatus, Guardrail
from gateway.domain.page import Warning
from gateway.domain.tenant import Caller
from gateway.errors import BadInput, Unavailable
from gateway.services.experimenting.forecast import Forecast, Forecaster, Wish
from gateway.services.experimenting.vet import VettedExperiment
from gateway.services.shop import Shop

_PATIENCE = 10.0  # seconds: advice is not worth more
_TRIED = 0.05
_TIGHT = 0.1  # a margin that most shops would take
_GUARDS = ("conversion", "add_to_cart_rate", "average_order_value")  # the first that can be shown is taken
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sizer:
    """Holds guardrails against what is planned. Where the past says nothing, or not soon enough, it says nothing either."""

    forecaster: Forecaster

    async def advised(self, shop: Shop, caller: Caller, vetted: VettedExperiment) -> VettedExperiment:
        """A draft with what its guardrails need, where that is more than is planned."""
        experiment = vetted.kept.experiment
        if experiment.status is not ExperimentStatus.DRAFT or experiment.reward:
            return vetted
        found: list[Warning] = []
        try:
            async with asyncio.timeout(_PATIENCE):
                found = [each async for each in self._warnings(shop, caller, experiment)]
        except (TimeoutError, Unavailable):
            return vetted
        return replace(vetted, advice=(*vetted.advice, *found))

    async def guardrail(self, shop: Shop, caller: Caller, wish: Wish, units: int) -> Guardrail | None:
        """One that so many units in all can show to hold, other than the wish's metric; its margin in whole per cents."""
        best: Guardrail | None = None
        told = replace(wish, lift=_TRIED, baseline=None, variance=None, units_per_day=None, harmless=True)
        try:
            async with asyncio.timeout(_PATIENCE):
                for metric in _GUARDS:
                    if metric == wish.metric or not units:
                        continue
                    margin = await self._margin(shop, caller, replace(told, metric=metric), units)
                    if margin is not None and (best is None or margin < best.margin):
                        best = Guardrail(metric, margin)
                    if best and best.margin <= _TIGHT:
                        return best
        except (TimeoutError, Unavailable):
            return best
        return best

    async def _margin(self, shop: Shop, caller: Caller, wish: Wish, units: int) -> float | None:
        """It takes four times the units to show half of a margin."""
        found = await self._forecast(shop, caller, wish)
        if found is None:
            return None
        needed = found.units_per_variant * (wish.variants or 2)
        margin = math.ceil(_TRIED * math.sqrt(needed / units) * 100 - 1e-9) / 100
        return margin if margin < 1 else None

    async def _warnings(self, shop: Shop, caller: Caller, experiment: Experiment) -> AsyncIterator[Warning]:
        for guard in experiment.plan.guardrails:
            found = await self._forecast(shop, caller, _wish(experiment, guard)) if guard.margin > 0 else None
            planned = _planned(experiment, found, datetime.now(UTC)) if found else None
            if found is None or planned is None:
                continue
            needed = found.units_per_variant * max(2, len(experiment.variants))
            if needed > planned:
                yield Warning(
                    "WEAK_GUARDRAIL",
                    f"guardrail {guard.metric} with a margin of {guard.margin * 100:.4g} % needs about {needed:,} units, "
                    f"{planned:,} are planned: take a wider margin, a metric that varies less, or more units, else it stays open",
                )

    async def _forecast(self, shop: Shop, caller: Caller, wish: Wish) -> Forecast | None:
        try:
            return await self.forecaster.power(shop, caller, wish)
        except BadInput:  # the past does not say
            return None


def _wish(experiment: Experiment, guard: Guardrail) -> Wish:
    plan, places = experiment.plan, experiment.placements
    return Wish(
        lift=guard.margin,
        metric=guard.metric,
        alpha=plan.alpha,
        variants=max(2, len(experiment.variants)),
        mode=plan.mode,
        unit=experiment.unit,
        window_hours=plan.window // _HOUR,
        placement=places[0] if len(places) == 1 else None,
        harmless=True,
    )


def _planned(experiment: Experiment, found: Forecast, now: datetime) -> int | None:
    """The units that are planned, or that will have come by the planned end."""
    plan = experiment.plan
    if plan.units is not None or plan.end is None or not found.units_per_day:
        return plan.units
    return max(0, round((plan.end - now) / _DAY * found.units_per_day * experiment.coverage))
