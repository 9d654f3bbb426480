"""How much of the catalog each variant shows, as rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.console.wording import share, whole
from gateway.domain.result import ExperimentResult


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A variant's products, and how many they would be at the size of the smallest variant."""

    name: str
    units: str
    products: str
    share: str
    at_equal_units: str


def coverage_rows(result: ExperimentResult, names: Mapping[str, str]) -> tuple[CoverageRow, ...]:
    """A row a variant; none where nothing was answered."""
    return tuple(
        CoverageRow(
            names.get(each.variant, each.variant),
            whole(each.units),
            whole(each.products),
            share(each.share),
            whole(each.products_at_equal_units),
        )
        for each in result.coverage
    )
