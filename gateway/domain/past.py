"""What a shop's units did before an experiment: what a figure is without it, and how much units differ."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.metric import Metric, MetricKind
from gateway.domain.statistics.estimates import Estimate, Kind, estimate
from gateway.domain.statistics.sums import Sums

LEAST_UNITS = 1000
"""With fewer, no cap of revenue is taken from them."""

_TOP = 0.001


@dataclass(frozen=True, slots=True)
class Past:
    """Units that came in `days` days, `units` in all, and of a sample of them what they did: a numerator, a denominator, and how
    many units have both.
    """

    units: int
    days: float
    rows: Sequence[tuple[int, int, int]] = ()

    @property
    def sampled(self) -> int:
        """How many units were looked at."""
        return sum(units for _, _, units in self.rows)

    @property
    def per_day(self) -> float:
        """Units a day."""
        return self.units / self.days if self.days > 0 else 0.0

    def cap(self) -> int | None:
        """The 99.9th percentile of the numerator; null below 1,000 units, and where fewer than a thousandth have any."""
        left = math.floor(self.sampled * _TOP)
        if self.sampled < LEAST_UNITS:
            return None
        for y, _, units in sorted(self.rows, reverse=True):
            left -= units
            if left < 0:
                return y or None
        return None

    def estimate(self, metric: Metric, cap: int | None = None) -> Estimate:
        """The metric's figure, in the size of its measures, and the variance of a unit."""
        told = [(y if cap is None else min(y, cap), d, units) for y, d, units in self.rows]
        return estimate(Kind(metric.kind.value), _sums(metric.kind, told))


def _sums(kind: MetricKind, rows: Sequence[tuple[int, int, int]]) -> Sums:
    n = sum(units for _, _, units in rows)
    if kind is MetricKind.PROPORTION:
        return Sums.of_hits(n, sum(units for y, _, units in rows if y > 0))
    named: Mapping[str, int] = {
        "y": sum(y * units for y, _, units in rows),
        "yy": sum(y * y * units for y, _, units in rows),
        "d": sum(d * units for _, d, units in rows),
        "dd": sum(d * d * units for _, d, units in rows),
        "md": sum(y * d * units for y, d, units in rows),
    }
    return Sums(n=n, m=named["y"], mm=named["yy"], **named)
