"""A result as rows: a line a metric and variant, for spreadsheets and notebooks."""

import csv
from collections.abc import Iterator
from io import StringIO

from gateway.domain.result import Estimated, ExperimentResult, MetricResult, VariantResult

COLUMNS = (
    "experiment", "asOf", "segment", "metric", "role", "margin", "variant", "units", "value", "numerator", "denominator",
    "difference", "differenceLower", "differenceUpper", "lift", "liftLower", "liftUpper", "p", "pAnyLook", "pAdjusted",
    "significant", "chanceToWin", "expectedLoss", "nonInferior", "attributedValue", "preliminary", "note", "look", "mode",
    "exposedUnits", "expectedShare", "openUnits", "srmP", "multipleExposures", "botUnits", "forcedUnits", "ok", "decision",
    "weight", "probabilityBest", "productsShown", "catalogShare", "productsAtEqualUnits", "alpha",
)  # fmt: skip
"""The names of the API; intervals are spread over three columns, and what is of a variant, or of all, is in each row."""

Cell = str | float | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet(result: ExperimentResult) -> str:
    """The rows as CSV (RFC 4180), with a line of names. Numbers have all their digits; what is not there is empty."""
    told = StringIO()
    writer = csv.writer(told)
    writer.writerow(COLUMNS)
    writer.writerows(map(_harmless, rows(result)))
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
        _truth(each.preliminary), each.note, *_of_all(result, each.variant),
    )  # fmt: skip


def _of_all(result: ExperimentResult, variant: str) -> tuple[Cell, ...]:
    """What is the same for every metric."""
    health = result.health
    exposed = next((each for each in result.exposures if each.variant == variant), None)
    given = next((each for each in result.weights if each.variant == variant), None)
    came: tuple[Cell, ...] = (exposed.units, exposed.expected_share) if exposed else (None, None)
    covers = next((each for each in result.coverage if each.variant == variant), None)
    shows: tuple[Cell, ...] = (covers.products, covers.share, covers.products_at_equal_units) if covers else (None, None, None)
    has: tuple[Cell, ...] = (given.weight, given.probability_best) if given else (None, None)
    return (
        result.look, result.mode.value, *came, result.open_units,
        health.srm_p, health.multiple_exposures, health.bot_units, health.forced_units, _truth(health.ok),
        result.verdict.decision.value, *has, *shows, result.experiment.plan.alpha,
    )  # fmt: skip


def _harmless(row: tuple[Cell, ...]) -> list[Cell]:
    """What a shop named, and a spreadsheet would take for a formula, begins with an apostrophe."""
    return [f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in row]


def _spread(found: Estimated | None) -> tuple[Cell, Cell, Cell]:
    return (found.estimate, found.lower, found.upper) if found else (None, None, None)


def _truth(told: bool | None) -> str | None:
    return None if told is None else str(told).lower()
