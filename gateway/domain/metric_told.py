"""Metrics as JSON, under the names of the API."""

from typing import Any

from gateway.domain.metric import Measure, Metric, type_of


def word_of(measure: Measure) -> str:
    """How a measure is said: as itself, an event type, or `<type>.value` for the sum of its values."""
    named = type_of(measure)
    if named is None:
        return measure
    return f"{named}.value" if measure.startswith("value:") else named


def metric_told(metric: Metric) -> dict[str, Any]:
    """The metric, whole."""
    return {
        "key": metric.key,
        "name": metric.name,
        "kind": metric.kind.value,
        "eventType": word_of(metric.numerator),
        "denominator": word_of(metric.denominator) if metric.denominator else None,
        "cap": metric.cap,
        "higherIsBetter": metric.higher_is_better,
    }
