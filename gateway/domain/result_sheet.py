"""A result as rows: a line a metric and variant, for spreadsheets and notebooks."""

import csv
from collections.abc import Iterator
from io import StringIO

from gateway.domain.result import Estimated, ExperimentResult, MetricResult, VariantResult

COLUMNS = (
    "experiment", "asOf", "segment", "metric", "role", "margin", "variant", "units", "value", "numerator", "denominator",
    "difference", "differenceLower", "differenceUpper", "lift", "liftLower", "liftUpper", "p", "pAnyLook", "pAdjusted",
    "significant", "chanceToWin", "expectedLoss", "nonInferior", "attributedValue", "preliminary", "note",
)  # fmt: skip
"""The names of the API; intervals are spread over three columns."""

Cell = str | float | None


def sheet(result: ExperimentResult) -> str:
    """The rows as CSV (RFC 4180), with a line of names. Numbers have all their digits; what is not there is empty."""
    told = StringIO()
    writer = csv.writer(told)
    writer.writerow(COLUMNS)
    writer.writerows(rows(result))
    return told.getvalue()


def rows(result: ExperimentResult) -> Iterator[tuple[Cell, ...]]:
    """The rows, metrics in the result's order, the control first."""
    for metric in result.metrics:
        for each in metric.variants:
            yield _row(result, metric, each)


def _row(result: ExperimentResult, metric: MetricResult, each: VariantResult) -> tuple[Cell, ...]:
    return (
        result.experiment.key, result.as_of.isoformat(), result.segment or "", metric.metric.key, metric.role.value,
        metric.margin, each.variant, each.units, each.value, each.numerator, each.denominator,
        *_spread(each.difference), *_spread(each.lift), each.p, each.p_any_look, each.p_adjusted,
        _truth(each.significant), each.chance_to_win, each.expected_loss, _truth(each.non_inferior), each.attributed_value,
        _truth(each.preliminary), each.note,
    )  # fmt: skip


def _spread(found: Estimated | None) -> tuple[Cell, Cell, Cell]:
    return (found.estimate, found.lower, found.upper) if found else (None, None, None)


def _truth(told: bool | None) -> str | None:
    return None if told is None else str(told).lower()
