"""How many units an experiment needs, how long that takes, and what it could find."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtr, ndtri

from gateway.domain.statistics.boundaries import chance_to_cross, spend, walk
from gateway.domain.statistics.look import ALPHA
from gateway.domain.statistics.note import Note
from gateway.domain.statistics.sequential import POWER, AlwaysValid

CHANCE = 0.8  # of finding an effect that is there
_MOST_LOOKS = 200


@dataclass(frozen=True, slots=True)
class Design:
    """What is planned. `variance`: of one unit of the control; `other_variance`: of the variant, the same where null.

    `share`: the variant's part of the two arms' units. `inflation`: how much larger the size is for looks on the way
    (`inflation_sequential`, `inflation_always_valid`). `explained`: the share of variance that CUPED takes out.
    """

    variance: float
    other_variance: float | None = None
    alpha: float = ALPHA
    power: float = CHANCE
    share: float = 0.5
    inflation: float = 1.0
    explained: float = 0.0

    @property
    def reach(self) -> float:
        """z₁₋α/₂ + z₁₋β."""
        return float(ndtri(1 - self.alpha / 2) + ndtri(self.power))

    @property
    def spread(self) -> float:
        """N·se²: the variance of the difference for one unit in all."""
        other = self.variance if self.other_variance is None else self.other_variance
        return (1 - self.explained) * (self.variance / (1 - self.share) + other / self.share)

    @property
    def is_sound(self) -> bool:
        """Whether every number of it is one that a design can have."""
        told = all(math.isfinite(each) and each > 0 for each in (self.variance, self.inflation, self.spread))
        shares = all(0 < each < 1 for each in (self.alpha, self.power, self.share))
        return shares and 0 <= self.explained < 1 and told


@dataclass(frozen=True, slots=True)
class Size:
    """`total`: units of both arms; `days`: until they have come."""

    total: int | None = None
    control: int | None = None
    variant: int | None = None
    days: float | None = None
    note: Note | None = None


def units_needed(design: Design, effect: float, per_day: float | None = None) -> Size:
    """At even shares n per arm = (z₁₋α/₂ + z₁₋β)²(vA + vB)/δ².

    `effect`: δ, in the metric's unit; `per_day`: units of both arms.
    """
    if not effect or not math.isfinite(effect):
        return Size(note=Note.NO_DIFFERENCE)
    if not _is_possible(design):
        return Size(note=Note.NO_VARIANCE)
    whole = design.inflation * design.reach**2 * design.spread / effect**2
    control, variant = math.ceil(whole * (1 - design.share)), math.ceil(whole * design.share)
    total = control + variant
    if per_day is None:
        return Size(total, control, variant)
    if not per_day > 0:
        return Size(total, control, variant, note=Note.NO_TRAFFIC)
    return Size(total, control, variant, total / per_day)


def least_effect(design: Design, total: float) -> float | None:
    """MDE = (z₁₋α/₂ + z₁₋β)·√(spread/N): what so many units of both arms would find, in the metric's unit; null without units."""
    if not _is_possible(design) or not total > 0:
        return None
    return design.reach * math.sqrt(design.inflation * design.spread / total)


def least_rise(design: Design, baseline: float, total: float) -> float | None:
    """The same of a share that grows from `baseline`: its variance grows with it, as `units_needed` goes by; null where it would
    not stay below 1.
    """
    if not _is_possible(design) or not total > 0 or not 0 < baseline < 1:
        return None
    # delta² = k·((1 - e)p(1 - p)/(1 - s) + (1 - e)(p + delta)(1 - p - delta)/s), solved for delta
    k = design.inflation * design.reach**2 * (1 - design.explained) / total
    own, other = k / (1 - design.share), k / design.share
    linear, constant = other * (1 - 2 * baseline), (own + other) * baseline * (1 - baseline)
    rise = (linear + math.sqrt(linear**2 + 4 * (1 + other) * constant)) / (2 * (1 + other))
    return rise if baseline + rise < 1 else None


def chance(design: Design, effect: float, total: float) -> float | None:
    """The power that so many units have against this effect, either way."""
    if not _is_possible(design) or not total > 0:
        return None
    z, drift = float(ndtri(1 - design.alpha / 2)), abs(effect) * math.sqrt(total / (design.inflation * design.spread))
    return float(ndtr(drift - z) + ndtr(-drift - z))


def _is_possible(design: Design) -> bool:
    """Shares are judged before anything is divided by them."""
    return 0 < design.share < 1 and design.is_sound


@lru_cache(maxsize=64)
def inflation_sequential(looks: int, alpha: float = ALPHA, power: float = CHANCE, spending: float = POWER) -> float:
    """How many times the fixed size a group sequential design with so many even looks is planned for."""
    times = np.arange(1, min(max(looks, 1), _MOST_LOOKS) + 1) / min(max(looks, 1), _MOST_LOOKS)
    found = walk(spend(times, np.array([alpha]), spending), times)
    fixed = float(ndtri(1 - alpha / 2) + ndtri(power))
    low, high = 0.0, 3 * fixed + 3
    for _ in range(60):
        drift = (low + high) / 2
        low, high = (drift, high) if chance_to_cross(found, drift) < power else (low, drift)
    return max(1.0, (high / fixed) ** 2)


def inflation_always_valid(alpha: float = ALPHA, power: float = CHANCE) -> float:
    """The same for the always valid bound at the size it is tuned for: a little more than needed, as it may be crossed before."""
    bound = AlwaysValid(planned=1, alpha=alpha).critical(math.inf, 1)
    assert bound is not None
    return float(((bound + ndtri(power)) / (ndtri(1 - alpha / 2) + ndtri(power))) ** 2)
