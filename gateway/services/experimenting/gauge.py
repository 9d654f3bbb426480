"""Gauge: by which metrics experiments are judged, those that every shop has and a shop's own."""

import math
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gateway.domain.metric import BUILT_IN, MEASURES, MOST_VALUE, Measure, Metric, MetricKind, measure_named, type_of
from gateway.domain.tenant import Caller, Scope
from gateway.errors import BadInput
from gateway.services.administering.admit import require
from gateway.services.administering.tenants import check_name
from gateway.services.experimenting.try_out import change_of
from gateway.services.shop import Shop
from gateway.store.metrics import MetricStore

_KEY = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class ToldMetric:
    """A metric as it is told. `event_type`: an event type, `<type>.value` for the sum of its values, or a measure."""

    key: str
    name: str
    kind: MetricKind
    event_type: str | None = None
    denominator: str | None = None
    cap: float | None = None
    higher_is_better: bool | None = None


@dataclass(frozen=True, slots=True)
class Gauger:
    """Tells and keeps metrics. `catch_up` has this server read what it has just written."""

    metrics: MetricStore
    catch_up: Callable[[], Awaitable[None]]

    async def all(self, shop: Shop, caller: Caller) -> list[Metric]:
        """Every metric, those that all shops have first."""
        require(caller, Scope.ANALYST)
        return [*BUILT_IN.values(), *await self.metrics.own(shop.tenant.tenant_id)]

    async def put(self, shop: Shop, caller: Caller, told: ToldMetric) -> Metric:
        """The metric, kept; phases that begin from now on add it up."""
        require(caller, Scope.ADMIN)
        metric = _read(shop, told)
        await self.metrics.put(change_of(shop, caller), metric)
        await self.catch_up()
        return metric


def _read(shop: Shop, told: ToldMetric) -> Metric:
    if not _KEY.fullmatch(told.key):
        raise BadInput("must be lower-case letters, digits and _, beginning with a letter, 63 at most", field="key")
    if told.key in BUILT_IN:
        raise BadInput(f"{told.key} is built in; call yours by another key", field="key")
    if told.kind is MetricKind.RATIO and not told.denominator:
        raise BadInput("must be told: a ratio is one sum over another", field="denominator")
    if told.kind is not MetricKind.RATIO and told.denominator:
        raise BadInput("is of a ratio only: a proportion and a mean are of the units", field="denominator")
    metric = Metric(
        key=told.key,
        name=check_name(told.name),
        kind=told.kind,
        numerator=_measure(shop, told.event_type, "eventType"),
        denominator=_measure(shop, told.denominator, "denominator") if told.denominator else None,
        higher_is_better=told.higher_is_better is not False,
        cap=told.cap,
    )
    _check_cap(metric)
    return metric


def _check_cap(metric: Metric) -> None:
    if metric.cap is None:
        return
    if metric.kind is MetricKind.PROPORTION:
        raise BadInput("is of a mean or a ratio only: of a proportion a unit counts once", field="cap")
    least = 1 / metric.scale
    if not (math.isfinite(metric.cap) and least <= metric.cap <= MOST_VALUE):
        raise BadInput(f"must be from {least:g} to {MOST_VALUE:,.0f}: more of a unit than this counts as this", field="cap")


def _measure(shop: Shop, word: str | None, field: str) -> Measure:
    measure = measure_named(word or "")
    if type_of(measure) in shop.event_types or measure in MEASURES:
        return measure
    types = ", ".join(sorted(shop.event_types))
    raise BadInput(
        f"must be an event type, one with .value for the sum of its values, or a measure; event types: {types}; "
        f"measures: {', '.join(MEASURES)}",
        field=field,
    )
