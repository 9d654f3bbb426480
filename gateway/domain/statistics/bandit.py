"""The placement optimiser's arithmetic: what is believed of each arm, how likely it is best, and what share it gets."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from gateway.domain.statistics.sums import Sums

FLOOR = 0.01
DISCOUNT = 0.97
EXPLORED = 0.08
_REACH = 8  # deviations either side of a mean
_PLACES, _WEIGHTS = np.polynomial.legendre.leggauss(8)


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is believed of an arm's mean reward: normal, in the reward's unit."""

    mean: float
    deviation: float


def discounted(past: Sums, batch: Sums, factor: float = DISCOUNT) -> Sums:
    """What is known after a batch: the past weighs a little less each time, so that a change of taste is noticed."""
    return past.scaled(factor) + batch


def posterior_of_hits(arm: Sums, successes: float = 1.0, failures: float = 1.0) -> Posterior:
    """Mean and deviation of Beta(successes + Σy, failures + n − Σy)."""
    a, b = successes + max(arm.y, 0.0), failures + max(arm.n - arm.y, 0.0)
    return Posterior(a / (a + b), math.sqrt(a * b / (a + b + 1)) / (a + b))


def posterior_of_values(arm: Sums, prior: Posterior) -> Posterior:
    """The normal posterior of a mean; the prior is worth one unit, and its deviation is what units are thought to differ by.

    The variance is the prior's and the arm's own together, so that few equal rewards do not look certain.
    """
    if arm.n <= 0 or not arm.are_finite:
        return prior
    n = arm.n + 1
    centre = (prior.mean + arm.y) / n
    squares = arm.yy + prior.deviation**2 + prior.mean**2
    variance = max(squares / n - centre**2, 1e-12 * squares / n)
    return Posterior(centre, math.sqrt(variance / n))


def chance_best(arms: Sequence[Posterior]) -> tuple[float, ...]:
    """P(best) of each arm: ∫ φ_k ∏ Φ_i.

    Gauss–Legendre over panels cut at every arm's own deviations: Gauss–Hermite at one arm's scale misses the step that an arm
    known a thousand times better makes (0.05 off), and this does not (under 1e-6). Arms that are equal and certain share.
    """
    if not arms:
        return ()
    means = np.array([arm.mean for arm in arms])
    widest = max(float(np.ptp(means)), *(arm.deviation for arm in arms), float(np.abs(means).max()) * 1e-9, 1e-300)
    deviations = np.maximum([arm.deviation for arm in arms], 1e-6 * widest)
    cuts = np.unique((means[:, None] + deviations[:, None] * np.arange(-_REACH, _REACH + 1)).ravel())
    half = np.diff(cuts) / 2
    at = ((cuts[:-1] + half)[:, None] + half[:, None] * _PLACES).ravel()
    weight = (half[:, None] * _WEIGHTS).ravel()
    z = (at - means[:, None]) / deviations[:, None]
    beaten = _product_of_others(ndtr(z))
    density = np.exp(-0.5 * z * z) / (deviations[:, None] * math.sqrt(2 * math.pi))
    chances = (density * beaten * weight).sum(axis=1)
    return tuple(float(each) for each in chances / chances.sum())


def weights(best: Sequence[float], floor: float = FLOOR) -> tuple[float, ...]:
    """Shares w = f + (1 − K·f)·P(best); even where the floors alone would fill the whole."""
    k = len(best)
    if k * floor >= 1:
        return (1 / k,) * k
    return tuple(floor + (1 - k * floor) * each for each in best)


def explored(shares: Sequence[float], share: float = EXPLORED) -> tuple[float, ...]:
    """The shares with a part of all units spread evenly, for ever: what even shares would bring stays known. Mixed into the
    shares themselves, so that the chance with which a unit gets its arm is exactly what is written down.
    """
    return tuple(share / len(shares) + (1 - share) * each for each in shares)


def shortfall(arms: Sequence[Posterior], shares: Sequence[float]) -> float:
    """What is lost a unit, in the reward's unit, by these shares instead of all units on the arm that looks best."""
    return max(arm.mean for arm in arms) - sum(arm.mean * share for arm, share in zip(arms, shares, strict=True)) if arms else 0.0


def _product_of_others(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each row the product of all others, by the products before and after it: nothing is divided by zero."""
    ones = np.ones((1, values.shape[1]))
    before = np.cumprod(np.vstack([ones, values[:-1]]), axis=0)
    after = np.cumprod(np.vstack([ones, values[:0:-1]]), axis=0)[::-1]
    return np.asarray(before * after, dtype=np.float64)
