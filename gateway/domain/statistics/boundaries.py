"""Bounds for many looks at growing data: error is spent look by look, and each bound found by recursive integration."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Array = NDArray[np.float64]

_NOTHING = 1e-15  # less error than this is not spent
_FAR = 6.2  # standard errors: what lies beyond is less than the error spent
_STEPS = 60
_TINY = 1e-250
_POINTS, _DENSITY = 16, 2  # bounds are then exact to 1e-9
# Levels at which bounds are computed to read a p-value from; between them it is interpolated.
_LEVELS = (0.9999, 0.95, 0.8, 0.6, 0.4, 0.25, 0.15, 0.08, 0.05, 0.03, 0.015, 0.006, 0.002, 5e-4, 1e-4, 1e-5, 1e-6, 1e-8)


class Walk(NamedTuple):
    """The bounds, (levels, looks); where an undecided walk is after the last look: points and their mass, (levels, points)."""

    bounds: Array
    points: Array
    mass: Array


def spend(times: Array, level: float | Array, power: float) -> Array:
    """The error spent on each side up to each time, capped at the planned end: level/2·t^power (Kim and DeMets 1987).

    `times`: shares of the plan, (looks,). `level`: one or (levels,). Returns (looks,) or (levels, looks).
    """
    return np.multiply.outer(np.asarray(level) / 2, np.clip(times, 0.0, 1.0) ** power)


def walk(spent: Array, information: Array) -> Walk:
    """Symmetric bounds for z (Lan and DeMets 1983; Armitage, McPherson and Rowe 1969).

    `spent`: what is spent on each side up to each look, rising, (levels, looks). `information`: rising, (looks,), in any unit.
    A bound is infinite where nothing is spent.
    """
    scale = information / information[-1]
    steps = np.diff(scale, prepend=0.0)
    due = np.diff(spent, prepend=0.0, axis=1)
    bounds = np.full(spent.shape, np.inf)
    places, weights = _nodes(scale, steps, due.min(axis=0))
    points, mass = np.zeros((len(spent), 1)), np.ones((len(spent), 1))  # before the first look the walk is at zero
    for look, step in enumerate(steps):
        deviation, reach = np.sqrt(step), np.sqrt(scale[look])
        bounds[:, look] = _bound(points, mass, due[:, look], deviation, reach)
        edge = np.minimum(bounds[:, look], _FAR) * reach
        after = edge[:, None] * places
        kernel = np.exp(-0.5 * ((after[:, :, None] - points[:, None, :]) / deviation) ** 2) / (deviation * np.sqrt(2 * np.pi))
        mass = np.einsum("ljk,lk->lj", kernel, mass) * weights * edge[:, None]
        points = after
    return Walk(bounds, points, mass)


def _bound(points: Array, mass: Array, due: Array, deviation: float, reach: float) -> Array:
    """For each level the z past which the walk goes with probability `due`: Newton's method on a log-concave tail."""
    spends = due > _NOTHING
    if not spends.any():
        return np.full(len(due), np.inf)
    goal = np.log(np.where(spends, due, 0.5))
    at = np.full(len(due), 2.0 * reach)
    for _ in range(_STEPS):
        away = (at[:, None] - points) / deviation
        tail = np.maximum((mass * ndtr(-away)).sum(axis=1), _TINY)
        density = np.maximum((mass * np.exp(-0.5 * away * away)).sum(axis=1), _TINY) / (deviation * np.sqrt(2 * np.pi))
        move = np.clip((np.log(tail) - goal) * tail / density, -reach, reach)
        at = np.maximum(at + move, 0.0)
        if np.abs(move[spends]).max() < 1e-11 * reach:
            break
    return np.where(spends, at / reach, np.inf)


def _nodes(scale: Array, steps: Array, due: Array) -> tuple[Array, Array]:
    """Gauss–Legendre places on [−1, 1]: as many as the narrowest step needs of the widest region before it."""
    widest = np.minimum(-ndtri(np.clip(due, _NOTHING, 0.5)), _FAR)
    ratio = (widest[:-1] * np.sqrt(scale[:-1] / steps[1:])).max(initial=0.0)
    return np.polynomial.legendre.leggauss(_POINTS + int(_DENSITY * ratio))


@lru_cache(maxsize=512)
def bounds_of(times: tuple[float, ...], information: tuple[float, ...], level: float, power: float) -> tuple[float, ...]:
    """The bound of |z| at each look."""
    found = walk(spend(np.array(times), np.array([level]), power), np.array(information))
    return tuple(float(z) for z in found.bounds[0])


@lru_cache(maxsize=512)
def curve_of(
    times: tuple[float, ...], information: tuple[float, ...], level: float, power: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The last look's bound at many levels, `level` among them, and the normal quantile of each; both rising."""
    levels = np.array(sorted({*_LEVELS, level}, reverse=True))
    found = walk(spend(np.array(times), levels, power), np.array(information)).bounds[:, -1].copy()
    exact = bounds_of(times, information, level, power)[-1]
    found[levels == level] = exact
    there = np.isfinite(found)
    return tuple(map(float, found[there])), tuple(map(float, -ndtri(levels[there] / 2)))


def repeated_p(z: float, curve: tuple[tuple[float, ...], tuple[float, ...]]) -> float:
    """The level at which this look's bound would be |z| (the repeated p-value of Jennison and Turnbull 1984)."""
    bounds, quantiles = curve
    if not bounds or abs(z) <= bounds[0]:
        return 1.0
    past = max(0.0, abs(z) - bounds[-1])
    return float(2 * ndtr(-(np.interp(abs(z), bounds, quantiles) + past)))


def chance_to_cross(found: Walk, drift: float) -> float:
    """The power of a design at one level: the chance that a walk with this mean z at full information ever leaves the bounds.

    By the likelihood ratio exp(θb − θ²/2) of the last undecided place b, whose information is 1.
    """
    return float(1 - (found.mass[0] * np.exp(drift * found.points[0] - drift * drift / 2)).sum())
