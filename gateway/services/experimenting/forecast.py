"""Forecast: how many units an experiment needs, and for how long it runs, by what the shop's units did of late."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gateway.domain.attribution import rates_of
from gateway.domain.experiment import ExperimentUnit, InferenceMode
from gateway.domain.metric import BUILT_IN, REVENUE, REVENUE_CAPPED, Metric, MetricKind, measures_of
from gateway.domain.past import Past
from gateway.domain.statistics.power import Design, inflation_always_valid, inflation_sequential, units_needed
from gateway.domain.tenant import Caller, Scope
from gateway.errors import BadInput
from gateway.services.administering.admit import require
from gateway.services.experimenting.begin import LOOK_BACK
from gateway.services.experimenting.proposing import MAX_VARIANTS, MOST_HOURS
from gateway.services.shop import Shop
from gateway.store.metrics import MetricStore
from gateway.store.past import PastStore, Stretch

_LOOKS = 14  # daily ones, for two weeks
_LEAST, _MOST_LIFT = 1e-6, 100.0
_MOST_UNITS = 10**15
_READABLE = ("impressions", "clicks", "carts", "orders", "units", "revenue", "revenue_capped")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be found: `lift`, a share of the baseline. What is null is read from the shop's past, or as usual."""

    lift: float
    metric: str | None = None
    baseline: float | None = None
    variance: float | None = None
    alpha: float | None = None
    power: float | None = None
    variants: int | None = None
    units_per_day: float | None = None
    mode: InferenceMode | None = None
    unit: ExperimentUnit | None = None
    window_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What it takes. `days`: null where nothing is known of units a day. `looked_at`: units of the past that it rests on."""

    units_per_variant: int
    days: float | None
    mode: InferenceMode
    baseline: float
    variance: float
    units_per_day: float | None
    looked_at: int


@dataclass(frozen=True, slots=True)
class Forecaster:
    """Answers from numbers that are told, and from the shop's past."""

    metrics: MetricStore
    past: PastStore

    async def power(self, shop: Shop, caller: Caller, wish: Wish) -> Forecast:
        """How many units each variant needs. BadInput where neither the past nor what is told is enough."""
        require(caller, Scope.ANALYST)
        _check(wish)
        metric = await self._metric(shop, wish)
        lacks = wish.baseline is None or (wish.variance is None and metric.kind is not MetricKind.PROPORTION)
        past = await self._past(shop, wish, metric) if wish.metric and (lacks or wish.units_per_day is None) else Past(0, 0.0)
        baseline, variance = _figures(metric, wish, past, lacks=lacks)
        return _forecast(metric, wish, baseline, variance, past)

    async def _metric(self, shop: Shop, wish: Wish) -> Metric:
        if wish.metric is None:
            kind = MetricKind.PROPORTION if wish.variance is None else MetricKind.MEAN
            return Metric("", "", kind, REVENUE)
        known = {**BUILT_IN, **{each.key: each for each in await self.metrics.own(shop.tenant.tenant_id)}}
        if wish.metric not in known:
            raise BadInput(f"there is no metric {wish.metric[:80]!r}; metrics: {', '.join(sorted(known))}", field="metric")
        return known[wish.metric]

    async def _past(self, shop: Shop, wish: Wish, metric: Metric) -> Past:
        """The last four weeks of units whose window has closed."""
        lasts = timedelta(hours=wish.window_hours or 72)
        until = datetime.now(UTC) - lasts
        asked = Stretch(wish.unit or ExperimentUnit.SESSION, until - LOOK_BACK, until, lasts)
        rates = rates_of(shop.tenant, {market.currency for market in shop.markets.values()})
        numerator = REVENUE if metric.numerator == REVENUE_CAPPED else metric.numerator
        factors = measures_of((), rates)["factors"]
        return await self.past.figures(shop.tenant.tenant_id, asked, numerator, metric.denominator, factors)


def _check(wish: Wish) -> None:
    """BadInput names the number that cannot be."""
    told = (
        ("minimumLift", wish.lift, _LEAST, _MOST_LIFT, f"above {_LEAST} and below {_MOST_LIFT:g}: 0.05 is to find 5 % more"),
        ("alpha", wish.alpha, 0.0, 0.5, "above 0 and below 0.5"),
        ("power", wish.power, 0.0, 1.0, "above 0 and below 1: 0.8 finds it four times of five"),
        ("variance", wish.variance, _LEAST, _MOST_UNITS**2, "above 0"),
        ("unitsPerDay", wish.units_per_day, 0.0, _MOST_UNITS, "above 0"),
        ("baseline", wish.baseline, _LEAST, _MOST_UNITS, f"above {_LEAST}"),
    )
    for field, value, low, high, right in told:
        if value is not None and not (math.isfinite(value) and low < value < high):
            raise BadInput(f"must be {right}", field=field)
    if wish.variants is not None and not 2 <= wish.variants <= MAX_VARIANTS:  # noqa: PLR2004
        raise BadInput(f"must be from 2, the control counted, to {MAX_VARIANTS}", field="variants")
    if wish.window_hours is not None and not 1 <= wish.window_hours <= MOST_HOURS:
        raise BadInput(f"must be from 1 to {MOST_HOURS}", field="conversionWindowHours")
    if wish.metric is None and wish.baseline is None:
        raise BadInput("must be told, or a metric, whose baseline is read from the shop's past", field="baseline")


def _figures(metric: Metric, wish: Wish, past: Past, *, lacks: bool) -> tuple[float, float]:
    """The baseline, and the variance of a unit, in the figure's own size."""
    found = past.estimate(metric, past.cap() if metric.numerator == REVENUE_CAPPED else _cap(metric)) if lacks else None
    if found and (not found.value or not found.variance):
        raise BadInput(_why(metric), field="baseline" if wish.baseline is None else "variance")
    scale = metric.scale
    baseline = wish.baseline if wish.baseline is not None else (found.value or 0.0) / scale if found else 0.0
    if metric.kind is MetricKind.PROPORTION:
        if not 0 < baseline * (1 + wish.lift) < 1:
            raise BadInput(f"a share of {baseline:g} cannot grow by {wish.lift:g} and stay below 1", field="minimumLift")
        return baseline, wish.variance or baseline * (1 - baseline)
    if wish.variance is not None:
        return baseline, wish.variance
    return baseline, (found.variance or 0.0) / scale**2 if found else 0.0


def _why(metric: Metric) -> str:
    if metric.numerator not in _READABLE and ":" not in metric.numerator:
        return f"must be told: {metric.key} is known of units in experiments only"
    return f"must be told: nothing of the last four weeks says how {metric.key} differs from unit to unit"


def _cap(metric: Metric) -> int | None:
    return None if metric.cap is None else round(metric.cap * metric.scale)


def _forecast(metric: Metric, wish: Wish, baseline: float, variance: float, past: Past) -> Forecast:
    """Even shares; with several variants each is held to its part of alpha, as many comparisons are."""
    arms, mode = wish.variants or 2, wish.mode or InferenceMode.GROUP_SEQUENTIAL
    alpha, power, grown = (wish.alpha or 0.05) / (arms - 1), wish.power or 0.8, baseline * (1 + wish.lift)
    other = grown * (1 - grown) if metric.kind is MetricKind.PROPORTION and wish.variance is None else None
    inflation = {
        InferenceMode.FIXED: lambda: 1.0,
        InferenceMode.GROUP_SEQUENTIAL: lambda: inflation_sequential(_LOOKS, alpha, power),
        InferenceMode.ALWAYS_VALID: lambda: inflation_always_valid(alpha, power),
    }[mode]()
    size = units_needed(Design(variance, other, alpha, power, inflation=inflation), baseline * wish.lift)
    if size.variant is None or size.variant > _MOST_UNITS:
        raise BadInput(f"cannot be found by any number of units{f': {size.note}' if size.note else ''}", field="minimumLift")
    per_day = wish.units_per_day or past.per_day or None
    days = size.variant * arms / per_day if per_day else None
    return Forecast(size.variant, days, mode, baseline, variance, per_day, past.sampled)
