"""What a policy would have earned that was never served alone, from a log that kept its propensities."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from gateway.domain.statistics.intervals import Interval
from gateway.domain.statistics.look import ALPHA
from gateway.domain.statistics.note import Note

Array = NDArray[np.float64]

ESS_FLOOR = 100.0  # rows that a log must be worth
_LEAST, _MOST = 1e-100, 1e50  # propensities below and rewards above are none: their squares would not be numbers


@dataclass(frozen=True, slots=True)
class Value:
    """A policy's mean reward a row, its standard error and interval, in the reward's unit; one row alone has no error."""

    value: float
    error: float | None = None
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class OffPolicy:
    """`logged`: what was earned. `ips`, `snips`, `doubly_robust`: what the other policy would have; null where refused, and
    `note` says why. `ess`: how many rows of its own the log is worth. `overlap`: the mean weight, 1 where all is well.
    """

    rows: int
    logged: Value | None = None
    ess: float | None = None
    overlap: float | None = None
    ips: Value | None = None
    snips: Value | None = None
    doubly_robust: Value | None = None
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """A model's rewards, (rows,) each: of what was logged, and the mean over what the other policy would do."""

    of_logged: ArrayLike
    of_policy: ArrayLike


def evaluate(
    rewards: ArrayLike, propensities: ArrayLike, probabilities: ArrayLike, forecast: Forecast | None = None, *,
    floor: float = ESS_FLOOR, alpha: float = ALPHA,
) -> OffPolicy:  # fmt: skip
    """IPS = mean(w·r), SNIPS = Σwr/Σw, DR = mean(q̂(π) + w(r − q̂(a))), ESS = (Σw)²/Σw², w = probability/propensity.

    Arrays of (rows,), a row a unit. `propensities`: the chance with which what was logged was chosen; `probabilities`: the
    chance with which the other policy chooses it. Under `floor` effective rows nothing is estimated.
    Sources: Horvitz and Thompson 1952, Swaminathan and Joachims 2015, Dudík, Langford, Li 2011, Kong 1992.
    """
    r, p, q = (np.asarray(each, dtype=np.float64).ravel() for each in (rewards, propensities, probabilities))
    if not len(r) == len(p) == len(q):
        raise ValueError("rewards, propensities and probabilities must be as many: one of each a row")
    if not len(r):
        return OffPolicy(0, note=Note.NOTHING_LOGGED)
    if not (np.abs(r) < _MOST).all():
        return OffPolicy(len(r), note=Note.NOT_FINITE)
    logged = _value(r, alpha)
    if not ((p >= _LEAST) & (p <= 1) & (q >= 0) & (q <= 1)).all():
        return OffPolicy(len(r), logged, note=Note.BAD_PROPENSITY)
    w = q / p
    ess = effective_rows(w)
    if ess == 0:
        return OffPolicy(len(r), logged, 0.0, 0.0, note=Note.NO_OVERLAP)
    overlap = float(w.mean())
    if ess < floor:
        return OffPolicy(len(r), logged, ess, overlap, note=Note.TOO_FEW_EFFECTIVE)
    robust = _doubly_robust(r, w, forecast, alpha) if forecast else None
    return OffPolicy(len(r), logged, ess, overlap, _value(w * r, alpha), _self_normalised(r, w, alpha), robust)


def effective_rows(w: Array) -> float:
    """(Σw)²/Σw²; weights are brought to one scale first, so that huge ones do not overflow."""
    largest = float(w.max(initial=0.0))
    if largest == 0:
        return 0.0
    scaled = w / largest
    return float(scaled.sum() ** 2 / (scaled * scaled).sum())


def _self_normalised(r: Array, w: Array, alpha: float) -> Value:
    """Its variance by the delta method: that of w(r − value)/w̄."""
    value = float((w * r).sum() / w.sum())
    return _value(w * (r - value) / w.mean() + value, alpha)


def _doubly_robust(r: Array, w: Array, forecast: Forecast, alpha: float) -> Value:
    of_logged, of_policy = (np.asarray(q, dtype=np.float64).ravel() for q in (forecast.of_logged, forecast.of_policy))
    return _value(of_policy + w * (r - of_logged), alpha)


def _value(rows: Array, alpha: float) -> Value:
    value = float(rows.mean())
    if len(rows) == 1:
        return Value(value)
    error = float(rows.std(ddof=1) / math.sqrt(len(rows)))
    half = float(ndtri(1 - alpha / 2)) * error
    return Value(value, error, Interval(value - half, value + half))
