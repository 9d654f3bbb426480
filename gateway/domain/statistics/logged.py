"""What another policy would have earned, from a log that is added up: units chosen alike are one group of sums."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scipy.special import ndtri

from gateway.domain.statistics.intervals import Interval
from gateway.domain.statistics.look import ALPHA
from gateway.domain.statistics.note import Note
from gateway.domain.statistics.offpolicy import ESS_FLOOR, OffPolicy, Value
from gateway.domain.statistics.sums import Sums

_LEAST = 1e-100


@dataclass(frozen=True, slots=True)
class Logged:
    """Units that were chosen alike. `sums`: n, y and yy of their rewards. `propensity`: how likely they were to be given what
    they had; `probability`: how likely the other policy would have been. `of_logged`, `of_policy`: a model's, as in `Forecast`.
    """

    sums: Sums
    propensity: float
    probability: float
    of_logged: float | None = None
    of_policy: float | None = None

    @property
    def weight(self) -> float:
        """How much each unit says of the other policy."""
        return self.probability / self.propensity


@dataclass(frozen=True, slots=True)
class Gain:
    """What was earned a unit, what another policy would have, and the difference; `note` says why something is not there."""

    units: int
    logged: Value | None = None
    other: Value | None = None
    difference: Value | None = None
    ess: float = 0.0
    note: Note | None = None


Part = tuple[Sums, float, float]
"""Units of which each stands for α + β·r."""


def evaluate_sums(log: Sequence[Logged], *, floor: float = ESS_FLOOR, alpha: float = ALPHA) -> OffPolicy:
    """`offpolicy.evaluate`, to the last digit that floats have. Doubly robust where every group has a model's rewards."""
    log = [each for each in log if each.sums.n > 0]
    rows = int(sum(each.sums.n for each in log))
    if not rows:
        return OffPolicy(0, note=Note.NOTHING_LOGGED)
    if not all(each.sums.are_finite for each in log):
        return OffPolicy(rows, note=Note.NOT_FINITE)
    logged = mean_of([(each.sums, 0.0, 1.0) for each in log], alpha)
    if not all(_LEAST <= each.propensity <= 1 and 0 <= each.probability <= 1 for each in log):
        return OffPolicy(rows, logged, note=Note.BAD_PROPENSITY)
    ess, overlap = _effective(log), sum(each.sums.n * each.weight for each in log) / rows
    if ess == 0:
        return OffPolicy(rows, logged, 0.0, 0.0, note=Note.NO_OVERLAP)
    if ess < floor:
        return OffPolicy(rows, logged, ess, overlap, note=Note.TOO_FEW_EFFECTIVE)
    ips = mean_of([(each.sums, 0.0, each.weight) for each in log], alpha)
    value = _self_normalised(log)
    snips = mean_of([(e.sums, value * (1 - e.weight / overlap), e.weight / overlap) for e in log], alpha)
    return OffPolicy(rows, logged, ess, overlap, ips, snips, _doubly_robust(log, alpha))


def gain(log: Sequence[Logged], *, floor: float = ESS_FLOOR, alpha: float = ALPHA) -> Gain:
    """What the log earned more than the other policy would have: both from the same units, so that what they share cancels out.
    The other policy's reward is self-normalised; the interval goes by the delta method.
    """
    found = evaluate_sums(log, floor=floor, alpha=alpha)
    if found.logged is None or found.snips is None or found.overlap is None:
        return Gain(found.rows, found.logged, ess=found.ess or 0.0, note=found.note)
    v, overlap = found.snips.value, found.overlap
    parts = [(e.sums, v * (e.weight / overlap - 1), 1 - e.weight / overlap) for e in log]
    return Gain(found.rows, found.logged, found.snips, mean_of(parts, alpha), found.ess or 0.0)


def mean_of(parts: Iterable[Part], alpha: float = ALPHA) -> Value:
    """The mean of what units stand for, its standard error and interval."""
    parts = list(parts)
    n = sum(sums.n for sums, _, _ in parts)
    value = float(sum(a * sums.n + b * sums.y for sums, a, b in parts) / n)
    if n <= 1:
        return Value(value)
    squares = sum(b * b * sums.yy + 2 * b * (a - value) * sums.y + (a - value) ** 2 * sums.n for sums, a, b in parts)
    error = math.sqrt(max(squares, 0.0) / (n - 1) / n)
    half = float(ndtri(1 - alpha / 2)) * error
    return Value(value, error, Interval(value - half, value + half))


def _effective(log: Sequence[Logged]) -> float:
    largest = max(each.weight for each in log)
    if largest == 0:
        return 0.0
    scaled = [(each.sums.n, each.weight / largest) for each in log]
    return float(sum(n * w for n, w in scaled) ** 2 / sum(n * w * w for n, w in scaled))


def _self_normalised(log: Sequence[Logged]) -> float:
    return float(sum(e.weight * e.sums.y for e in log) / sum(e.weight * e.sums.n for e in log))


def _doubly_robust(log: Sequence[Logged], alpha: float) -> Value | None:
    parts = [
        (each.sums, each.of_policy - each.weight * each.of_logged, each.weight)
        for each in log
        if each.of_policy is not None and each.of_logged is not None
    ]
    return mean_of(parts, alpha) if len(parts) == len(log) else None
