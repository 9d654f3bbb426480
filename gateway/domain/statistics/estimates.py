"""An arm's figure and how much a unit of it varies: mean, proportion, ratio, and mean adjusted for the past (CUPED)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.statistics.note import Note
from gateway.domain.statistics.sums import LARGEST, Sums, covariance, total

_PAIR = 2  # units that can differ
_IMPOSSIBLE = -1e-6  # a variance this negative, beside the mean square, is no rounding


class Kind(StrEnum):
    """How a metric is made of its units."""

    MEAN = "MEAN"
    PROPORTION = "PROPORTION"
    RATIO = "RATIO"


@dataclass(frozen=True, slots=True)
class Estimate:
    """`value`: the figure, in the metric's unit. `variance`: of one unit; that of the figure is `variance / n`.

    Where one is null, `note` says what is missing.
    """

    n: float
    value: float | None = None
    variance: float | None = None
    note: Note | None = None

    @property
    def error(self) -> float | None:
        """The figure's standard error, in the metric's unit."""
        return math.sqrt(self.variance / self.n) if self.variance is not None else None


def estimate(kind: Kind, sums: Sums) -> Estimate:
    """The figure of an arm by the kind of its metric."""
    return {Kind.MEAN: mean, Kind.PROPORTION: proportion, Kind.RATIO: ratio}[kind](sums)


def mean(sums: Sums) -> Estimate:
    """The mean m = S/n, v = (Q − S²/n)/(n−1)."""
    if lacking := _lacking(sums):
        return lacking
    value = sums.y / sums.n
    if alone := _alone(sums.n, value):
        return alone
    return _checked(sums.n, value, covariance(sums.n, sums.y, sums.y, sums.yy), sums.yy / sums.n)


def proportion(sums: Sums) -> Estimate:
    """The share p = S/n, v = p(1−p): every unit did it or did not."""
    if lacking := _lacking(sums):
        return lacking
    if not 0 <= sums.y <= sums.n:
        return Estimate(sums.n, None, None, Note.CONTRADICTORY)
    value = sums.y / sums.n
    return Estimate(sums.n, value, value * (1 - value))


def ratio(sums: Sums) -> Estimate:
    """R = ΣM/ΣD, v = (s²M − 2R·sMD + R²·s²D)/D̄² over units: the delta method (Deng, Knoblich, Lu 2018)."""
    if lacking := _lacking(sums):
        return lacking
    if sums.d <= 0:
        return Estimate(sums.n, None, None, Note.NO_DENOMINATOR if sums.d == 0 else Note.CONTRADICTORY)
    value = sums.m / sums.d
    if alone := _alone(sums.n, value):
        return alone
    of_m = covariance(sums.n, sums.m, sums.m, sums.mm)
    of_d = covariance(sums.n, sums.d, sums.d, sums.dd)
    both = covariance(sums.n, sums.m, sums.d, sums.md)
    parts = of_m + value * value * of_d
    spread = parts - 2 * value * both
    if abs(spread) <= 1e-12 * parts:  # every unit has the same ratio; what is left is rounding
        spread = 0.0
    per_unit = sums.d / sums.n
    return _checked(sums.n, value, spread / per_unit / per_unit, parts / per_unit / per_unit)


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Means with what is explained by the past taken out. `theta`: θ; `reduction`: the share of the variance that is gone."""

    arms: tuple[Estimate, ...]
    theta: float = 0.0
    reduction: float = 0.0
    note: Note | None = None


def cuped(arms: Sequence[Sums]) -> Adjusted:
    """Means of y' = y − θ(x − x̄), s²' = s²y + θ²s²x − 2θ·sxy, with θ = cov(x, y)/var(x) and x̄ of all arms together
    (Deng, Xu, Kohavi, Walker 2013). Where there is no past, the plain means and a note.
    """
    plain = tuple(mean(arm) for arm in arms)
    pooled = total(arms)
    usable = [arm for arm in arms if arm.n >= _PAIR]
    varies = bool(usable) and pooled.are_finite and covariance(pooled.n, pooled.x, pooled.x, pooled.xx) > 0
    if not varies:
        return Adjusted(plain, note=Note.NO_HISTORY)
    theta = covariance(pooled.n, pooled.x, pooled.y, pooled.xy) / covariance(pooled.n, pooled.x, pooled.x, pooled.xx)
    if not abs(theta) < LARGEST:
        return Adjusted(plain, note=Note.CONTRADICTORY)
    centre = pooled.x / pooled.n
    adjusted = tuple(_adjusted(arm, was, theta, centre) for arm, was in zip(arms, plain, strict=True))
    before = sum(was.variance for was in plain if was.variance is not None)
    after = sum(now.variance for now in adjusted if now.variance is not None)
    return Adjusted(adjusted, theta, 1 - after / before if before else 0.0)


def _adjusted(arm: Sums, was: Estimate, theta: float, centre: float) -> Estimate:
    if was.value is None or was.variance is None:
        return was
    of_x = covariance(arm.n, arm.x, arm.x, arm.xx)
    both = covariance(arm.n, arm.x, arm.y, arm.xy)
    parts = was.variance + theta * theta * of_x
    spread = parts - 2 * theta * both
    if abs(spread) <= 1e-12 * parts:
        spread = 0.0
    return _checked(arm.n, was.value - theta * (arm.x / arm.n - centre), spread, parts)


def _lacking(sums: Sums) -> Estimate | None:
    if not sums.are_finite:
        return Estimate(0, None, None, Note.NOT_FINITE)
    return Estimate(0, None, None, Note.NO_UNITS) if sums.n <= 0 else None


def _alone(n: float, value: float) -> Estimate | None:
    """The estimate where nothing can be said of how units differ."""
    if not abs(value) < LARGEST:
        return Estimate(n, None, None, Note.NOT_FINITE)
    return Estimate(n, value, None, Note.ONE_UNIT) if n < _PAIR else None


def _checked(n: float, value: float, variance: float, scale: float) -> Estimate:
    """The estimate, unless its variance is negative by more than rounding."""
    if not (abs(value) < LARGEST and abs(variance) < LARGEST**2 and scale < LARGEST**2):
        return Estimate(n, None, None, Note.NOT_FINITE)
    if variance < _IMPOSSIBLE * scale:
        return Estimate(n, value, None, Note.CONTRADICTORY)
    return Estimate(n, value, max(variance, 0.0))
