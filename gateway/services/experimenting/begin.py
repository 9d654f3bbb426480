"""Begin a phase: a seed of its own, and what its units are judged by, frozen as it is now."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.domain.attribution import rates_of
from gateway.domain.experiment import Experiment, ExperimentStatus, Phase
from gateway.domain.metric import REVENUE, Metric, measures_of
from gateway.services.shop import Shop
from gateway.store.metrics import MetricStore
from gateway.store.past import PastStore, Stretch
from gateway.store.trials import Beginning

LOOK_BACK = timedelta(days=28)  # four of each day of the week


@dataclass(frozen=True, slots=True)
class Frozen:
    """What each currency is worth, and the most that a unit's revenue counts, in minor units of the reporting currency."""

    rates: Mapping[str, float]
    revenue_cap: int | None


@dataclass(frozen=True, slots=True)
class Beginner:
    """Freezes what a phase goes by."""

    metrics: MetricStore
    past: PastStore

    async def freeze(self, shop: Shop, experiment: Experiment, now: datetime) -> Frozen:
        """The rates, and the 99.9th percentile of what units of the last weeks brought."""
        rates = rates_of(shop.tenant, {market.currency for market in shop.markets.values()})
        factors = measures_of((), rates)["factors"]
        past = await self.past.figures(shop.tenant.tenant_id, stretch_of(experiment, now), REVENUE, factors=factors)
        return Frozen(rates, past.cap())


def stretch_of(experiment: Experiment, now: datetime) -> Stretch:
    """The units of the last four weeks whose window has closed."""
    until = now - experiment.plan.window
    return Stretch(experiment.unit, until - LOOK_BACK, until, experiment.plan.window)


def begun(experiment: Experiment, frozen: Frozen, own: Iterable[Metric], now: datetime) -> tuple[Experiment, Beginning]:
    """The experiment in a phase that begins now, with all `own` metrics added up. An optimiser's weights are even at first; its
    policies go on being counted, so that no two have one number.
    """
    before = experiment.phase
    policy = (before.policy if before else 0) + 1 if experiment.reward else 0
    phase = Phase((before.number if before else 0) + 1, secrets.token_hex(8), now, policy=policy)
    even = 1 / len(experiment.variants)
    variants = tuple(replace(each, weight=even) for each in experiment.variants) if policy else experiment.variants
    fresh = replace(experiment, phase=phase, variants=variants, outcome=None, reason=None, winner=None)
    if fresh.status is not ExperimentStatus.PAUSED:
        fresh = replace(fresh, status=ExperimentStatus.RUNNING)
    return fresh, Beginning(phase, measures_of(own, frozen.rates), frozen.revenue_cap)
