"""How sure a figure is: 95 % intervals, by Wilson for shares and by bootstrap for means."""

import math

import numpy as np
from numpy.typing import NDArray

_Z = 1.959963984540054  # of the normal distribution, 95 %
_ROUNDS = 1000
_SEED = 20

Interval = tuple[float, float]


def wilson(hits: int, of: int) -> Interval:
    """The interval of a share; (0, 1) of nothing. Wilson, "Probable inference" (JASA 1927)."""
    if not of:
        return 0.0, 1.0
    share, square = hits / of, _Z * _Z / of
    centre, reach = share + square / 2, _Z * math.sqrt(share * (1 - share) / of + square / of / 4)
    return max(0.0, (centre - reach) / (1 + square)), min(1.0, (centre + reach) / (1 + square))


def bootstrap(values: NDArray[np.float64]) -> Interval:
    """The interval of a mean, from a thousand draws with replacement; the same values, the same interval."""
    if not len(values):
        return 0.0, 0.0
    chance = np.random.default_rng(_SEED)
    means = [float(values[chance.integers(0, len(values), len(values))].mean()) for _ in range(_ROUNDS)]
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)
