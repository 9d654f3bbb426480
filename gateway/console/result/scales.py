"""Figures on their metric's own scale: shares as percentages, money in its currency, time in milliseconds."""

from dataclasses import dataclass

from gateway.console.wording import NOTHING, figure, share, signed
from gateway.domain.currency import exponent
from gateway.domain.metric import ANSWERS, CLICKS, EMPTY_ANSWERS, IMPRESSIONS, LATENCY_MS, Metric, MetricKind
from gateway.domain.result import Estimated

_PARTS = {(CLICKS, IMPRESSIONS), (EMPTY_ANSWERS, ANSWERS)}  # ratios of a part to its whole


@dataclass(frozen=True, slots=True)
class Teller:
    """Says figures. `currency`: what money is reported in; null where the shop has no rates."""

    currency: str | None = None

    def value(self, metric: Metric, value: float | None) -> str:
        """A variant's figure."""
        if value is None:
            return NOTHING
        if _is_share(metric):
            return share(value)
        if metric.is_money:
            return f"{self._money(value)}{self._unit()}"
        return f"{figure(value)}{' ms' if metric.numerator == LATENCY_MS else ''}"

    def difference(self, metric: Metric, found: Estimated | None) -> str:
        """A difference to the control, with its bounds."""
        if found is None:
            return NOTHING
        told = self._signed(metric, found.estimate)
        if found.lower is None and found.upper is None:
            return told
        low = self._signed(metric, found.lower) if found.lower is not None else "no lower bound"
        high = self._signed(metric, found.upper) if found.upper is not None else "no upper bound"
        return f"{told} ({low} to {high})"

    def loss(self, metric: Metric, value: float | None) -> str:
        """What may be lost, without a sign, on the metric's own scale; a share in points."""
        if value is None:
            return NOTHING
        return f"{figure(abs(value) * 100)} points" if _is_share(metric) else self.value(metric, abs(value))

    def _signed(self, metric: Metric, value: float | None) -> str:
        if value is None:
            return NOTHING
        if _is_share(metric):
            return f"{signed(value * 100)} points"
        if metric.is_money:
            return f"{'+' if value > 0 else ''}{self._money(value)}{self._unit()}"
        return signed(value)

    def _money(self, value: float) -> str:
        decimals = exponent(self.currency) if self.currency else 2
        return f"{value / 10**decimals:,.{decimals}f}".replace("-", "\N{MINUS SIGN}")

    def _unit(self) -> str:
        return f" {self.currency}" if self.currency else ""


def _is_share(metric: Metric) -> bool:
    return metric.kind is MetricKind.PROPORTION or (metric.numerator, metric.denominator) in _PARTS
