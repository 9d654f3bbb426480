"""An arm's figure and how much a unit of it varies: mean, proportion, ratio, and mean adjusted for the past (CUPED)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.statistics.note import Note
from gateway.domain.statistics.sums import LARGEST, Sums, covariance, total

_PAIR = 2  # units that can differ
_ROUNDING = 1e-12  # of what is left of parts that cancel each other, beside those parts
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
    spread = _settled(parts - 2 * value * both, parts)  # zero where every unit has the same ratio
    per_unit = sums.d / sums.n
    return _checked(sums.n, value, spread / per_unit / per_unit, parts / per_unit / per_unit)


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Means with what is explained by the past taken out. `theta`: θ; `reduction`: the share of the variance that is gone."""

    arms: tuple[Estimate, ...]
    theta: float = 0.0
    reduction: float = 0.0
    note: Note | None = None


def cuped(arms: Sequence[Sums], kind: Kind = Kind.MEAN) -> Adjusted:
    """Means of y' = y − θ(x − x̄), s²' = s²y + θ²s²x − 2θ·sxy, with θ = cov(x, y)/var(x) and x̄ of all arms together
    (Deng, Xu, Kohavi, Walker 2013). Ratios alike, y and x being what the delta method makes of a unit's two parts now and before.
    Where there is no past, the plain figures and a note.
    """
    is_ratio = kind is Kind.RATIO
    plain = tuple((ratio if is_ratio else mean)(arm) for arm in arms)
    pasts = [_past(arm, is_ratio=is_ratio) for arm in (total(arms), *arms)]
    pooled = pasts.pop(0)
    if pooled is None or pooled.variance <= 0 or any(arm.n > 0 and past is None for arm, past in zip(arms, pasts, strict=True)):
        return Adjusted(plain, note=Note.NO_HISTORY)
    theta = pooled.both / pooled.variance
    if not abs(theta) < LARGEST:
        return Adjusted(plain, note=Note.CONTRADICTORY)
    adjusted = tuple(_adjusted(was, past, theta, pooled.value) for was, past in zip(plain, pasts, strict=True))
    before = sum(was.variance for was in plain if was.variance is not None)
    after = sum(now.variance for now in adjusted if now.variance is not None)
    return Adjusted(adjusted, theta, 1 - after / before if before else 0.0)


@dataclass(frozen=True, slots=True)
class _Past:
    """What units had before: its figure, a unit's variance of it, and its covariance (`both`) with what they have now."""

    value: float
    variance: float
    both: float


def _past(sums: Sums, *, is_ratio: bool) -> _Past | None:
    """Null without units, and of a ratio without what it is divided by, now or before."""
    n = sums.n
    if n <= 0 or not sums.are_finite or (is_ratio and (sums.d <= 0 or sums.q <= 0)):
        return None
    if n < _PAIR:
        return _Past(sums.p / sums.q if is_ratio else sums.x / n, 0.0, 0.0)
    if not is_ratio:
        return _Past(sums.x / n, covariance(n, sums.x, sums.x, sums.xx), covariance(n, sums.x, sums.y, sums.xy))
    now, past = sums.m / sums.d, sums.p / sums.q
    spread = ratio(sums.before).variance
    parts = (
        covariance(n, sums.m, sums.p, sums.mp), -now * covariance(n, sums.d, sums.p, sums.dp),
        -past * covariance(n, sums.m, sums.q, sums.mq), now * past * covariance(n, sums.d, sums.q, sums.dq),
    )  # fmt: skip
    return (
        None
        if spread is None
        else _Past(past, spread, _settled(math.fsum(parts), math.fsum(map(abs, parts))) / sums.d / sums.q * n * n)
    )


def _adjusted(was: Estimate, past: _Past | None, theta: float, centre: float) -> Estimate:
    if was.value is None or was.variance is None or past is None:
        return was
    parts = was.variance + theta * theta * past.variance
    spread = _settled(parts - 2 * theta * past.both, parts)
    return _checked(was.n, was.value - theta * (past.value - centre), spread, parts)


def _settled(spread: float, parts: float) -> float:
    """Zero where what is left of these parts is rounding."""
    return 0.0 if abs(spread) <= _ROUNDING * parts else spread


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
