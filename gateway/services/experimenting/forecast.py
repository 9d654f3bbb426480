"""Forecast: how many units an experiment needs, and for how long it runs, by what the shop's units did of late."""

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from gateway.domain.attribution import rates_of
from gateway.domain.experiment import ExperimentUnit, InferenceMode
from gateway.domain.metric import BUILT_IN, REVENUE, REVENUE_CAPPED, Metric, MetricKind, measures_of
from gateway.domain.past import Past
from gateway.domain.placement import PlacementId
from gateway.domain.statistics.power import Design, inflation_always_valid, inflation_sequential, units_needed
from gateway.domain.tenant import Caller, Scope
from gateway.errors import BadInput
from gateway.services.administering.admit import require
from gateway.services.experimenting.begin import LOOK_BACK
from gateway.services.experimenting.proposing import MAX_VARIANTS, MOST_HOURS
from gateway.services.shop import Shop
from gateway.store.metrics import MetricStore
from gateway.store.past import PastStore, Stretch

LOOKS = 14  # daily ones, for two weeks
_LEAST, _MOST_LIFT = 1e-6, 100.0
_MOST_UNITS = 10**15
_READABLE = ("impressions", "clicks", "carts", "orders", "units", "revenue", "revenue_capped")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be found: `lift`, a share of the baseline. What is null is read from the shop's past, or as usual: of a
    `placement` from units that were shown it. `harmless`: it is to be shown that no more than `lift` is lost where nothing is.
    """

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
    placement: PlacementId | None = None
    harmless: bool = False


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
        _check_placement(shop, wish)
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
        asked = Stretch(wish.unit or ExperimentUnit.SESSION, until - LOOK_BACK, until, lasts, wish.placement)
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
        ("variance", wish.variance, _LEAST, _MOST_UNITS**2, f"above {_LEAST} and below {_MOST_UNITS**2:g}"),
        ("unitsPerDay", wish.units_per_day, 0.0, _MOST_UNITS, f"above 0 and below {_MOST_UNITS:g}"),
        ("baseline", wish.baseline, _LEAST, _MOST_UNITS, f"above {_LEAST} and below {_MOST_UNITS:g}"),
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


def _check_placement(shop: Shop, wish: Wish) -> None:
    there = shop.playbook.placements
    if wish.placement is not None and wish.placement not in there:
        names = ", ".join(sorted(there)) or "none yet"
        raise BadInput(f"there is no placement {wish.placement[:80]!r}; placements: {names}", field="placement")


def _figures(metric: Metric, wish: Wish, past: Past, *, lacks: bool) -> tuple[float, float]:
    """The baseline, and the variance of a unit, in the figure's own size."""
    found = past.estimate(metric, past.cap() if metric.numerator == REVENUE_CAPPED else metric.whole_cap) if lacks else None
    if found and (not found.value or not found.variance):
        raise BadInput(_why(metric, wish), field="baseline" if wish.baseline is None else "variance")
    scale = metric.scale
    baseline = wish.baseline if wish.baseline is not None else (found.value or 0.0) / scale if found else 0.0
    if metric.kind is MetricKind.PROPORTION:
        if not wish.harmless and not 0 < baseline * (1 + wish.lift) < 1:
            told = f"a share of {baseline:.4g} ({baseline:.4%}) cannot grow by {wish.lift:.4%} and stay below 1"
            raise BadInput(told, field="minimumLift")
        return baseline, wish.variance or baseline * (1 - baseline)
    if wish.variance is not None:
        return baseline, wish.variance
    return baseline, (found.variance or 0.0) / scale**2 if found else 0.0


def _why(metric: Metric, wish: Wish) -> str:
    if metric.numerator not in _READABLE and ":" not in metric.numerator:
        return f"must be told: {metric.key} is known of units in experiments only"
    whose = f" of units that were shown {wish.placement}" if wish.placement else ""
    return f"must be told: nothing of the last four weeks says how {metric.key}{whose} differs from unit to unit"


def inflation_of(mode: InferenceMode, alpha: float, power: float) -> float:
    """How many times the size of one look at the end it takes."""
    if mode is InferenceMode.FIXED:
        return 1.0
    return (
        inflation_sequential(LOOKS, alpha, power)
        if mode is InferenceMode.GROUP_SEQUENTIAL
        else inflation_always_valid(alpha, power)
    )


def design_of(wish: Wish, variance: float, mode: InferenceMode) -> Design:
    """Even shares; with several variants each is held to its part of alpha, as many comparisons are; guardrails to all of it."""
    apart = 1 if wish.harmless else (wish.variants or 2) - 1
    alpha, power = (wish.alpha or 0.05) / apart, wish.power or 0.8
    return Design(variance, None, alpha, power, inflation=inflation_of(mode, alpha, power))


def _forecast(metric: Metric, wish: Wish, baseline: float, variance: float, past: Past) -> Forecast:
    arms, mode, grown = wish.variants or 2, wish.mode or InferenceMode.GROUP_SEQUENTIAL, baseline * (1 + wish.lift)
    is_share = metric.kind is MetricKind.PROPORTION and wish.variance is None and not wish.harmless
    other = grown * (1 - grown) if is_share else None
    size = units_needed(replace(design_of(wish, variance, mode), other_variance=other), baseline * wish.lift)
    if size.variant is None or size.variant > _MOST_UNITS:
        raise BadInput(f"cannot be found by any number of units{f': {size.note}' if size.note else ''}", field="minimumLift")
    per_day = wish.units_per_day or past.per_day or None
    days = size.variant * arms / per_day if per_day else None
    return Forecast(size.variant, days, mode, baseline, variance, per_day, past.sampled)
