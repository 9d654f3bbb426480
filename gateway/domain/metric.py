"""What an experiment is judged by: measures, whole numbers of what a unit did, and the metrics that are made of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NewType

from gateway.domain.currency import exponent

Measure = NewType("Measure", str)
"""A whole number of a unit: one of MEASURES, or `event:` and a type (how many), or `value:` and a type (their values' sum)."""

VALUE_SCALE = 1000
"""Values of events are added up in thousandths."""

MOST_VALUE = 1e12
"""More than this, either way, a value of an event counts as this; so no cap is more."""

IMPRESSIONS, CLICKS = Measure("impressions"), Measure("clicks")
CARTS, ORDERS, UNITS = Measure("carts"), Measure("orders"), Measure("units")
REVENUE, REVENUE_CAPPED = Measure("revenue"), Measure("revenue_capped")
ATTRIBUTED_CARTS, ATTRIBUTED_ORDERS = Measure("attributed_carts"), Measure("attributed_orders")
ATTRIBUTED_UNITS, ATTRIBUTED_REVENUE = Measure("attributed_units"), Measure("attributed_revenue")
ANSWERS, EMPTY_ANSWERS, TIMED_ANSWERS = Measure("answers"), Measure("empty_answers"), Measure("timed_answers")
LATENCY_MS = Measure("latency_ms")
POSITIONS, PRODUCTS = Measure("positions"), Measure("products")

MEASURES: Mapping[Measure, str] = MappingProxyType(
    {
        IMPRESSIONS: "impressions that were told; one that names a whole list is one",
        CLICKS: "clicks that were told",
        CARTS: "lines that were put into a cart",
        ORDERS: "orders of which something was kept",
        UNITS: "pieces that were kept",
        REVENUE: "what was kept of orders, in minor units of the reporting currency at the rates of the phase's start",
        REVENUE_CAPPED: "the same, and never more than the phase's cap",
        ATTRIBUTED_CARTS: "cart lines owed to a recommendation by its last click",
        ATTRIBUTED_ORDERS: "orders with a kept line owed to a recommendation by its last click",
        ATTRIBUTED_UNITS: "kept pieces owed to a recommendation by its last click",
        ATTRIBUTED_REVENUE: "revenue owed to a recommendation by its last click",
        ANSWERS: "answers of the experiment's placements",
        EMPTY_ANSWERS: "those of them without a product",
        TIMED_ANSWERS: "those of them whose time is known",
        LATENCY_MS: "milliseconds that these took",
        POSITIONS: "products that stood in answers of the experiment's placements, each as often as it did",
        PRODUCTS: "the different ones among them",
    }
)
"""What is measured of every unit, in this order."""


class MetricKind(StrEnum):
    """How units make a figure: the share that did it; the amount a unit; one sum over another."""

    PROPORTION = "PROPORTION"
    MEAN = "MEAN"
    RATIO = "RATIO"


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of a variant. `denominator`: of a ratio only. `cap`: more of a unit than this counts as this, in the figure's own
    size (`scale`).
    """

    key: str
    name: str
    kind: MetricKind
    numerator: Measure
    denominator: Measure | None = None
    higher_is_better: bool = True
    cap: float | None = None

    @property
    def scale(self) -> int:
        """How many of the numerator's whole numbers one of the figure is; money stays in minor units."""
        return VALUE_SCALE if self.numerator.startswith("value:") else 1

    @property
    def whole_cap(self) -> int | None:
        """The cap in the numerator's whole numbers, whatever is kept of it: from 1 to the most that a value may be."""
        return None if self.cap is None else max(1, round(min(self.cap, MOST_VALUE) * self.scale))

    @property
    def is_money(self) -> bool:
        """Whether the figure is minor units of the reporting currency."""
        return self.numerator in (REVENUE, REVENUE_CAPPED, ATTRIBUTED_REVENUE)


def measure_named(word: str) -> Measure:
    """What a shop's own metric names: a measure, an event type, or `<type>.value` for the sum of its values."""
    if word in MEASURES:
        return Measure(word)
    return Measure(f"value:{word.removesuffix('.value')}" if word.endswith(".value") else f"event:{word}")


def type_of(measure: Measure) -> str | None:
    """The event type that a measure counts; null where it is one of MEASURES."""
    kind, _, named = measure.partition(":")
    return named if kind in ("event", "value") and named else None


def _proportion(key: str, name: str, numerator: Measure) -> Metric:
    return Metric(key, name, MetricKind.PROPORTION, numerator)


def _mean(key: str, name: str, numerator: Measure) -> Metric:
    return Metric(key, name, MetricKind.MEAN, numerator)


def _ratio(key: str, name: str, numerator: Measure, denominator: Measure, *, higher: bool = True) -> Metric:
    return Metric(key, name, MetricKind.RATIO, numerator, denominator, higher)


BUILT_IN: Mapping[str, Metric] = MappingProxyType(
    {
        metric.key: metric
        for metric in (
            _ratio("click_through_rate", "Click-through rate", CLICKS, IMPRESSIONS),
            _proportion("clicked", "Units that clicked", CLICKS),
            _proportion("add_to_cart_rate", "Units that put something into the cart", CARTS),
            _proportion("conversion", "Units that ordered", ORDERS),
            _mean("revenue_per_unit", "Revenue per unit", REVENUE_CAPPED),
            _mean("orders_per_unit", "Orders per unit", ORDERS),
            _mean("units_per_unit", "Pieces bought per unit", UNITS),
            _ratio("average_order_value", "Average order value", REVENUE, ORDERS),
            _proportion("attributed_add_to_cart_rate", "Units that put something clicked into the cart", ATTRIBUTED_CARTS),
            _proportion("attributed_conversion", "Units that ordered something clicked", ATTRIBUTED_ORDERS),
            _mean("attributed_revenue_per_unit", "Attributed revenue per unit", ATTRIBUTED_REVENUE),
            _mean("attributed_orders_per_unit", "Attributed orders per unit", ATTRIBUTED_ORDERS),
            _mean("attributed_units_per_unit", "Attributed pieces per unit", ATTRIBUTED_UNITS),
            _ratio("empty_answer_rate", "Share of answers without a product", EMPTY_ANSWERS, ANSWERS, higher=False),
            _ratio("latency", "Milliseconds an answer took", LATENCY_MS, TIMED_ANSWERS, higher=False),
            _mean("products_per_unit", "Different products shown per unit", PRODUCTS),
            _ratio("variety", "Share of shown products new to the unit", PRODUCTS, POSITIONS),
        )
    }
)
"""The metrics that every shop has, by key."""

ATTRIBUTED: Mapping[str, str] = MappingProxyType(
    {
        "add_to_cart_rate": "attributed_add_to_cart_rate",
        "conversion": "attributed_conversion",
        "revenue_per_unit": "attributed_revenue_per_unit",
        "orders_per_unit": "attributed_orders_per_unit",
        "units_per_unit": "attributed_units_per_unit",
    }
)
"""Which metric is the attributed part of which."""


def measures_of(metrics: Iterable[Metric], rates: Mapping[str, float]) -> Mapping[str, Any]:
    """What a phase freezes at its start (`experiment_phase.measures`): what is added up of a unit and in which order, how every
    metric is made of it, and what an amount of each currency is worth. The built-in metrics are always among them. `rates`: of
    `rates_of`.
    """
    judged = {**BUILT_IN, **{metric.key: metric for metric in metrics}}
    own = {m for metric in judged.values() for m in (metric.numerator, metric.denominator) if m and m not in MEASURES}
    order = (*MEASURES, *sorted(own))
    currency = reporting_currency(rates)
    return {
        "measures": list(order),
        "metrics": [_frozen(metric, order) for metric in judged.values()],
        "currency": currency,
        "factors": {code: str(_factor(code, rate, currency)) for code, rate in rates.items()},
    }


def reporting_currency(rates: Mapping[str, float]) -> str | None:
    """The currency that is worth one of itself; null where no rate says so."""
    return next((code for code, rate in sorted(rates.items()) if rate == 1), None)


def _frozen(metric: Metric, order: tuple[Measure, ...]) -> Mapping[str, Any]:
    """Places are counted from 1, as PostgreSQL counts."""
    return {
        "key": metric.key,
        "kind": metric.kind.value,
        "y": order.index(metric.numerator) + 1,
        "d": order.index(metric.denominator) + 1 if metric.denominator else None,
        "cap": metric.whole_cap,
    }


def _factor(code: str, rate: float, currency: str | None) -> Decimal:
    """How many minor units of the reporting currency one minor unit of this one is."""
    return Decimal(str(rate)).scaleb((exponent(currency) if currency else 2) - exponent(code))
